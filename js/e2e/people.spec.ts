// What people do while a sign-in is under way. Each ends with somebody signed in.

import { oidc } from './cells.ts'
import { expect, test } from './fixtures.ts'
import { closed, logIn, Notebook } from './lab.ts'
import { exchanges } from './servers.ts'
import { count, record, relays } from './traffic.ts'

const code = (issuer: string) => oidc(issuer, 'notebook', 'code')

test('B30 provider with same-origin: nobody says "closed" while the window is open', async ({ desk }) => {
  const notebook = await desk.open('cut', [code(desk.servers.aloof)])
  await notebook.run(0)
  const widget = notebook.widget()
  await widget.is('signed_out')
  const history = await widget.history()
  const popup = await widget.window()
  await popup.locator('input[name=login]').waitFor()
  // The browser says that the window is closed, and the person is in this one: it is asked, not told.
  await expect(widget.root).toContainText('Window closed?', { timeout: 10_000 })
  await logIn(popup, 'alice')
  await closed(popup)
  await widget.is('signed_in')
  expect(await history()).not.toContain('failed')
  expect(count(notebook.traffic, 'popup_closed')).toBe(0)
})

test('B31 provider with same-origin: the person closes the window and tries again', async ({ desk }) => {
  const notebook = await desk.open('cut-closed', [code(desk.servers.aloof)])
  await notebook.run(0)
  const widget = notebook.widget()
  const popup = await widget.window()
  await popup.locator('input[name=login]').waitFor()
  await popup.close()
  await expect(widget.root).toContainText('Window closed?', { timeout: 10_000 })
  await widget.is('pending')
  await expect(widget.button('cancel')).toBeVisible()
  await widget.signIn('alice')
})

test('B32 window that is closed at once: a link, whose address can be copied', async ({ desk }) => {
  const notebook = await desk.open('killed', [code(desk.servers.certified)])
  await notebook.run(0)
  const widget = notebook.widget()
  await widget.is('signed_out')
  // As extensions that close popups do.
  await notebook.page.evaluate(() => {
    const open = window.open.bind(window)
    window.open = (...args) => {
      window.open = open
      const opened = open(...args)
      opened?.close()
      return opened
    }
  })
  await widget.button('sign-in').click()
  const link = widget.button('open-link')
  await expect(link).toHaveAttribute('href', new RegExp(`^${desk.servers.certified}/auth\\?.*state=`))
  // In a tab of one's own nothing leads back to the notebook but the channels.
  const tab = await desk.context.newPage()
  await tab.goto((await link.getAttribute('href')) ?? '')
  await logIn(tab, 'alice')
  await widget.is('signed_in')
  expect(relays(notebook.traffic)).toEqual([expect.stringMatching(/^(broadcast|storage)$/)])
})

test('G92 double click on Sign in: one window, one flow, one exchange', async ({ desk }) => {
  const notebook = await desk.open('double', [code(desk.servers.certified)])
  await notebook.run(0)
  const widget = notebook.widget()
  const before = await exchanges(desk.servers.certified)
  const windows = desk.context.pages().length
  const opened = notebook.page.waitForEvent('popup')
  await widget.button('sign-in').dblclick()
  const popup = await opened
  await popup.locator('input[name=login]').waitFor()
  expect(desk.context.pages().length).toBe(windows + 1)
  await logIn(popup, 'alice')
  await closed(popup)
  await widget.is('signed_in')
  expect(count(notebook.traffic, 'begin')).toBe(1)
  expect(count(notebook.traffic, 'cancel')).toBe(0)
  expect(await exchanges(desk.servers.certified)).toBe(before + 1)
})

test('G92 Clear while the window is open: it closes', async ({ desk }) => {
  const notebook = await desk.open('clear', [code(desk.servers.certified), 'a.Clear()'])
  await notebook.run(0)
  const widget = notebook.widget()
  const popup = await widget.window()
  await popup.locator('input[name=login]').waitFor()
  await notebook.run(1)
  await closed(popup)
  await widget.is('signed_out')
  await widget.signIn('alice')
})

