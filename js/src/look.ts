import type { Phase } from './attempt.ts'
import type { Link } from './connection.ts'
import { describeExpiry, type Expiry } from './countdown.ts'
import { type Problem, type Section, type State, type Status, UNNAMED_PROBLEM } from './protocol.ts'

/** Everything a person can press; the names are the DOM's data-action. */
export type ActionName = 'sign-in' | 'cancel' | 'open-link' | 'inspect' | 'renew' | 'clear' | 'scopes'

/** A button that waits for the kernel. */
export type Busy = 'cancel' | 'clear' | 'renew' | 'inspect'

/** What one view knows besides the synced state. None of it is ever saved. */
export interface View {
  link: Link
  user: string
  attempt: { phase: Phase; url: string } | null
  busy: Busy | null
  /** A problem of this view alone; it stands before the state's error. */
  notice: Problem | null
  /** The Inspect panel: closed, waiting for the kernel, or its content. */
  details: null | 'asked' | { user: string; sections: Section[] }
  scopesOpen: boolean
}

export interface Action {
  name: ActionName
  label: string
  /** The one thing to do next. */
  primary?: boolean
  disabled?: boolean
  /** For a button that opens something: whether it is open. */
  expanded?: boolean
  /** Makes the action a link. */
  href?: string
}

/** How the widget looks; a pure function of state, view and time. */
export interface Look {
  status: Status
  link: Link
  provider: { name: string; letter: string }
  /** The status in words; unless `spoken`, it is also shown. */
  text: string
  spoken: boolean
  user: string | null
  /** Why the user is not proven; "" when an ID token was verified. */
  unverified: string
  problem: Problem | null
  scopes: string[]
  scopesOpen: boolean
  expiry: Expiry | null
  actions: Action[]
  panel: { waiting: boolean; sections: Section[] } | null
}

const NOT_CONNECTED: Problem = {
  code: 'not_connected',
  message: 'This widget is not connected to a running kernel.',
  next: 'Run the cell again.',
}

const NOT_VERIFIED =
  'The provider sent no ID token that the kernel could check, so who signed in is not proven. ' +
  'The access token can still be used.'

/** How many scopes a wide cell shows before the rest is folded. */
export const SCOPES_SHOWN = 3

export function look(state: State, view: View, now: number): Look {
  const { name } = state.provider
  const base: Look = {
    status: 'signed_out',
    link: view.link,
    provider: { name, letter: firstLetter(name) },
    text: '',
    spoken: false,
    user: null,
    unverified: '',
    problem: null,
    scopes: [],
    scopesOpen: false,
    expiry: null,
    actions: [],
    panel: null,
  }
  if (view.link !== 'live') return unconnected(base)
  if (view.attempt || state.status === 'pending') return pending(base, view)
  const rest = { ...base, status: state.status, problem: view.notice ?? state.error }
  switch (state.status) {
    case 'signed_in':
      return signedIn(rest, state, view, now)
    case 'expired':
      return { ...rest, text: 'Signed out: the token expired', actions: [signIn('Sign in again')] }
    case 'failed':
      return {
        ...rest,
        problem: rest.problem ?? UNNAMED_PROBLEM,
        actions: [signIn('Sign in again')],
      }
    default:
      return signedOut(rest, state)
  }
}

function signedOut(base: Look, state: State): Look {
  const actions = [signIn(`Sign in with ${base.provider.name}`)]
  if (state.waiting) return { ...base, text: 'A cell is waiting for you.', actions }
  return { ...base, text: 'Signed out', spoken: true, actions }
}

/** Saved state proves nothing: without a welcome nobody is signed in. */
function unconnected(base: Look): Look {
  const label = `Sign in with ${base.provider.name}`
  return {
    ...base,
    problem: base.link === 'lost' ? NOT_CONNECTED : null,
    actions: [{ ...signIn(label), disabled: true }],
  }
}

function pending(base: Look, view: View): Look {
  const { name } = base.provider
  const cancel: Action = { name: 'cancel', label: 'Cancel', disabled: view.busy === 'cancel' }
  const waiting = { ...base, status: 'pending' as const, problem: view.notice }
  switch (view.attempt?.phase) {
    case 'blocked': {
      const link = { name: 'open-link' as const, label: `Open ${name}`, href: view.attempt.url }
      return {
        ...waiting,
        text: 'Your browser blocked the window.',
        actions: [{ ...link, primary: true }, cancel],
      }
    }
    case 'closed':
      return { ...waiting, text: 'Window closed?', actions: [signIn('Try again'), cancel] }
    case 'finishing':
      return { ...waiting, text: 'Finishing sign-in…', actions: [cancel] }
    default:
      return { ...waiting, text: `Waiting for ${name}…`, actions: [cancel] }
  }
}

function signedIn(base: Look, state: State, view: View, now: number): Look {
  const actions: Action[] = [
    { name: 'inspect', label: 'Inspect', expanded: view.details !== null },
    { name: 'clear', label: 'Clear', disabled: view.busy === 'clear' },
  ]
  if (state.renewable) {
    const renewing = view.busy === 'renew'
    const label = renewing ? 'Renewing…' : 'Renew'
    actions.splice(1, 0, { name: 'renew', label, disabled: renewing })
  }
  return {
    ...base,
    text: 'Signed in',
    spoken: view.user !== '',
    user: view.user,
    unverified: state.verified ? '' : NOT_VERIFIED,
    scopes: state.scopes,
    scopesOpen: view.scopesOpen,
    expiry: describeExpiry(state.expiresAt, now),
    actions,
    panel: panel(view.details),
  }
}

function panel(details: View['details']): Look['panel'] {
  if (details === null) return null
  if (details === 'asked') return { waiting: true, sections: [] }
  return { waiting: false, sections: details.sections }
}

function signIn(label: string): Action {
  return { name: 'sign-in', label, primary: true }
}

/** The provider's letter for its mark: a whole character, also outside the basic plane. */
function firstLetter(name: string): string {
  return (Array.from(name.trim())[0] ?? '?').toLocaleUpperCase()
}
