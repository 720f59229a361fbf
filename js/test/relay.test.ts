// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { channelName, type Envelope, type Via } from '../src/envelope.ts'
import { receive } from '../src/relay.ts'
import vectors from '../testdata/seal.json'
import { stubChannels } from './fake-channel.ts'
import { ID } from './flow-state.ts'

const { enc = '', ct = '' } = vectors[0] ?? {}
const envelope: Envelope = { ipyauth: 1, id: ID, enc, ct }
const ack = { ipyauth: 1, ack: ID }

let life: AbortController
let taken: { envelope: Envelope; via: Via }[]

beforeEach(() => {
  life = new AbortController()
  taken = []
})
afterEach(() => life.abort())

const listen = (popup: Window | null = null) =>
  receive({ id: ID, popup, signal: life.signal, deliver: (envelope, via) => taken.push({ envelope, via }) })

const post = (data: unknown, { origin = location.origin, source = null as Window | null } = {}) =>
  window.dispatchEvent(new MessageEvent('message', { data, origin, source: source as MessageEventSource | null }))

/** jsdom takes no other object as the source of a message. */
const realWindow = () => document.body.appendChild(document.createElement('iframe')).contentWindow as Window

const store = (newValue: string | null, key = channelName(ID)) =>
  window.dispatchEvent(new StorageEvent('storage', { key, newValue }))

describe('takes the answer', () => {
  test('by postMessage from the popup', () => {
    const popup = realWindow()
    listen(popup)
    post(envelope, { source: popup })
    expect(taken).toEqual([{ envelope, via: 'opener' }])
  })

  test.each(['127.0.0.1', '[::1]'])('by postMessage from the popup at the loopback twin %s', (host) => {
    const popup = realWindow()
    listen(popup)
    post(envelope, { source: popup, origin: location.origin.replace('localhost', host) })
    expect(taken).toEqual([{ envelope, via: 'opener' }])
  })

  test('by postMessage from any window of the origin where there is no handle', () => {
    listen(null)
    post(envelope)
    expect(taken).toEqual([{ envelope, via: 'opener' }])
  })

  test('by BroadcastChannel', () => {
    stubChannels()
    listen()
    new BroadcastChannel(channelName(ID)).postMessage(envelope)
    expect(taken).toEqual([{ envelope, via: 'broadcast' }])
  })

  test('by storage event', () => {
    listen()
    store(JSON.stringify(envelope))
    expect(taken).toEqual([{ envelope, via: 'storage' }])
  })

  test('in the open form', () => {
    const open: Envelope = { ipyauth: 1, id: ID, open: { query: 'code=c', fragment: '' } }
    listen()
    post(open)
    expect(taken).toEqual([{ envelope: open, via: 'opener' }])
  })

  test('once, though it comes by all ways', () => {
    stubChannels()
    listen()
    post(envelope)
    store(JSON.stringify(envelope))
    new BroadcastChannel(channelName(ID)).postMessage(envelope)
    expect(taken).toHaveLength(1)
  })

  test('also after a forged one: only the kernel can tell them apart', () => {
    listen()
    post({ ...envelope, ct: 'forged' })
    post(envelope)
    expect(taken.map(({ envelope }) => 'ct' in envelope && envelope.ct)).toEqual(['forged', ct])
  })

  test('without what else was in the message', () => {
    listen()
    post({ ...envelope, extra: 'x', __proto__: { polluted: true } })
    expect(taken).toEqual([{ envelope, via: 'opener' }])
  })
})

