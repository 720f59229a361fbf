// What a browser does to the windows of a sign-in, row by row: which way the answer came home is to
// be seen in the WebSocket traffic of the notebook's page and of the window itself.

import type { Page } from '@playwright/test'
import { oidc } from './cells.ts'
import type { Desk } from './desk.ts'
import { expect, test } from './fixtures.ts'
import { closed, logIn, Notebook } from './lab.ts'
import type { Servers } from './servers.ts'
import { record, relays } from './traffic.ts'

const OPENER = /^opener$/
/** Which of the two is first is up to the browser. */
const CHANNEL = /^(broadcast|storage)$/

interface Row {
  title: string
  issuer: (s: Servers) => string | Promise<string>
  relay: RegExp
}

const providers: Row[] = [
  { title: 'an ordinary provider', issuer: (s) => s.certified, relay: OPENER },
  { title: 'B30 provider with same-origin', issuer: (s) => s.aloof, relay: CHANNEL },
  {
    title: 'B30 provider with same-origin-allow-popups',
    issuer: (s) => s.withPolicy('same-origin-allow-popups'),
    relay: CHANNEL,
  },
  {
    title: 'B30 provider with noopener-allow-popups',
    issuer: (s) => s.withPolicy('noopener-allow-popups'),
    relay: CHANNEL,
  },
]

for (const { title, issuer, relay } of providers) {
  test(title, async ({ desk }) => {
    const notebook = await desk.open('matrix', [oidc(await issuer(desk.servers), 'notebook', 'code')])
    await notebook.run(0)
    await signInOver(notebook, relay)
  })
}

const POLICY = 'Cross-Origin-Opener-Policy'

const openers: (Omit<Row, 'issuer'> & { policy: string; everywhere?: boolean })[] = [
  { title: 'B30 notebook page with same-origin', policy: 'same-origin', relay: CHANNEL },
  { title: 'notebook page with same-origin-allow-popups', policy: 'same-origin-allow-popups', relay: OPENER },
  {
    title: 'B30 notebook and callback page with same-origin-allow-popups',
    policy: 'same-origin-allow-popups',
    everywhere: true,
    relay: CHANNEL,
  },
]

for (const { title, policy, everywhere, relay } of openers) {
  test(title, async ({ desk }) => {
    const servers = await desk.behind({ headers: { [POLICY]: policy }, everywhere })
    const cell = oidc(servers.certified, 'notebook', 'code')
    const notebook = await Notebook.open(desk.context, servers, `opener-${crypto.randomUUID()}`, [cell])
    await notebook.run(0)
    await signInOver(notebook, relay)
  })
}

test('B33 notebook in a frame of another site', async ({ desk }) => {
  const notebook = await framed(desk, desk.servers.certified)
  const { root } = notebook.widget()
  await signInOver(notebook, OPENER, () => expect(root).toContainText('shown inside another site'))
})

test('B33 notebook in a frame of another site, provider with same-origin', async ({ desk }) => {
  const notebook = await framed(desk, desk.servers.aloof)
  // The person is logged in at Jupyter in a tab, too: the frame's own cookies are for the frame only.
  const tab = await desk.context.newPage()
  await tab.goto(`${notebook.origin}/api/me?token=${desk.servers.token}`)
  const popup = await notebook.widget().window()
  const own = listen(popup)
  await logIn(popup, 'alice')
  await closed(popup)
  await notebook.widget().is('signed_in')
  expect(relays(notebook.traffic)).toEqual([])
  expect(relays(own)).toEqual(['websocket'])
})

// The page is at localhost, and what is registered with the provider at 127.0.0.1.
test('F84 redirect URI at 127.0.0.1, page at localhost: given by a click', async ({ desk }) => {
  const notebook = await twin(desk, desk.servers.certified)
  const widget = notebook.widget()
  const popup = await widget.window()
  await logIn(popup, 'alice')
  await popup.locator('[data-action="give"]', { hasText: notebook.origin }).click({ timeout: 15_000 })
  await closed(popup)
  await widget.is('signed_in')
  expect(relays(notebook.traffic)).toEqual(['opener'])
})

test('F84 redirect URI at 127.0.0.1, page at localhost, provider with same-origin: pasted', async ({ desk }) => {
  const notebook = await twin(desk, desk.servers.aloof)
  const widget = notebook.widget()
  const popup = await widget.window()
  const own = listen(popup)
  await logIn(popup, 'alice')
  const text = popup.locator('[data-field="answer"]')
  await expect(text).toHaveValue(/^ipyauth1(\.[\w-]+){3}$/, { timeout: 15_000 })
  await widget.button('paste').click()
  await widget.field('answer').fill(await text.inputValue())
  await widget.button('use-answer').click()
  await widget.is('signed_in')
  expect(relays(notebook.traffic)).toEqual(['paste'])
  expect(relays(own)).toEqual([])
})

/** Opens a notebook whose redirect URI is at the other name of this machine, and sees the warning. */
async function twin(desk: Desk, issuer: string): Promise<Notebook> {
  const redirect = new URL('callback/', desk.servers.lab.replace('localhost', '127.0.0.1')).href
  const cell = oidc(issuer, 'notebook', 'code').replace('ClientID:', `RedirectURI: "${redirect}", ClientID:`)
  const notebook = await desk.open('twin', [cell])
  await notebook.run(0)
  const warning = notebook.widget().field('warning')
  await expect(warning).toContainText(new URL(redirect).origin)
  await expect(warning).toContainText(notebook.origin)
  return notebook
}

/** Opens a notebook in a page of another site. */
async function framed(desk: Desk, issuer: string): Promise<Notebook> {
  const site = await desk.embedder()
  const origin = new URL(site.url).origin
  const servers = await desk.behind({
    headers: { 'Content-Security-Policy': `frame-ancestors 'self' ${origin}` },
    // Without these a page in a frame has no cookies, and JupyterLab no connection.
    cookieFlags: 'SameSite=None; Secure; Partitioned',
  })
  const cells = [oidc(issuer, 'notebook', 'code')]
  const notebook = await Notebook.framed(desk.context, servers, `framed-${crypto.randomUUID()}`, cells, site.around)
  await notebook.run(0)
  return notebook
}

/** Signs in and looks which way the one answer came; `meanwhile` is while the window is open. */
async function signInOver(notebook: Notebook, relay: RegExp, meanwhile = async () => {}): Promise<void> {
  const widget = notebook.widget()
  const popup = await widget.window()
  const own = listen(popup)
  await meanwhile()
  await logIn(popup, 'alice')
  await closed(popup)
  await widget.is('signed_in')
  const [via, ...more] = relays(notebook.traffic)
  expect(via).toMatch(relay)
  expect([...more, ...relays(own)]).toEqual([])
}

function listen(popup: Page): string[] {
  const frames: string[] = []
  record(popup, frames)
  return frames
}
