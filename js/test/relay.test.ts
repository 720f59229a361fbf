// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { channelName, type Envelope, type Via } from '../src/envelope.ts'
import { receive } from '../src/relay.ts'
import vectors from '../testdata/seal.json'
import { stubChannels } from './fake-channel.ts'
import { fakePopup } from './fake-popup.ts'
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

const store = (newValue: string | null, key = channelName(ID)) =>
  window.dispatchEvent(new StorageEvent('storage', { key, newValue }))

describe('takes the answer', () => {
  test('by postMessage from the popup', () => {
    // jsdom wants a real window as source.
    const popup = window
    listen(popup)
    post(envelope, { source: popup })
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
  test('a foreign origin with a perfect body', () => {
    listen()
    post(envelope, { origin: 'https://evil.example' })
    post(envelope, { origin: 'null' })
    expect(taken).toEqual([])
  })

  test('another window when the popup is known', () => {
    listen(fakePopup().window)
    post(envelope, { source: window })
    post(envelope)
    expect(taken).toEqual([])
  })

  test('the storage of another flow', () => {
    listen()
    store(JSON.stringify(envelope), channelName('AAAAAAAAAAAAAAAA'))
    store(JSON.stringify(envelope), 'theme')
    store(null)
    expect(taken).toEqual([])
  })

  test('oversized storage, unparsed', () => {
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
  test.each(junk)('%s, and still takes the real one', (_, message) => {
    listen()
    post(message)
    store(typeof message === 'string' ? message : (JSON.stringify(message) ?? '{'))
    expect(taken).toEqual([])
    post(envelope)
    expect(taken).toHaveLength(1)
  })

  test('a flood, with bounded work', () => {
    listen()
    for (let i = 0; i < 10_000; i++) post({ ...envelope, ct: `forged${i}` })
    expect(taken.length).toBeLessThanOrEqual(8)
  })

  test('everything once its life is over', () => {
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
    const receiver = listen(window)
    new BroadcastChannel(channelName(ID)).addEventListener('message', ({ data }) => heard.push(data))
    const postMessage = vi.spyOn(window, 'postMessage').mockImplementation(() => {})
    post(envelope, { source: window })
    receiver.acknowledge()
    expect(postMessage.mock.calls).toEqual([[ack, { targetOrigin: location.origin }]])
    expect(heard).toEqual([ack])
  })

  test('works without BroadcastChannel', () => {
    vi.stubGlobal('BroadcastChannel', undefined)
    expect(() => listen().acknowledge()).not.toThrow()
  })
})
