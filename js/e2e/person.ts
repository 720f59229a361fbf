// What a person does with the widget and in the window it opens.

import { expect, type Locator, type Page } from '@playwright/test'

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

  /** Collects every status the widget shows from now on. */
  async history(): Promise<() => Promise<string[]>> {
    const seen = await this.root.evaluateHandle((root) => {
      const statuses = [root.getAttribute('data-status') ?? '']
      new MutationObserver(() => statuses.push(root.getAttribute('data-status') ?? '')).observe(root, {
        attributeFilter: ['data-status'],
      })
      return statuses
    })
    return () => seen.jsonValue()
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

/**
 * Fills in whatever pages the provider shows; none, if it knows the person already. Ends when the
 * window is back at the callback page, or closed.
 */
export async function logIn(popup: Page, user: string): Promise<void> {
  const back = popup.waitForURL(/\/callback\//, { waitUntil: 'commit', timeout: 60_000 })
  const gone = Promise.race([back, popup.waitForEvent('close', { timeout: 0 })])
    .catch(() => undefined)
    .then(() => false as const)
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
