import { describe, expect, test } from 'vitest'
import { formatAnswer, parseAnswerText } from '../src/answer-text.ts'
import { type Envelope, MAX_ENVELOPE } from '../src/envelope.ts'
import vectors from '../testdata/seal.json'
import { ID } from './flow-state.ts'

const { enc = '', ct = '' } = vectors[0] ?? {}
const envelope: Envelope = { ipyauth: 1, id: ID, enc, ct }
const text = `ipyauth1.${ID}.${enc}.${ct}`

test('a sealed answer is one text and comes back', () => {
  expect(formatAnswer(envelope)).toBe(text)
  expect(parseAnswerText(text)).toEqual(envelope)
})

test('an open answer has no text: a code is not put on a screen', () => {
  expect(formatAnswer({ ipyauth: 1, id: ID, open: { query: 'code=c', fragment: '' } })).toBeNull()
})

describe('takes', () => {
  test.each([
    ['spaces around it', `  ${text}\t`],
    ['a line break after it', `${text}\r\n`],
    ['line breaks inside, as mail programs make', text.replaceAll(/.{76}/g, '$&\r\n')],
    ['spaces that do not break', text.replaceAll('.', '\u00a0.\u00a0')],
    ['a byte order mark', `\ufeff${text}`],
  ])('%s', (_, pasted) => {
    expect(parseAnswerText(pasted)).toEqual(envelope)
  })
})

describe('refuses', () => {
  test.each([
    ['nothing', ''],
    ['white space', ' \n '],
    ['words', 'hello'],
    ['a part missing', text.slice(0, text.lastIndexOf('.'))],
    ['its end missing', text.slice(0, text.indexOf(ct))],
    ['its beginning missing', text.slice(5)],
    ['a part more', `${text}.x`],
    ['another version', text.replace('ipyauth1', 'ipyauth2')],
    ['another alphabet', text.replace(ct, `${ct}+/`)],
    ['padding', `${text}=`],
    ['a short id', text.replace(ID, ID.slice(1))],
    ['a short enc', text.replace(enc, enc.slice(1))],
    ['the envelope as JSON', JSON.stringify(envelope)],
    ["the page's address", `https://hub.example/callback/?code=c&state=${ID}`],
    ['far too much', text + 'A'.repeat(MAX_ENVELOPE)],
  ])('%s', (_, pasted) => {
    expect(parseAnswerText(pasted)).toBeNull()
  })

  test('what is only spaces beyond the limit, unread', () => {
    expect(parseAnswerText(`${text}${' '.repeat(2 * MAX_ENVELOPE)}`)).toBeNull()
  })
})
