// Everything a sign-in needs, as real processes: JupyterLab with the kernel and the callback page
// installed, the demo identity provider, and npm's oidc-provider, which is certified and not ours.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const binary = resolve(here, '../../bin/ipyauth')

export interface Servers {
  /** base URL of the Jupyter server, with its last slash */
  lab: string
  token: string
  /** folder JupyterLab shows; notebooks go there */
  root: string
  /** everything the Jupyter server and the kernels wrote to their terminals */
  log: string
  /** issuer of the demo identity provider */
  demo: string
  /** issuer of npm's oidc-provider */
  certified: string
  /** issuer of another oidc-provider, whose pages cut the opener off */
  aloof: string
  /** starts, once, an oidc-provider whose pages have this Cross-Origin-Opener-Policy; gives its issuer */
  withPolicy(openerPolicy: string): Promise<string>
}

/** Starts the servers; stop() ends them and removes what they wrote. */
export async function startServers(): Promise<{ servers: Servers; stop: () => Promise<void> }> {
  const python = process.env.IPYAUTH_JUPYTER_PYTHON
  if (!python) throw new Error('IPYAUTH_JUPYTER_PYTHON must name the Python that has JupyterLab; `make test` sets it')
  const home = mkdtempSync(join(tmpdir(), 'ipyauth-e2e-'))
  const children: ChildProcess[] = []
  const stop = async () => {
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(children.map(ended))
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const root = join(home, 'work')
    const log = join(home, 'jupyter.log')
    mkdirSync(root)
    const port = await freePort()
    const lab = `http://localhost:${port}/`
    const token = crypto.randomUUID()
    const demo = firstLine(start(children, binary, ['provider', '--addr', '127.0.0.1:0']))
    const policies = new Map<string, Promise<string>>()
    const withPolicy = (policy: string): Promise<string> => {
      const args = [join(here, 'certified.mjs'), `${lab}callback/`, policy]
      const issuer = policies.get(policy) ?? firstLine(start(children, process.execPath, args))
      policies.set(policy, issuer)
      return issuer
    }
    const [certified, aloof] = [withPolicy(''), withPolicy('same-origin')]
    startJupyter(children, { python, home, root, log, port, token })
    await answers(`${lab}callback/`, log)
    return {
      servers: { lab, token, root, log, demo: await demo, certified: await certified, aloof: await aloof, withPolicy },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

interface JupyterOptions {
  python: string
  home: string
  root: string
  log: string
  port: number
  token: string
}

function startJupyter(children: ChildProcess[], o: JupyterOptions): void {
  const dirs = Object.fromEntries(
    ['config', 'data', 'runtime'].map((n) => [`JUPYTER_${n.toUpperCase()}_DIR`, join(o.home, n)]),
  )
  const settings = join(o.home, 'data', 'lab', 'user-settings', '@jupyterlab', 'apputils-extension')
  mkdirSync(settings, { recursive: true })
  writeFileSync(join(settings, 'notification.jupyterlab-settings'), '{"fetchNews":"false","checkForUpdates":false}')
  const output = openSync(o.log, 'a')
  const args = ['-m', 'jupyterlab', '--no-browser', '--ip=127.0.0.1', `--port=${o.port}`, '--ServerApp.port_retries=0']
  args.push(
    `--ServerApp.root_dir=${o.root}`,
    '--LabApp.expose_app_in_browser=True',
    '--JupyterNotebookApp.expose_app_in_browser=True',
    '--ServerApp.log_level=DEBUG',
  )
  args.push(`--LabApp.user_settings_dir=${join(o.home, 'data', 'lab', 'user-settings')}`)
  if (process.getuid?.() === 0) args.push('--allow-root')
  const env = { ...process.env, ...dirs, HOME: o.home, JUPYTER_TOKEN: o.token }
  start(children, o.python, args, { env, stdio: ['ignore', output, output] })
  closeSync(output)
}

function start(children: ChildProcess[], command: string, args: string[], options = {}): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options })
  children.push(child)
  return child
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done()
    else child.once('exit', () => done())
  })
}

/** A server's first line of output is its issuer, printed when it is ready. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let text = ''
    child.stdout?.on('data', (chunk) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) found(text.slice(0, end).trim())
    })
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`${child.spawnargs.join(' ')} ended with status ${code}`)))
  })
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))))
    })
  })
}

async function answers(url: string, log: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`${url} did not answer within 60 s:\n${readFileSync(log, 'utf8').slice(-3000)}`)
}

/** How many codes were brought to the token endpoint of one of npm's oidc-providers. */
export async function exchanges(issuer: string): Promise<number> {
  const response = await fetch(`${issuer}/exchanges`)
  return ((await response.json()) as { exchanges: number }).exchanges
}
