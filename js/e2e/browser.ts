// A Chromium that behaves as people's do. Playwright's own defaults switch off popup blocking,
// storage partitioning and timer throttling: with them some sign-ins pass that would fail.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from '@playwright/test'

const flags = [
  '--headless=new',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--password-store=basic',
  '--use-mock-keychain',
  '--remote-debugging-pipe',
  '--window-size=1200,900',
]

/** Runs use with a Chromium that has a profile of its own, and removes both. */
export async function withBrowser(use: (context: BrowserContext) => Promise<void>): Promise<void> {
  const executablePath = process.env.CHROMIUM
  if (!executablePath) throw new Error('CHROMIUM must name a Chromium; `make test` finds or installs one')
  const profile = mkdtempSync(join(tmpdir(), 'ipyauth-chromium-'))
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    ignoreDefaultArgs: true,
    headless: true,
    viewport: null,
    args: [...flags, ...sandbox, `--user-data-dir=${profile}`, 'about:blank'],
  })
  await use(context)
  await context.close()
  // The browser's processes may write a little longer than it takes to close.
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}
