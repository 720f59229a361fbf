// One JupyterLab for many tests: to open a notebook in it takes a tenth of the time a new JupyterLab takes.

import type { BrowserContext, Page } from '@playwright/test'
import { type Frame, type Rules, startFrame, startProxy } from './front.ts'
import { Notebook } from './lab.ts'
import type { Servers } from './servers.ts'

export class Desk {
  readonly context: BrowserContext
  readonly servers: Servers
  readonly #stops: (() => Promise<void>)[] = []
  readonly #sites = new Map<string, Promise<Servers>>()
  #embedder: Promise<Frame> | undefined
  #page: Page | undefined
  #open: Notebook[] = []

  constructor(context: BrowserContext, servers: Servers) {
    this.context = context
    this.servers = servers
  }

  /** Opens a new notebook with these cells. */
  async open(name: string, cells: string[]): Promise<Notebook> {
    return this.show(`${name}-${crypto.randomUUID()}.ipynb`, cells)
  }

  /** Opens a notebook that is there; with cells, it is written before. */
  async show(file: string, cells?: string[]): Promise<Notebook> {
    this.#page ??= await this.#startLab()
    const notebook = await Notebook.within(this.#page, this.servers, file, cells)
    this.#open.push(notebook)
    return notebook
  }

  /** Closes a notebook, ends its kernel, and opens it again with a new one. */
  async reopen(notebook: Notebook): Promise<Notebook> {
    this.#open = this.#open.filter((open) => open !== notebook)
    await notebook.close()
    return this.show(notebook.file)
  }

  /** The Jupyter server behind a proxy with these rules. */
  behind(rules: Rules): Promise<Servers> {
    const key = JSON.stringify(rules)
    const known = this.#sites.get(key) ?? this.#startProxy(rules)
    this.#sites.set(key, known)
    return known
  }

  /** A page of another site that can show a notebook in a frame. */
  embedder(): Promise<Frame> {
    this.#embedder ??= startFrame().then((site) => {
      this.#stops.push(site.stop)
      return site
    })
    return this.#embedder
  }

  /** Closes what a test opened, and signs out of the providers but not of Jupyter. */
  async tidy(): Promise<void> {
    for (const page of this.context.pages()) if (page !== this.#page) await page.close()
    for (const notebook of this.#open.reverse()) await notebook.close()
    this.#open = []
    await this.context.clearCookies({ name: /^(?!username-|_xsrf)/ })
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()))
  }

  async #startLab(): Promise<Page> {
    const page = await this.context.newPage()
    await page.goto(`${this.servers.lab}lab?reset&token=${this.servers.token}`)
    await page.waitForFunction(() => 'jupyterapp' in window)
    await page.evaluate(() => (window as unknown as { jupyterapp: { restored: Promise<void> } }).jupyterapp.restored)
    return page
  }

  async #startProxy(rules: Rules): Promise<Servers> {
    const site = await startProxy(this.servers.lab, rules)
    this.#stops.push(site.stop)
    return { ...this.servers, lab: site.url }
  }
}
