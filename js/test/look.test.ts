import { describe, expect, test } from 'vitest'
import type { Phase } from '../src/attempt.ts'
import { look, type View } from '../src/look.ts'
import { readState, type State } from '../src/protocol.ts'
import { FakeModel } from './fake-model.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const PROBLEM = { code: 'access_denied', message: 'The request was refused.', next: 'Sign in again.' }

const VIEW: View = {
  link: 'live',
  user: '',
  attempt: null,
  busy: null,
  notice: null,
  warning: null,
  embedded: false,
  pasting: false,
  details: null,
  scopesOpen: false,
}
const SIGNED_IN: Partial<State> = { status: 'signed_in', verified: true, expiresAt: NOW + 9 * 60_000 }

/** How the widget looks, from a signed-out baseline. */
function see(state: Partial<State> = {}, view: Partial<View> = {}) {
  return look({ ...readState(new FakeModel()), ...state }, { ...VIEW, ...view }, NOW)
}
const labels = (seen: ReturnType<typeof see>) => seen.actions.map(({ label }) => label)

test('signed out: one button', () => {
  const seen = see()
  expect(seen).toMatchObject({ status: 'signed_out', text: 'Signed out', spoken: true, problem: null, user: null })
  expect(seen.actions).toEqual([{ name: 'sign-in', label: 'Sign in with SG Connect', primary: true }])
  expect(seen.provider).toEqual({ name: 'SG Connect', letter: 'S' })
})

test('signed out while a cell waits', () => {
  expect(see({ waiting: true })).toMatchObject({ text: 'A cell is waiting for you.', spoken: false })
})

test.each([
  ['élan', 'É'],
  ['😀 idp', '😀'],
  [' ', '?'],
])('the mark of %j is %s', (name, letter) => {
  expect(see({ provider: { id: '', name } }).provider.letter).toBe(letter)
})

describe('without a kernel', () => {
  test.each(['signed_out', 'pending', 'signed_in', 'expired', 'failed'] as const)(
    'E82 saved state %s is not believed',
    (status) => {
      const view = { link: 'waiting', user: 'alice', notice: PROBLEM } as const
      const seen = see({ ...SIGNED_IN, status, error: PROBLEM }, view)
      expect(seen).toMatchObject({ status: 'signed_out', user: null, problem: null, expiry: null, text: '' })
      expect(seen.actions).toEqual([
        { name: 'sign-in', label: 'Sign in with SG Connect', primary: true, disabled: true },
      ])
    },
  )

  test('after a while it says so', () => {
    const seen = see(SIGNED_IN, { link: 'lost' })
    expect(seen.status).toBe('signed_out')
    expect(seen.problem).toMatchObject({
      message: 'This widget is not connected to a running kernel.',
      next: 'Run the cell again.',
    })
    expect(seen.actions[0]?.disabled).toBe(true)
  })
})

describe('pending', () => {
  test('in this view, before the kernel says so', () => {
    const seen = see({}, { attempt: { phase: 'asking', url: '' } })
    expect(seen).toMatchObject({ status: 'pending', text: 'Waiting for SG Connect…' })
    expect(labels(seen)).toEqual(['Cancel'])
  })

  test('in another view or before a reload', () => {
    const seen = see({ status: 'pending' })
    expect(seen).toMatchObject({ status: 'pending', text: 'Waiting for SG Connect…' })
    expect(labels(seen)).toEqual(['Cancel', 'Paste the answer'])
  })

  test('blocked: a link', () => {
    const seen = see({ status: 'pending' }, { attempt: { phase: 'blocked', url: 'https://idp.example/' } })
    expect(seen.text).toBe('Your browser blocked the window.')
    expect(seen.actions[0]).toEqual({
      name: 'open-link',
      label: 'Open SG Connect',
      href: 'https://idp.example/',
      primary: true,
    })
    expect(labels(seen)).toEqual(['Open SG Connect', 'Cancel', 'Paste the answer'])
  })

  test('closed: try again', () => {
    const seen = see({ status: 'pending' }, { attempt: { phase: 'closed', url: 'u' } })
    expect(seen).toMatchObject({ status: 'pending', text: 'Window closed?' })
    expect(seen.actions.map(({ name }) => name)).toEqual(['sign-in', 'cancel', 'paste'])
    expect(labels(seen)).toEqual(['Try again', 'Cancel', 'Paste the answer'])
  })

  test('B33 inside another site the ways that are left are named, while a window is open', () => {
    const hint = (phase: Phase, embedded = true) =>
      see({ status: 'pending' }, { embedded, attempt: { phase, url: 'u' } }).hint
    for (const phase of ['open', 'blocked', 'closed'] as const) expect(hint(phase)).toMatch(/window.*paste/)
    expect([hint('asking'), hint('finishing'), hint('open', false), see({}, { embedded: true }).hint]).toEqual([
      '',
      '',
      '',
      '',
    ])
  })

  test.each([
    ['open', true],
    ['blocked', true],
    ['closed', true],
    ['asking', false],
    ['finishing', false],
  ] as const)('%s: an answer can be pasted: %s', (phase, can) => {
    const seen = see({ status: 'pending' }, { pasting: true, attempt: { phase, url: 'u' } })
    expect([seen.actions.some(({ name }) => name === 'paste'), seen.pasting]).toEqual([can, can])
  })

  test('the kernel has the answer', () => {
    const seen = see({ status: 'pending' }, { attempt: { phase: 'finishing', url: 'u' } })
    expect(seen.text).toBe('Finishing sign-in…')
  })

  test('shows no error of an earlier sign-in', () => {
    expect(see({ status: 'pending', error: PROBLEM }).problem).toBeNull()
  })

  test('canceling', () => {
    expect(see({ status: 'pending' }, { busy: 'cancel' }).actions[0]?.disabled).toBe(true)
  })
})

