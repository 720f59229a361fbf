// Plays the person of `make demo`: opens the demo notebook, runs all cells, signs in twice, reads the
// outputs. Prints the time of each step; ends with status 1 and one sentence if anything is not as it should be.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, expect } from '@playwright/test'

const { DEMO_URL: url, DEMO_TOKEN: token, CHROMIUM: executablePath } = process.env

let last = performance.now()
function done(step) {
  const now = performance.now()
  console.log(`  ${step}: ${(now - last).toFixed(0)} ms`)
  last = now
}

const profile = mkdtempSync(join(tmpdir(), 'ipyauth-demo-'))
const args = ['--headless=new', '--disable-gpu', '--no-first-run', '--disable-background-networking']
args.push('--disable-component-update', '--disable-sync', '--password-store=basic', '--remote-debugging-pipe')
args.push(
  `--user-data-dir=${profile}`,
  '--window-size=1200,1400',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
)
const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  ignoreDefaultArgs: true,
  headless: true,
  viewport: null,
  args: [...args, 'about:blank'],
})
try {
  const page = context.pages()[0] ?? (await context.newPage())
  done('browser started')
  await page.goto(`${url}lab/tree/notebooks/demo.ipynb?reset&token=${token}`)
  const cells = page.locator('.jp-Notebook .jp-CodeCell')
  await expect(cells.first()).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('Go (ipyauth)').first()).toBeVisible()
  done('notebook open')

  await page.getByRole('menuitem', { name: 'Run', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click()
  for (const [i, name] of ['SG Connect', 'authorization code'].entries()) {
    const widget = page.locator('.ipyauth').nth(i)
    await expect(widget).toHaveAttribute('data-status', 'signed_out', { timeout: 30_000 })
    done(`${name}: widget shown`)
    await signIn(page, widget)
    done(`${name}: signed in, click to token`)
  }
  await expect(cells.last().locator('.jp-InputPrompt')).toHaveText(/\[\d+\]:/, { timeout: 30_000 })
  done('the other cells ran')

  const outputs = (await page.locator('.jp-OutputArea-output').allInnerTexts()).join('\n')
  expect(outputs).toContain('200 OK')
  expect(outputs).toMatch(/the token has \d+ characters/)
  expect(outputs).toContain('""')
  expect(outputs).not.toMatch(/error|panic/i)
  await expect(page.locator('.ipyauth').first()).toHaveAttribute('data-status', 'signed_out')
  console.log('The demo works.')
} catch (error) {
  console.error(`The demo does not work: ${error.message}`)
  process.exitCode = 1
} finally {
  await context.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
}

async function signIn(page, widget) {
  const opened = page.waitForEvent('popup')
  await widget.locator('[data-action="sign-in"]').click()
  const popup = await opened
  const left = popup.waitForEvent('close', { timeout: 30_000 })
  await popup.waitForURL((u) => u.protocol.startsWith('http'))
  const name = popup.locator('input[name=username]')
  await expect(name.or(popup.locator('button[name=ok][value=yes]'))).toBeVisible()
  if (await name.isVisible()) {
    await name.fill('alice')
    await popup.locator('input[name=password]').fill('any password')
    await popup.locator('button[type=submit]').first().click()
  }
  await popup.locator('button[name=ok][value=yes]').click()
  await left
  await expect(widget).toHaveAttribute('data-status', 'signed_in')
}
