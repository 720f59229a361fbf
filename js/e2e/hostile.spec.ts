// What other pages, other notebooks and other providers try in the browser. Each test ends with a
// sign-in that works.

import type { Page } from '@playwright/test'
import { oidc } from './cells.ts'
import { expect, test } from './fixtures.ts'
import { closed, logIn } from './lab.ts'
import { exchanges } from './servers.ts'
import { record, relays, states } from './traffic.ts'

const code = (issuer: string) => oidc(issuer, 'notebook', 'code')
const named = (name: string, cell: string) => cell.replace('a :=', `${name} :=`).replace(/\na$/, `\n${name}`)

test('A13 two widgets, two providers: an answer of one with the state of the other', async ({ desk }) => {
  const issuers = [desk.servers.certified, await desk.servers.withPolicy('unsafe-none')] as const
  const notebook = await desk.open('mixed', [
    code(issuers[0]),
    named('b', code(issuers[1])),
    'a.LoggedAs() + ", " + b.LoggedAs()',
  ])
  for (const i of [0, 1]) await notebook.run(i)
  const widgets = [notebook.widget(0), notebook.widget(1)] as const
  const before = await Promise.all(issuers.map(exchanges))
  const popups = []
  for (const widget of widgets) {
    const popup = await widget.window()
    await popup.locator('input[name=login]').waitFor()
    popups.push(popup)
  }
  const [own = '', other = ''] = states(notebook.traffic)
  expect(own).not.toBe(other)

  // The first provider's answer gets the second one's state on its way to the callback page.
  await onTheWay(popups[0] as Page, (answer) => answer.replace(own, other))
  await logIn(popups[0] as Page, 'alice')
  await widgets[1].is('failed')
  await expect(widgets[1].field('error')).toHaveAttribute('data-code', 'issuer_mismatch')
  expect(await Promise.all(issuers.map(exchanges))).toEqual(before)

  await widgets[0].signIn('alice')
  await widgets[1].signIn('bob')
  expect(await notebook.run(2)).toContain('User alice, User bob')
})

test('A21 callback page in a frame of another site', async ({ desk }) => {
  const notebook = await desk.open('framed-callback', [code(desk.servers.certified)])
  await notebook.run(0)
  const widget = notebook.widget()
  const popup = await widget.window()
  await popup.locator('input[name=login]').waitFor()
  const attacker = await desk.context.newPage()
  const own: string[] = []
  record(attacker, own)
  const refused = attacker.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
  const site = await desk.embedder()
  await attacker.goto(site.around(`${desk.servers.lab}callback/?code=stolen&state=${states(notebook.traffic)[0]}`))
  await refused
  await expect.poll(() => attacker.frames()[1]?.url()).toBe('chrome-error://chromewebdata/')
  // Nor does the page do anything where a proxy took its headers away.
  const bare = await desk.behind({ headers: { 'Content-Security-Policy': 'frame-ancestors *' }, everywhere: true })
  const stolen = `${bare.lab}callback/?code=stolen&state=${states(notebook.traffic)[0]}`
  await attacker.goto(site.around(stolen))
  const frame = attacker.frames()[1]
  await expect(attacker.frameLocator('iframe').getByRole('heading')).toHaveText('Sign-in')
  expect(frame?.url()).toBe(stolen)
  await logIn(popup, 'alice')
  await closed(popup)
  await widget.is('signed_in')
  expect(relays(notebook.traffic)).toEqual(['opener'])
  expect(relays(own)).toEqual([])
})

test('A22 callback page opened directly, by the person or by another tab', async ({ desk }) => {
  const notebook = await desk.open('direct', ['1'])
  const heard = await notebook.page.evaluateHandle(() => {
    const messages: unknown[] = []
    addEventListener('message', (event) => messages.push(event.data))
    addEventListener('storage', (event) => messages.push(event.key))
    return messages
  })
  const tab = await desk.context.newPage()
  const open = {
    direct: () => tab.goto(`${desk.servers.lab}callback/`).then(() => tab),
    byTab: async () => {
      const opened = notebook.page.waitForEvent('popup')
      await notebook.page.evaluate((url) => void window.open(url), `${desk.servers.lab}callback/`)
      return opened
    },
  }
  for (const way of [open.direct, open.byTab]) {
    const page = await way()
    const errors: Error[] = []
    page.on('pageerror', (error) => errors.push(error))
    const frames: string[] = []
    record(page, frames)
    await expect(page.getByText('Nothing to do here')).toBeVisible()
    await page.goto(`${desk.servers.lab}callback/?code=x&state=made-up`)
    await expect(page.getByText('This answer belongs to no sign-in')).toBeVisible()
    expect(page.url()).toBe(`${desk.servers.lab}callback/`)
    expect([...errors, ...frames]).toEqual([])
  }
  expect(await heard.jsonValue()).toEqual([])
})