describe('a warning of the kernel', () => {
  test('stands before the click and until somebody is signed in', () => {
    for (const status of ['signed_out', 'pending', 'failed', 'expired'] as const) {
      expect(see({ status }, { warning: PROBLEM }).warning).toEqual(PROBLEM)
    }
    expect(see(SIGNED_IN, { warning: PROBLEM }).warning).toBeNull()
    expect(see({}, { warning: PROBLEM, link: 'lost' }).warning).toBeNull()
  })
})

describe('signed in', () => {
  test('who, scopes, how long', () => {
    const seen = see(SIGNED_IN, { user: 'alice' })
    expect(seen).toMatchObject({ status: 'signed_in', user: 'alice', unverified: '', scopes: ['openid', 'profile'] })
    expect(seen.expiry?.text).toBe('expires in 9 min')
    expect(labels(seen)).toEqual(['Inspect', 'Clear'])
  })

  test('without a name', () => {
    expect(see(SIGNED_IN)).toMatchObject({ user: '', text: 'Signed in', spoken: false })
  })

  test('without an expiry', () => {
    expect(see({ ...SIGNED_IN, expiresAt: null }).expiry?.text).toBe('no expiry given')
  })

  test('not verified: says why', () => {
    expect(see({ ...SIGNED_IN, verified: false }).unverified).toMatch(/no ID token/)
  })

  test('renewable', () => {
    expect(labels(see({ ...SIGNED_IN, renewable: true }))).toEqual(['Inspect', 'Renew', 'Clear'])
    const renewing = see({ ...SIGNED_IN, renewable: true }, { busy: 'renew' }).actions[1]
    expect(renewing).toEqual({ name: 'renew', label: 'Renewing…', disabled: true })
  })

  test('a failed renewal does not hide that the token lives', () => {
    const seen = see({ ...SIGNED_IN, error: PROBLEM }, { user: 'alice' })
    expect(seen).toMatchObject({ status: 'signed_in', user: 'alice', problem: PROBLEM })
  })

  test('inspecting', () => {
    expect(see(SIGNED_IN).panel).toBeNull()
    expect(see(SIGNED_IN, { details: 'asked' }).panel).toEqual({ waiting: true, sections: [] })
    const sections = [{ title: 'Claims', rows: [['sub', '42']] as [string, string][] }]
    const seen = see(SIGNED_IN, { details: { user: 'alice', sections } })
    expect(seen.panel).toEqual({ waiting: false, sections })
    expect(seen.actions[0]).toEqual({ name: 'inspect', label: 'Inspect', expanded: true })
  })
})

test('expired', () => {
  const seen = see({ ...SIGNED_IN, status: 'expired' }, { user: 'alice' })
  expect(seen).toMatchObject({ status: 'expired', text: 'Signed out: the token expired', user: null, expiry: null })
  expect(labels(seen)).toEqual(['Sign in again'])
})

describe('failed', () => {
  test('says what and what to do', () => {
    const seen = see({ status: 'failed', error: PROBLEM })
    expect(seen).toMatchObject({ status: 'failed', problem: PROBLEM })
    expect(labels(seen)).toEqual(['Sign in again'])
  })

  test('has words even when the kernel had none', () => {
    expect(see({ status: 'failed' }).problem?.message).toBe('Sign-in did not work.')
  })
})

test("this view's own notice stands before the state's error", () => {
  const notice = { code: 'no_answer', message: 'The kernel did not answer.', next: 'Run the cell again.' }
  expect(see({ error: PROBLEM }, { notice }).problem).toEqual(notice)
})
