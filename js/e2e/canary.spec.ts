// No secret of a sign-in is in anything that is shown, sent to a front end, logged or saved.

import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { oidc, sgConnect, tokenTo } from './cells.ts'
import { expect, test } from './fixtures.ts'
import { closed, logIn, Notebook } from './lab.ts'
import type { Servers } from './servers.ts'

const rows: [name: string, cell: (s: Servers) => string][] = [
  ['implicit', (s) => sgConnect(s, 'token id_token')],
  ['code', (s) => oidc(s.demo, 'ipyauth-demo', 'code')],
]

for (const [name, cell] of rows) {
  test(`no secret anywhere: ${name}`, async ({ browserContext, servers }) => {
    const file = join(tmpdir(), `ipyauth-canary-${crypto.randomUUID()}`)
    const notebook = await Notebook.open(browserContext, servers, `canary-${name}`, [
      cell(servers),
      'a.Wait()\na.Show()',
      'import "fmt"\nfmt.Println(a); fmt.Printf("%v %+v %#v %s %q %d %x", a, a, a, a, a, a, a)',
      'import "encoding/json"\nb, err := json.Marshal(map[string]interface{}{"a": a})\nstring(b)',
      'panic(a)',
      tokenTo(file),
    ])
    await notebook.run(0)
    const widget = notebook.widget()
    const popup = await widget.window()
    const visited = addresses(popup)
    await logIn(popup, 'alice')
    await closed(popup)
    await widget.is('signed_in')
    await widget.button('inspect').click()
    await expect(widget.root).toContainText('Checks')
    for (const i of [1, 2, 3, 4]) await notebook.run(i)
    expect(await notebook.run(5)).toBe('true')
    await notebook.save()
    await notebook.reload()
    await widget.is('signed_in')

    const secrets = answerSecrets(visited)
    secrets.set('access token', readFileSync(file, 'utf8'))
    rmSync(file)
    expect([...secrets.keys()]).toEqual(
      expect.arrayContaining(name === 'code' ? ['code'] : ['access_token', 'id_token']),
    )

    const places = {
      traffic: notebook.traffic.join('\n'),
      'notebook file': readFileSync(notebook.path, 'utf8'),
      'server and kernel log': readFileSync(servers.log, 'utf8'),
      'widget state': JSON.stringify(await widgetStates(notebook)),
      'page text': (await notebook.page.locator('body').textContent()) ?? '',
    }
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).toBeGreaterThan(50)
      for (const [what, secret] of secrets) {
        // A prefix of twelve characters counts as a leak too; base64url of it would be one as well.
        expect(text.includes(secret.slice(0, 12)), `${what} in ${place}`).toBe(false)
        const encoded = Buffer.from(secret).toString('base64').slice(0, 15)
        expect(text.includes(encoded), `base64 of ${what} in ${place}`).toBe(false)
      }
      expect(verifierIn(text, visited), `PKCE verifier in ${place}`).toBe(false)
    }
    // The search itself: it finds what is there.
    expect(notebook.traffic.join('').includes('signed_in')).toBe(true)
  })
}

/** Collects every address the window shows, redirects included. */
function addresses(popup: Page): string[] {
  const seen = [popup.url()]
  popup.on('request', (request) => seen.push(request.url()))
  popup.on('framenavigated', (frame) => seen.push(frame.url()))
  popup.on('response', (response) => seen.push(response.headers().location ?? ''))
  return seen
}

/** The code or the tokens in the address the provider sent the window back to. */
function answerSecrets(visited: string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const address of visited.filter((a) => a.includes('/callback/'))) {
    const url = new URL(address)
    for (const part of [url.search.slice(1), url.hash.slice(1)]) {
      for (const [name, value] of new URLSearchParams(part)) {
        if (['code', 'access_token', 'id_token'].includes(name)) found.set(name, value)
      }
    }
  }
  return found
}

/** Whether any word of the text is the verifier of the request's code challenge (RFC 7636 section 4.2). */
function verifierIn(text: string, visited: string[]): boolean {
  const challenge = visited.map((a) => /[?&]code_challenge=([^&]+)/.exec(a)?.[1]).find(Boolean)
  const words = new Set(text.match(/[A-Za-z0-9._~-]{43,128}/g))
  return [...words].some((word) => createHash('sha256').update(word).digest('base64url') === challenge)
}

/** What the widget manager would save into the notebook. */
async function widgetStates(notebook: Notebook): Promise<unknown> {
  return notebook.page.evaluate(async () => {
    interface Manager {
      get_state(options: { drop_defaults: boolean }): Promise<unknown>
    }
    const app = (
      window as unknown as { jupyterapp: { shell: { currentWidget: { content: { rendermime: unknown } } } } }
    ).jupyterapp
    const rendermime = app.shell.currentWidget.content.rendermime as {
      createRenderer(mime: string): { _manager?: { promise: Promise<Manager> }; dispose(): void }
    }
    const renderer = rendermime.createRenderer('application/vnd.jupyter.widget-view+json')
    const manager = await renderer._manager?.promise
    renderer.dispose()
    return manager?.get_state({ drop_defaults: false })
  })
}
