import { CHANNEL_PREFIX, channelName, type Envelope, isAck } from './envelope.ts'
import { relayOrigins } from './origins.ts'
import { openChannel } from './relay.ts'
import { type Reception, sendOverSocket } from './socket.ts'
import type { FlowState } from './state-param.ts'
import { after } from './timer.ts'

/** How long a widget may take to answer: with an opener, and where there is none to hear it. */
const ACK_TIME = 700
const ACK_TIME_ALONE = 300
/** When to ask the person: not before an answer over a slow network had its chance... */
const LATE_MIN = 1500
/** ...nor as long after it as a socket may take that neither opens nor closes. */
const LATE_MAX = 4000
/** How long the kernel takes an answer; after that it is worth nothing. */
const LIFETIME = 10 * 60_000

export interface Delivery {
  envelope: Envelope
  state: FlowState
  /** The page's own path. */
  path: string
  /** Called once when no way worked so far. All stay open; the twins are more, for the person to choose. */
  late(twins: Twin[]): void
}

/**
 * Another loopback name of this page's origin, where the notebook may be open. It is not told
 * unasked: on a computer with several users somebody else may serve a page there.
 */
export interface Twin {
  origin: string
  give(): void
}

/**
 * Gets an envelope to the kernel by every way there is, and tells what became of it; 'unreachable'
 * is when its time is over. The ways through the notebook's window go first and together: which of
 * them works depends on the provider's and the notebook's headers. Then the way that needs no
 * notebook window: the kernel's own WebSocket.
 */
export function deliver({ envelope, state, path, late }: Delivery): Promise<Reception> {
  const life = new AbortController()
  const { signal } = life
  return new Promise((resolve) => {
    const finish = (reception: Reception) => {
      if (signal.aborted) return
      life.abort()
      resolve(reception)
    }
    const channel = openChannel(channelName(state.id))
    signal.addEventListener('abort', () => channel?.close(), { once: true })
    const onAck = ({ data }: MessageEvent) => {
      if (isAck(data, state.id)) finish('taken')
    }
    const origins = relayOrigins(location.origin)
    const [, ...others] = origins
    const onMessage = (event: MessageEvent) => {
      if (event.source === window.opener && origins.includes(event.origin)) onAck(event)
    }
    addEventListener('message', onMessage, { signal })
    channel?.addEventListener('message', onAck, { signal })

    const hasOpener = postToOpener(envelope, location.origin)
    const twins = others.map((origin) => ({ origin, give: () => void postToOpener(envelope, origin) }))
    channel?.postMessage(envelope)
    postToStorage(envelope)

    let asked = false
    const ask = () => {
      if (asked || signal.aborted) return
      asked = true
      late(hasOpener ? twins : [])
    }
    const started = Date.now()
    const first = hasOpener ? ACK_TIME : ACK_TIME_ALONE
    after(first, signal, async () => {
      const reception = await sendDirectly(envelope, state, path, signal)
      if (reception !== 'unreachable') finish(reception)
      else after(started + LATE_MIN - Date.now(), signal, ask)
    })
    after(LATE_MAX, signal, ask)
    after(LIFETIME, signal, () => finish('unreachable'))
  })
}

/** Takes away what an interrupted page of an earlier sign-in may have left. */
export function sweepStorage(): void {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(CHANNEL_PREFIX))
    for (const key of keys) localStorage.removeItem(key)
  } catch {
    // No storage for this page: nothing can have been left in it.
  }
}

/** To the window that opened this one, if it is at this origin; no other can read it. */
function postToOpener(envelope: Envelope, origin: string): boolean {
  const opener: Window | null = window.opener
  if (!opener) return false
  try {
    opener.postMessage(envelope, origin)
    return true
  } catch {
    return false
  }
}

/** Other windows of this origin get a storage event; the item itself is gone at once. */
function postToStorage(envelope: Envelope): void {
  const key = channelName(envelope.id)
  try {
    localStorage.setItem(key, JSON.stringify(envelope))
    localStorage.removeItem(key)
  } catch {
    // Storage is full or off; the other ways are under way.
  }
}

/** The way that needs no notebook window. */
async function sendDirectly(
  envelope: Envelope,
  state: FlowState,
  path: string,
  signal: AbortSignal,
): Promise<Reception> {
  if (state.kernel === '') return 'unreachable'
  try {
    return await sendOverSocket(envelope, state, path.replace(/callback\/?$/, ''), signal)
  } catch {
    // No connection; the ways through the notebook's window still have their time.
    return 'unreachable'
  }
}
