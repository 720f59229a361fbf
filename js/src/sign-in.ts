import { type Attempt, startAttempt } from './attempt.ts'
import type { Connection } from './connection.ts'
import type { FromKernel, Status } from './protocol.ts'
import { randomId } from './random-id.ts'

/** The sign-in of one view: at most one attempt at a time, the last click wins. */
export interface SignIn {
  readonly attempt: Attempt | null
  /** Starts an attempt. Must be called in the click itself. */
  begin(providerName: string, status: Status): void
  /** Ends the attempt, and the flow, whichever view began it. */
  cancel(): void
  onMessage(message: FromKernel): void
  onStatus(status: Status): void
  /** The view goes away. */
  abandon(): void
}

export interface SignInOptions {
  connection: Connection
  changed(): void
  /** The kernel did not answer; the attempt is over. */
  unanswered(): void
}

export function createSignIn({ connection, changed, unanswered }: SignInOptions): SignIn {
  let attempt: Attempt | null = null
  /** The kernel said that the attempt's flow is pending: its next other status ends it. */
  let pending = false

  const end = () => {
    attempt?.end()
    attempt = null
  }

  const authorize = (message: FromKernel & { type: 'authorize' }) => {
    if (attempt?.click === message.click && message.url) attempt.authorize(message.id, message.url)
    // Too late, its click was given up: the kernel must not wait for a window that is gone.
    else if (!attempt) connection.send({ type: 'cancel' })
  }

  return {
    get attempt() {
      return attempt
    },
    begin(providerName, status) {
      if (attempt?.phase === 'asking') return
      const previous = attempt
      const click = randomId()
      attempt = startAttempt({
        click,
        waitingText: `Waiting for ${providerName}…`,
        changed,
        deliver: (envelope, via) => connection.send({ type: 'callback', via, envelope }),
        closed: (id) => connection.send({ type: 'popup_closed', id }),
        unanswered() {
          end()
          unanswered()
        },
      })
      previous?.end()
      pending = status === 'pending'
      const { nonce: view, redirectUri: redirect_uri, secure } = connection
      connection.send({ type: 'begin', view, click, redirect_uri, secure })
    },
    cancel() {
      end()
      connection.send({ type: 'cancel' })
    },
    onMessage(message) {
      switch (message.type) {
        case 'authorize':
          authorize(message)
          break
        case 'refused':
          if (attempt?.click === message.click) end()
          break
        case 'received':
          attempt?.received(message.id)
          break
        case 'user':
          if (attempt?.phase === 'finishing') end()
          break
      }
    },
    onStatus(status) {
      if (status === 'pending') pending = true
      else if (attempt && attempt.phase !== 'asking' && (pending || attempt.phase === 'finishing')) end()
    },
    abandon() {
      attempt?.abandon()
    },
  }
}
