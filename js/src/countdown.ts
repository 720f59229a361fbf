/** What to say about a token's end, and how long that stays true. */
export interface Expiry {
  text: string
  /** The exact time in words, for a title; "" when unknown. */
  exact: string
  /** The exact time for machines (HTML's datetime attribute); "" when unknown. */
  iso: string
  /** Milliseconds until the text should be looked at again; null when it will not change. */
  next: number | null
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The farthest time a Date can hold (ECMA-262 section 21.4.1.1). */
const LAST_TIME = 8.64e15

/**
 * Describes an absolute expiry (unix ms, null when none is known) as seen at `now`.
 * Always from the absolute time: a laptop that slept or a clock that was set right shows the truth.
 */
export function describeExpiry(expiresAt: number | null, now: number): Expiry {
  if (expiresAt === null || !(Math.abs(expiresAt) <= LAST_TIME)) {
    return { text: 'no expiry given', exact: '', iso: '', next: null }
  }
  const date = new Date(expiresAt)
  const left = expiresAt - now
  return {
    text: left <= 0 ? 'expired' : `expires in ${inWords(left)}`,
    exact: `${left <= 0 ? 'Expired' : 'Expires'} ${date.toLocaleString()}`,
    iso: date.toISOString(),
    next: left <= 0 ? null : untilChange(left),
  }
}

function inWords(left: number): string {
  if (left < MINUTE) return `${Math.max(1, Math.floor(left / SECOND))} s`
  if (left < HOUR) return `${Math.floor(left / MINUTE)} min`
  if (left < DAY) return `${Math.floor(left / HOUR)} h ${Math.floor((left % HOUR) / MINUTE)} min`
  const days = Math.floor(left / DAY)
  return days === 1 ? '1 day' : `${days} days`
}

/** At most a minute, so that a step of the clock shows soon and no timer can overflow. */
function untilChange(left: number): number {
  const unit = left < MINUTE ? SECOND : MINUTE
  return Math.max(1, (left % unit) + 1)
}
