// The tests' own `test`: servers once, a browser for each test.

import { type BrowserContext, test as base } from '@playwright/test'
import { withBrowser } from './browser.ts'
import { Desk } from './desk.ts'
import { type Servers, startServers } from './servers.ts'

export { expect } from '@playwright/test'

export const test = base.extend<{ browserContext: BrowserContext; desk: Desk }, { servers: Servers; room: Desk }>({
  servers: [
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the names of a fixture's dependencies
    async ({}, use) => {
      const { servers, stop } = await startServers()
      await use(servers)
      await stop()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: playwright reads the names of a fixture's dependencies
  browserContext: async ({}, use) => withBrowser(use),
  /** a JupyterLab that stays open from test to test, for those that need none of their own */
  desk: async ({ room }, use) => {
    await use(room)
    await room.tidy()
  },
  room: [
    ({ servers }, use) =>
      withBrowser(async (context) => {
        const desk = new Desk(context, servers)
        await use(desk)
        await desk.stop()
      }),
    { scope: 'worker' },
  ],
})
