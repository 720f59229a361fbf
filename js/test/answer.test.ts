import { afterEach, describe, expect, test, vi } from 'vitest'
import { makeEnvelope, readAnswer } from '../src/answer.ts'
import { MAX_ANSWER, parseEnvelope } from '../src/envelope.ts'
import { parseState } from '../src/state-param.ts'
import { WORDS } from '../src/words.ts'
import { ID, STATE } from './flow-state.ts'

const flow = parseState(STATE)
if (!flow) throw new Error('bad test state')

describe('readAnswer', () => {
  test('takes a code', () => {
    expect(readAnswer({ query: `code=c&state=${STATE}`, fragment: '' })).toEqual({ state: flow })
  })

  test('takes a token', () => {
    expect(readAnswer({ query: '', fragment: `access_token=t&state=${STATE}` })).toEqual({ state: flow })
  })

  test('takes a refusal', () => {
    expect(readAnswer({ query: '', fragment: `error=access_denied&state=${STATE}` })).toEqual({ state: flow })
  })

  test.each([
    ['nothing', '', WORDS.direct],
    ['no state', 'code=c', WORDS.unknown],
    ["another program's state", 'code=c&state=abc', WORDS.unknown],
    ['far too much', `state=${STATE}&x=${'x'.repeat(MAX_ANSWER)}`, WORDS.tooLong],
    ['a megabyte of parameters', 'a&'.repeat(1 << 19), WORDS.tooLong],
  ])('explains %s', (_, query, words) => {
    expect(readAnswer({ query, fragment: '' })).toEqual({ words })
    expect(readAnswer({ query: '', fragment: query })).toEqual({ words })
  })
})

describe('makeEnvelope', () => {
  test('seals, so that no part of the answer is left readable', async () => {
    const made = await makeEnvelope({ query: '', fragment: `access_token=not-a-token&state=${STATE}` }, flow)
    expect(made).toEqual({ envelope: { ipyauth: 1, id: ID, enc: expect.any(String), ct: expect.any(String) } })
    expect(parseEnvelope('envelope' in made && made.envelope, ID)).not.toBeNull()
    expect(JSON.stringify(made)).not.toContain('not-a-token')
  })

  test('explains a state whose key is none', async () => {
    const made = await makeEnvelope({ query: 'code=c', fragment: '' }, { ...flow, publicKey: new Uint8Array(65) })
    expect(made).toEqual({ words: WORDS.unknown })
  })

  describe('without a secure context', () => {
    const open = (query: string, fragment = '') => {
      vi.stubGlobal('crypto', {})
      return makeEnvelope({ query, fragment }, flow)
    }
    afterEach(() => vi.unstubAllGlobals())

    test('sends a code open', async () => {
      const answer = { query: 'code=c&state=s', fragment: '' }
      expect(await open(answer.query)).toEqual({ envelope: { ipyauth: 1, id: ID, open: answer } })
    })

    test.each([
      ['an access token', '', 'access_token=t'],
      ['an ID token', '', 'id_token=t&state=s'],
      ['an escaped name', '', 'access%5Ftoken=t'],
      ['a token by another name', '', 'token=t&state=s'],
      ['a token in the query', 'code=c&access_token=t', ''],
    ])('keeps %s back', async (_, query, fragment) => {
      expect(await open(query, fragment)).toEqual({ words: WORDS.insecure })
    })
  })
})
