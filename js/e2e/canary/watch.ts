// What the browser shows of itself while it runs: the requests it makes, and what it keeps.

import type { BrowserContext, Page } from '@playwright/test'

export interface Watch {
  /** every request, of every page and worker, with what the page sent along */
  requests: { url: string; page: Page | undefined; referrer: string; body: string }[]
  /** everything written to a console, and errors nobody caught */
  console: string[]
}

/** Notes what every page of the context does from now on. */
export function watch(context: BrowserContext): Watch {
  const seen: Watch = { requests: [], console: [] }
  context.on('request', (request) => {
    const page = request.serviceWorker() ? undefined : request.frame().page()
    const referrer = request.headers().referer ?? ''
    seen.requests.push({ url: request.url(), page, referrer, body: request.postDataBuffer()?.toString('latin1') ?? '' })
  })
  context.on('page', (page) => {
    page.on('websocket', (socket) => seen.requests.push({ url: socket.url(), page, referrer: '', body: '' }))
  })
  context.on('console', (message) => seen.console.push(`${message.type()} ${message.text()} ${message.location().url}`))
  context.on('weberror', (error) => seen.console.push(String(error.error().stack)))
  return seen
}

/** The servers that were asked for something. */
export function contacted(seen: Watch): string[] {
  const hosts = seen.requests
    .map((request) => new URL(request.url))
    .filter((url) => /^(http|ws)s?:$/.test(url.protocol))
  return [...new Set(hosts.map((url) => url.host))].sort()
}

/** What scripts of the page's origin can read: storages, caches, cookies, the page's own history of addresses. */
export async function kept(page: Page): Promise<string> {
  const cookies = await page.context().cookies()
  const inPage = await page.evaluate(async () => {
    const stores: unknown[] = []
    for (const { name } of await indexedDB.databases()) {
      if (!name) continue
      const database = await new Promise<IDBDatabase>((done, failed) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => done(opening.result)
        opening.onerror = () => failed(opening.error)
      })
      for (const store of database.objectStoreNames) {
        const asking = database.transaction(store).objectStore(store).getAll()
        await new Promise((done) => asking.addEventListener('success', done))
        stores.push({ name, store, values: asking.result })
      }
      database.close()
    }
    const cached = await Promise.all(
      (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((request) => request.url)),
    )
    return JSON.stringify({
      localStorage: { ...localStorage },
      sessionStorage: { ...sessionStorage },
      stores,
      cached,
      workers: (await navigator.serviceWorker.getRegistrations()).map((worker) => worker.scope),
      addresses: performance.getEntries().map((entry) => entry.name),
      here: location.href,
      text: document.documentElement.outerHTML,
    })
  })
  return JSON.stringify(cookies) + inPage
}