describe('ignores', () => {
  test.each([
    ['a foreign origin', 'https://evil.example'],
    ['no origin', 'null'],
    ['another port', 'http://localhost:9999'],
    ['another port of a twin', 'http://127.0.0.1:9999'],
    ['another scheme', location.origin.replace('http:', 'https:')],
    ['a name that only begins so', location.origin.replace('localhost', 'localhost.evil.example')],
  ])('B23 a perfect body from %s', (_, origin) => {
    const popup = realWindow()
    listen(popup)
    post(envelope, { origin, source: popup })
    expect(taken).toEqual([])
    post(envelope, { source: popup })
    expect(taken).toHaveLength(1)
  })

  test('B24 a perfect body from another window than the popup', () => {
    const popup = realWindow()
    listen(popup)
    post(envelope, { source: window })
    post(envelope, { source: realWindow() })
    post(envelope, { source: null })
    expect(taken).toEqual([])
    post(envelope, { source: popup })
    expect(taken).toHaveLength(1)
  })

  test('B24 the storage of another flow', () => {
    listen()
    store(JSON.stringify(envelope), channelName('AAAAAAAAAAAAAAAA'))
    store(JSON.stringify(envelope), 'theme')
    store(null)
    expect(taken).toEqual([])
  })

  test('B25 oversized storage, unparsed', () => {
    const parse = vi.spyOn(JSON, 'parse')
    listen()
    store(JSON.stringify({ ...envelope, ct: 'x'.repeat(1 << 20) }))
    expect(parse).not.toHaveBeenCalled()
    expect(taken).toEqual([])
  })

  const junk: [string, unknown][] = [
    ['text', 'hello'],
    ['nothing', null],
    ['undefined', undefined],
    ['a number', 1],
    ['a list', [envelope]],
    ['a long list', new Array(1_000_000)],
    ['a map', new Map(Object.entries(envelope))],
    ['only a prototype', Object.create(envelope, { ipyauth: { value: '1' } })],
    ['a polluting one', JSON.parse('{"__proto__":{"ipyauth":1},"constructor":{"prototype":{"id":1}}}')],
    ['another flow', { ...envelope, id: 'AAAAAAAAAAAAAAAA' }],
    ['another version', { ...envelope, ipyauth: 2 }],
    ['no version', { id: ID, enc, ct }],
    ['a short enc', { ...envelope, enc: enc.slice(1) }],
    ['a ct that is no base64url', { ...envelope, ct: `${ct}=` }],
    ['an empty ct', { ...envelope, ct: '' }],
    ['a huge ct', { ...envelope, ct: 'x'.repeat(1 << 20) }],
    ['a list as ct', { ...envelope, ct: [ct] }],
    ['an open form without fragment', { ipyauth: 1, id: ID, open: { query: '' } }],
    ['a huge open form', { ipyauth: 1, id: ID, open: { query: 'x'.repeat(1 << 17), fragment: '' } }],
    ['an acknowledgement', ack],
  ]
  test.each(junk)('B25 %s, and still takes the real one', (_, message) => {
    listen()
    post(message)
    store(typeof message === 'string' ? message : (JSON.stringify(message) ?? '{'))
    expect(taken).toEqual([])
    post(envelope)
    expect(taken).toHaveLength(1)
  })

  test('B26 a flood, with bounded work, and the real one still comes another way', () => {
    stubChannels()
    const forger = new BroadcastChannel(channelName(ID))
    const popup = realWindow()
    const written = vi.spyOn(JSON, 'stringify')
    listen(popup)
    for (let i = 0; i < 10_000; i++) forger.postMessage({ ...envelope, ct: `forged${i}` })
    expect(taken).toHaveLength(8)
    expect(written.mock.calls.length).toBeLessThanOrEqual(8)
    post(envelope, { source: popup })
    expect(taken.at(-1)).toEqual({ envelope, via: 'opener' })
  })

  test('B29 everything once its life is over', () => {
    const channels = stubChannels()
    listen()
    life.abort()
    post(envelope)
    store(JSON.stringify(envelope))
    expect(taken).toEqual([])
    expect(channels.get(channelName(ID))?.size).toBe(0)
  })
})

describe('acknowledges', () => {
  test('to the window that delivered, with the exact origin, and over the channel', () => {
    stubChannels()
    const heard: unknown[] = []
    const popup = realWindow()
    const receiver = listen(popup)
    new BroadcastChannel(channelName(ID)).addEventListener('message', ({ data }) => heard.push(data))
    const postMessage = vi.spyOn(popup, 'postMessage').mockImplementation(() => {})
    const twin = location.origin.replace('localhost', '127.0.0.1')
    post(envelope, { source: popup, origin: twin })
    receiver.acknowledge()
    expect(postMessage.mock.calls).toEqual([[ack, { targetOrigin: twin }]])
    expect(heard).toEqual([ack])
  })

  test('works without BroadcastChannel', () => {
    vi.stubGlobal('BroadcastChannel', undefined)
    expect(() => listen().acknowledge()).not.toThrow()
  })
})
