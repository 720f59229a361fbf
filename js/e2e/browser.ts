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

/** Starts a Chromium with a profile of its own; close() removes that too. */
export async function launch(): Promise<BrowserContext> {
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
  context.on('close', () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }))
  return context
}
