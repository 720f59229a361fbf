// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import widget from '../src/widget.ts'
import { stubChannels } from './fake-channel.ts'
import { FakeModel } from './fake-model.ts'
import { fakePopup, stubOpen } from './fake-popup.ts'
import { ID } from './flow-state.ts'
import { countListeners } from './listeners.ts'
import {
  begin,
  cleanup,
  click,
  el,
  field,
  find,
  model,
  pass,
  relay,
  setUp,
  show,
  status,
  tearDown,
  text,
} from './stage.ts'

beforeEach(setUp)
afterEach(tearDown)

describe('without a kernel: a saved notebook, or a restart', () => {
  test('E82 says hello, stays neutral, then says that nobody is there', async () => {
    await show({ status: 'signed_in', expires_at: Date.now() + 60_000 }, { alive: false })
    expect(model.sent).toEqual([
      {
        type: 'hello',
        view: expect.stringMatching(/^[0-9a-f]{32}$/),
        origin: location.origin,
        base_url: '/',
        secure: true,
      },
    ])
    expect(status()).toBe('signed_out')
    expect(find('sign-in')?.disabled).toBe(true)
    expect(field('error')).toBeUndefined()
    await pass(5000)
    expect(status()).toBe('signed_out')
    expect(field('error')).toBe('This widget is not connected to a running kernel. Run the cell again.')
    stubOpen(fakePopup())
    click('sign-in')
    expect(window.open).not.toHaveBeenCalled()
  })

  test('E82 believes no welcome but its own', async () => {
    await show({ status: 'signed_in' }, { alive: false })
    model.says({ type: 'welcome', view: 'another', user: 'alice' })
    expect(status()).toBe('signed_out')
  })

  test('takes a late welcome', async () => {
    await show({ status: 'signed_in' }, { alive: false })
    await pass(9000)
    model.says({ type: 'welcome', view: model.last('hello').view, user: 'alice' })
    expect(status()).toBe('signed_in')
    expect(field('user')).toBe('alice')
  })

  test('survives a comm that is closed already', async () => {
    await show({}, { closed: true })
    expect(field('error')).toMatch(/not connected/)
  })

  test('E82 notices a restart: the comm is lost', async () => {
    await show({ status: 'signed_in' }, { user: 'alice' })
    expect(status()).toBe('signed_in')
    model.alive = false
    model.emit('comm_live_update')
    expect(status()).toBe('signed_in')
    await pass(5000)
    expect(status()).toBe('signed_out')
    model.alive = true
    model.emit('comm_live_update')
    expect(status()).toBe('signed_in')
  })
})

