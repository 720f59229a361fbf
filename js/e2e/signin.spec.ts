// Sign-in as a person does it, with both grants, against two providers.

import { readFileSync } from 'node:fs'
import { oidc, sgConnect, sgid, userInfo } from './cells.ts'
import { expect, test } from './fixtures.ts'
import { closed, logIn, Notebook } from './lab.ts'
import type { Servers } from './servers.ts'

interface Row {
  name: string
  cell: (s: Servers) => string
  userInfo: (s: Servers) => string
  user: string
  verified: boolean
}

const sgUserInfo = (s: Servers) => `${s.demo}/sgconnect/oauth2/userinfo`

const rows: Row[] = [
  {
    name: 'SG Connect, implicit token',
    cell: (s) => sgConnect(s, 'token'),
    userInfo: sgUserInfo,
    user: 'alice',
    verified: false,
  },
  {
    name: 'SG Connect, implicit token id_token',
    cell: (s) => sgConnect(s, 'token id_token'),
    userInfo: sgUserInfo,
    user: 'alice',
    verified: true,
  },
  {
    name: 'SG Connect, code + PKCE',
    cell: (s) => sgConnect(s, 'code'),
    userInfo: sgUserInfo,
    user: 'alice',
    verified: true,
  },
  {
    name: 'demo provider, code + PKCE',
    cell: (s) => oidc(s.demo, 'ipyauth-demo', 'code'),
    userInfo: (s) => `${s.demo}/userinfo`,
    user: 'Alice',
    verified: true,
  },
  {
    name: 'oidc-provider, code + PKCE',
    cell: (s) => oidc(s.certified, 'notebook', 'code'),
    userInfo: (s) => `${s.certified}/me`,
    user: 'User alice',
    verified: true,
  },
  {
    name: 'oidc-provider, implicit id_token token',
    cell: (s) => oidc(s.certified, 'notebook', 'id_token token'),
    userInfo: (s) => `${s.certified}/me`,
    user: 'User alice',
    verified: true,
  },
]

for (const [i, row] of rows.entries()) {
  test(row.name, async ({ browserContext, servers }) => {
    const notebook = await Notebook.open(browserContext, servers, `signin-${i}`, [
      row.cell(servers),
      'a.Wait()\na.Show()',
      'import "fmt"\ntoken := a.AccessToken()\nfmt.Println(len(token) > 20)',
      userInfo(row.userInfo(servers)),
      'a.Clear()\nfmt.Printf("%q", a.AccessToken())',
    ])
    await notebook.run(0)
    const widget = notebook.widget()
    await widget.is('signed_out')

    // The cell that waits runs while the person signs in: clicks must reach the kernel meanwhile.
    await notebook.start(1)
    const popup = await widget.window()
    await logIn(popup, 'alice')
    await closed(popup)
    await widget.is('signed_in')
    await expect(widget.field('user')).toContainText(row.user)
    await expect(widget.field('expires')).toContainText(/\d+ (min|s)/)

    const shown = await notebook.finished(1)
    expect(shown).toContain(row.user)
    expect(shown).toMatch(/scopes\s+openid/)
    expect(shown).toContain('••••')
    expect(shown).toMatch(row.verified ? /ID token\s+verified/ : /ID token\s+none/)
    expect(await notebook.run(2)).toBe('true')
    expect(await notebook.run(3)).toMatch(/^200 .*alice/)

    await widget.button('inspect').click()
    await expect(widget.root).toContainText('Checks')
    if (row.verified) await expect(widget.root).toContainText('nonce')

    await notebook.reload()
    await widget.is('signed_in')
    await expect(widget.field('user')).toContainText(row.user)

    await widget.button('clear').click()
    await widget.is('signed_out')
    expect(await notebook.run(4)).toBe('""')
  })
}

test('Notebook 7, implicit token id_token', async ({ browserContext, servers }) => {
  const cells = [sgConnect(servers, 'token id_token'), 'a.LoggedAs()']
  const notebook = await Notebook.open(browserContext, servers, 'notebook7', cells, 'notebook')
  await notebook.run(0)
  await notebook.widget().signIn()
  expect(await notebook.run(1)).toContain('alice')
  await notebook.reload()
  await notebook.widget().is('signed_in')
})

// With COOP the notebook has no handle on its window, and the browser says at once that it is closed.
test('B30 a provider that cuts the opener off', async ({ desk }) => {
  for (const [i, responseType] of ['code', 'id_token token'].entries()) {
    const notebook = await desk.open(`aloof-${i}`, [oidc(desk.servers.aloof, 'notebook', responseType), 'a.LoggedAs()'])
    await notebook.run(0)
    await notebook.widget().signIn('bob')
    expect(await notebook.run(1)).toContain('User bob')
  }
})

test('sgID: the data people share are decrypted in the kernel', async ({ browserContext, servers }) => {
  const notebook = await Notebook.open(browserContext, servers, 'sgid', [
    sgid(servers),
    'import "context"\ninfo, err := a.UserInfo(context.Background())\nif err != nil { panic(err) }\nlen(info["data"].(map[string]any))',
    'info["data"].(map[string]any)["myinfo.name"]',
  ])
  await notebook.run(0)
  const widget = notebook.widget()
  await widget.signIn('erin')
  expect(await notebook.run(1)).toBe('1')
  await widget.button('inspect').click()
  await expect(widget.root).toContainText('myinfo.name')
  const shared = await notebook.run(2)
  expect(shared).toMatch(/erin/i)
  // Inspect names the field; its value is only where the cell printed it.
  await expect(widget.root).not.toContainText(shared)
})

test('a missing client secret is asked for, hidden and not saved', async ({ browserContext, servers }) => {
  const secret = `typed-${crypto.randomUUID()}`
  const notebook = await Notebook.open(browserContext, servers, 'secret', [
    `import "ipyauth"\na := ipyauth.NewAuth(ipyauth.ParamsGoogle{ClientID: "ipyauth-demo", Issuer: "${servers.demo}/google"})\na`,
    'a.Show()',
  ])
  await notebook.start(0)
  const input = notebook.page.locator('.jp-Stdin-input')
  await expect(input).toHaveAttribute('type', 'password')
  await input.fill(secret)
  await input.press('Enter')
  await notebook.finished(0)
  await notebook.widget().signIn('grace')
  expect(await notebook.run(1)).toContain('Grace')
  await notebook.save()
  expect(readFileSync(notebook.path, 'utf8')).not.toContain(secret)
})
