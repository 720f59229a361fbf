// The search that the canary run relies on finds a secret that was planted, in each form.

import { deflateRawSync, gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { findLeaks, formsOf } from './leaks.ts'

const secret = `c&n<ry+${crypto.randomUUID()}/=%"~\\end`
const secrets = new Map([['the secret', secret]])
const around = (text: string) => `nothing here ${text} nor here`

test('nothing is found where nothing is', () => {
  const other = `c&n<ry+${crypto.randomUUID()}/=%"~\\end`
  expect(findLeaks(around(other.slice(7, -8)), secrets)).toEqual([])
  expect(findLeaks(around(secret.slice(0, 11)), secrets)).toEqual([])
  expect(findLeaks('', secrets)).toEqual([])
})

test('a part of twelve characters is found, wherever it is cut out', () => {
  for (let i = 0; i + 12 <= secret.length; i++) {
    expect(findLeaks(around(secret.slice(i, i + 12)), secrets), `part ${i}`).toContain('the secret: as it is')
  }
})

test('each form of the first and of the last twelve characters is found', () => {
  for (const piece of [secret.slice(0, 12), secret.slice(-12)]) {
    for (const [form, text] of formsOf(piece)) {
      const planted = Buffer.from(around(text), form === 'UTF-16' ? 'latin1' : 'utf8')
      expect(findLeaks(planted, secrets), form).not.toEqual([])
    }
  }
})

// The forms are written down here once more, by others' hands: Go's and Python's printers.
test('forms as they are met', () => {
  const ascii = new Map([['token', 'AbCdEfGhIjKl-and-more-of-it']])
  const met = {
    'Go %x': 'saved as 4162436445664768496a4b6c2d616e64',
    'Go % x': '41 62 43 64 45 66 47 68 49 6a 4b 6c',
    'Go %v of bytes': '[65 98 67 100 69 102 71 104 73 106 75 108 45]',
    'Go %#v of bytes': '[]byte{0x41, 0x62, 0x43, 0x64, 0x45, 0x66, 0x47, 0x68, 0x49, 0x6a, 0x4b, 0x6c, 0x2d}',
    'an Authorization header': `Basic ${Buffer.from('client:AbCdEfGhIjKl-and-more-of-it').toString('base64')}`,
    'an inner base64url': Buffer.from('{"a":"AbCdEfGhIjKl-and-more-of-it"}').toString('base64url'),
    'UTF-16 text': Buffer.from('say AbCdEfGhIjKl', 'utf16le'),
  }
  for (const [where, text] of Object.entries(met)) expect(findLeaks(text, ascii), where).not.toEqual([])
})

test('base64 is found at every alignment', () => {
  for (let before = 0; before < 6; before++) {
    const text = `${'x'.repeat(before)}${secret}y`
    for (const encoding of ['base64', 'base64url'] as const) {
      const found = findLeaks(around(Buffer.from(text).toString(encoding)), secrets)
      expect(found, `${encoding} after ${before}`).not.toEqual([])
    }
  }
})

test('what is compressed is unpacked', () => {
  const text = around(secret)
  const noise = Buffer.from('\x1f\x8b\x08 PK\x03\x04 looks like it', 'latin1')
  const rows = {
    gzip: gzipSync(text),
    'gzip in a file': Buffer.concat([noise, gzipSync(text), noise]),
    'gzip with a name': Buffer.concat([
      Buffer.from('\x1f\x8b\x08\x08------name.txt\0', 'latin1'),
      deflateRawSync(text),
    ]),
    'gzip, cut off': gzipSync(text + 'y'.repeat(9000)).subarray(0, -12),
    'gzip in gzip': gzipSync(gzipSync(text)),
    'zip entry': Buffer.concat([noise, zipHeader('name.txt'), deflateRawSync(text), noise]),
    'stored zip entry': Buffer.concat([zipHeader('name.txt', 0), Buffer.from(text)]),
  }
  for (const [what, bytes] of Object.entries(rows)) {
    expect(findLeaks(bytes, secrets), what).toContain('the secret: as it is')
  }
})

test('a secret that is too short to be found is an error', () => {
  expect(() => findLeaks('', new Map([['short', 'elevenchars']]))).toThrow('short is too short')
})

function zipHeader(name: string, method = 8): Buffer {
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04', 'latin1')
  header.writeUInt16LE(method, 8)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, Buffer.from(name)])
}
