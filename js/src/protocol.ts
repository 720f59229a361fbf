import type { Envelope, Via } from './envelope.ts'
import { parseUrl } from './url.ts'

/**
 * What the widget and the kernel say to each other over the comm. Names on the wire are the
 * kernel's (snake_case). Nothing that comes in is trusted to have its declared shape: it may be
 * saved state of another version, or another program's message. Unknown kinds are ignored.
 */

/** The part of anywidget's model that this widget uses. */
export interface Model {
  get(key: string): unknown
  send(content: ToKernel): void
  on(event: string, callback: (content: unknown) => void): void
  off(event: string, callback: (content: unknown) => void): void
}

const STATUSES = ['signed_out', 'pending', 'signed_in', 'expired', 'failed'] as const
export type Status = (typeof STATUSES)[number]

/** A sentence that says what went wrong and one that says what to do. */
export interface Problem {
  code: string
  message: string
  next: string
}

/** The synced state. Nothing in it is personal or secret: notebooks may save it. */
export interface State {
  status: Status
  provider: { id: string; name: string }
  scopes: string[]
  /** Unix ms, null when unknown. */
  expiresAt: number | null
  error: Problem | null
  /** The kernel verified an ID token. */
  verified: boolean
  grant: 'code' | 'implicit'
  renewable: boolean
  /** A cell is blocked until somebody signs in. */
  waiting: boolean
}

/** The keys of the synced state, as on the wire. */
export const STATE_KEYS = [
  'status',
  'provider',
  'scopes',
  'expires_at',
  'error',
  'verified',
  'grant',
  'renewable',
  'waiting',
] as const

/** One block of the Inspect panel; every value is plain text. */
export interface Section {
  title: string
  rows: [name: string, value: string][]
}

export type FromKernel =
  | { type: 'welcome'; view: string; user: string; warning: Problem | null }
  | { type: 'authorize'; view: string; click: string; id: string; url: string }
  | { type: 'refused'; view: string; click: string; error: Problem }
  | { type: 'user'; user: string }
  | { type: 'received'; id: string }
  | { type: 'ignored'; view: string; error: Problem }
  | { type: 'details'; view: string; user: string; sections: Section[] }

export type ToKernel =
  | { type: 'hello'; view: string; origin: string; base_url: string; secure: boolean }
  | { type: 'begin'; view: string; click: string; redirect_uri: string; secure: boolean }
  | { type: 'callback'; via: Via; envelope: Envelope; view?: string }
  | { type: 'cancel' }
  | { type: 'clear' }
  | { type: 'renew'; view: string }
  | { type: 'inspect'; view: string }
  | { type: 'popup_closed'; id: string }

const MAX_SCOPES = 100
const MAX_SECTIONS = 20
const MAX_ROWS = 200
const MAX_TEXT = 4000

/** Reads the synced state; whatever is missing or of another type gets its signed-out value. */
export function readState(model: Pick<Model, 'get'>): State {
  const provider = asRecord(model.get('provider'))
  const expiresAt = model.get('expires_at')
  return {
    status: STATUSES.find((status) => status === model.get('status')) ?? 'signed_out',
    provider: { id: asText(provider.id), name: asText(provider.name) || 'the provider' },
    scopes: asList(model.get('scopes'), MAX_SCOPES).map(asText).filter(Boolean),
    expiresAt: typeof expiresAt === 'number' && Number.isFinite(expiresAt) ? expiresAt : null,
    error: asProblem(model.get('error')),
    verified: model.get('verified') === true,
    grant: model.get('grant') === 'implicit' ? 'implicit' : 'code',
    renewable: model.get('renewable') === true,
    waiting: model.get('waiting') === true,
  }
}

/** Reads a custom message of the kernel; null when it is none that this widget knows. */
export function parseFromKernel(content: unknown): FromKernel | null {
  const fields = asRecord(content)
  const view = asText(fields.view)
  const click = asText(fields.click)
  const id = asText(fields.id)
  const user = asText(fields.user)
  switch (fields.type) {
    case 'welcome':
      return { type: 'welcome', view, user, warning: asProblem(fields.warning) }
    case 'authorize':
      return { type: 'authorize', view, click, id, url: asUrl(fields.url) }
    case 'refused':
      return { type: 'refused', view, click, error: asProblem(fields.error) ?? UNNAMED_PROBLEM }
    case 'user':
      return { type: 'user', user }
    case 'received':
      return { type: 'received', id }
    case 'ignored':
      return { type: 'ignored', view, error: asProblem(fields.error) ?? UNNAMED_PROBLEM }
    case 'details':
      return { type: 'details', view, user, sections: asSections(fields.sections) }
    default:
      return null
  }
}

/** Stands in where a failure came without its sentence. */
export const UNNAMED_PROBLEM: Problem = {
  code: 'unknown',
  message: 'Sign-in did not work.',
  next: 'Sign in again.',
}

function asProblem(value: unknown): Problem | null {
  const fields = asRecord(value)
  const message = asText(fields.message)
  const next = asText(fields.next)
  if (!message && !next) return null
  return { code: asText(fields.code), message, next }
}

function asSections(value: unknown): Section[] {
  return asList(value, MAX_SECTIONS).map((section) => {
    const fields = asRecord(section)
    const rows = asList(fields.rows, MAX_ROWS).filter(Array.isArray)
    return {
      title: asText(fields.title),
      rows: rows.map((row) => [asText(row[0]), asText(row[1])] as [string, string]),
    }
  })
}

/** An address a browser may go to for a sign-in; "" for anything else, such as a script. */
function asUrl(value: unknown): string {
  const url = typeof value === 'string' ? parseUrl(value) : null
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : ''
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function asList(value: unknown, limit: number): unknown[] {
  return Array.isArray(value) ? value.slice(0, limit) : []
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : ''
}
