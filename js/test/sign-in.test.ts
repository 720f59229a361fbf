// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { channelName } from '../src/envelope.ts'
import { fakePopup, stubOpen } from './fake-popup.ts'
import { ID } from './flow-state.ts'
import {
  begin,
  click,
  el,
  envelope,
  field,
  find,
  model,
  PROBLEM,
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

describe('sign in', () => {
  beforeEach(() => show())

  test('opens the window in the click before anything is sent', () => {
    const order: string[] = []
    stubOpen(fakePopup()).mockImplementation(() => {
      order.push('open')
      return fakePopup().window
    })
    vi.spyOn(model, 'send').mockImplementation(({ type }) => {
      order.push(type)
    })
    click('sign-in')
    expect(order).toEqual(['open', 'begin'])
  })

  test('from the click to signed in', async () => {
    const { popup } = begin()
    expect(model.last('begin')).toEqual({
      type: 'begin',
      view: model.last('hello').view,
      click: expect.any(String),
      redirect_uri: `${location.origin}/callback/`,
      secure: true,
    })
    expect(popup.visited).toEqual(['https://idp.example/authorize'])
    expect(status()).toBe('pending')
    expect(text()).toBe('Waiting for SG Connect…')

    relay()
    expect(model.last('callback')).toEqual({ type: 'callback', via: 'broadcast', envelope })
    const acks: unknown[] = []
    new BroadcastChannel(channelName(ID)).addEventListener('message', ({ data }) => acks.push(data))
    model.says({ type: 'received', id: ID })
    expect(acks).toContainEqual({ ipyauth: 1, ack: ID })
    expect(popup.closed).toBe(true)
    expect(text()).toBe('Finishing sign-in…')
    // The window that closed itself is no window that the person closed.
    await pass(5000)
    expect(model.all('popup_closed')).toEqual([])

    model.becomes({ status: 'signed_in', expires_at: Date.now() + 9 * 60_000, verified: true })
    model.says({ type: 'user', user: 'alice' })
    expect(status()).toBe('signed_in')
    expect(field('user')).toBe('alice')
    expect(field('expires')).toBe('expires in 9 min')
    expect(el.querySelector('[data-field=scopes]')?.textContent).toBe('openid profile ')
  })

  test('B24 the relay of another flow is left alone', () => {
    begin()
    new BroadcastChannel(channelName('AAAAAAAAAAAAAAAA')).postMessage(envelope)
    model.says({ type: 'received', id: 'AAAAAAAAAAAAAAAA' })
    expect(model.all('callback')).toEqual([])
    expect(text()).toBe('Waiting for SG Connect…')
  })

  test('G92 two clicks are one flow', () => {
    const open = stubOpen(fakePopup(), fakePopup())
    const button = find('sign-in')
    button?.click()
    button?.click()
    expect(open).toHaveBeenCalledTimes(1)
    expect(model.all('begin')).toHaveLength(1)
  })

  test('G92 the second click of a double click cancels nothing', () => {
    begin()
    find('cancel')?.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 2 }))
    expect(model.all('cancel')).toEqual([])
    expect(status()).toBe('pending')
  })

  test('B32 blocked: a link that keeps the opener, and whose address can be copied', () => {
    stubOpen(null)
    click('sign-in')
    expect(text()).toBe('Waiting for SG Connect…')
    model.authorizes(ID)
    const link = el.querySelector<HTMLAnchorElement>('a[data-action="open-link"]')
    expect(text()).toBe('Your browser blocked the window.')
    expect([link?.textContent, link?.href, link?.target, link?.rel]).toEqual([
      'Open SG Connect',
      'https://idp.example/authorize',
      '_blank',
      'opener',
    ])
    relay()
    expect(model.all('callback')).toHaveLength(1)
  })

  test('refused by the kernel', () => {
    const popup = fakePopup()
    stubOpen(popup)
    click('sign-in')
    const { view, click: nonce } = model.last('begin')
    model.says({ type: 'refused', view, click: nonce, error: PROBLEM })
    expect(popup.closed).toBe(true)
    expect(field('error')).toBe('The request was refused. Sign in again.')
    model.becomes({ status: 'failed', error: PROBLEM })
    expect(status()).toBe('failed')
    expect(find('sign-in')?.textContent).toBe('Sign in again')
    begin()
    expect(status()).toBe('pending')
  })

  test('a click that another overtook is refused in silence', () => {
    begin()
    const { click: first } = model.last('begin')
    stubOpen(fakePopup())
    find('cancel')?.click()
    model.becomes({ status: 'signed_out' })
    click('sign-in')
    model.says({ type: 'refused', view: model.last('hello').view, click: first, error: PROBLEM })
    expect(field('error')).toBeUndefined()
    expect(text()).toBe('Waiting for SG Connect…')
  })

  test('the provider said no: the window closes with the flow', () => {
    const { popup } = begin()
    model.becomes({ status: 'failed', error: PROBLEM })
    expect(popup.closed).toBe(true)
    expect(status()).toBe('failed')
    relay()
    expect(model.all('callback')).toEqual([])
  })

  test('G92 Clear, in another view, while the window is open: it closes and its answer is too late', () => {
    const { popup } = begin()
    expect(popup.closed).toBe(false)
    model.becomes({ status: 'signed_out' })
    model.says({ type: 'user', user: '' })
    expect([popup.closed, status()]).toEqual([true, 'signed_out'])
    relay()
    expect(model.all('callback')).toEqual([])
    begin()
    relay()
    expect(model.all('callback')).toHaveLength(1)
  })

  test('canceled', () => {
    const { popup } = begin()
    click('cancel')
    expect(model.all('cancel')).toHaveLength(1)
    expect(popup.closed).toBe(true)
    model.becomes({ status: 'signed_out' })
    expect(status()).toBe('signed_out')
  })

  test('the kernel does not answer', async () => {
    const popup = fakePopup()
    stubOpen(popup)
    click('sign-in')
    await pass(9999)
    expect(status()).toBe('pending')
    await pass(1)
    expect(popup.closed).toBe(true)
    expect(status()).toBe('signed_out')
    expect(field('error')).toBe('The kernel did not answer. It may be busy or restarted: run the cell again.')
    // When it wakes up it must not wait for a window that is gone.
    model.authorizes(ID)
    expect(model.all('cancel')).toHaveLength(1)
    expect(popup.visited).toEqual([])
  })

  test('A20 the kernel names no page to go to', () => {
    const popup = fakePopup()
    stubOpen(popup)
    click('sign-in')
    model.authorizes(ID, 'javascript:alert(1)')
    expect(popup.visited).toEqual([])
  })

  test('B31 the person closes the window: the kernel hears, Try again begins anew', async () => {
    const { popup } = begin()
    await pass(5000)
    popup.closed = true
    await pass(1500)
    expect(model.last('popup_closed')).toEqual({ type: 'popup_closed', id: ID })
    expect(text()).toBe('Window closed?')
    const second = fakePopup()
    stubOpen(second)
    click('sign-in')
    model.authorizes('BBBBBBBBBBBBBBBB')
    expect(second.visited).toHaveLength(1)
    expect(text()).toBe('Waiting for SG Connect…')
    relay()
    expect(model.all('callback')).toEqual([])
  })

  test('B30 a cut window only hints, and its late answer still counts', async () => {
    const { popup } = begin()
    popup.closed = true
    await pass(5000)
    expect(text()).toBe('Window closed?')
    expect(model.all('popup_closed')).toEqual([])
    relay()
    expect(model.all('callback')).toHaveLength(1)
  })

  test('B26 a flood on the channel reaches the kernel a few times, and the view not at all', async () => {
    begin()
    const before = el.innerHTML
    const forger = new BroadcastChannel(channelName(ID))
    for (let i = 0; i < 10_000; i++) forger.postMessage({ ...envelope, ct: `forged${i}` })
    expect(model.all('callback')).toHaveLength(8)
    expect(el.innerHTML).toBe(before)
    click('cancel')
    expect(model.all('cancel')).toHaveLength(1)
  })

  test('another view of the model shows the flow but does not follow it', () => {
    const { view } = model.last('hello')
    model.becomes({ status: 'pending' })
    model.says({ type: 'authorize', view: `${view}x`, click: 'c', id: ID, url: 'https://idp.example/' })
    expect(text()).toBe('Waiting for SG Connect…')
    relay()
    expect(model.all('callback')).toEqual([])
    click('cancel')
    expect(model.all('cancel')).toHaveLength(1)
  })
})
