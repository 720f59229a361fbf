// The search for secrets: whole, in parts of twelve characters, encoded, and in what is compressed.

import { constants, inflateRawSync } from 'node:zlib'

/** A part this long counts as a leak: what is shorter could be there by chance. */
const PART = 12

/** Deeper than this nothing is unpacked: an archive in an archive in an archive. */
const DEPTH = 3

interface Needle {
  /** what is found, for the report; never the secret itself */
  finding: string
  bytes: Buffer
}

/**
 * What of the secrets is in the bytes, as "name: form". Each secret is looked for in any twelve
 * characters of it in a row, and in encoded forms of its first and last twelve.
 */
export function findLeaks(text: string | Buffer, secrets: ReadonlyMap<string, string>): string[] {
  const search = new Search([...secrets].flatMap(([name, secret]) => needlesOf(name, secret)))
  const found = new Set<string>()
  for (const bytes of unpacked(Buffer.from(text as string), DEPTH)) search.in(bytes, found)
  return [...found]
}

/** Every form of a piece of text that one might meet, by name. */
export function formsOf(piece: string): Map<string, string> {
  const bytes = [...Buffer.from(piece)]
  const hex = bytes.map((b) => b.toString(16).padStart(2, '0'))
  const forms = new Map([
    ['percent', encodeURIComponent(piece)],
    ['percent, lower case', encodeURIComponent(piece).replace(/%../g, (code) => code.toLowerCase())],
    ['percent, every byte', hex.map((h) => `%${h.toUpperCase()}`).join('')],
    ['JSON of JavaScript', JSON.stringify(piece).slice(1, -1)],
    ['JSON of Go', JSON.stringify(piece).slice(1, -1).replace(/[<>&]/g, unicodeEscape)],
    ['HTML', piece.replace(/[&<>"'+]/g, (c) => `&#${c.charCodeAt(0)};`)],
    ['hex', hex.join('')],
    ['hex, upper case', hex.join('').toUpperCase()],
    ['hex, spaced', hex.join(' ')],
    ['hex, escaped', hex.map((h) => `\\x${h}`).join('')],
    ['bytes of Go source', hex.map((h) => `0x${h}`).join(', ')],
    ['bytes as numbers', bytes.join(' ')],
    ['bytes as JSON numbers', bytes.join(',')],
    ['bytes as Python numbers', bytes.join(', ')],
    ['UTF-16', Buffer.from(piece, 'utf16le').toString('latin1')],
  ])
  for (let shift = 0; shift < 3; shift++) {
    const base64 = base64At(piece, shift)
    forms.set(`base64, shifted by ${shift}`, base64)
    forms.set(`base64url, shifted by ${shift}`, base64.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return forms
}

/** The characters that a piece has for certain in the base64 of a text where it starts shift bytes after a group. */
function base64At(piece: string, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(piece)])
  const whole = Math.floor((text.length * 8) / 6)
  return text.toString('base64').slice(Math.ceil((shift * 8) / 6), whole)
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function needlesOf(name: string, secret: string): Needle[] {
  if (secret.length < PART) throw new Error(`${name} is too short to be looked for`)
  const needles: Needle[] = []
  for (let i = 0; i + PART <= secret.length; i++) {
    needles.push({ finding: `${name}: as it is`, bytes: Buffer.from(secret.slice(i, i + PART)) })
  }
  for (const piece of [secret.slice(0, PART), secret.slice(-PART)]) {
    for (const [form, text] of formsOf(piece)) {
      needles.push({ finding: `${name}: ${form}`, bytes: Buffer.from(text, form === 'UTF-16' ? 'latin1' : 'utf8') })
    }
  }
  return needles
}

/** Looks for all needles in one pass: there are thousands of them, and megabytes to look at. */
class Search {
  readonly #byStart = new Map<number, Needle[]>()
  readonly #starts = new Uint8Array(1 << 24)

  constructor(needles: Needle[]) {
    for (const needle of needles) {
      const start = needle.bytes.readUIntBE(0, 3)
      this.#starts[start] = 1
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), needle])
    }
  }

  /** Adds to found what is in the bytes. */
  in(bytes: Buffer, found: Set<string>): void {
    let window = 0
    for (let i = 0; i < bytes.length; i++) {
      window = ((window << 8) | (bytes[i] as number)) & 0xffffff
      if (i < 2 || this.#starts[window] === 0) continue
      for (const needle of this.#byStart.get(window) ?? []) {
        if (bytes.subarray(i - 2, i - 2 + needle.bytes.length).equals(needle.bytes)) found.add(needle.finding)
      }
    }
  }
}

/** The bytes, and what is compressed in them: gzip members and the entries of zip archives. */
function unpacked(bytes: Buffer, depth: number): Buffer[] {
  const layers = [bytes]
  if (depth === 0) return layers
  for (const [magic, open] of [
    ['\x1f\x8b\x08', gzipMember],
    ['PK\x03\x04', zipEntry],
  ] as const) {
    for (let at = bytes.indexOf(magic, 0, 'latin1'); at >= 0; at = bytes.indexOf(magic, at + 1, 'latin1')) {
      const inner = open(bytes.subarray(at))
      if (inner?.length) layers.push(...unpacked(inner, depth - 1))
    }
  }
  return layers
}

/** The content of the gzip member at the start (RFC 1952). */
function gzipMember(bytes: Buffer): Buffer | undefined {
  const flags = bytes[3] ?? 0
  let at = 10
  if (flags & 4) at += 2 + (bytes.length >= at + 2 ? bytes.readUInt16LE(at) : 0)
  for (const text of [8, 16]) if (flags & text) at = bytes.indexOf(0, at) + 1
  if (flags & 2) at += 2
  return inflate(bytes.subarray(at))
}

/** The content of the entry whose local header is at the start (APPNOTE 4.3.7). Stored ones are found as they are. */
function zipEntry(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 30 || bytes.readUInt16LE(8) !== 8) return undefined
  return inflate(bytes.subarray(30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28)))
}

/** What is cut off is read as far as it goes; what only looks like a beginning is not compressed. */
function inflate(bytes: Buffer): Buffer | undefined {
  try {
    return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 256 << 20 })
  } catch {
    return undefined
  }
}
