// @vitest-environment jsdom
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type ActionName, type Look, look, type View } from '../src/look.ts'
import { readState, type State } from '../src/protocol.ts'
import { createView } from '../src/view.ts'
import { FakeModel } from './fake-model.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
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

const see = (state: Partial<State> = {}, view: Partial<View> = {}): Look =>
  look({ ...readState(new FakeModel()), ...state }, { ...VIEW, ...view }, NOW)

let pressed: ActionName[]
let view: ReturnType<typeof createView>
const part = (selector: string) => view.root.querySelector<HTMLElement>(selector) as HTMLElement

beforeEach(() => {
  pressed = []
  view = createView((action) => pressed.push(action))
  document.body.replaceChildren(view.root)
})

/** How often the DOM is touched by what fn does. */
async function mutations(fn: () => void): Promise<MutationRecord[]> {
  const observer = new MutationObserver(() => {})
  observer.observe(view.root, { subtree: true, childList: true, attributes: true, characterData: true })
  fn()
  return observer.takeRecords()
}

test('is a labelled group with a polite status line', () => {
  view.show(see())
  expect(view.root.getAttribute('role')).toBe('group')
  expect(view.root.getAttribute('aria-label')).toBe('Sign-in: SG Connect')
  expect(part('[role=status]').getAttribute('aria-live')).toBe('polite')
  expect(part('[data-action=sign-in]').tagName).toBe('BUTTON')
})

test('the same look touches nothing', async () => {
  view.show(see(SIGNED_IN, { user: 'alice' }))
  expect(await mutations(() => view.show(see(SIGNED_IN, { user: 'alice' })))).toEqual([])
})

test('a tick of the countdown touches one text, and none that is announced', async () => {
  view.show(see(SIGNED_IN, { user: 'alice' }))
  const later = look({ ...readState(new FakeModel()), ...SIGNED_IN }, { ...VIEW, user: 'alice' }, NOW + 60_000)
  const records = await mutations(() => view.show(later))
  expect(records).toHaveLength(1)
  expect(records[0]?.target).toBe(part('[data-field=expires]'))
  expect(part('[role=status]').contains(part('[data-field=expires]'))).toBe(false)
  expect(part('[data-field=expires]').textContent).toBe('expires in 8 min')
})

test('the exact time is at hand', () => {
  view.show(see(SIGNED_IN))
  expect(part('[data-field=expires]').title).toMatch(/^Expires /)
  expect(part('[data-field=expires]').getAttribute('datetime')).toBe('2026-01-31T12:09:00.000Z')
})

test('A18 F88 every text is text', () => {
  const markup = '<img src=x onerror=alert(1)>'
  const error = { code: markup, message: markup, next: markup }
  const details = { user: markup, sections: [{ title: markup, rows: [[markup, markup]] as [string, string][] }] }
  const state = { ...SIGNED_IN, provider: { id: '', name: markup }, scopes: [markup], error, verified: false }
  view.show(see(state, { user: markup, details }))
  const noMarkup = () => expect(view.root.querySelectorAll('img, script, svg, a, [onerror], [src]')).toHaveLength(0)
  noMarkup()
  expect(part('[data-field=user]').textContent).toBe(markup)
  expect(part('[data-field=error]').textContent).toBe(`${markup} ${markup}`)
  expect(part('[data-field=scopes]').textContent).toBe(`${markup} `)
  expect([part('.ipyauth-mark').textContent, part('.ipyauth-mark').title]).toEqual(['<', markup])
  expect(view.root.getAttribute('aria-label')).toBe(`Sign-in: ${markup}`)
  expect(part('[role=region]').textContent).toContain(`${markup}${markup}${markup}`)
  const { provider } = state
  view.show(see({ provider, status: 'failed', error }, { warning: error }))
  noMarkup()
  expect(part('[data-field=warning]').textContent).toBe(`${markup} ${markup}`)
  expect(part('[data-action=sign-in]').textContent).toBe('Sign in again')
  view.show(see({ provider }))
  noMarkup()
  expect(part('[data-action=sign-in]').textContent).toBe(`Sign in with ${markup}`)
})

