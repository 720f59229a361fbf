import { describe, expect, test } from 'vitest'
import { describeExpiry } from '../src/countdown.ts'

const NOW = Date.UTC(2026, 0, 31, 12, 0, 0)
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

describe('what it says', () => {
  test.each([
    [9 * MINUTE, 'expires in 9 min'],
    [9 * MINUTE + 59 * SECOND, 'expires in 9 min'],
    [MINUTE, 'expires in 1 min'],
    [MINUTE - 1, 'expires in 59 s'],
    [SECOND, 'expires in 1 s'],
    [1, 'expires in 1 s'],
    [0, 'expired'],
    [-HOUR, 'expired'],
    [HOUR, 'expires in 1 h 0 min'],
    [25 * HOUR, 'expires in 1 day'],
    [49 * HOUR, 'expires in 2 days'],
    [1e15, 'expires in 11574074 days'],
  ])('%i ms before the end: %s', (left, text) => {
    expect(describeExpiry(NOW + left, NOW).text).toBe(text)
  })

  test.each([
    ['none', null],
    ['not a number', Number.NaN],
    ['endless', Number.POSITIVE_INFINITY],
    ['beyond any date', 1e30],
  ])('A15 no expiry given: %s', (_, expiresAt) => {
    expect(describeExpiry(expiresAt, NOW)).toEqual({ text: 'no expiry given', exact: '', iso: '', next: null })
  })

  test('names the exact time', () => {
    const { exact, iso } = describeExpiry(NOW, NOW - HOUR)
    expect(iso).toBe('2026-01-31T12:00:00.000Z')
    expect(exact).toBe(`Expires ${new Date(NOW).toLocaleString()}`)
    expect(describeExpiry(NOW, NOW + 1).exact).toMatch(/^Expired /)
  })
})

describe('when to look again', () => {
  test('G91 at most a few times a minute until the last minute, then each second', () => {
    const seen: { left: number; text: string }[] = []
    const end = NOW + 9 * MINUTE + 30 * SECOND
    let now = NOW
    for (let expiry = describeExpiry(end, now); expiry.next !== null; expiry = describeExpiry(end, now)) {
      seen.push({ left: end - now, text: expiry.text })
      now += expiry.next
    }
    expect(now).toBeGreaterThanOrEqual(end)
    expect(seen.filter(({ left }) => left > MINUTE).length).toBeLessThanOrEqual(10)
    expect(seen.filter(({ left }) => left <= MINUTE).length).toBeLessThanOrEqual(62)
    // Each look finds a new text, but for the last part of a second.
    expect(new Set(seen.map(({ text }) => text)).size).toBe(seen.length - 1)
  })

  test('A15 within a minute even for a far end, so that no timer overflows', () => {
    expect(describeExpiry(NOW + 1e14, NOW).next).toBeLessThanOrEqual(MINUTE + 1)
  })

  test('G91 after a sleep or a step of the clock the truth shows at once', () => {
    const end = NOW + 9 * MINUTE
    expect(describeExpiry(end, NOW + 2 * HOUR).text).toBe('expired')
    expect(describeExpiry(end, NOW - 2 * HOUR).text).toBe('expires in 2 h 9 min')
  })
})