test('B26 10,000 forged answers while the window is open', async ({ desk }) => {
  const notebook = await desk.open('flood', [code(desk.servers.certified)])
  await notebook.run(0)
  const widget = notebook.widget()
  const popup = await widget.window()
  const own: string[] = []
  record(popup, own)
  await popup.locator('input[name=login]').waitFor()
  const [id = ''] = states(notebook.traffic)[0]?.split('.') ?? []
  // A script of the same origin in another window: the worst place that is not the notebook itself.
  const opened = notebook.page.waitForEvent('popup')
  await notebook.page.evaluate((url) => void window.open(url), `${desk.servers.lab}api/me`)
  const attacker = await opened
  await attacker.waitForLoadState()
  const pause = await notebook.page.evaluateHandle(() => {
    const longest = { ms: 0, last: performance.now() }
    setInterval(() => {
      longest.ms = Math.max(longest.ms, performance.now() - longest.last)
      longest.last = performance.now()
    }, 20)
    return longest
  })
  // Each is different, and has the shape and the id of the real one.
  await attacker.evaluate((flow) => {
    const channel = new BroadcastChannel(`ipyauth.${flow}`)
    for (let i = 0; i < 10_000; i++) {
      const forged = { ipyauth: 1, id: flow, enc: 'A'.repeat(87), ct: `${i}`.padStart(200, 'A') }
      channel.postMessage(forged)
      opener.postMessage(forged, location.origin)
      localStorage.setItem(`ipyauth.${flow}`, JSON.stringify(forged))
    }
  }, id)
  await logIn(popup, 'alice')
  await closed(popup)
  await widget.is('signed_in')
  // Each way has its budget, and the flood can't use up that of the window itself.
  const ways = relays(notebook.traffic)
  expect(ways.at(-1)).toBe('opener')
  expect(ways.length).toBeLessThanOrEqual(1 + 2 * 8)
  expect(relays(own)).toEqual([])
  expect((await pause.jsonValue()).ms).toBeLessThan(3000)
})

test("B37 another notebook's JavaScript sends the widget's comm forged messages", async ({ desk }) => {
  const notebook = await desk.open('victim', [code(desk.servers.certified)])
  await notebook.run(0)
  const widget = notebook.widget()
  const popup = await widget.window()
  await popup.locator('input[name=login]').waitFor()
  const history = await widget.history()
  const [id = ''] = states(notebook.traffic)[0]?.split('.') ?? []
  const comm = /"comm_id":\s*"([\w-]+)"[^{}]*"data":\s*\{"method":"custom","content":\{"type":"begin"/
  const target = { kernel: await notebook.kernel(), comm: comm.exec(notebook.traffic.join('\n'))?.[1], flow: id }
  expect(target).toEqual({ kernel: expect.any(String), comm: expect.any(String), flow: expect.any(String) })

  const attack = `import "display"\ndisplay.JavaScript(${JSON.stringify(`(${forge})(${JSON.stringify(target)}, element)`)})`
  const attacker = await desk.open('attacker', [attack])
  await attacker.run(0)
  await expect(attacker.cell(0).locator('.jp-OutputArea-output')).toHaveText('all messages handled')
  expect(await history()).toEqual(['pending'])
  await logIn(popup, 'alice')
  await closed(popup)
  await widget.is('signed_in')
  await expect(widget.field('user')).toContainText('User alice')
  expect(await history()).toEqual(['pending', 'signed_in'])
})

/** Runs in the other notebook: what a front end could say to make a widget look or be signed in. */
function forge(target: { kernel: string; comm: string; flow: string }, element: HTMLElement): void {
  const sealed = { ipyauth: 1, id: target.flow, enc: 'A'.repeat(87), ct: 'A'.repeat(200) }
  const open = { ipyauth: 1, id: target.flow, open: { query: `code=x&state=${target.flow}`, fragment: '' } }
  const custom = [
    { type: 'user', user: 'mallory' },
    { type: 'welcome', view: '*', user: 'mallory' },
    { type: 'received', id: target.flow },
    { type: 'callback', via: 'opener', envelope: sealed },
    { type: 'callback', via: 'paste', envelope: open },
    { type: 'signed_in', token: 'forged' },
  ]
  const data = [
    { method: 'update', state: { status: 'signed_in', verified: true, scopes: ['admin'] }, buffer_paths: [] },
    ...custom.map((content) => ({ method: 'custom', content })),
    { method: 'request_state' },
  ]
  const ids = data.map(() => crypto.randomUUID())
  const socket = new WebSocket(`ws://${location.host}/api/kernels/${target.kernel}/channels`)
  socket.onopen = () => {
    for (const [i, content] of data.entries()) {
      const header = { msg_id: ids[i], msg_type: 'comm_msg', username: '', session: 'forged', version: '5.4' }
      const message = { header, parent_header: {}, metadata: {}, content: { comm_id: target.comm, data: content } }
      socket.send(JSON.stringify({ ...message, channel: 'shell', buffers: [] }))
    }
  }
  socket.onmessage = ({ data: text }) => {
    const { content, parent_header } = JSON.parse(text)
    if (content.execution_state !== 'idle' || parent_header.msg_id !== ids.at(-1)) return
    element.textContent = 'all messages handled'
    socket.close()
  }
}

/** Changes the address of the callback page, with the provider's answer in it, before the browser goes there. */
async function onTheWay(popup: Page, change: (address: string) => string): Promise<void> {
  const session = await popup.context().newCDPSession(popup)
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const location = change(request.url)
    const answer = { requestId, responseCode: 302, responseHeaders: [{ name: 'Location', value: location }] }
    if (location === request.url) void session.send('Fetch.continueRequest', { requestId })
    else void session.send('Fetch.fulfillRequest', answer)
  })
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*/callback/*' }] })
}
