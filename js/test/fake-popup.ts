import { vi } from 'vitest'

/** A popup as its opener sees it. */
export interface FakePopup {
  /** The handle, what window.open returns. */
  window: Window
  document: Document
  /** Where it was sent, in order. */
  visited: string[]
  closed: boolean
  /** What was posted to it. */
  received: unknown[]
}

export function fakePopup(): FakePopup {
  const popup: FakePopup = {
    window: null as unknown as Window,
    document: document.implementation.createHTMLDocument(),
    visited: [],
    closed: false,
    received: [],
  }
  const handle = {
    get closed() {
      return popup.closed
    },
    close() {
      popup.closed = true
    },
    document: popup.document,
    location: { replace: (url: string) => popup.visited.push(url) },
    postMessage: (message: unknown) => popup.received.push(message),
  }
  popup.window = handle as unknown as Window
  return popup
}

/** Replaces window.open by one that gives these popups in turn; null stands for blocked. */
export function stubOpen(...popups: (FakePopup | null)[]) {
  const open = vi.fn((_url?: string | URL, _name?: string, _features?: string) => popups.shift()?.window ?? null)
  window.open = open
  return open
}