test('A18 an address in an error is text, no link', () => {
  const error = { code: 'x', message: 'See javascript:alert(1)', next: 'Go to https://evil.example/.' }
  view.show(see({ status: 'failed', error }))
  expect(part('[data-field=error]').textContent).toBe('See javascript:alert(1) Go to https://evil.example/.')
  expect(view.root.querySelectorAll('a, [href]')).toHaveLength(0)
})

test('a warning is no part of what is announced with each status', () => {
  const warning = { code: 'redirect_origin', message: 'Two origins.', next: 'Open the other.' }
  view.show(see({}, { warning }))
  expect(part('[data-field=warning]').textContent).toBe('Two origins. Open the other.')
  expect(part('[data-field=warning]').hidden).toBe(false)
  expect(part('[role=status]').contains(part('[data-field=warning]'))).toBe(false)
  view.show(see())
  expect(part('[data-field=warning]').hidden).toBe(true)
})

test('not verified is said quietly and explained', () => {
  view.show(see({ ...SIGNED_IN, verified: false }, { user: 'alice', details: { user: 'alice', sections: [] } }))
  expect(part('[role=status]').textContent).toContain('not verified')
  expect(part('.ipyauth-unverified').title).toMatch(/no ID token/)
  expect(part('[role=region]').textContent).toMatch(/no ID token/)
})

describe('scopes', () => {
  const many = ['openid', 'profile', 'mail', 'api.one', 'api.two']

  test('few are all shown', () => {
    view.show(see({ ...SIGNED_IN, scopes: ['openid', 'profile'] }))
    expect(part('[data-field=scopes]').textContent).toBe('openid profile ')
    expect(view.root.querySelectorAll('.ipyauth-folded')).toHaveLength(0)
  })

  test('many fold behind a count that opens them', () => {
    view.show(see({ ...SIGNED_IN, scopes: many }))
    const toggle = part('[data-action=scopes]')
    expect(view.root.querySelectorAll('.ipyauth-folded')).toHaveLength(2)
    expect([toggle.getAttribute('aria-expanded'), toggle.getAttribute('aria-label')]).toEqual([
      'false',
      'Show all 5 scopes',
    ])
    toggle.click()
    expect(pressed).toEqual(['scopes'])
    view.show(see({ ...SIGNED_IN, scopes: many }, { scopesOpen: true }))
    expect(toggle.getAttribute('aria-expanded')).toBe('true')
  })

  test('none leave no trace', () => {
    view.show(see({ ...SIGNED_IN, scopes: [] }))
    expect(part('.ipyauth-scopes').hidden).toBe(true)
  })
})

describe('focus', () => {
  const focused = () => (document.activeElement as HTMLElement | null)?.dataset.action

  test('goes from a button that goes to the first that comes', () => {
    view.show(see())
    part('[data-action=sign-in]').focus()
    view.show(see({ status: 'pending' }))
    expect(focused()).toBe('cancel')
    view.show(see(SIGNED_IN))
    expect(focused()).toBe('inspect')
  })

  test('stays on a button that stays', () => {
    view.show(see(SIGNED_IN))
    part('[data-action=clear]').focus()
    view.show(see({ ...SIGNED_IN, renewable: true }))
    expect(focused()).toBe('clear')
  })

  test('falls back to the widget when no button can take it', () => {
    view.show(see())
    part('[data-action=sign-in]').focus()
    view.show({ ...see(), actions: [] })
    expect(document.activeElement).toBe(view.root)
  })

  test('is not taken from elsewhere', () => {
    const other = document.body.appendChild(document.createElement('input'))
    view.show(see())
    other.focus()
    view.show(see({ status: 'pending' }))
    expect(document.activeElement).toBe(other)
  })
})

test('a button acts on the first click of a double click only', () => {
  view.show(see())
  const click = (detail: number) => part('[data-action=sign-in]').dispatchEvent(new MouseEvent('click', { detail }))
  click(1)
  click(2)
  click(0) // the keyboard
  expect(pressed).toEqual(['sign-in', 'sign-in'])
})

test('buttons do not submit a form that the notebook may be in', () => {
  const form = document.createElement('form')
  const submit = vi.fn((event: Event) => event.preventDefault())
  form.addEventListener('submit', submit)
  form.append(view.root)
  document.body.append(form)
  view.show(see())
  part('[data-action=sign-in]').click()
  expect(submit).not.toHaveBeenCalled()
})
