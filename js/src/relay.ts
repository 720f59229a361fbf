import { type Ack, channelName, type Envelope, MAX_ENVELOPE, parseEnvelope, type Via } from './envelope.ts'
import { relayOrigins } from './origins.ts'

/** Takes in the answer of one flow, whichever way the callback page gets it to this window. */
export interface Receiver {
  /** Tells every page that delivered, or still may, that the kernel has the answer. */
  acknowledge(): void
}

/**
 * Forged messages can't be told from genuine ones here (only the kernel opens the seal), so each
 * different one goes to the kernel, but no more than these by each way: who floods one way does not
 * keep the genuine answer from coming by another.
 */
const MAX_DIFFERENT = 8

export interface ReceiverOptions {
  /** The flow to listen for; messages of others are ignored. */
  id: string
  /** The popup, when this window has a handle of it: then its messages must come from it. */
  popup: Window | null
  /** Ends the listening. */
  signal: AbortSignal
  /** Called once for each different envelope. */
  deliver(envelope: Envelope, via: Via): void
}

export function receive({ id, popup, signal, deliver }: ReceiverOptions): Receiver {
  const channel = openChannel(channelName(id))
  const origins = relayOrigins(location.origin)
  const senders = new Map<MessageEventSource, string>()
  const seen = new Set<string>()
  const left: Partial<Record<Via, number>> = {}

  const take = (value: unknown, via: Via): boolean => {
    const envelope = parseEnvelope(value, id)
    if (!envelope) return false
    const budget = left[via] ?? MAX_DIFFERENT
    if (budget === 0) return false
    const text = JSON.stringify(envelope)
    if (seen.has(text)) return true
    left[via] = budget - 1
    seen.add(text)
    deliver(envelope, via)
    return true
  }

  const onMessage = (event: MessageEvent) => {
    if (!origins.includes(event.origin)) return
    if (popup && event.source !== popup) return
    const isEnvelope = take(event.data, 'opener')
    if (isEnvelope && event.source && senders.size < MAX_DIFFERENT) senders.set(event.source, event.origin)
  }
  const onStorage = (event: StorageEvent) => {
    if (event.key !== channelName(id) || !event.newValue) return
    if (event.newValue.length > MAX_ENVELOPE) return
    take(parseJson(event.newValue), 'storage')
  }
  const onBroadcast = (event: MessageEvent) => {
    take(event.data, 'broadcast')
  }

  addEventListener('message', onMessage, { signal })
  addEventListener('storage', onStorage, { signal })
  channel?.addEventListener('message', onBroadcast, { signal })
  signal.addEventListener('abort', () => channel?.close(), { once: true })

  return {
    acknowledge() {
      const ack: Ack = { ipyauth: 1, ack: id }
      for (const [sender, targetOrigin] of senders) sender.postMessage(ack, { targetOrigin })
      channel?.postMessage(ack)
    },
  }
}

/** Null where the browser has no channels or refuses them to this page. */
export function openChannel(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name)
  } catch {
    return null
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
