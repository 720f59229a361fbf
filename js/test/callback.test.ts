// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseAnswerText } from '../src/answer-text.ts'
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
  document.body.replaceChildren(...page.body.querySelectorAll('main, section'))
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
  const opener = { postMessage: vi.fn((_message: unknown, _origin: string) => events.push('post')) }
  Object.assign(window, { opener })
  await open(`/callback/?x=1#access_token=not-a-token&state=${STATE}`)
  expect(location.href).toBe(`${location.origin}/callback/`)
  expect(says('what')).toBe(WORDS.working.what)
  await vi.waitFor(() => expect(opener.postMessage).toHaveBeenCalled())
  const sealed = { ipyauth: 1, id: ID, enc: expect.any(String), ct: expect.any(String) }
  expect(opener.postMessage.mock.calls).toEqual([[sealed, location.origin]])
  new BroadcastChannel(channelName(ID)).postMessage({ ipyauth: 1, ack: ID })
  await vi.waitFor(() => expect(says('what')).toBe(WORDS.done.what))
  expect(events).toEqual(['clean', 'post', 'store', 'close'])
  expect(document.title).toBe(WORDS.done.title)
})

test.each([
  ['A22 opened directly', '/callback/', WORDS.direct],
  ['A22 opened without a state', '/callback/?code=c', WORDS.unknown],
  ['A02 A18 opened with a forged state', '/callback/?code=c&state=%3Cimg%20src=x%3E', WORDS.unknown],
  ['A11 opened with far too much', `/callback/#state=${STATE}&x=${'x'.repeat(1 << 20)}`, WORDS.tooLong],
  ['A10 opened with broken escapes', '/callback/#%E0%A4%A&state=%', WORDS.unknown],
])('%s: a sentence, and nothing is relayed', async (_, address, words) => {
  const opener = { postMessage: vi.fn() }
  Object.assign(window, { opener })
  await open(address)
  await vi.waitFor(() => expect(document.title).toBe(words.title))
  expect([says('what'), says('why'), says('next')]).toEqual([words.what, words.why, words.next])
  expect(location.pathname + location.search + location.hash).toBe('/callback/')
  expect(opener.postMessage).not.toHaveBeenCalled()
  expect(events).toEqual(['clean'])
})

test('A20 an address in an answer leads nowhere', async () => {
  const changed: PropertyKey[] = []
  const opener = new Proxy({} as Record<PropertyKey, unknown>, {
    get: (_, key) => (key === 'postMessage' ? () => {} : undefined),
    set: (_, key) => changed.push(key) > 0,
  })
  Object.assign(window, { opener })
  const elsewhere = 'https%3A%2F%2Fevil.example%2F'
  const addresses = ['redirect_uri', 'return_to', 'next', 'target_link_uri', 'error_uri'].map(
    (n) => `${n}=${elsewhere}`,
  )
  await open(`/callback/?${addresses.join('&')}#access_token=not-a-token&${addresses.join('&')}&state=${STATE}`)
  await vi.waitFor(() => expect(events).toContain('store'))
  new BroadcastChannel(channelName(ID)).postMessage({ ipyauth: 1, ack: ID })
  await vi.waitFor(() => expect(events).toContain('close'))
  expect(location.href).toBe(`${location.origin}/callback/`)
  expect(changed).toEqual([])
  expect(document.documentElement.outerHTML).not.toContain('evil.example')
})

test('B28 who listens on the channels of this origin sees only sealed bytes', async () => {
  const seen: string[] = []
  const opener = { postMessage: (message: unknown) => seen.push(JSON.stringify(message)) }
  Object.assign(window, { opener })
  const spy = new BroadcastChannel(channelName(ID))
  spy.addEventListener('message', ({ data }) => seen.push(JSON.stringify(data)))
  await open(`/callback/?code=not-a-code#access_token=not-a-token&state=${STATE}`)
  await vi.waitFor(() => expect(events).toContain('store'))
  seen.push(...vi.mocked(Storage.prototype.setItem).mock.calls.map(([, value]) => value))
  spy.postMessage({ ipyauth: 1, ack: ID })
  await vi.waitFor(() => expect(events).toContain('close'))
  expect(seen).toHaveLength(3)
  for (const text of seen) {
    expect(JSON.parse(text)).toEqual({ ipyauth: 1, id: ID, enc: expect.any(String), ct: expect.any(String) })
    for (const secret of ['not-a-token', 'not-a-code', STATE.split('.')[1] ?? '']) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(btoa(secret).slice(0, 12))
    }
  }
})

