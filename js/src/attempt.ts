import type { Envelope, Via } from './envelope.ts'
import { navigatePopup, openPopup, watchPopup } from './popup.ts'
import { type Receiver, receive } from './relay.ts'
import { after } from './timer.ts'

/**
 * Where one sign-in of this view stands:
 * asking (for the provider's address), open (the window is at the provider), blocked (there is no
 * window, but a link), closed (the window seems closed), finishing (the kernel has the answer).
 */
export type Phase = 'asking' | 'open' | 'blocked' | 'closed' | 'finishing'

/** One sign-in of this view, from a click to its end. */
export interface Attempt {
  /** The nonce of the click; the kernel's answer names it. */
  readonly click: string
  readonly phase: Phase
  /** The provider's address, "" while it is not known. */
  readonly url: string
  /** The kernel's answer to the click: flow `id` waits at `url`. */
  authorize(id: string, url: string): void
  /** The kernel has the answer of flow `id`; of another flow: nothing happens. */
  received(id: string): void
  /** Stops listening and closes the window, telling the callback page if it is there. */
  end(): void
  /** Stops listening, but leaves a window that is at the provider. */
  abandon(): void
}

export interface AttemptOptions {
  click: string
  waitingText: string
  /** The phase changed. */
  changed(): void
  deliver(envelope: Envelope, via: Via): void
  /** The person closed the window of flow `id`: certain, not only a hint. */
  closed(id: string): void
  /** The kernel did not answer the click, or went silent after it had the answer. */
  unanswered(): void
}

/** How long the kernel may take to answer a click. */
export const ANSWER_TIME = 10_000
/** How long it may take to exchange a code and verify what came. */
const FINISH_TIME = 60_000

/** Starts a sign-in. Must be called in the click itself: it opens the window first of all. */
export function startAttempt(options: AttemptOptions): Attempt {
  const popup = openPopup(`ipyauth-${options.click}`, options.waitingText)
  const life = new AbortController()
  let phase: Phase = 'asking'
  let flow = ''
  let url = ''
  let receiver: Receiver | null = null
  let stopTimer = after(ANSWER_TIME, life.signal, options.unanswered)

  const enter = (next: Phase) => {
    phase = next
    options.changed()
  }
  const onClosed = (certain: boolean) => {
    if (phase !== 'open') return
    if (certain) options.closed(flow)
    enter('closed')
  }

  return {
    click: options.click,
    get phase() {
      return phase
    },
    get url() {
      return url
    },
    authorize(id, target) {
      if (phase !== 'asking') return
      stopTimer()
      flow = id
      url = target
      receiver = receive({ id, popup, signal: life.signal, deliver: options.deliver })
      const sent = popup !== null && navigatePopup(popup, url)
      if (sent) watchPopup(popup, life.signal, onClosed)
      enter(sent ? 'open' : 'blocked')
    },
    received(id) {
      if (!receiver || id !== flow) return
      receiver.acknowledge()
      popup?.close()
      if (phase === 'finishing') return
      stopTimer = after(FINISH_TIME, life.signal, options.unanswered)
      enter('finishing')
    },
    end() {
      receiver?.acknowledge()
      popup?.close()
      life.abort()
    },
    abandon() {
      if (phase === 'asking') popup?.close()
      life.abort()
    },
  }
}
