import { parseAnswerText } from './answer-text.ts'
import { ANSWER_TIME } from './attempt.ts'
import { connect } from './connection.ts'
import type { ActionName, Busy, View } from './look.ts'
import { type FromKernel, type Model, type Problem, readState, type State } from './protocol.ts'
import { createSignIn } from './sign-in.ts'
import { after } from './timer.ts'

/** One view's session with the kernel: what it knows, and what its buttons do. */
export interface Session {
  /** The synced state, as last read. */
  readonly state: State
  /** What only this view knows. */
  readonly view: View
  /** Does what a button says, with what was typed for it. Must be called in the click itself. */
  act(action: ActionName, text?: string): void
}

/** A silent renewal goes to the provider and back. */
const RENEW_TIME = 30_000

const NO_ANSWER: Problem = {
  code: 'no_answer',
  message: 'The kernel did not answer.',
  next: 'It may be busy or restarted: run the cell again.',
}

const NOT_AN_ANSWER: Problem = {
  code: 'not_an_answer',
  message: 'That is not the answer of this sign-in.',
  next: 'Copy the whole text from the sign-in window.',
}

/** Starts the session of one view; `changed` is called when it shall be drawn again. */
export function startSession(model: Model, signal: AbortSignal, changed: () => void): Session {
  let state = readState(model)
  let user = ''
  let busy: Busy | null = null
  let notice: Problem | null = null
  let warning: Problem | null = null
  let pasting = false
  let details: View['details'] = null
  let scopesOpen = false
  let stopWaiting = () => {}

  const answered = () => {
    stopWaiting()
    busy = null
    notice = null
  }
  const unanswered = () => {
    answered()
    notice = NO_ANSWER
    changed()
  }
  /** Marks a button as waiting; anything that the kernel says about it ends the wait. */
  const wait = (button: Busy, ms: number) => {
    answered()
    busy = button
    stopWaiting = after(ms, signal, unanswered)
  }

  const onMessage = (message: FromKernel) => {
    const click = signIn.attempt?.click
    signIn.onMessage(message)
    switch (message.type) {
      case 'welcome':
        user = message.user
        warning = message.warning
        break
      case 'received':
        if (busy === 'paste') answered()
        break
      case 'ignored':
        if (busy !== 'paste') break
        answered()
        notice = message.error
        pasting = true
        break
      case 'user':
        answered()
        user = message.user
        break
      case 'refused':
        // A click that another one overtook is refused too, and nobody asks any more.
        if (message.click === click) notice = message.error
        break
      case 'details':
        if (details === null) break
        answered()
        details = message
        break
    }
    changed()
  }
  const onState = () => {
    state = readState(model)
    answered()
    signIn.onStatus(state.status)
    if (state.status !== 'signed_in') details = null
    if (state.status !== 'pending' && !signIn.attempt) pasting = false
    changed()
  }

  const connection = connect({ model, signal, changed, onMessage, onState })
  const signIn = createSignIn({ connection, changed, unanswered })
  signal.addEventListener('abort', () => signIn.abandon(), { once: true })

  const begin = () => {
    signIn.begin(state.provider.name, state.status)
    answered()
    pasting = false
  }
  const actions: Record<ActionName, (text: string) => void> = {
    'sign-in': begin,
    cancel() {
      answered()
      pasting = false
      if (state.status === 'pending') wait('cancel', ANSWER_TIME)
      signIn.cancel()
    },
    paste() {
      answered()
      pasting = !pasting
    },
    'use-answer'(text) {
      const envelope = parseAnswerText(text)
      answered()
      if (!envelope) {
        notice = NOT_AN_ANSWER
        return
      }
      pasting = false
      wait('paste', ANSWER_TIME)
      connection.send({ type: 'callback', via: 'paste', view: connection.nonce, envelope })
    },
    renew() {
      // Without a refresh token (implicit grant) a renewal is another visit to the provider.
      if (state.grant === 'implicit') return begin()
      wait('renew', RENEW_TIME)
      connection.send({ type: 'renew', view: connection.nonce })
    },
    inspect() {
      const open = details !== null
      details = open ? null : 'asked'
      if (open) return answered()
      wait('inspect', ANSWER_TIME)
      connection.send({ type: 'inspect', view: connection.nonce })
    },
    clear() {
      details = null
      wait('clear', ANSWER_TIME)
      connection.send({ type: 'clear' })
    },
    scopes() {
      scopesOpen = !scopesOpen
    },
    // A link: the browser follows it by itself.
    'open-link'() {},
  }

  return {
    get state() {
      return state
    },
    get view() {
      const { link, embedded } = connection
      const { attempt } = signIn
      return { link, embedded, user, attempt, busy, notice, warning, pasting, details, scopesOpen }
    },
    act(action, text = '') {
      actions[action](text)
      changed()
    },
  }
}