test('A04 G92 Clear while the window is open and out of reach: its late answer signs nobody in', async ({ desk }) => {
  const notebook = await desk.open('clear-cut', [code(desk.servers.aloof), 'a.Clear()', 'a.LoggedAs()'])
  await notebook.run(0)
  const widget = notebook.widget()
  const before = await exchanges(desk.servers.aloof)
  const popup = await widget.window()
  await popup.locator('input[name=login]').waitFor()
  await notebook.run(1)
  await widget.is('signed_out')
  const own: string[] = []
  record(popup, own)
  await logIn(popup, 'alice')
  await expect(popup.getByText('The notebook did not take this answer')).toBeVisible()
  expect(relays([...notebook.traffic, ...own])).toEqual(['websocket'])
  expect(await notebook.run(2)).toBe('')
  expect(await exchanges(desk.servers.aloof)).toBe(before)
  await widget.is('signed_out')
  await widget.signIn('alice')
})

test('G92 Clear right after Renew: signed out, and it stays so', async ({ desk }) => {
  const notebook = await desk.open('renew', [oidc(desk.servers.demo, 'ipyauth-demo', 'code'), 'a.AccessToken() == ""'])
  await notebook.run(0)
  const widget = notebook.widget()
  await widget.signIn()
  // In one task: no answer of the kernel comes between the two clicks.
  await widget.root.evaluate((root) => {
    for (const name of ['renew', 'clear']) root.querySelector<HTMLElement>(`[data-action=${name}]`)?.click()
  })
  await widget.is('signed_out')
  const history = await widget.history()
  expect(await notebook.run(1)).toBe('true')
  expect(await history()).toEqual(['signed_out'])
})

test('B34 kernel restarted while the window is open', async ({ desk }) => {
  const notebook = await desk.open('restarted', [code(desk.servers.certified), 'a.LoggedAs()'])
  await notebook.run(0)
  const widget = notebook.widget()
  const before = await exchanges(desk.servers.certified)
  const popup = await widget.window()
  await popup.locator('input[name=login]').waitFor()
  await notebook.restart()
  await logIn(popup, 'alice')
  await expect(popup.getByText('The notebook did not take this answer')).toBeVisible()
  await expect(widget.field('error')).toContainText('Run the cell again')
  expect(await exchanges(desk.servers.certified)).toBe(before)
  await notebook.run(0)
  await notebook.widget().is('signed_out')
  await notebook.widget().signIn('alice')
  expect(await notebook.run(1)).toContain('User alice')
})

test('B34 tab closed while the window is open: the window itself brings the answer', async ({ desk }) => {
  const name = `tab-${crypto.randomUUID()}`
  const first = await Notebook.open(desk.context, desk.servers, name, [code(desk.servers.certified), 'a.LoggedAs()'])
  await first.run(0)
  const popup = await first.widget().window()
  await popup.locator('input[name=login]').waitFor()
  await first.save()
  await first.page.close()
  await logIn(popup, 'alice')
  await closed(popup)
  const second = await Notebook.show(desk.context, desk.servers, `${name}.ipynb`)
  await second.widget().is('signed_in')
  expect(await second.run(1)).toContain('User alice')
})

test('B35 two tabs on one kernel: one login, and both show it', async ({ desk }) => {
  const notebook = await desk.open('tabs', [code(desk.servers.certified)])
  await notebook.run(0)
  await notebook.save()
  const second = await Notebook.show(desk.context, desk.servers, notebook.file)
  await second.widget().is('signed_out')
  const before = await exchanges(desk.servers.certified)
  const popup = await second.widget().window()
  await notebook.widget().is('pending')
  await logIn(popup, 'alice')
  await closed(popup)
  for (const tab of [notebook, second]) {
    await tab.widget().is('signed_in')
    await expect(tab.widget().field('user')).toContainText('User alice')
  }
  expect(relays([...notebook.traffic, ...second.traffic])).toEqual(['opener'])
  expect(await exchanges(desk.servers.certified)).toBe(before + 1)
})
