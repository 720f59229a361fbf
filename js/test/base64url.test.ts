import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../src/base64url.ts'

const pairs: [text: string, bytes: number[]][] = [
  ['', []],
  ['AA', [0]],
  ['-_8', [0xfb, 0xff]],
  ['Zm9v', [0x66, 0x6f, 0x6f]],
]

test.each(pairs)('%j stands for %j', (text, bytes) => {
  expect(encodeBase64url(Uint8Array.from(bytes))).toBe(text)
  expect(decodeBase64url(text)).toEqual(Uint8Array.from(bytes))
})

test.each([
  ['padding', 'AA=='],
  ['the other alphabet', '+/8'],
  ['an impossible length', 'A'],
  ['bits beyond the last byte', 'AB'],
  ['a line break', 'AA\n'],
  ['text', 'ä'],
])('refuses %s', (_, text) => {
  expect(decodeBase64url(text)).toBeNull()
})
