import { CHANNEL_PREFIX, channelName, type Envelope, isAck } from './envelope.ts'
import { openChannel } from './relay.ts'
import { sendOverSocket } from './socket.ts'
import type { FlowState } from './state-param.ts'
import { after } from './timer.ts'

/** How long a widget may take to answer: with an opener, and where there is none to hear it. */
const ACK_TIME = 700
const ACK_TIME_ALONE = 300
/** When to give up. */
const DEADLINE = 10_000

/**
 * Gets an envelope to the kernel by every way there is, and tells whether one worked. The ways
 * through the notebook's window go first and together: which of them works depends on the
 * provider's and the notebook's headers. Then the way that needs no notebook window: the kernel's
 * own WebSocket or, where a listener of the kernel serves this page (RFC 8252 section 7.3), a POST.
 * `path` is the page's own path.
 */
export function deliver(envelope: Envelope, state: FlowState, path: string): Promise<boolean> {
  const life = new AbortController()
  const { signal } = life
  return new Promise((resolve) => {
    const finish = (delivered: boolean) => {
      if (signal.aborted) return
      life.abort()
      resolve(delivered)
    }
    const channel = openChannel(channelName(state.id))
    signal.addEventListener('abort', () => channel?.close(), { once: true })
    const onAck = (event: MessageEvent) => {
      if (event.origin === location.origin && isAck(event.data, state.id)) finish(true)
    }
    addEventListener('message', onAck, { signal })
    channel?.addEventListener('message', onAck, { signal })

    const hasOpener = postToOpener(envelope)
    channel?.postMessage(envelope)
    postToStorage(envelope)

    after(hasOpener ? ACK_TIME : ACK_TIME_ALONE, signal, async () => {
      if (await sendDirectly(envelope, state, path, signal)) finish(true)
    })
    after(DEADLINE, signal, () => finish(false))
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

function postToOpener(envelope: Envelope): boolean {
  const opener: Window | null = window.opener
  if (!opener) return false
  try {
    opener.postMessage(envelope, location.origin)
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

/** The way that needs no notebook window. False when nobody took the envelope. */
async function sendDirectly(envelope: Envelope, state: FlowState, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    if (state.kernel !== '') return await sendOverSocket(envelope, state, path.replace(/callback\/?$/, ''), signal)
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(envelope), signal })
    return response.ok
  } catch {
    // No connection; the ways through the notebook's window still have their time.
    return false
  }
}
