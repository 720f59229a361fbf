import { describe, expect, test } from 'vitest'
import { decodeBase64url } from '../src/base64url.ts'
import { findState, parseState } from '../src/state-param.ts'
import { COMM, ID, KERNEL, POINT, STATE, STATE_ALONE } from './flow-state.ts'

describe('parseState', () => {
  test('takes the parts out', () => {
    const publicKey = decodeBase64url(POINT)
    expect(parseState(STATE)).toEqual({ text: STATE, id: ID, publicKey, kernel: KERNEL, comm: COMM })
  })

  test('takes a state without kernel and comm', () => {
    expect(parseState(STATE_ALONE)).toMatchObject({ id: ID, kernel: '', comm: '' })
  })

  test.each([
    ['nothing', ''],
    ['another state', 'af0ifjsldkj'],
    ['a part missing', STATE.slice(0, STATE.lastIndexOf('.'))],
    ['a part more', `${STATE}.x`],
    ['a short id', STATE.slice(1)],
    ['a short key', STATE.replace(POINT, POINT.slice(1))],
    ['a path in the kernel', STATE.replace(KERNEL, '../../files')],
    ['a slash in the comm', STATE.replace(COMM, 'a/b')],
    ['a line break', `${STATE}\n`],
    ['a space', ` ${STATE}`],
    ['too much', STATE + 'a'.repeat(512)],
  ])('refuses %s', (_, text) => {
    expect(parseState(text)).toBeNull()
  })
})

describe('findState', () => {
  test.each([
    ['in the query', 'code=c&state=q', '', 'q'],
    ['in the fragment', '', 'access_token=t&state=f', 'f'],
    ['in both: the fragment', 'state=q', 'state=f', 'f'],
    ['in the query when the fragment has none', 'state=q', '_=_', 'q'],
    ['nowhere', 'code=c', 'x', null],
    ['escaped', 'state=a%2Eb', '', 'a.b'],
    ['twice: the first', 'state=a&state=b', '', 'a'],
    ['broken escapes elsewhere', 'x=%E0%A4%A&state=q', '', 'q'],
  ])('%s', (_, query, fragment, state) => {
    expect(findState(query, fragment)).toBe(state)
  })
})
