// What a person does in JupyterLab: opens a notebook, runs cells, clicks the widget, signs in in the window.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test'
import type { Servers } from './servers.ts'

/** The commands of JupyterLab that the tests need; the server exposes the app for them. */
interface LabWindow {
  jupyterapp: {
    commands: { execute(id: string): Promise<unknown> }
    shell: { currentWidget: { content: { activeCellIndex: number; deselectAll(): void } } }
  }
}

export class Notebook {
  readonly page: Page
  readonly path: string
  /** every WebSocket frame between this page and the Jupyter server */
  readonly traffic: string[] = []

  private constructor(page: Page, path: string) {
    this.page = page
    this.path = path
    page.on('websocket', (socket) => {
      socket.on('framereceived', (frame) => this.traffic.push(frame.payload.toString()))
      socket.on('framesent', (frame) => this.traffic.push(frame.payload.toString()))
    })
  }

  /** Writes a notebook with these cells and opens it, in JupyterLab or in Notebook 7. */
  static async open(
    context: BrowserContext,
    servers: Servers,
    name: string,
    cells: string[],
    frontEnd: 'lab' | 'notebook' = 'lab',
  ): Promise<Notebook> {
    writeFileSync(join(servers.root, `${name}.ipynb`), JSON.stringify(document(cells)))
    return Notebook.show(context, servers, `${name}.ipynb`, frontEnd)
  }

  /** Opens a notebook that is there. */
  static async show(
    context: BrowserContext,
    servers: Servers,
    file: string,
    frontEnd: 'lab' | 'notebook' = 'lab',
  ): Promise<Notebook> {
    const notebook = new Notebook(await context.newPage(), join(servers.root, file))
    const page = frontEnd === 'lab' ? `lab/tree/${file}?reset&` : `notebooks/${file}?`
    await notebook.page.goto(`${servers.lab}${page}token=${servers.token}`)
    await notebook.ready()
    return notebook
  }

  /** Waits until the kernel is idle and the notebook can run cells. */
  async ready(): Promise<void> {
    await this.page.waitForFunction(
      () => {
        const session = (window as unknown as { jupyterapp?: LabApp }).jupyterapp?.shell.currentWidget?.context
          ?.sessionContext
        const kernel = session?.session?.kernel
        return kernel?.connectionStatus === 'connected' && kernel.status === 'idle'
        interface LabApp {
          shell: {
            currentWidget?: {
              context?: {
                sessionContext?: { session?: { kernel?: { connectionStatus: string; status: string } } }
              }
            }
          }
        }
      },
      undefined,
      { timeout: 60_000 },
    )
  }

  /** Starts a cell; does not wait for its end. */
  async start(index: number): Promise<void> {
    await this.page.evaluate((i) => {
      const app = (window as unknown as LabWindow).jupyterapp
      app.shell.currentWidget.content.activeCellIndex = i
      app.shell.currentWidget.content.deselectAll()
      void app.commands.execute('notebook:run-cell')
    }, index)
  }

  /** Runs a cell to its end and returns the text of its outputs. */
  async run(index: number): Promise<string> {
    await this.start(index)
    return this.finished(index)
  }

  /** Waits for the end of a cell that was started and returns the text of its outputs. */
  async finished(index: number): Promise<string> {
    await expect(this.cell(index).locator('.jp-InputPrompt')).toHaveText(/\[\d+\]:/, { timeout: 30_000 })
    return (await this.cell(index).locator('.jp-OutputArea-output').allInnerTexts()).join('\n').trim()
  }

  async runAll(): Promise<void> {
    await this.page.evaluate(() => {
      void (window as unknown as LabWindow).jupyterapp.commands.execute('notebook:run-all-cells')
    })
  }

  async interrupt(): Promise<void> {
    await this.page.evaluate(() =>
      (window as unknown as LabWindow).jupyterapp.commands.execute('notebook:interrupt-kernel'),
    )
  }

  cell(index: number): Locator {
    return this.page.locator('.jp-Notebook .jp-Cell').nth(index)
  }

  widget(index = 0): Widget {
    return new Widget(this.page, this.page.locator('.ipyauth').nth(index))
  }

  async save(): Promise<void> {
    await this.page.evaluate(() => (window as unknown as LabWindow).jupyterapp.commands.execute('docmanager:save'))
  }

  /** Saves and reloads the page, as people do: outputs that are not saved are gone. */
  async reload(): Promise<void> {
    await this.save()
    await this.page.reload()
    await this.ready()
  }
}

/** The widget as a person sees it. */
export class Widget {
  readonly page: Page
  readonly root: Locator

  constructor(page: Page, root: Locator) {
    this.page = page
    this.root = root
  }

  button(action: string): Locator {
    return this.root.locator(`[data-action="${action}"]`)
  }

  field(name: string): Locator {
    return this.root.locator(`[data-field="${name}"]`)
  }

  async is(status: string): Promise<void> {
    await expect(this.root).toHaveAttribute('data-status', status, { timeout: 15_000 })
  }

  /** Clicks a button that opens the provider's window, with a real mouse click, and returns that window. */
  async window(action = 'sign-in'): Promise<Page> {
    const opened = this.page.waitForEvent('popup', { timeout: 10_000 })
    await this.button(action).click()
    return opened
  }

  /** Signs in from the click to the end. */
  async signIn(user = 'alice'): Promise<void> {
    const popup = await this.window()
    await logIn(popup, user)
    await closed(popup)
    await this.is('signed_in')
  }
}

/** Fills in whatever pages the provider shows; none, if it knows the person already. Ends when no form is left. */
export async function logIn(popup: Page, user: string): Promise<void> {
  const gone = new Promise<false>((done) => popup.once('close', () => done(false)))
  const button = popup.locator('button[type=submit]').first()
  const name = popup.locator('input[name=username], input[name=login]')
  for (let pages = 0; pages < 5 && !popup.isClosed(); pages++) {
    const form = await Promise.race([button.waitFor({ timeout: 20_000 }).then(() => true), gone]).catch(() => false)
    if (!form) return
    const left = Promise.race([popup.waitForEvent('framenavigated').catch(() => undefined), gone])
    if (await name.count().catch(() => 0)) {
      await name.fill(user)
      await popup.locator('input[name=password]').fill('any password')
    }
    // A form that is gone by now was answered by the provider itself.
    await button.click().catch(() => undefined)
    await left
  }
}

/** Waits until a window closed by itself. */
export async function closed(popup: Page): Promise<void> {
  if (!popup.isClosed()) await popup.waitForEvent('close', { timeout: 15_000 })
}

function document(cells: string[]): unknown {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'ipyauth', display_name: 'Go (ipyauth)', language: 'go' },
      // unlike any other test's notebook: Jupyter's trust goes by content
      title: crypto.randomUUID(),
    },
    cells: cells.map((source, i) => ({
      id: `cell-${i}`,
      cell_type: 'code',
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
  }
}
