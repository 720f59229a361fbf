// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { formatAnswer } from '../src/answer-text.ts'
import type { Envelope } from '../src/envelope.ts'
import { fakePopup, stubOpen } from './fake-popup.ts'
import { ID } from './flow-state.ts'
import { begin, click, el, envelope, field, find, model, pass, setUp, show, status, tearDown, text } from './stage.ts'

beforeEach(setUp)
afterEach(async () => {
  await pass(0) // jsdom tells of a focus by a timer
  tearDown()
})

const ANSWER = formatAnswer(envelope as Envelope) ?? ''
const ERROR = { code: 'not_an_answer', message: 'Not this one.', next: 'Copy the whole text.' }

const input = () => el.querySelector<HTMLInputElement>('[data-field="answer"]') as HTMLInputElement
const open = () => input().closest<HTMLElement>('.ipyauth-paste')?.hidden === false
const enter = (key = 'Enter') => input().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))

/** A person copies text from the sign-in window and uses it here. */
function paste(pasted = ANSWER) {
  if (!open()) click('paste')
  input().value = pasted
  click('use-answer')
}

describe('before a window is open there is nothing to paste', () => {
  test('signed out', async () => {
    await show()
    expect([find('paste'), open()]).toEqual([null, false])
  })

  test('while the kernel is asked for the address', async () => {
    await show()
    stubOpen(fakePopup())
    click('sign-in')
    expect([status(), find('paste'), open()]).toEqual(['pending', null, false])
  })
})

describe('while a window is open', () => {
  beforeEach(async () => {
    await show()
    begin()
  })

  test('a quiet button opens a field that keeps nothing', () => {
    expect(open()).toBe(false)
    const button = find('paste') as HTMLButtonElement
    expect(button.className).toContain('plain')
    button.focus()
    button.click()
    expect([open(), find('paste')?.getAttribute('aria-expanded')]).toEqual([true, 'true'])
    expect(document.activeElement).toBe(input())
    expect([input().type, input().autocomplete, input().spellcheck, input().name]).toEqual(['text', 'off', false, ''])
    expect(input().getAttribute('aria-label')).toMatch(/answer/)
    click('paste')
    expect(open()).toBe(false)
  })

  test('the answer goes to the kernel as any other way does, and is not shown again', () => {
    paste(` ${ANSWER.replaceAll(/.{60}/g, '$& ')}\n`)
    const { view } = model.last('hello')
    expect(model.all('callback')).toEqual([{ type: 'callback', via: 'paste', view, envelope }])
    expect([open(), input().value]).toEqual([false, ''])
    expect(text()).toBe('Handing the answer to the kernel…')
    expect(find('paste')).toBeNull()
    expect(el.outerHTML).not.toContain(ANSWER.slice(-20))
    model.says({ type: 'received', id: ID })
    expect(text()).toBe('Finishing sign-in…')
    model.becomes({ status: 'signed_in' })
    model.says({ type: 'user', user: 'alice' })
    expect(status()).toBe('signed_in')
  })

  test('the field takes the focus also where a clicked button has none, as in Safari', () => {
    expect(document.activeElement).toBe(document.body)
    click('paste')
    expect(document.activeElement).toBe(input())
  })

  test('Enter uses it, other keys do not', () => {
    click('paste')
    input().value = ANSWER
    enter('a')
    expect(model.all('callback')).toEqual([])
    enter()
    expect(model.all('callback')).toHaveLength(1)
  })

  test('keys typed there do nothing to the notebook', () => {
    let heard = 0
    const listener = () => heard++
    document.body.addEventListener('keydown', listener)
    click('paste')
    enter()
    document.body.removeEventListener('keydown', listener)
    expect(heard).toBe(0)
    expect(input().closest('[data-lm-suppress-shortcuts="true"]')).not.toBeNull()
  })

  test.each([
    ['another text', 'hello'],
    ['half of it', ANSWER.slice(0, 80)],
    ['far too much', `${ANSWER}${'A'.repeat(1 << 20)}`],
  ])('%s: what to do, and the field is empty', (_, pasted) => {
    paste(pasted)
    expect(model.all('callback')).toEqual([])
    expect(field('error')).toBe('That is not the answer of this sign-in. Copy the whole text from the sign-in window.')
    expect([open(), input().value, status()]).toEqual([true, '', 'pending'])
    paste()
    expect(model.all('callback')).toHaveLength(1)
    expect(field('error')).toBeUndefined()
  })

  test('nothing: nothing', () => {
    paste('  ')
    expect(model.all('callback')).toEqual([])
    expect(field('error')).toBeUndefined()
  })

  test('the answer of another sign-in: the kernel says so, and the field is there again', () => {
    paste()
    model.says({ type: 'ignored', view: 'another', error: ERROR })
    expect(open()).toBe(false)
    model.says({ type: 'ignored', view: model.last('hello').view, error: ERROR })
    expect(field('error')).toBe('Not this one. Copy the whole text.')
    expect([open(), input().value, status()]).toEqual([true, '', 'pending'])
  })

  test('a word of the kernel on nothing that was pasted is ignored', () => {
    model.says({ type: 'ignored', view: model.last('hello').view, error: ERROR })
    expect([field('error'), open()]).toEqual([undefined, false])
  })

  test('a silent kernel is named', async () => {
    paste()
    await pass(10_000)
    expect(field('error')).toMatch(/^The kernel did not answer/)
  })

  test.each([
    ['Cancel', () => click('cancel')],
    ['the end of the sign-in', () => model.becomes({ status: 'signed_out' })],
    ['an answer that came by itself', () => model.says({ type: 'received', id: ID })],
  ])('%s takes the field away with what was typed', (_, happen) => {
    click('paste')
    input().value = ANSWER
    happen()
    expect([open(), input().value]).toEqual([false, ''])
  })

  test('the focus stays in the widget when the field goes, and is taken from nowhere else', () => {
    find('paste')?.focus()
    click('paste')
    input().value = ANSWER
    enter()
    expect(document.activeElement?.className).toBe('ipyauth')
    const other = document.body.appendChild(document.createElement('input'))
    other.focus()
    model.says({ type: 'ignored', view: model.last('hello').view, error: ERROR })
    expect([open(), document.activeElement]).toEqual([true, other])
  })
})

test('another view, or this one after a reload, can be pasted into', async () => {
  await show({ status: 'pending' })
  paste()
  expect(model.last('callback')).toMatchObject({ via: 'paste', envelope })
  model.says({ type: 'received', id: ID })
  await pass(20_000)
  expect(field('error')).toBeUndefined()
})

describe('B33 inside a page of another site, where storage and channels are apart', () => {
  const hint = () => el.querySelector<HTMLElement>('[data-field="hint"]')
  const foreign = {
    get location() {
      throw new DOMException('Blocked a frame', 'SecurityError')
    },
  }

  test.each([
    ['a page of another site', foreign, false],
    ['a page of another origin', { location: { origin: 'https://portal.example' } }, false],
    ['a page of its own origin', { location: { origin: location.origin } }, true],
    ['no page', window, true],
  ])('in %s: the ways that are left are named, or nothing', async (_, top, hidden) => {
    vi.stubGlobal('window', Object.create(window, { top: { value: top } }))
    await show()
    expect(hint()?.hidden).toBe(true)
    begin()
    expect(hint()?.hidden).toBe(hidden)
    expect(hint()?.textContent).toMatch(hidden ? /^$/ : /sign-in window.*paste here/)
  })
})
