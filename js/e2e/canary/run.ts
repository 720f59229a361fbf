// The canary run: everything is done once, everything that was written is collected, and each test looks at a part.

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, test as base } from '@playwright/test'
import { withBrowser } from '../browser.ts'
import type { Notebook } from '../lab.ts'
import type { Servers } from '../servers.ts'
import { crash, failures, fromDotenv, printers, secretTeller, tellers } from './cells.ts'
import { convert, execute, said, writeNotebook } from './headless.ts'
import { filesIn, inPlace, type Place, processesIn } from './place.ts'
import { type RecordingProvider, startProvider } from './provider.ts'
import { crashKernel, DOTENV, visitConfidential, visitImplicit } from './visit.ts'
import { contacted, kept, type Watch, watch } from './watch.ts'

const here = dirname(fileURLToPath(import.meta.url))
const binary = resolve(here, '../../../bin/ipyauth')

export interface Run {
  /** every secret there was, by what it is */
  secrets: Map<string, string>
  /** what was written, by where */
  places: Map<string, Buffer>
  /** the servers that the browser asked for something, and those it had reason to */
  contacted: string[]
  expected: string[]
  /** the servers after a request of the page's to somebody else */
  control: string[]
}

export const test = base.extend<object, { run: Run }>({
  run: [
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the names of a fixture's dependencies
    async ({}, use) => {
      const run: Run = { secrets: new Map(), places: new Map(), contacted: [], expected: [], control: [] }
      await inPlace(async (place) => {
        const provider = await startProvider(`${place.servers.lab}callback/`)
        await collect(run, place, provider).finally(provider.stop)
      })
      await use(run)
    },
    { scope: 'worker', timeout: 240_000 },
  ],
})

async function collect(run: Run, place: Place, provider: RecordingProvider): Promise<void> {
  const { servers, folder } = place
  await withBrowser(async (context) => {
    // The profile is complete when the browser has ended; it is removed with the browser's own folder.
    await browse(run, context, place, provider).finally(() => context.close())
    addProfile(run, folder)
  })
  await addDoctor(run, servers)
  await addHeadless(run, place)
  for (const [name, secret] of provider.secrets) run.secrets.set(name, secret)
  // The one file that holds a secret on purpose, written by its user.
  const dotenv = relative(folder, join(servers.root, DOTENV, 'ipyauth-oidc.env'))
  for (const [path, bytes] of filesIn(folder)) if (path !== dotenv) add(run, `file ${path}`, bytes)
}

async function browse(run: Run, context: BrowserContext, place: Place, provider: RecordingProvider): Promise<void> {
  const { servers, folder } = place
  const seen = watch(context)
  const confidential = await visitConfidential(context, servers, provider)
  const { notebook, secrets } = await visitImplicit(context, servers)
  for (const [name, secret] of secrets) run.secrets.set(name, secret)
  for (const [name, bytes] of processesIn(folder)) add(run, `process ${name}`, bytes)
  await addNotebook(run, servers, 'code', confidential)
  await addNotebook(run, servers, 'implicit', notebook)
  const others = await crashKernel(context, servers, () => readFileSync(servers.log, 'utf8'))
  for (const [name, secret] of others) run.secrets.set(`${name} 2`, secret)
  addWatched(run, seen, servers)
  run.contacted = contacted(seen)
  run.expected = [servers.lab, servers.demo, provider.issuer].map((url) => new URL(url).host).sort()
  await notebook.page.evaluate(() => fetch('http://127.0.0.1:9/').catch(() => undefined))
  run.control = contacted(seen)
}

async function addNotebook(run: Run, servers: Servers, name: string, notebook: Notebook): Promise<void> {
  add(run, `${name}: messages`, notebook.traffic.join('\n'))
  add(run, `${name}: page`, await kept(notebook.page))
  add(run, `${name}: notebook`, readFileSync(notebook.path))
  const checkpoints = join(servers.root, '.ipynb_checkpoints')
  add(run, `${name}: checkpoint`, readFileSync(join(checkpoints, `canary-${name}-checkpoint.ipynb`)))
  for (const format of ['html', 'script', 'markdown', 'notebook']) {
    const url = `${servers.lab}nbconvert/${format}/canary-${name}.ipynb?token=${servers.token}`
    add(run, `${name}: exported as ${format}`, Buffer.from(await (await fetch(url)).arrayBuffer()))
  }
}

/** What the browser's own windows sent, but for the way the answer takes from the provider to the callback page. */
function addWatched(run: Run, seen: Watch, servers: Servers): void {
  const others = seen.requests.filter(
    ({ url }) => url.startsWith(servers.lab) && !url.startsWith(`${servers.lab}callback/`),
  )
  add(run, 'requests to Jupyter', others.map(({ url, body }) => `${url} ${body}`).join('\n'))
  add(run, 'referrers', seen.requests.map(({ referrer }) => referrer).join('\n'))
  add(run, 'consoles', seen.console.join('\n'))
}

function addProfile(run: Run, folder: string): void {
  const profiles = readdirSync(join(folder, 'tmp')).filter((name) => name.startsWith('ipyauth-chromium-'))
  for (const profile of profiles) {
    for (const [path, bytes] of filesIn(join(folder, 'tmp', profile))) add(run, `browser profile ${path}`, bytes)
  }
}

async function addDoctor(run: Run, servers: Servers): Promise<void> {
  for (const form of ['text', 'json']) {
    const args = ['doctor', '--dotenv-folder', join(servers.root, DOTENV), `--json=${form === 'json'}`]
    // It finds no kernelspec in the empty home folder, and fails.
    add(run, `doctor ${form}`, await said(spawn(binary, args), true))
  }
}

/** Notebooks executed without a browser; the first signs in, and its last cell ends the kernel. */
async function addHeadless(run: Run, { folder, servers }: Place): Promise<void> {
  const messages = join(folder, 'messages.txt')
  const cells = [fromDotenv(DOTENV), ...printers, ...tellers, secretTeller, crash]
  add(run, 'headless: terminal', await execute(servers, 'headless.ipynb', cells, messages))
  add(run, 'headless: messages', readFileSync(messages))
  add(run, 'headless: notebook', readFileSync(join(servers.root, 'headless-executed.ipynb')))
  add(run, 'headless: HTML', await convert(servers, 'headless-executed.ipynb'))
  writeNotebook(servers, 'signed-out.ipynb', [fromDotenv(DOTENV), ...printers.slice(1), failures.signedOut])
  add(run, 'signed out: HTML', await convert(servers, 'signed-out.ipynb', ['--execute', '--allow-errors']))
}

function add(run: Run, place: string, bytes: string | Buffer): void {
  run.places.set(place, Buffer.from(bytes as string))
}