describe('nobody answers', () => {
  const answer = () => document.querySelector<HTMLTextAreaElement>('[data-field="answer"]')
  const offered = () => document.getElementById('offer')?.hidden === false
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  })

  /** Opens the page with an answer and waits until the text to copy is offered. */
  async function openUnheard(address = `/user/alice/callback/#access_token=not-a-token&state=${STATE}`) {
    await open(address)
    await vi.waitFor(() => expect(events).toContain('store'))
    expect([says('what'), offered()]).toEqual([WORDS.working.what, false])
    await pass(4000)
  }

  test('the sealed answer as text, with what to do', async () => {
    await openUnheard()
    expect([says('what'), says('why'), says('next')]).toEqual([WORDS.paste.what, WORDS.paste.why, WORDS.paste.next])
    expect(offered()).toBe(true)
    expect(answer()?.value).not.toContain('not-a-token')
    expect(answer()?.readOnly).toBe(true)
    expect(parseAnswerText(answer()?.value ?? '')).toEqual({
      ipyauth: 1,
      id: ID,
      enc: expect.any(String),
      ct: expect.any(String),
    })
    expect(events).not.toContain('close')
  })

  test('a keyboard and a screen reader find it', async () => {
    await openUnheard()
    const button = document.querySelector('[data-action="copy"]')
    expect(document.activeElement).toBe(button)
    expect(answer()?.labels?.[0]?.textContent).toMatch(/sealed/)
    // The page's announcements must not read the text out.
    expect(document.querySelector('main')?.contains(answer())).toBe(false)
  })

  test('warns who asks for it', async () => {
    await openUnheard()
    const warning = document.getElementById(answer()?.getAttribute('aria-describedby') ?? '')
    expect(warning?.textContent).toMatch(/only where you yourself clicked Sign in/)
  })

  test('B23 the other names of this machine get the answer by a click on that name alone', async () => {
    const opener = { postMessage: vi.fn() }
    Object.assign(window, { opener })
    await openUnheard()
    expect(opener.postMessage.mock.calls.map(([, origin]) => origin)).toEqual([location.origin])
    const { protocol, port } = location
    const buttons = [...document.querySelectorAll<HTMLElement>('[data-action="give"]')]
    expect(buttons.map((b) => b.textContent)).toEqual([`${protocol}//127.0.0.1:${port}`, `${protocol}//[::1]:${port}`])
    buttons[0]?.click()
    expect(opener.postMessage.mock.calls[1]).toEqual([
      { ipyauth: 1, id: ID, enc: expect.any(String), ct: expect.any(String) },
      `${protocol}//127.0.0.1:${port}`,
    ])
    expect(opener.postMessage).toHaveBeenCalledTimes(2)
    new BroadcastChannel(channelName(ID)).postMessage({ ipyauth: 1, ack: ID })
    await pass(0)
    expect(document.querySelectorAll('[data-action="give"]')).toHaveLength(0)
  })

  test('without the window that opened it there is nobody to give it to', async () => {
    await openUnheard()
    expect(document.querySelectorAll('[data-action="give"]')).toHaveLength(0)
    expect(document.getElementById('near')?.hidden).toBe(true)
  })

  test('copies to the clipboard', async () => {
    const writeText = vi.fn(async () => {})
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    await openUnheard()
    document.querySelector<HTMLElement>('[data-action="copy"]')?.click()
    await pass(0)
    expect(writeText.mock.calls).toEqual([[answer()?.value]])
    expect(says('copied')).toMatch(/^Copied\./)
  })

  test.each([
    ['copies the selection', () => true, /^Copied\./],
    ['leaves the text selected', () => false, /Ctrl\+C/],
    [
      'survives a browser that throws',
      () => {
        throw new Error('no')
      },
      /Ctrl\+C/,
    ],
  ])('without a clipboard it %s', async (_, execCommand, said) => {
    vi.stubGlobal('navigator', {})
    Object.assign(document, { execCommand })
    await openUnheard()
    document.querySelector<HTMLElement>('[data-action="copy"]')?.click()
    await pass(0)
    expect(says('copied')).toMatch(said)
    const { value = '', selectionStart, selectionEnd } = answer() ?? {}
    expect([selectionStart, selectionEnd]).toEqual([0, value.length])
  })

  test('B29 an acknowledgement after all takes the text away', async () => {
    await openUnheard()
    const text = answer()?.value ?? ''
    expect(document.documentElement.outerHTML + text).toContain(text.slice(0, 40))
    new BroadcastChannel(channelName(ID)).postMessage({ ipyauth: 1, ack: ID })
    await pass(0)
    expect(says('what')).toBe(WORDS.done.what)
    expect([answer()?.value, offered()]).toEqual(['', false])
    expect(document.documentElement.outerHTML).not.toContain(text.slice(0, 40))
    expect(events).toContain('close')
  })

  test('B29 so does the end of the sign-in', async () => {
    await openUnheard()
    await pass(10 * 60_000)
    expect(says('what')).toBe(WORDS.tooLate.what)
    expect([answer()?.value, offered()]).toEqual(['', false])
  })

  test('a code that could not be sealed is put on no screen', async () => {
    vi.stubGlobal('crypto', {})
    await openUnheard(`/callback/?code=not-a-code&state=${STATE}`)
    expect([says('what'), says('why'), says('next')]).toEqual([
      WORDS.unsealed.what,
      WORDS.unsealed.why,
      WORDS.unsealed.next,
    ])
    expect(offered()).toBe(false)
    expect(document.documentElement.outerHTML + answer()?.value).not.toContain('not-a-code')
  })
})

describe('in a frame', () => {
  test('A21 does nothing at all', async () => {
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

test('B29 what an interrupted sign-in left in storage is gone once the page is open', async () => {
  localStorage.setItem('ipyauth.left', 'x')
  await open('/callback/')
  await vi.waitFor(() => expect(says('what')).toBe(WORDS.direct.what))
  expect(localStorage.length).toBe(0)
})

test('B29 sweepStorage takes away what is ours alone', () => {
  localStorage.setItem('ipyauth.left', 'x')
  localStorage.setItem('theme', 'dark')
  sweepStorage()
  expect(Object.keys(localStorage)).toEqual(['theme'])
  localStorage.clear()
})
