import { expect, vi } from 'vitest'
import { channelName } from '../src/envelope.ts'
import widget from '../src/widget.ts'
import vectors from '../testdata/seal.json'
import { stubChannels } from './fake-channel.ts'
import { FakeModel } from './fake-model.ts'
import { fakePopup, stubOpen } from './fake-popup.ts'
import { ID } from './flow-state.ts'

/** An answer as the callback page relays it, for the flow that begin() starts. */
const { enc = '', ct = '' } = vectors[0] ?? {}
export const envelope = { ipyauth: 1, id: ID, enc, ct }

export const PROBLEM = { code: 'access_denied', message: 'The request was refused.', next: 'Sign in again.' }

/** One view of the widget on a page, with a pretended kernel, clock and window.open. */
export let model: FakeModel
export let el: HTMLElement
export let cleanup: () => void

export function setUp(): void {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 31, 12) })
  stubChannels()
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  el = document.createElement('div')
  document.body.replaceChildren(el)
}

/** Ends the view, which must leave nothing behind. */
export function tearDown(): void {
  cleanup()
  expect(model.listenerCount).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
}

/** Renders the view; by default the kernel welcomes it at once. */
export async function show(state: Record<string, unknown> = {}, options: Partial<FakeModel> = {}): Promise<void> {
  model = Object.assign(new FakeModel(state), options)
  cleanup = widget.render({ model, el })
  await pass(0)
}

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

/** What a person sees and does. */
export const status = () => el.querySelector<HTMLElement>('.ipyauth')?.dataset.status
export const text = () => el.querySelector('[role=status]')?.textContent?.replace(/\s+/g, ' ').trim()
export const find = (action: string) => el.querySelector<HTMLButtonElement>(`[data-action="${action}"]`)
export const field = (name: string) => el.querySelector(`[data-field="${name}"]`)?.textContent
export const click = (action: string) => find(action)?.click()

/** The callback page relays the answer. */
export const relay = () => new BroadcastChannel(channelName(ID)).postMessage(envelope)

/** Clicks Sign in; the kernel answers with the provider's address. */
export function begin() {
  const popup = fakePopup()
  const open = stubOpen(popup)
  click('sign-in')
  model.authorizes(ID)
  model.becomes({ status: 'pending' })
  return { popup, open }
}
