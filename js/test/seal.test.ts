import { describe, expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../src/base64url.ts'
import { AES_256_GCM, encapsulate, INFO, keySchedule, seal } from '../src/seal.ts'
import rfc from '../testdata/rfc9180.json'
import vectors from '../testdata/seal.json'

const CURVE = { name: 'ECDH', namedCurve: 'P-256' }
const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const unhex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

function unbase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64url(text)
  if (!bytes) throw new Error(`not base64url: ${text}`)
  return bytes
}

/** A key pair from its scalar and its uncompressed point. */
async function pairOf(scalar: Uint8Array, point: Uint8Array): Promise<CryptoKeyPair> {
  const [x, y] = [encodeBase64url(point.slice(1, 33)), encodeBase64url(point.slice(33))]
  const jwk = { kty: 'EC', crv: 'P-256', x, y }
  const secret = { ...jwk, d: encodeBase64url(scalar) }
  return {
    publicKey: await crypto.subtle.importKey('jwk', jwk, CURVE, true, []),
    privateKey: await crypto.subtle.importKey('jwk', secret, CURVE, true, ['deriveBits']),
  }
}

describe('the vectors that Go reads too', () => {
  test.each(vectors)('$name', async (vector) => {
    const ephemeral = await pairOf(unbase64url(vector.ephemeral), unbase64url(vector.enc))
    const publicKey = unbase64url(vector.publicKey)
    const sealed = await seal(publicKey, utf8(INFO), utf8(vector.plaintext), utf8(vector.state), ephemeral)
    expect(encodeBase64url(sealed.enc)).toBe(vector.enc)
    expect(encodeBase64url(sealed.ct)).toBe(vector.ct)
  })

  test('hold what readers of them rely on', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(5)
    const plaintexts = vectors.map(({ plaintext }) => JSON.parse(plaintext))
    expect(plaintexts).toContainEqual({ query: '', fragment: '' })
    expect(vectors.some(({ plaintext }) => /[^ -~]/.test(plaintext))).toBe(true)
  })
})

describe('RFC 9180', () => {
  test.each(rfc)('$name', async (vector) => {
    const ephemeral = await pairOf(unhex(vector.skEm), unhex(vector.pkEm))
    const recipientBytes = unhex(vector.pkRm)
    const recipient = await crypto.subtle.importKey('raw', recipientBytes, CURVE, false, [])
    const shared = await encapsulate(recipient, recipientBytes, ephemeral.privateKey, unhex(vector.pkEm))
    expect(hex(shared)).toBe(vector.shared_secret)
    const { key, baseNonce } = await keySchedule(shared, unhex(vector.info), vector.aead)
    expect(hex(key)).toBe(vector.key)
    expect(hex(baseNonce)).toBe(vector.base_nonce)
    const [plaintext, aad] = [unhex(vector.plaintext), unhex(vector.aad)]
    const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
    const gcm = { name: 'AES-GCM', iv: baseNonce, additionalData: aad }
    expect(hex(new Uint8Array(await crypto.subtle.encrypt(gcm, aes, plaintext)))).toBe(vector.ct)
    if (vector.aead.id !== AES_256_GCM.id) return
    const sealed = await seal(recipientBytes, unhex(vector.info), plaintext, aad, ephemeral)
    expect(hex(sealed.enc)).toBe(vector.pkEm)
    expect(hex(sealed.ct)).toBe(vector.ct)
  })

  test('has a vector of appendix A.3 and one of our suite', () => {
    expect(rfc.map(({ aead }) => aead.id)).toEqual([1, AES_256_GCM.id])
  })
})

describe('seal', () => {
  const publicKey = unbase64url(vectors[0]?.publicKey ?? '')

  test('uses a fresh key each time', async () => {
    const [one, two] = [
      await seal(publicKey, utf8(INFO), utf8('text'), utf8('aad')),
      await seal(publicKey, utf8(INFO), utf8('text'), utf8('aad')),
    ]
    expect(hex(one.enc)).not.toBe(hex(two.enc))
    expect(hex(one.ct)).not.toBe(hex(two.ct))
  })

  test.each([
    ['a point off the curve', publicKey.map((byte, at) => (at === 64 ? byte ^ 1 : byte))],
    ['a short key', publicKey.slice(0, 64)],
    ['no key', new Uint8Array(0)],
    ['a point at infinity', new Uint8Array(65)],
  ])('refuses %s', async (_, key) => {
    await expect(seal(new Uint8Array(key), utf8(INFO), utf8('text'), utf8('aad'))).rejects.toThrow()
  })
})
