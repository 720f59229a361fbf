// How long a sign-in takes from the callback page to the widget's "signed in": `make bench`. From the
// request for the page, which has the browser's new frame in it, and from the page's first line.
// The provider knows the person already, so its windows answer by themselves.

import type { Page } from '@playwright/test'
import { oidc, sgConnect } from './cells.ts'
import { expect, test } from './fixtures.ts'
import { closed, Notebook, type Widget } from './lab.ts'
import type { Servers } from './servers.ts'

const ROUNDS = 25
const STARTED = 'bench.callback'

const rows: [name: string, cell: (s: Servers) => string][] = [
  ['implicit, ID token verified', (s) => sgConnect(s, 'token id_token')],
  ['code + PKCE, exchanged and verified', (s) => oidc(s.demo, 'ipyauth-demo', 'code')],
]

for (const [name, cell] of rows) {
  test(name, async ({ browserContext, servers }) => {
    await browserContext.addInitScript((key) => {
      const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
      if (!location.pathname.endsWith('/callback/') || !load) return
      const starts = [load.fetchStart, performance.now()].map((ms) => performance.timeOrigin + ms)
      localStorage.setItem(key, JSON.stringify(starts))
    }, STARTED)
    const notebook = await Notebook.open(browserContext, servers, 'speed', [cell(servers)])
    await notebook.run(0)
    const widget = notebook.widget()
    await widget.signIn()
    const requested = []
    const running = []
    for (let i = 0; i < ROUNDS; i++) {
      const { sinceRequest, sinceFirstLine } = await round(notebook.page, widget)
      requested.push(sinceRequest)
      running.push(sinceFirstLine)
    }
    console.log(`signin-bench ${JSON.stringify({ name, requested, running })}`)
  })
}

/** Signs in once more; the milliseconds to the widget's new state. */
async function round(page: Page, widget: Widget): Promise<{ sinceRequest: number; sinceFirstLine: number }> {
  await widget.button('clear').click()
  await widget.is('signed_out')
  await page.evaluate((key) => localStorage.removeItem(key), STARTED)
  const signedIn = page.evaluate(
    () =>
      new Promise<number>((seen) => {
        const root = document.querySelector('.ipyauth')
        if (!root) throw new Error('no widget')
        const watcher = new MutationObserver(() => {
          if (root.getAttribute('data-status') !== 'signed_in') return
          watcher.disconnect()
          seen(performance.timeOrigin + performance.now())
        })
        watcher.observe(root, { attributes: true })
      }),
  )
  await closed(await widget.window())
  const end = await signedIn
  const starts = await page.evaluate((key) => localStorage.getItem(key), STARTED)
  const [request, firstLine] = JSON.parse(starts ?? '[]')
  expect(request).toBeGreaterThan(0)
  return { sinceRequest: end - request, sinceFirstLine: end - firstLine }
}
