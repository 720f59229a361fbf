// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { navigatePopup, openPopup, watchPopup } from '../src/popup.ts'
import { type FakePopup, fakePopup, stubOpen } from './fake-popup.ts'

describe('openPopup', () => {
  test('B30 opens an empty window with a waiting text, and keeps the opener', () => {
    const popup = fakePopup()
    const open = stubOpen(popup)
    expect(openPopup('name', 'Waiting for X…')).toBe(popup.window)
    expect(popup.document.title).toBe('Waiting for X…')
    expect(popup.document.body.textContent).toBe('Waiting for X…')
    const [url, name, features] = open.mock.calls[0] ?? []
    expect([url, name]).toEqual(['', 'name'])
    expect(features).toMatch(/^popup,width=\d+,height=\d+,left=-?\d+,top=-?\d+$/)
  })

  test('F88 shows markup as text', () => {
    const popup = fakePopup()
    stubOpen(popup)
    openPopup('name', '<img src=x>')
    expect(popup.document.querySelector('img')).toBeNull()
  })

  test.each([
    ['the browser blocks it', () => stubOpen(null)],
    ['a blocker closes it at once', () => stubOpen(Object.assign(fakePopup(), { closed: true }))],
    [
      'window.open throws, as VS Code',
      () => {
        window.open = () => {
          throw new Error('window.open not supported')
        }
      },
    ],
  ])('B32 null when %s', (_, stub) => {
    stub()
    expect(openPopup('name', 'text')).toBeNull()
  })
})

test('navigatePopup replaces the waiting page, and tells when the window is gone', () => {
  const popup = fakePopup()
  expect(navigatePopup(popup.window, 'https://idp.example/')).toBe(true)
  expect(popup.visited).toEqual(['https://idp.example/'])
  popup.closed = true
  expect(navigatePopup(popup.window, 'https://idp.example/')).toBe(false)
})

describe('watchPopup', () => {
  let popup: FakePopup
  let life: AbortController
  let focused: boolean
  let calls: boolean[]

  beforeEach(() => {
    vi.useFakeTimers()
    popup = fakePopup()
    life = new AbortController()
    focused = false
    calls = []
    vi.spyOn(document, 'hasFocus').mockImplementation(() => focused)
    watchPopup(popup.window, life.signal, (certain) => calls.push(certain))
  })
  afterEach(() => {
    life.abort()
    vi.useRealTimers()
  })

  const pass = (ms: number) => vi.advanceTimersByTime(ms)
  const focus = (now: boolean) => {
    focused = now
    window.dispatchEvent(new Event(now ? 'focus' : 'blur'))
  }

  test('an open window: silence', () => {
    pass(600_000)
    expect(calls).toEqual([])
  })

  test('B31 closed by the person: certain, after a grace', () => {
    pass(5000)
    popup.closed = true
    focus(true)
    pass(600)
    expect(calls).toEqual([])
    pass(500)
    expect(calls).toEqual([true])
  })

  test('B30 cut by a provider (COOP) right after the navigation: silence while the person is there', () => {
    popup.closed = true
    pass(600_000)
    expect(calls).toEqual([])
  })

  test('B30 cut by a later page while the person types: silence', () => {
    pass(30_000)
    popup.closed = true
    pass(600_000)
    expect(calls).toEqual([])
  })

  test('B30 B31 cut, and the person is back for a while: a hint, once', () => {
    popup.closed = true
    pass(30_000)
    focus(true)
    pass(2000)
    expect(calls).toEqual([])
    pass(1000)
    expect(calls).toEqual([false])
    focus(false)
    focus(true)
    pass(10_000)
    expect(calls).toEqual([false])
  })

  test('cut, and the person only looked in: silence', () => {
    popup.closed = true
    pass(30_000)
    focus(true)
    pass(2000)
    focus(false)
    pass(60_000)
    expect(calls).toEqual([])
  })

  test('an answer in the meantime ends the watch', () => {
    popup.closed = true
    pass(5000)
    focus(true)
    life.abort()
    pass(60_000)
    expect(calls).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
