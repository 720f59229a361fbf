// What goes wrong for people ends in one sentence and one thing to do, and Sign in works again.

import { sgConnect } from './cells.ts'
import { expect, test } from './fixtures.ts'
import { closed, logIn, Notebook } from './lab.ts'
import { relays } from './traffic.ts'

test('A17 consent denied', async ({ desk }) => {
  const notebook = await desk.open('denied', [sgConnect(desk.servers, 'token'), 'a.Wait()'])
  await notebook.run(0)
  await notebook.start(1)
  const widget = notebook.widget()
  await expect(widget.root).toContainText('A cell is waiting')
  const popup = await widget.window()
  // The provider remembers who consented: this person never did.
  await popup.locator('input[name=username]').fill('dave')
  await popup.locator('input[name=password]').fill('any password')
  await popup.locator('button[type=submit]').click()
  await popup.locator('button[name=ok][value=no]').click()
  await closed(popup)
  await widget.is('failed')
  await expect(widget.field('error')).toContainText('The request was refused')
  expect(await notebook.finished(1)).toContain('Click Sign in')
  await widget.signIn()
})

test('B31 window closed by the person', async ({ desk }) => {
  const notebook = await desk.open('closed', [sgConnect(desk.servers, 'code'), 'a.Wait()'])
  await notebook.run(0)
  await notebook.start(1)
  const widget = notebook.widget()
  const popup = await widget.window()
  await popup.locator('input[name=username]').waitFor()
  await expect.poll(() => popup.evaluate(() => performance.now())).toBeGreaterThan(2500)
  await popup.close()
  await widget.is('failed')
  await expect(widget.field('error')).toContainText('closed')
  expect(await notebook.finished(1)).toContain('The sign-in window was closed')
  await widget.signIn()
})

test('B32 window blocked: a visible link does it', async ({ desk }) => {
  const notebook = await desk.open('blocked', [sgConnect(desk.servers, 'token id_token')])
  await notebook.run(0)
  const widget = notebook.widget()
  await widget.is('signed_out')
  // A click made by a script, once the last gesture is too long ago to count, meets Chromium's own
  // popup blocker. Nothing is asked of the page meanwhile: what playwright evaluates is a gesture.
  const clicked = notebook.page.waitForEvent('console', (message) => message.text() === 'clicked without a gesture')
  await widget.button('sign-in').evaluate((button) => {
    const timer = setInterval(() => {
      if (navigator.userActivation.isActive) return
      clearInterval(timer)
      ;(button as HTMLElement).click()
      console.info('clicked without a gesture')
    }, 100)
  })
  await clicked
  await expect(widget.button('open-link')).toBeVisible()
  const opened = desk.context.waitForEvent('page')
  await widget.button('open-link').click()
  const tab = await opened
  await logIn(tab, 'alice')
  await widget.is('signed_in')
  expect(relays(notebook.traffic)).toEqual(['opener'])
})

test('canceled, then signed in', async ({ desk }) => {
  const notebook = await desk.open('canceled', [sgConnect(desk.servers, 'code')])
  await notebook.run(0)
  const widget = notebook.widget()
  await widget.window()
  await widget.is('pending')
  await widget.button('cancel').click()
  await widget.is('signed_out')
  await widget.signIn()
})

test('B34 page reloaded while the window is open', async ({ browserContext, servers }) => {
  const notebook = await Notebook.open(browserContext, servers, 'midflow', [sgConnect(servers, 'token')])
  await notebook.run(0)
  const widget = notebook.widget()
  const popup = await widget.window()
  await popup.locator('input[name=username]').waitFor()
  await notebook.reload()
  await widget.is('pending')
  await logIn(popup, 'alice')
  await closed(popup)
  await widget.is('signed_in')
})

test('A03 a replayed answer changes nothing', async ({ desk }) => {
  const notebook = await desk.open('replay', [sgConnect(desk.servers, 'token')])
  await notebook.run(0)
  const widget = notebook.widget()
  const popup = await widget.window()
  const answers: string[] = []
  popup.on('framenavigated', (frame) => answers.push(frame.url()))
  await logIn(popup, 'alice')
  await closed(popup)
  await widget.is('signed_in')
  const answer = answers.find((url) => url.includes('/callback/'))
  await widget.button('clear').click()
  await widget.is('signed_out')
  const again = await desk.context.newPage()
  await again.goto(answer ?? 'about:blank')
  await expect(again.getByText(/Sign in again/i)).toBeVisible({ timeout: 20_000 })
  await widget.is('signed_out')
})

test('cells with mistakes get one sentence, and the kernel lives', async ({ desk }) => {
  const params = (fields: string) => `import "ipyauth"\nipyauth.NewAuth(ipyauth.ParamsSgConnect{${fields}})`
  const rows: [cell: string, output: RegExp][] = [
    [params('Mode: "UAT", ClientID: "x"'), /Mode.*PRD.*HOM/],
    [params('Mode: "HOM", ClientID: "x"'), /BaseURL.*base_url/s],
    [params('ClientID: "", DotenvFolder: "/"'), /client.?id/i],
    [params('DotenvFile: "missing.env"'), /missing\.env/],
    [params('ClientID: "x", RedirectURI: "http://example.com/callback/"'), /RedirectURI|redirect/i],
    ['import "ipyauth"\nipyauth.NewAuth(nil)', /NewAuth needs params/],
    ['panic("oh no")', /oh no/],
    ['nil', /^$/],
    ['', /^$/],
    ['1 + ', /cell/i],
    ['import "no/such/package"', /no\/such\/package/],
    ['6 * 7', /^42$/],
  ]
  const notebook = await desk.open(
    'mistakes',
    rows.map(([cell]) => cell),
  )
  for (const [i, [cell, output]] of rows.entries()) {
    if (cell === '') continue // JupyterLab does not send an empty cell
    expect(await notebook.run(i), cell).toMatch(output)
  }
})

test('G89 a cell that waits is interrupted', async ({ desk }) => {
  const notebook = await desk.open('interrupted', [sgConnect(desk.servers, 'code'), 'a.Wait()'])
  await notebook.run(0)
  const widget = notebook.widget()
  await notebook.start(1)
  await expect(widget.root).toContainText('A cell is waiting')
  await notebook.interrupt()
  expect(await notebook.finished(1)).toContain('interrupted')
  await widget.signIn()
  expect(await notebook.run(1)).toBe('')
})

test('provider down', async ({ desk }) => {
  const notebook = await desk.open('down', [
    `import "ipyauth"
a := ipyauth.NewAuth(ipyauth.ParamsOIDC{Issuer: "http://127.0.0.1:9", ClientID: "x"})
a`,
  ])
  await notebook.run(0)
  const widget = notebook.widget()
  const popup = await widget.window()
  await widget.is('failed')
  await closed(popup)
  await expect(widget.field('error')).toContainText('could not be reached')
})
