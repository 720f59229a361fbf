// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deliver } from '../src/deliver.ts'
import { channelName, type Envelope } from '../src/envelope.ts'
import type { Reception } from '../src/socket.ts'
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

const LIFETIME = 10 * 60_000

let result: Reception | undefined
let late: ReturnType<typeof vi.fn<() => void>>

beforeEach(() => {
  vi.useFakeTimers()
  stubChannels()
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
  result = undefined
  late = vi.fn()
})
afterEach(async () => {
  if (result === undefined) await pass(LIFETIME)
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.unstubAllGlobals()
  Object.assign(window, { opener: null })
})

const start = (state = flow, path = '/user/alice/callback/') =>
  void deliver({ envelope, state, path, late }).then((reception) => {
    result = reception
  })
/** A window that opened this one; jsdom takes no other object as the source of a message. */
function openedBy() {
  const frame = document.body.appendChild(document.createElement('iframe'))
  const opener = frame.contentWindow as Window
  Object.assign(window, { opener })
  return { postMessage: vi.spyOn(opener, 'postMessage').mockImplementation(() => {}) }
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const post = (data: unknown, { origin = location.origin, source = window.opener } = {}) =>
  window.dispatchEvent(new MessageEvent('message', { data, origin, source }))

test('B29 goes all ways through the notebook window at once, and leaves nothing in storage', async () => {
  const opener = openedBy()
  const heard: unknown[] = []
  new BroadcastChannel(channelName(ID)).addEventListener('message', ({ data }) => heard.push(data))
  const stored = vi.spyOn(Storage.prototype, 'setItem')
  start()
  // In the same task: nobody who looks later finds it.
  expect(opener.postMessage.mock.calls).toEqual([[envelope, location.origin]])
  expect(heard).toEqual([envelope])
  expect(stored.mock.calls).toEqual([[channelName(ID), JSON.stringify(envelope)]])
  expect(localStorage.length).toBe(0)
  post(ack, { source: null })
  await pass(0)
  expect(result).toBeUndefined()
  new BroadcastChannel(channelName(ID)).postMessage(ack)
  await pass(0)
  expect(result).toBe('taken')
})

test('an acknowledgement over the channel ends it too, before any socket opens', async () => {
  start()
  await pass(100)
  new BroadcastChannel(channelName(ID)).postMessage(ack)
  await pass(10_000)
  expect(result).toBe('taken')
  expect(FakeSocket.all).toEqual([])
})

describe('an acknowledgement by the opener', () => {
  beforeEach(openedBy)

  test.each([
    ['its own origin', location.origin],
    ['its loopback twin', location.origin.replace('localhost', '127.0.0.1')],
  ])('counts, from %s', async (_, origin) => {
    start()
    post(ack, { origin })
    await pass(0)
    expect(result).toBe('taken')
  })

  test.each([
    ['of another flow', { ...ack, ack: 'AAAAAAAAAAAAAAAA' }, {}],
    ['of a foreign origin', ack, { origin: 'https://evil.example' }],
    ['of another window', ack, { source: window }],
    ['that is the envelope itself', envelope, {}],
    ['that is nothing', null, {}],
  ])('is ignored: one %s', async (_, data, from) => {
    start()
    post(data, from)
    await pass(0)
    expect(result).toBeUndefined()
    post(ack)
    await pass(0)
    expect(result).toBe('taken')
  })
})

test('works where there is neither channel nor storage', async () => {
  vi.stubGlobal('BroadcastChannel', undefined)
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('off')
  })
  openedBy()
  start()
  post(ack)
  await pass(0)
  expect(result).toBe('taken')
})

describe('no acknowledgement', () => {
  const socket = () => FakeSocket.all[0] as FakeSocket
  const received = (id: string, type = 'received') =>
    JSON.stringify({
      header: { msg_type: 'comm_msg' },
      parent_header: {},
      content: { data: { content: { type, id } } },
    })
  const status = (state: string, parent: string, type = 'status') =>
    JSON.stringify({
      header: { msg_type: type },
      parent_header: { msg_id: parent },
      content: { execution_state: state },
    })

  test('the opener gets longer than nobody', async () => {
    openedBy()
    start()
    await pass(699)
    expect(FakeSocket.all).toHaveLength(0)
    await pass(1)
    expect(FakeSocket.all).toHaveLength(1)
    post(ack)
    await pass(0)
    expect(socket().closed).toBe(true)
  })

  test("the kernel's socket takes it: the kernel says so and goes idle on it", async () => {
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
    socket().says(received(ID))
    socket().says(status('idle', id))
    await pass(0)
    expect(result).toBe('taken')
    expect(socket().closed).toBe(true)
  })

  test.each([
    ['nothing', () => ''],
    ['that it has the answer of another flow', () => received('AAAAAAAAAAAAAAAA')],
    ['something else of this flow', () => received(ID, 'authorize')],
    [
      'it in no message of a comm',
      () => JSON.stringify({ content: { data: { content: { type: 'received', id: ID } } } }),
    ],
  ])('B34 a kernel that goes idle and said %s has not taken it', async (_, says) => {
    start()
    await pass(300)
    socket().dispatchEvent(new Event('open'))
    socket().says(says())
    socket().says(status('idle', JSON.parse(socket().sent[0] ?? '').header.msg_id))
    await pass(0)
    expect(result).toBe('refused')
    expect(late).not.toHaveBeenCalled()
  })

  test('a socket that is refused: the person is asked, and the other ways stay open', async () => {
    start()
    await pass(300)
    socket().close()
    await pass(1199)
    expect(late).not.toHaveBeenCalled()
    await pass(1)
    expect(late).toHaveBeenCalledTimes(1)
    await pass(60_000)
    expect(late).toHaveBeenCalledTimes(1)
    expect(result).toBeUndefined()
    new BroadcastChannel(channelName(ID)).postMessage(ack)
    await pass(0)
    expect(result).toBe('taken')
  })

  test('a socket that is refused late: the person is asked at once', async () => {
    start()
    await pass(2000)
    socket().close()
    await pass(0)
    expect(late).toHaveBeenCalledTimes(1)
  })

  test('a socket that says nothing: the person is asked meanwhile', async () => {
    start()
    await pass(3999)
    expect(late).not.toHaveBeenCalled()
    await pass(1)
    expect(late).toHaveBeenCalledTimes(1)
    expect(socket().closed).toBe(false)
  })

  test('a browser that makes no socket', async () => {
    vi.stubGlobal('WebSocket', undefined)
    start()
    await pass(1500)
    expect(late).toHaveBeenCalledTimes(1)
  })

  test('gives up when the sign-in is over', async () => {
    start()
    await pass(LIFETIME - 1)
    expect(result).toBeUndefined()
    await pass(1)
    expect(result).toBe('unreachable')
    expect(socket().closed).toBe(true)
  })

  test('a sign-in without a Jupyter kernel has no socket', async () => {
    start(alone, '/callback/')
    await pass(1500)
    expect(late).toHaveBeenCalledTimes(1)
    expect(FakeSocket.all).toEqual([])
  })
})
