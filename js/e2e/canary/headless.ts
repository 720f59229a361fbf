// Notebooks that are executed without a browser: by nbclient, with a sign-in on the way, and by nbconvert.

import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeEnvelope, readAnswer } from '../../src/answer.ts'
import type { Servers } from '../servers.ts'

const here = dirname(fileURLToPath(import.meta.url))

/** Executes cells with nbclient; whoever is asked to sign in does. The last cell must end the kernel. */
export async function execute(servers: Servers, name: string, cells: string[], messages: string): Promise<string> {
  const notebook = writeNotebook(servers, name, cells)
  const redirectURI = `${servers.lab}callback/`
  const child = python(servers, [join(here, 'headless.py'), notebook, redirectURI, messages])
  child.stdout?.once('data', async (line: string) => {
    const envelope = await answer(JSON.parse(line).url, redirectURI)
    child.stdin?.end(`${JSON.stringify(envelope)}\n`)
  })
  return said(child)
}

/** Converts a notebook to HTML with nbconvert; with options, executes it before. */
export function convert(servers: Servers, file: string, options: string[] = []): Promise<string> {
  return said(python(servers, ['-m', 'nbconvert', '--to', 'html', '--stdout', ...options, join(servers.root, file)]))
}

export function writeNotebook(servers: Servers, name: string, cells: string[]): string {
  const path = join(servers.root, name)
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'ipyauth', display_name: 'Go (ipyauth)', language: 'go' } },
    cells: cells.map((source, i) => ({
      id: `cell-${i}`,
      cell_type: 'code',
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
  }
  writeFileSync(path, JSON.stringify(notebook))
  return path
}

/** Starts a Python program that sees the same kernels as the Jupyter server. */
function python(servers: Servers, args: string[]): ChildProcess {
  const home = dirname(servers.root)
  const folders = { HOME: home, JUPYTER_DATA_DIR: join(home, 'data'), JUPYTER_RUNTIME_DIR: join(home, 'runtime') }
  return spawn(process.env.IPYAUTH_JUPYTER_PYTHON ?? '', args, {
    cwd: servers.root,
    env: { ...process.env, ...folders },
    stdio: 'pipe',
  })
}

/** Everything a program says; it must succeed unless `anyway`. */
export function said(child: ChildProcess, anyway = false): Promise<string> {
  const texts: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => texts.push(text))
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('close', (status) => {
      if (status === 0 || anyway) done(texts.join(''))
      else failed(new Error(`${child.spawnargs.join(' ')} ended with status ${status}:\n${texts.join('')}`))
    })
  })
}

/** Signs in at the provider, and does the callback page's part: seals what the provider sends back. */
async function answer(address: string, redirectURI: string): Promise<unknown> {
  const { search, hash } = new URL(await logIn(address, redirectURI))
  const parts = { query: search.slice(1), fragment: hash.slice(1) }
  const reading = readAnswer(parts)
  if (!('state' in reading)) throw new Error('the provider sent no answer of ours')
  const made = await makeEnvelope(parts, reading.state)
  return 'envelope' in made ? made.envelope : made
}

/** Follows redirects and fills in the forms of npm's oidc-provider until it sends the window back. */
async function logIn(address: string, redirectURI: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next = { url: address, body: null as URLSearchParams | null }
  for (let steps = 0; steps < 20; steps++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(next.url, {
      method: next.body ? 'POST' : 'GET',
      body: next.body,
      headers: { cookie },
      redirect: 'manual',
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location?.startsWith(redirectURI)) return location
    if (location) {
      next = { url: new URL(location, next.url).href, body: null }
      continue
    }
    const page = await response.text()
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? ''
    const action = /<form[^>]* action="([^"]*)"/.exec(page)?.[1] ?? ''
    const body = new URLSearchParams({ prompt, login: 'frank', password: 'any password' })
    next = { url: new URL(action, next.url).href, body }
  }
  throw new Error('the provider asks again and again')
}
