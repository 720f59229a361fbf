// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import template from '../src/callback.html?raw'
import { sweepStorage } from '../src/deliver.ts'
import { channelName } from '../src/envelope.ts'
import { WORDS } from '../src/words.ts'
import { stubChannels } from './fake-channel.ts'
import { ID, STATE } from './flow-state.ts'

/** What happened, in order, as far as order matters. */
let events: string[]

beforeEach(() => {
  events = []
  stubChannels()
  vi.resetModules()
  const page = new DOMParser().parseFromString(template, 'text/html')
  document.body.replaceChildren(...page.body.querySelectorAll('main'))
  vi.stubGlobal('WebSocket', undefined)
  vi.spyOn(window, 'close').mockImplementation(() => {
    events.push('close')
  })
})
afterEach(() => {
  vi.useRealTimers()
  history.replaceState(null, '', '/')
  Object.assign(window, { opener: null })
})

/** Opens the page as a provider's redirect does. */
async function open(address: string) {
  history.replaceState(null, '', address)
  const replace = history.replaceState.bind(history)
  vi.spyOn(history, 'replaceState').mockImplementation((...args) => {
    events.push('clean')
    replace(...args)
  })
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    events.push('store')
  })
  await import('../src/callback.ts')
}
const says = (part: string) => document.getElementById(part)?.textContent

test('cleans the address first, passes the answer on, closes itself', async () => {
  const opener = { postMessage: vi.fn(() => events.push('post')) }
  Object.assign(window, { opener })
  await open(`/callback/?x=1#access_token=not-a-token&state=${STATE}`)
  expect(location.href).toBe(`${location.origin}/callback/`)
  expect(says('what')).toBe(WORDS.working.what)
  await vi.waitFor(() => expect(opener.postMessage).toHaveBeenCalled())
  expect(opener.postMessage).toHaveBeenCalledWith(
    { ipyauth: 1, id: ID, enc: expect.any(String), ct: expect.any(String) },
    location.origin,
  )
  new BroadcastChannel(channelName(ID)).postMessage({ ipyauth: 1, ack: ID })
  await vi.waitFor(() => expect(says('what')).toBe(WORDS.done.what))
  expect(events).toEqual(['clean', 'post', 'store', 'close'])
  expect(document.title).toBe(WORDS.done.title)
})

test.each([
  ['directly', '/callback/', WORDS.direct],
  ['without a state', '/callback/?code=c', WORDS.unknown],
  ['with a forged state', '/callback/?code=c&state=%3Cimg%20src=x%3E', WORDS.unknown],
  ['with far too much', `/callback/#state=${STATE}&x=${'x'.repeat(1 << 20)}`, WORDS.tooLong],
  ['with broken escapes', '/callback/#%E0%A4%A&state=%', WORDS.unknown],
])('opened %s: a sentence, and nothing is relayed', async (_, address, words) => {
  const opener = { postMessage: vi.fn() }
  Object.assign(window, { opener })
  await open(address)
  await vi.waitFor(() => expect(document.title).toBe(words.title))
  expect([says('what'), says('why'), says('next')]).toEqual([words.what, words.why, words.next])
  expect(location.pathname + location.search + location.hash).toBe('/callback/')
  expect(opener.postMessage).not.toHaveBeenCalled()
  expect(events).toEqual(['clean'])
})

test('nobody answers: what to do', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await open(`/user/alice/callback/?code=c&state=${STATE}`)
  await vi.waitFor(() => expect(events).toContain('store'))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(says('next')).toBe('Go back to the notebook and click Sign in again.')
  expect(events).not.toContain('close')
})

describe('in a frame', () => {
  test('does nothing at all', async () => {
    vi.stubGlobal('window', { ...window, top: {}, self: {} })
    await open(`/callback/?code=c&state=${STATE}`)
    expect(events).toEqual([])
    expect(says('what')).toBe('Sign-in')
  })
})

test('every failure says what, why and one thing to do', () => {
  const { working: _, done: __, ...failures } = WORDS
  for (const words of Object.values(failures)) {
    expect(words.what && words.why && words.title).toBeTruthy()
    expect(words.next).toMatch(/sign in( again)?\.$/i)
  }
})

test('sweepStorage takes away what is ours alone', () => {
  localStorage.setItem('ipyauth.left', 'x')
  localStorage.setItem('theme', 'dark')
  sweepStorage()
  expect(Object.keys(localStorage)).toEqual(['theme'])
  localStorage.clear()
})
