// What a page with widgets in it does over its life: Run All, many widgets, reopened with another kernel.

import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { oidc } from './cells.ts'
import { expect, test } from './fixtures.ts'

const demo = (issuer: string) => oidc(issuer, 'ipyauth-demo', 'code')

test('G89 Run All: the cell that waits says so, an interrupt frees it, a sign-in lets it go on', async ({ desk }) => {
  const waits = demo(desk.servers.demo).replace(/\na$/, '\na.Wait()')
  const notebook = await desk.open('run-all', [waits, 'a.LoggedAs()'])
  await notebook.runAll()
  await expect(notebook.widget().root).toContainText('A cell is waiting')
  await notebook.interrupt()
  expect(await notebook.finished(0)).toContain('interrupted')
  await expect(notebook.cell(1).locator('.jp-InputPrompt')).toHaveText('[ ]:')

  await notebook.runAll()
  await expect(notebook.widget().root).toContainText('A cell is waiting')
  await notebook.widget().signIn('alice')
  expect(await notebook.finished(1)).toContain('Alice')
})

test('E82 notebook reopened with a new kernel: what was saved signs nobody in', async ({ desk }) => {
  const first = await desk.open('saved', [demo(desk.servers.demo), 'a.LoggedAs()'])
  await first.run(0)
  await first.widget().signIn('alice')
  // "Save Widget State Automatically" in the Settings menu.
  const saveState = '@jupyter-widgets/jupyterlab-manager:saveWidgetState'
  await first.command(saveState)
  await first.save()
  await first.command(saveState)
  expect(readFileSync(first.path, 'utf8')).toMatch(/"status": "signed_in"/)

  const again = await desk.reopen(first)
  await expect(again.widget().field('error')).toContainText('Run the cell again', { timeout: 10_000 })
  await expect(again.widget().root).toHaveAttribute('data-status', 'signed_out')
  await expect(again.widget().button('sign-in')).toBeDisabled()
  await expect(again.root).not.toContainText('Alice')
  await again.run(0)
  await again.widget().is('signed_out')
  await again.widget().signIn('alice')
  expect(await again.run(1)).toContain('Alice')
})

test('G93 20 widgets in one page: no shared ids, and nothing left when they go', async ({ desk }) => {
  const many = `import "ipyauth"
all := []*ipyauth.Auth{}
for i := 0; i < 20; i++ {
	a := ipyauth.NewAuth(ipyauth.ParamsOIDC{Issuer: "${desk.servers.demo}", ClientID: "ipyauth-demo", ResponseType: "code"})
	all = append(all, a)
	Display(a)
}`
  const signedIn = 'n := 0\nfor _, a := range all { if a.LoggedAs() != "" { n++ } }\nn'
  const notebook = await desk.open('many', [many, signedIn])
  const page = notebook.page
  const before = await listeners(page)
  await notebook.run(0)
  const roots = notebook.root.locator('.ipyauth')
  await expect(roots).toHaveCount(20)
  await expect(notebook.root.locator('.ipyauth[data-link=live]')).toHaveCount(20)
  expect(
    await roots.evaluateAll(
      (all) => all.flatMap((root) => [root, ...root.querySelectorAll('*')]).filter((e) => e.id).length,
    ),
  ).toBe(0)
  expect((await listeners(page)).visibilitychange).toBe((before.visibilitychange ?? 0) + 20)

  await notebook.widget(17).signIn('alice')
  await expect(notebook.root.locator('.ipyauth[data-status=signed_in]')).toHaveCount(1)
  expect(await notebook.run(1)).toBe('1')
  await notebook.command('notebook:clear-all-cell-outputs')
  await expect(roots).toHaveCount(0)
  expect(await listeners(page)).toEqual(before)
})

/** How many listeners the page's window and document have, of the types that a sign-in listens to. */
async function listeners(page: Page): Promise<Record<string, number>> {
  const session = await page.context().newCDPSession(page)
  const counts: Record<string, number> = { message: 0, storage: 0, visibilitychange: 0, focus: 0, blur: 0 }
  for (const expression of ['window', 'document']) {
    const { result } = await session.send('Runtime.evaluate', { expression })
    const found = await session.send('DOMDebugger.getEventListeners', { objectId: result.objectId ?? '' })
    for (const { type } of found.listeners) if (type in counts) counts[type] = (counts[type] ?? 0) + 1
  }
  await session.detach()
  return counts
}
