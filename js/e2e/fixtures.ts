// The tests' own `test`: servers once, a browser for each test.

import { type BrowserContext, test as base } from '@playwright/test'
import { withBrowser } from './browser.ts'
import { type Servers, startServers } from './servers.ts'

export { expect } from '@playwright/test'

export const test = base.extend<{ browserContext: BrowserContext }, { servers: Servers }>({
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
})
