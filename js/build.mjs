// Builds the committed bundles: the widget (dist/) and the callback page (../callback/page/).
// With --check it writes nothing and fails when a committed file differs from its sources.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Bundles one entry and returns its text. */
async function bundle(entry, options) {
  const { outputFiles } = await build({
    absWorkingDir: here('.'),
    entryPoints: [entry],
    bundle: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    minify: true,
    target: ['chrome109', 'firefox115', 'safari16.4'],
    write: false,
    ...options,
  })
  return outputFiles[0].text
}

/** Puts script and style into the page, so that it is one file that loads nothing. */
async function callbackPage() {
  const [page, style, script] = await Promise.all([
    readFile(here('src/callback.html'), 'utf8'),
    bundle('src/callback.css'),
    bundle('src/callback.ts', { format: 'iife' }),
  ])
  // Inside an HTML script element these would end it or change how it is read.
  if (/<\/(script|style)|<!--/i.test(script + style)) throw new Error('callback: unsafe in HTML')
  return page.replace('/* style */', () => style.trim()).replace('/* script */', () => script.trim())
}

const outputs = {
  'dist/widget.js': await bundle('src/widget.ts', { format: 'esm' }),
  'dist/widget.css': await bundle('src/widget.css'),
  '../callback/page/index.html': await callbackPage(),
}

let stale = 0
for (const [path, text] of Object.entries(outputs)) {
  const file = here(path)
  const committed = await readFile(file, 'utf8').catch(() => '')
  const name = relative(here('..'), file)
  if (committed === text) {
    console.log(`${name}: ${Buffer.byteLength(text)} bytes, up to date`)
  } else if (process.argv.includes('--check')) {
    console.error(`${name}: differs from its sources; run npm run build`)
    stale++
  } else {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
    console.log(`${name}: ${Buffer.byteLength(text)} bytes, written`)
  }
}
process.exitCode = stale > 0 ? 1 : 0
