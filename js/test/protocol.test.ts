import { describe, expect, test } from 'vitest'
import { parseFromKernel, readState, UNNAMED_PROBLEM } from '../src/protocol.ts'
import { FakeModel } from './fake-model.ts'

describe('readState', () => {
  test('reads what the kernel syncs', () => {
    const model = new FakeModel({
      status: 'failed',
      expires_at: 1_800_000_000_000,
      error: { code: 'access_denied', message: 'Refused.', next: 'Ask.' },
      verified: true,
      grant: 'implicit',
      renewable: true,
      waiting: true,
    })
    expect(readState(model)).toEqual({
      status: 'failed',
      provider: { id: 'sgconnect', name: 'SG Connect' },
      scopes: ['openid', 'profile'],
      expiresAt: 1_800_000_000_000,
      error: { code: 'access_denied', message: 'Refused.', next: 'Ask.' },
      verified: true,
      grant: 'implicit',
      renewable: true,
      waiting: true,
    })
  })

  const safe = readState(new FakeModel())
  test.each([
    ['an unknown status', { status: 'admin' }, safe],
    ['a status of another type', { status: ['signed_in'] }, safe],
    ['an expiry in words', { expires_at: '3600' }, safe],
    ['an endless expiry', { expires_at: Number.POSITIVE_INFINITY }, safe],
    ['an empty error', { error: {} }, safe],
    ['truthy flags', { verified: 1, renewable: 'yes', waiting: {} }, safe],
    ['an unknown grant', { grant: 'device' }, safe],
    ['scopes of other types', { scopes: ['openid', 7, null, '', 'profile'] }, safe],
    ['no scopes', { scopes: 'openid' }, { ...safe, scopes: [] }],
    ['no provider', { provider: null }, { ...safe, provider: { id: '', name: 'the provider' } }],
  ])('takes %s as if it were not there', (_, state, read) => {
    expect(readState(new FakeModel(state))).toEqual(read)
  })

  test('reads an empty model', () => {
    expect(readState({ get: () => undefined })).toMatchObject({ status: 'signed_out', scopes: [], error: null })
  })
})

describe('parseFromKernel', () => {
  const error = { code: 'c', message: 'm', next: 'n' }
  test.each([
    [{ type: 'welcome', view: 'v', user: 'alice', warning: null }],
    [{ type: 'welcome', view: 'v', user: '', warning: error }],
    [{ type: 'ignored', view: 'v', error }],
    [{ type: 'authorize', view: 'v', click: 'c', id: 'i', url: 'https://idp.example/?a=b' }],
    [{ type: 'refused', view: 'v', click: 'c', error }],
    [{ type: 'user', user: '' }],
    [{ type: 'received', id: 'i' }],
    [{ type: 'details', view: 'v', user: 'alice', sections: [{ title: 't', rows: [['a', 'b']] }] }],
  ])('reads %j', (message) => {
    expect(parseFromKernel({ ...message, more: 1 })).toEqual(message)
  })

  test.each([[null], [undefined], ['welcome'], [7], [[]], [{}], [{ type: 'token' }], [{ type: null }]])(
    'ignores %j',
    (content) => {
      expect(parseFromKernel(content)).toBeNull()
    },
  )

  test.each([
    ['a script', 'javascript:alert(1)'],
    ['a script in another case', 'JaVaScRiPt:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a file', 'file:///etc/passwd'],
    ['a path', '/authorize'],
    ['nothing', ''],
    ['another type', 7],
  ])('lets no window go to %s', (_, url) => {
    expect(parseFromKernel({ type: 'authorize', url })).toMatchObject({ url: '' })
  })

  test('gives a refusal without words the common ones', () => {
    expect(parseFromKernel({ type: 'refused' })).toMatchObject({ error: UNNAMED_PROBLEM })
  })

  test('bounds what details may hold', () => {
    const rows = Array.from({ length: 10_000 }, () => ['name', 'x'.repeat(10_000)])
    const sections = Array.from({ length: 1000 }, () => ({ title: 't', rows }))
    const message = parseFromKernel({ type: 'details', sections })
    if (message?.type !== 'details') throw new Error('not details')
    expect(message.sections.length).toBe(20)
    expect(message.sections[0]?.rows.length).toBe(200)
    expect(message.sections[0]?.rows[0]?.[1].length).toBe(4000)
  })

  test('reads rows that are none as empty texts', () => {
    const sections = [{ rows: [['a'], 'text', [1, { b: 2 }]] }, null]
    expect(parseFromKernel({ type: 'details', sections })).toMatchObject({
      sections: [
        {
          title: '',
          rows: [
            ['a', ''],
            ['', ''],
          ],
        },
        { title: '', rows: [] },
      ],
    })
  })
})
