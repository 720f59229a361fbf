// What a person does in JupyterLab: opens a notebook and runs cells.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, expect, type Frame, type Locator, type Page } from '@playwright/test'
import { Widget } from './person.ts'
import type { Servers } from './servers.ts'
import { record } from './traffic.ts'

export { closed, logIn, Widget } from './person.ts'

/** The part of JupyterLab that the tests need; the server exposes the app for them. */
interface LabWindow {
  jupyterapp?: {
    commands: { execute(id: string, args?: object): Promise<unknown> }
    shell: { currentWidget?: Panel }
  }
}

interface Panel {
  id: string
  content: { activeCellIndex: number; deselectAll(): void }
  context?: { path: string; sessionContext?: SessionContext }
  dispose(): void
}

interface SessionContext {
  session?: { kernel?: { id: string; connectionStatus: string; status: string; restart(): Promise<void> } }
  shutdown(): Promise<void>
}

export class Notebook {
  readonly page: Page
  readonly path: string
  /** its path as Jupyter knows it */
  readonly file: string
  /** every WebSocket frame between this page and the Jupyter server */
  readonly traffic: string[] = []
  /** where JupyterLab is: the page itself, or a frame of it */
  readonly #frame: Frame
  readonly #stopRecording: () => void
  #panel = '.jp-NotebookPanel:not(.lm-mod-hidden)'

  private constructor(page: Page, servers: Servers, file: string, frame = page.mainFrame()) {
    this.page = page
    this.file = file
    this.path = join(servers.root, file)
    this.#frame = frame
    this.#stopRecording = record(page, this.traffic)
  }

  /** Writes a notebook with these cells and opens it, in JupyterLab or in Notebook 7. */
  static async open(
    context: BrowserContext,
    servers: Servers,
    name: string,
    cells: string[],
    frontEnd: 'lab' | 'notebook' = 'lab',
  ): Promise<Notebook> {
    write(servers, `${name}.ipynb`, cells)
    return Notebook.show(context, servers, `${name}.ipynb`, frontEnd)
  }

  /** Opens a notebook that is there. */
  static async show(
    context: BrowserContext,
    servers: Servers,
    file: string,
    frontEnd: 'lab' | 'notebook' = 'lab',
  ): Promise<Notebook> {
    const notebook = new Notebook(await context.newPage(), servers, file)
    await notebook.page.goto(address(servers, file, frontEnd))
    await notebook.ready()
    return notebook
  }

  /** Writes a notebook with these cells and opens it in a frame of a page, whose address `embed` gives. */
  static async framed(
    context: BrowserContext,
    servers: Servers,
    name: string,
    cells: string[],
    embed: (address: string) => string,
  ): Promise<Notebook> {
    write(servers, `${name}.ipynb`, cells)
    const page = await context.newPage()
    const attached = page.waitForEvent('frameattached')
    await page.goto(embed(address(servers, `${name}.ipynb`, 'lab')))
    const notebook = new Notebook(page, servers, `${name}.ipynb`, await attached)
    await notebook.ready()
    return notebook
  }

  /** Opens a notebook in a JupyterLab that is there; with cells, it is written before. */
  static async within(page: Page, servers: Servers, file: string, cells?: string[]): Promise<Notebook> {
    if (cells) write(servers, file, cells)
    const notebook = new Notebook(page, servers, file)
    await page.evaluate((path) => {
      const app = (window as unknown as LabWindow).jupyterapp
      return app?.commands.execute('docmanager:open', { path }).then(() => undefined)
    }, file)
    const panel = await page.waitForFunction((path) => {
      const current = (window as unknown as LabWindow).jupyterapp?.shell.currentWidget
      return current?.context?.path === path && current.id
    }, file)
    notebook.#panel = `[id="${await panel.jsonValue()}"]`
    await notebook.ready()
    return notebook
  }

  /** Waits until the kernel is idle and the notebook can run cells. */
  async ready(): Promise<void> {
    await this.#frame.waitForFunction(
      () => {
        const kernel = (window as unknown as LabWindow).jupyterapp?.shell.currentWidget?.context?.sessionContext
          ?.session?.kernel
        return kernel?.connectionStatus === 'connected' && kernel.status === 'idle'
      },
      undefined,
      { timeout: 60_000 },
    )
  }

  /** Jupyter's id of the kernel. */
  async kernel(): Promise<string | undefined> {
    return this.#frame.evaluate(
      () =>
        (window as unknown as LabWindow).jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.id,
    )
  }

  /** Starts a cell; does not wait for its end. */
  async start(index: number): Promise<void> {
    await this.#frame.evaluate((i) => {
      const app = (window as unknown as Required<LabWindow>).jupyterapp
      const panel = app.shell.currentWidget as Panel
      panel.content.activeCellIndex = i
      panel.content.deselectAll()
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

  /** Where JupyterLab is. */
  get origin(): string {
    return new URL(this.#frame.url()).origin
  }

  get root(): Locator {
    return this.#frame.locator(this.#panel)
  }

  cell(index: number): Locator {
    return this.root.locator('.jp-Notebook .jp-Cell').nth(index)
  }

  widget(index = 0): Widget {
    return new Widget(this.page, this.root.locator('.ipyauth').nth(index))
  }

  async runAll(): Promise<void> {
    await this.#frame.evaluate(() => {
      void (window as unknown as LabWindow).jupyterapp?.commands.execute('notebook:run-all-cells')
    })
  }

  async interrupt(): Promise<void> {
    await this.command('notebook:interrupt-kernel')
  }

  /** Restarts the kernel, without the question that the menu asks. */
  async restart(): Promise<void> {
    await this.#frame.evaluate(() =>
      (
        window as unknown as LabWindow
      ).jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.restart(),
    )
    await this.ready()
  }

  async save(): Promise<void> {
    await this.command('docmanager:save')
  }

  /** Saves and reloads the page, as people do: outputs that are not saved are gone. */
  async reload(): Promise<void> {
    await this.save()
    await this.page.reload()
    await this.ready()
  }

  /** Ends the kernel and closes the notebook, but not JupyterLab. */
  async close(): Promise<void> {
    this.#stopRecording()
    await this.#frame.evaluate(async () => {
      const panel = (window as unknown as LabWindow).jupyterapp?.shell.currentWidget
      await panel?.context?.sessionContext?.shutdown()
      panel?.dispose()
    })
  }

  /** Runs one of JupyterLab's commands. */
  async command(id: string): Promise<void> {
    await this.#frame.evaluate(
      (name) => (window as unknown as LabWindow).jupyterapp?.commands.execute(name).then(() => undefined),
      id,
    )
  }
}

function write(servers: Servers, file: string, cells: string[]): void {
  writeFileSync(join(servers.root, file), JSON.stringify(document(cells)))
}

function address(servers: Servers, file: string, frontEnd: 'lab' | 'notebook'): string {
  const page = frontEnd === 'lab' ? `lab/tree/${file}?reset&` : `notebooks/${file}?`
  return `${servers.lab}${page}token=${servers.token}`
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
