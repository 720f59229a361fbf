// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deliver } from '../src/deliver.ts'
import { channelName, type Envelope } from '../src/envelope.ts'
import { parseState } from '../src/state-param.ts'
import vectors from '../testdata/seal.json'
import { stubChannels } from './fake-channel.ts'
import { COMM, ID, KERNEL, STATE, STATE_ALONE } from './flow-state.ts'

const { enc = '', ct = '' } = vectors[0] ?? {}
const envelope: Envelope = { ipyauth: 1, id: ID, enc, ct }
const ack = { ipyauth: 1, ack: ID }
const flow = parseState(STATE)
const alone = parseState(STATE_ALONE)
if (!flow || !alone) throw new Error('bad test state')

/** A Jupyter server's WebSocket: keeps what it got, says what the test wants. */
class FakeSocket extends EventTarget {
  static all: FakeSocket[] = []
  readonly sent: string[] = []
  readonly url: string
  closed = false
  constructor(url: string) {
    super()
    this.url = url
    FakeSocket.all.push(this)
  }
  send(text: string) {
    this.sent.push(text)
  }
  close() {
    if (this.closed) return
    this.closed = true
    this.dispatchEvent(new Event('close'))
  }
  says(data: unknown) {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}

let result: boolean | undefined
let fetched: ReturnType<typeof vi.fn>

beforeEach(() => {
  vi.useFakeTimers()
  stubChannels()
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
  fetched = vi.fn(async () => ({ ok: true }))
  vi.stubGlobal('fetch', fetched)
  result = undefined
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.unstubAllGlobals()
  Object.assign(window, { opener: null })
})

const start = (state = flow, path = '/user/alice/callback/') =>
  void deliver(envelope, state, path).then((delivered) => {
    result = delivered
  })
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const post = (data: unknown, origin = location.origin) =>
  window.dispatchEvent(new MessageEvent('message', { data, origin }))

test('goes all ways through the notebook window at once, and leaves nothing in storage', async () => {
  const opener = { postMessage: vi.fn() }
  Object.assign(window, { opener })
  const heard: unknown[] = []
  new BroadcastChannel(channelName(ID)).addEventListener('message', ({ data }) => heard.push(data))
  const stored = vi.spyOn(Storage.prototype, 'setItem')
  start()
  expect(opener.postMessage.mock.calls).toEqual([[envelope, location.origin]])
  expect(heard).toEqual([envelope])
  expect(stored.mock.calls).toEqual([[channelName(ID), JSON.stringify(envelope)]])
  expect(localStorage.length).toBe(0)
  post(ack)
  await pass(0)
  expect(result).toBe(true)
})

test('an acknowledgement over the channel ends it too, before any socket opens', async () => {
  start()
  await pass(100)
  new BroadcastChannel(channelName(ID)).postMessage(ack)
  await pass(10_000)
  expect(result).toBe(true)
  expect(FakeSocket.all).toEqual([])
})

test.each([
  ['of another flow', { ...ack, ack: 'AAAAAAAAAAAAAAAA' }, location.origin],
  ['of a foreign origin', ack, 'https://evil.example'],
  ['that is the envelope itself', envelope, location.origin],
  ['that is nothing', null, location.origin],
])('ignores an acknowledgement %s', async (_, data, origin) => {
  start()
  post(data, origin)
  await pass(0)
  expect(result).toBeUndefined()
  await pass(10_000)
  expect(result).toBe(false)
})

test('works where there is neither channel nor storage', async () => {
  vi.stubGlobal('BroadcastChannel', undefined)
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('off')
  })
  start()
  post(ack)
  await pass(0)
  expect(result).toBe(true)
})

describe('no acknowledgement', () => {
  const socket = () => FakeSocket.all[0] as FakeSocket
  const status = (state: string, parent: string, type = 'status') =>
    JSON.stringify({
      header: { msg_type: type },
      parent_header: { msg_id: parent },
      content: { execution_state: state },
    })

  test('the opener gets longer than nobody', async () => {
    Object.assign(window, { opener: { postMessage() {} } })
    start()
    await pass(699)
    expect(FakeSocket.all).toHaveLength(0)
    await pass(1)
    expect(FakeSocket.all).toHaveLength(1)
    post(ack)
    await pass(0)
    expect(socket().closed).toBe(true)
  })

  test("the kernel's socket takes it, and idle on it is the acknowledgement", async () => {
    start()
    await pass(300)
    expect(socket().url).toBe(`ws://${location.host}/user/alice/api/kernels/${KERNEL}/channels`)
    socket().dispatchEvent(new Event('open'))
    const message = JSON.parse(socket().sent[0] ?? '')
    expect(message).toEqual({
      channel: 'shell',
      header: {
        msg_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        msg_type: 'comm_msg',
        username: '',
        session: expect.stringMatching(/^[0-9a-f]{32}$/),
        date: expect.any(String),
        version: '5.4',
      },
      parent_header: {},
      metadata: {},
      content: {
        comm_id: COMM,
        data: { method: 'custom', content: { type: 'callback', via: 'websocket', envelope } },
      },
      buffers: [],
    })
    const id = message.header.msg_id
    socket().says(status('busy', id))
    socket().says(status('idle', 'another'))
    socket().says(status('idle', id, 'stream'))
    socket().says(new ArrayBuffer(8))
    socket().says(`{ broken ${id}`)
    socket().says(`null, "${id}"`)
    await pass(0)
    expect(result).toBeUndefined()
    socket().says(status('idle', id))
    await pass(0)
    expect(result).toBe(true)
    expect(socket().closed).toBe(true)
  })

  test('a socket that is refused: the other ways still have their time', async () => {
    start()
    await pass(300)
    socket().close()
    await pass(2000)
    expect(result).toBeUndefined()
    post(ack)
    await pass(0)
    expect(result).toBe(true)
  })

  test('a browser that makes no socket', async () => {
    vi.stubGlobal('WebSocket', undefined)
    start()
    await pass(10_000)
    expect(result).toBe(false)
  })

  test('gives up in the end', async () => {
    start()
    await pass(9999)
    expect(result).toBeUndefined()
    await pass(1)
    expect(result).toBe(false)
    expect(socket().closed).toBe(true)
  })

  test('without a Jupyter server the answer goes to the listener that serves the page', async () => {
    start(alone, '/callback/')
    await pass(300)
    expect(fetched.mock.calls[0]).toEqual([
      '/callback/',
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(envelope),
        signal: expect.any(AbortSignal),
      },
    ])
    expect(FakeSocket.all).toEqual([])
    expect(result).toBe(true)
  })

  test('a listener that refuses', async () => {
    fetched.mockResolvedValue({ ok: false })
    start(alone, '/callback/')
    await pass(10_000)
    expect(result).toBe(false)
  })
})
