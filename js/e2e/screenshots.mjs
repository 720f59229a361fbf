// Takes the pictures of README from the real widget in a real JupyterLab: `make screenshots`.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, expect } from '@playwright/test'

const { DEMO_URL: url, DEMO_TOKEN: token, CHROMIUM: executablePath } = process.env
const folder = resolve(import.meta.dirname, '../../docs')
mkdirSync(folder, { recursive: true })

const profile = mkdtempSync(join(tmpdir(), 'ipyauth-pictures-'))
const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  viewport: { width: 1000, height: 900 },
  deviceScaleFactor: 2,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(`${url}lab/tree/notebooks/demo.ipynb?reset&token=${token}`)
  await expect(page.locator('.jp-Notebook .jp-CodeCell').first()).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('Go (ipyauth)').first()).toBeVisible()
  await command('application:toggle-left-area')
  await command('application:toggle-right-area').catch(() => undefined)
  await page.locator('.jp-Notebook .jp-CodeCell').first().click()
  await page.keyboard.press('Shift+Enter')

  const widget = page.locator('.ipyauth').first()
  const cell = page.locator('.jp-Notebook .jp-CodeCell').first()
  await expect(widget).toHaveAttribute('data-status', 'signed_out')
  await cell.screenshot({ path: join(folder, 'signed-out.png') })

  const opened = page.waitForEvent('popup')
  await widget.locator('[data-action="sign-in"]').click()
  const popup = await opened
  await popup.waitForURL((u) => u.protocol.startsWith('http'))
  await popup.locator('input[name=username]').fill('alice')
  await popup.locator('input[name=password]').fill('any password')
  await widget.screenshot({ path: join(folder, 'pending.png') })
  await popup.locator('button[type=submit]').first().click()
  const left = popup.waitForEvent('close')
  await popup.locator('button[name=ok][value=yes]').click()
  await left
  await expect(widget).toHaveAttribute('data-status', 'signed_in')
  await cell.screenshot({ path: join(folder, 'signed-in.png') })
  await widget.locator('[data-action="inspect"]').click()
  await expect(widget).toContainText('Checks')
  await widget.screenshot({ path: join(folder, 'inspect.png') })
  await widget.locator('[data-action="inspect"]').click()

  await command('apputils:change-theme', { theme: 'JupyterLab Dark' })
  await expect(page.locator('body')).toHaveAttribute('data-jp-theme-light', 'false')
  await expect(page.locator('#jupyterlab-splash')).toHaveCount(0)
  await cell.screenshot({ path: join(folder, 'signed-in-dark.png') })
  await command('apputils:change-theme', { theme: 'JupyterLab Light' })
  console.log(`Pictures are in ${folder}`)

  function command(id, args) {
    return page.evaluate(([id, args]) => window.jupyterapp.commands.execute(id, args), [id, args])
  }
} finally {
  await context.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}
