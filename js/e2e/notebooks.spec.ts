// Every notebook of notebooks/, run as people run it: Run All Cells, and a sign-in at each widget.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from './fixtures.ts'
import { closed, logIn } from './lab.ts'
import type { Servers } from './servers.ts'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const files = readdirSync(join(project, 'notebooks')).filter((name) => name.endsWith('.ipynb'))

for (const file of files) {
  test(`G89 Run All: ${file}`, async ({ desk }) => {
    copyFor(desk.servers)
    const source = readFileSync(join(project, 'notebooks', file), 'utf8')
    const waits = source.match(/\.Wait\(\)/g)?.length ?? 0
    const notebook = await desk.show(`notebooks/${file}`)
    await notebook.runAll()
    for (let i = 0; i < waits; i++) {
      // Its last cells clear the token: what counts is that no cell fails.
      const popup = await notebook.widget(i).window()
      await logIn(popup, 'heidi')
      await closed(popup)
    }
    const cells = notebook.root.locator('.jp-Notebook .jp-CodeCell')
    await expect(cells.last().locator('.jp-InputPrompt')).toHaveText(/\[\d+\]:/, { timeout: 30_000 })
    await expect(notebook.root.locator('.jp-OutputArea-output[data-mime-type*="error"]')).toHaveCount(0)
  })
}

/** Copies what `make demo` copies, with the port of this run's provider. */
function copyFor(servers: Servers): void {
  const port = new URL(servers.demo).port
  for (const folder of ['notebooks', 'dotenv-examples']) {
    mkdirSync(join(servers.root, folder), { recursive: true })
    for (const name of readdirSync(join(project, folder)).filter((n) => /\.(ipynb|env)$/.test(n))) {
      const text = readFileSync(join(project, folder, name), 'utf8')
      writeFileSync(join(servers.root, folder, name), text.replaceAll(':9471', `:${port}`))
    }
  }
}
