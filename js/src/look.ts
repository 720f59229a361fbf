import type { Phase } from './attempt.ts'
import type { Link } from './connection.ts'
import { describeExpiry, type Expiry } from './countdown.ts'
import { type Problem, type Section, type State, type Status, UNNAMED_PROBLEM } from './protocol.ts'

/** Everything a person can press; the names are the DOM's data-action. */
export type ActionName =
  | 'sign-in'
  | 'cancel'
  | 'open-link'
  | 'paste'
  | 'use-answer'
  | 'inspect'
  | 'renew'
  | 'clear'
  | 'scopes'

/** A button that waits for the kernel. */
export type Busy = 'cancel' | 'paste' | 'clear' | 'renew' | 'inspect'

/** What one view knows besides the synced state. None of it is ever saved. */
export interface View {
  link: Link
  user: string
  attempt: { phase: Phase; url: string } | null
  busy: Busy | null
  /** A problem of this view alone; it stands before the state's error. */
  notice: Problem | null
  /** What the kernel says of a sign-in from this page, before anybody clicks. */
  warning: Problem | null
  /** This page is shown inside a page of another site. */
  embedded: boolean
  /** The field for an answer that a person carries over is open. */
  pasting: boolean
  /** The Inspect panel: closed, waiting for the kernel, or its content. */
  details: null | 'asked' | { user: string; sections: Section[] }
  scopesOpen: boolean
}

export interface Action {
  name: ActionName
  label: string
  /** The one thing to do next. */
  primary?: boolean
  /** Rarely needed: it looks like text. */
  quiet?: boolean
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
  warning: Problem | null
  /** Which way the answer comes back, where it is not the common one. */
  hint: string
  pasting: boolean
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

/** Storage and channels of such a page are its own: the callback page can't reach them. */
const EMBEDDED =
  'This notebook is shown inside another site: the answer comes straight from the sign-in window, ' +
  'or as a text to paste here.'

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
    warning: null,
    hint: '',
    pasting: false,
    scopes: [],
    scopesOpen: false,
    expiry: null,
    actions: [],
    panel: null,
  }
  if (view.link !== 'live') return unconnected(base)
  if (view.attempt || state.status === 'pending') return pending(base, view)
  const problem = view.notice ?? state.error
  if (state.status === 'signed_in') return signedIn({ ...base, status: 'signed_in', problem }, state, view, now)
  const rest = { ...base, status: state.status, problem, warning: view.warning }
  switch (state.status) {
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
  const { warning, pasting } = view
  const waiting = { ...base, status: 'pending' as const, problem: view.notice }
  const phase = view.attempt?.phase
  if (phase === 'asking') return { ...waiting, text: `Waiting for ${name}…`, warning, actions: [cancel] }
  if (phase === 'finishing') return { ...waiting, text: 'Finishing sign-in…', actions: [cancel] }
  if (view.busy === 'paste') return { ...waiting, text: 'Handing the answer to the kernel…', actions: [cancel] }

  const away = { ...waiting, warning, pasting, hint: view.embedded ? EMBEDDED : '' }
  const paste: Action = { name: 'paste', label: 'Paste the answer', quiet: true, expanded: pasting }
  switch (phase) {
    case 'blocked': {
      const link = { name: 'open-link' as const, label: `Open ${name}`, href: view.attempt?.url ?? '' }
      return {
        ...away,
        text: 'Your browser blocked the window.',
        actions: [{ ...link, primary: true }, cancel, paste],
      }
    }
    case 'closed':
      return { ...away, text: 'Window closed?', actions: [signIn('Try again'), cancel, paste] }
    default:
      return { ...away, text: `Waiting for ${name}…`, actions: [cancel, paste] }
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
