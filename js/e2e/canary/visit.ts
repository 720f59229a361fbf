// The part of the run that a person does: JupyterLab, sign-in in the provider's window, cells, saving.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, expect, type Page } from '@playwright/test'
import { closed, logIn, Notebook, type Widget } from '../lab.ts'
import type { Servers } from '../servers.ts'
import { crash, failures, fromDotenv, implicit, printers, secretTeller, tellers } from './cells.ts'
import type { RecordingProvider } from './provider.ts'

/** The folder of the dotenv file, below the notebooks. */
export const DOTENV = 'settings'

/** Writes the dotenv file of the provider's client; returns the folder. */
export function writeDotenv(root: string, provider: RecordingProvider): string {
  const folder = join(root, DOTENV)
  mkdirSync(folder, { recursive: true })
  const lines = [
    `issuer=${provider.issuer}`,
    `client_id=${provider.clientID}`,
    `client_secret='${provider.clientSecret}'`,
    'scope=openid profile offline_access',
  ]
  writeFileSync(join(folder, 'ipyauth-oidc.env'), `${lines.join('\n')}\n`, { mode: 0o600 })
  return folder
}

/** Code + PKCE with a client secret and refresh tokens; the provider fails at each step once. */
export async function visitConfidential(
  context: BrowserContext,
  servers: Servers,
  provider: RecordingProvider,
): Promise<Notebook> {
  writeDotenv(servers.root, provider)
  const told = [...printers, ...tellers, secretTeller]
  const cells = [fromDotenv(DOTENV), ...told, failures.otherHost, failures.userInfo]
  const notebook = await Notebook.open(context, servers, 'canary-code', cells)
  await notebook.run(0)
  const widget = notebook.widget()
  const failed = failing(provider, 'token')
  await signIn(widget)
  await widget.is('failed')
  await expect(widget.field('error')).toContainText('did not accept')
  failed()

  await signIn(widget)
  await widget.is('signed_in')
  for (const i of told.keys()) await notebook.run(i + 1)
  await inspect(widget)
  await renew(widget, provider, 'token 200')
  // The renewed token, and the one before in a variable: it is still good at the provider.
  for (const cell of ['fmt.Println(a.AccessToken())', '*token']) await notebook.run(cells.indexOf(cell))
  const refused = failing(provider, 'token')
  await renew(widget, provider, 'token 400')
  refused()
  const mute = failing(provider, 'userinfo')
  for (const i of [cells.length - 2, cells.length - 1]) await notebook.run(i)
  mute()
  expect(provider.answered).toContain('userinfo 400')
  await notebook.run(1)
  await saveWithState(notebook)
  await notebook.reload()
  await notebook.widget().is('signed_in')
  return notebook
}

/** Implicit, in the shape of SG Connect. Also returns the tokens in the window's addresses. */
export async function visitImplicit(
  context: BrowserContext,
  servers: Servers,
): Promise<{ notebook: Notebook; secrets: Map<string, string> }> {
  const notebook = await Notebook.open(context, servers, 'canary-implicit', [
    implicit(servers.demo),
    ...printers,
    ...tellers,
  ])
  await notebook.run(0)
  const widget = notebook.widget()
  const secrets = await signIn(widget)
  await widget.is('signed_in')
  for (let i = 1; i <= printers.length + tellers.length; i++) await notebook.run(i)
  await inspect(widget)
  await saveWithState(notebook)
  await notebook.reload()
  await notebook.widget().is('signed_in')
  return { notebook, secrets }
}

/** Signs in as visitImplicit does, then ends the kernel from within and waits until the server's log tells of it. */
export async function crashKernel(
  context: BrowserContext,
  servers: Servers,
  log: () => string,
): Promise<Map<string, string>> {
  const notebook = await Notebook.open(context, servers, 'canary-crash', [implicit(servers.demo), crash])
  await notebook.run(0)
  const widget = notebook.widget()
  const secrets = await signIn(widget)
  await widget.is('signed_in')
  await notebook.start(1)
  await expect.poll(log, { timeout: 20_000 }).toContain('fatal error: fault')
  return secrets
}

function failing(provider: RecordingProvider, route: 'token' | 'userinfo'): () => void {
  provider.failing = route
  return () => {
    provider.failing = ''
  }
}

/** Signs in, whatever comes of it, and returns what the window's addresses held: code or tokens. */
async function signIn(widget: Widget): Promise<Map<string, string>> {
  const popup = await widget.window()
  const visited = addresses(popup)
  await logIn(popup, 'alice')
  await closed(popup)
  const found = new Map<string, string>()
  for (const address of visited.filter((a) => a.includes('/callback/'))) {
    const url = new URL(address)
    for (const part of [url.search.slice(1), url.hash.slice(1)]) {
      for (const [name, value] of new URLSearchParams(part)) {
        if (['code', 'access_token', 'id_token'].includes(name)) found.set(`${name} in an address`, value)
      }
    }
  }
  return found
}

/** Collects every address the window shows, redirects included. */
function addresses(popup: Page): string[] {
  const seen = [popup.url()]
  popup.on('request', (request) => seen.push(request.url()))
  popup.on('framenavigated', (frame) => seen.push(frame.url()))
  popup.on('response', (response) => seen.push(response.headers().location ?? ''))
  return seen
}

async function inspect(widget: Widget): Promise<void> {
  await widget.button('inspect').click()
  await expect(widget.root).toContainText('Checks')
}

/** Clicks Renew, and waits until the token endpoint gave one answer more of this kind. */
async function renew(widget: Widget, provider: RecordingProvider, answer: string): Promise<void> {
  const count = () => provider.answered.filter((line) => line === answer).length
  const before = count()
  await widget.button('renew').click()
  await expect.poll(count).toBe(before + 1)
}

/** Saves the notebook with the state of its widgets. */
async function saveWithState(notebook: Notebook): Promise<void> {
  await notebook.page.evaluate(async () => {
    const command = '@jupyter-widgets/jupyterlab-manager:saveWidgetState'
    const { commands } = (window as unknown as { jupyterapp: { commands: Commands } }).jupyterapp
    if (!commands.isToggled(command)) await commands.execute(command)
    interface Commands {
      isToggled(id: string): boolean
      execute(id: string): Promise<unknown>
    }
  })
  await expect
    .poll(async () => {
      await notebook.save()
      return readFileSync(notebook.path, 'utf8')
    })
    .toContain('application/vnd.jupyter.widget-state+json')
}
