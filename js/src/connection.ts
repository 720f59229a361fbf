import { callbackUrl, findBaseUrl } from './base-url.ts'
import { type FromKernel, type Model, parseFromKernel, STATE_KEYS, type ToKernel } from './protocol.ts'
import { randomId } from './random-id.ts'
import { canSeal } from './seal.ts'
import { after } from './timer.ts'

/**
 * Whether a kernel is known to stand behind this view. A saved notebook shows its saved state with
 * no kernel at all, so nothing but the welcome to this view's own nonce makes it live.
 */
export type Link = 'waiting' | 'live' | 'lost'

/** The view's line to the kernel. */
export interface Connection {
  /** Names this view; the kernel's answers carry it. */
  readonly nonce: string
  readonly link: Link
  /** Where the provider shall send the browser back to. */
  readonly redirectUri: string
  /** The pages of this origin can seal an answer. */
  readonly secure: boolean
  /** This page is shown inside a page of another origin. */
  readonly embedded: boolean
  send(message: ToKernel): void
}

export interface ConnectionOptions {
  model: Model
  /** Ends the connection and removes its listeners. */
  signal: AbortSignal
  /** The link changed. */
  changed(): void
  onMessage(message: FromKernel): void
  /** Something in the synced state changed. */
  onState(): void
}

/** How long a view waits for its welcome before it says that there is no kernel. */
export const WELCOME_TIME = 5000

/** Says hello to the kernel, and again whenever the comm was lost or came back. */
export function connect(options: ConnectionOptions): Connection {
  const { model, signal } = options
  const nonce = randomId()
  const baseUrl = findBaseUrl(document, location)
  const secure = canSeal()
  let link: Link = 'waiting'
  let stopWaiting = () => {}

  const setLink = (next: Link) => {
    stopWaiting()
    if (link === next) return
    link = next
    options.changed()
  }
  const send = (message: ToKernel) => {
    try {
      model.send(message)
    } catch {
      // The comm is closed: the kernel was restarted or the notebook shut down.
      setLink('lost')
    }
  }
  const hello = () => {
    stopWaiting()
    // A link that was live stays so meanwhile: a reconnect must not make the view flicker.
    stopWaiting = after(WELCOME_TIME, signal, () => setLink('lost'))
    send({ type: 'hello', view: nonce, origin: location.origin, base_url: baseUrl, secure })
  }

  subscribe(model, signal, [
    [
      'msg:custom',
      (content) => {
        const message = parseFromKernel(content)
        if (!message || ('view' in message && message.view !== nonce)) return
        options.onMessage(message)
        if (message.type === 'welcome') setLink('live')
      },
    ],
    // ipywidgets tells when the comm is lost (restart) or attached again (reconnect).
    ['comm_live_update', hello],
    ...STATE_KEYS.map((key): Subscription => [`change:${key}`, options.onState]),
  ])
  // Not inside this call: whoever connects has no connection to use in `changed` yet.
  queueMicrotask(() => {
    if (!signal.aborted) hello()
  })

  return {
    nonce,
    get link() {
      return link
    },
    redirectUri: callbackUrl(baseUrl, location),
    secure,
    embedded: isEmbedded(),
    send,
  }
}

function isEmbedded(): boolean {
  try {
    return window.top?.location.origin !== location.origin
  } catch {
    // The browser keeps the outermost page's address from this one: another origin's.
    return true
  }
}

type Subscription = [event: string, callback: (content: unknown) => void]

function subscribe(model: Model, signal: AbortSignal, subscriptions: Subscription[]): void {
  for (const [event, callback] of subscriptions) model.on(event, callback)
  const unsubscribe = () => {
    for (const [event, callback] of subscriptions) model.off(event, callback)
  }
  signal.addEventListener('abort', unsubscribe, { once: true })
}