describe('signed in', () => {
  const SIGNED_IN = { status: 'signed_in', verified: true, renewable: true }
  beforeEach(() => show({ ...SIGNED_IN, expires_at: Date.now() + 90_000 }, { user: 'alice' }))

  test('after a reload the user comes from the welcome', () => {
    expect(field('user')).toBe('alice')
  })

  test('counts down: by the minute, then by the second, with few changes', async () => {
    expect(field('expires')).toBe('expires in 1 min')
    const changes = vi.fn()
    const observer = new MutationObserver(changes)
    observer.observe(el, { subtree: true, childList: true, attributes: true, characterData: true })
    await pass(29_000)
    expect(changes).not.toHaveBeenCalled()
    await pass(31_000)
    expect(field('expires')).toBe('expires in 30 s')
    observer.disconnect()
    await pass(31_000)
    expect(field('expires')).toBe('expired')
  })

  test('G91 after a sleep the truth shows when the page is seen again', () => {
    vi.setSystemTime(Date.now() + 3_600_000)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(field('expires')).toBe('expired')
  })

  test('Inspect asks, shows, and forgets', () => {
    click('inspect')
    const { view } = model.last('inspect')
    const panel = el.querySelector<HTMLElement>('[role=region]')
    expect(find('inspect')?.getAttribute('aria-expanded')).toBe('true')
    expect(panel?.hidden).toBe(false)
    const sections = [{ title: 'Claims', rows: [['sub', '<b>42</b>']] }]
    model.says({ type: 'details', view: 'another', user: 'eve', sections: [] })
    model.says({ type: 'details', view, user: 'alice', sections })
    expect(panel?.textContent).toBe('Claimssub<b>42</b>')
    click('inspect')
    expect(panel?.hidden).toBe(true)
    expect(panel?.textContent).toBe('')
  })

  test('details that nobody asked for stay unseen', () => {
    model.says({ type: 'details', view: model.last('hello').view, user: 'eve', sections: [{ title: 'x', rows: [] }] })
    expect(el.querySelector<HTMLElement>('[role=region]')?.hidden).toBe(true)
  })

  test('E81 Clear closes the panel and ends with the kernel', () => {
    click('inspect')
    click('clear')
    expect(model.all('clear')).toHaveLength(1)
    expect(find('clear')?.disabled).toBe(true)
    expect(el.querySelector<HTMLElement>('[role=region]')?.hidden).toBe(true)
    model.becomes({ status: 'signed_out' })
    model.says({ type: 'user', user: '' })
    expect(status()).toBe('signed_out')
    expect(field('user')).toBeUndefined()
  })

  test('a silent kernel is named', async () => {
    click('clear')
    await pass(10_000)
    expect(field('error')).toMatch(/^The kernel did not answer/)
    expect(find('clear')?.disabled).toBe(false)
  })

  test('Renew asks the kernel', () => {
    click('renew')
    expect(model.last('renew')).toEqual({ type: 'renew', view: model.last('hello').view })
    expect(find('renew')?.textContent).toBe('Renewing…')
    model.becomes({ expires_at: Date.now() + 600_000 })
    expect(find('renew')?.textContent).toBe('Renew')
    expect(field('expires')).toBe('expires in 10 min')
  })

  test('Renew of an implicit grant is a visit to the provider', () => {
    model.becomes({ grant: 'implicit' })
    const popup = fakePopup()
    stubOpen(popup)
    click('renew')
    expect(model.all('renew')).toEqual([])
    model.authorizes(ID)
    expect(popup.visited).toHaveLength(1)
    expect(status()).toBe('pending')
    relay()
    model.says({ type: 'received', id: ID })
    model.becomes({ expires_at: Date.now() + 600_000 })
    expect(status()).toBe('signed_in')
  })

  test('expires', () => {
    model.becomes({ status: 'expired' })
    expect(text()).toBe('Signed out: the token expired')
    expect(find('sign-in')?.textContent).toBe('Sign in again')
  })
})

describe('the view goes away', () => {
  test('a window at the provider stays, its answer goes by the kernel’s socket', async () => {
    await show()
    const { popup } = begin()
    cleanup()
    expect(popup.closed).toBe(false)
    expect(el.childElementCount).toBe(0)
    relay()
    expect(model.all('callback')).toEqual([])
  })

  test('a window that waits for its address is closed', async () => {
    await show()
    const popup = fakePopup()
    stubOpen(popup)
    click('sign-in')
    cleanup()
    expect(popup.closed).toBe(true)
  })

  test('G93 twenty views, each in a sign-in, share nothing and leave nothing', async () => {
    const channels = stubChannels()
    const listeners = countListeners(window, document)
    const models = Array.from({ length: 20 }, () => new FakeModel())
    const cleanups = models.map((one) => widget.render({ model: one, el }))
    await pass(0)
    expect(listeners()).toBe(20) // visibilitychange, one each
    stubOpen(...models.map(() => fakePopup()))
    for (const button of el.querySelectorAll<HTMLElement>('[data-action="sign-in"]')) button.click()
    for (const [i, one] of models.entries()) one.authorizes(ID.slice(0, 14) + String(i).padStart(2, '0'))
    expect(listeners()).toBe(20 * 3) // and message and storage
    const open = () => [...channels.values()].reduce((sum, peers) => sum + peers.size, 0)
    expect([channels.size, open()]).toEqual([20, 20])

    expect(el.querySelectorAll('[id], [name], [for]')).toHaveLength(0)
    expect(new Set(models.map((one) => one.last('hello').view)).size).toBe(20)
    expect(new Set(models.map((one) => one.last('begin').click)).size).toBe(20)

    for (const done of cleanups) done()
    expect(el.childElementCount).toBe(0)
    expect(models.every((one) => one.listenerCount === 0)).toBe(true)
    expect([listeners(), open(), vi.getTimerCount()]).toEqual([0, 0, 0])
    await show()
  })
})

test('B36 unknown messages change nothing', async () => {
  await show()
  const before = el.innerHTML
  for (const content of [null, 'x', {}, { type: 'token', token: 'x' }, { type: 'welcome' }]) model.says(content)
  expect(el.innerHTML).toBe(before)
})
