/**
 * Seals a provider's answer for the kernel: HPKE base mode, single shot (RFC 9180 section 6.1).
 *
 * The suite is the one Go's crypto/hpke opens in internal/seal: DHKEM(P-256, HKDF-SHA256),
 * HKDF-SHA256, AES-256-GCM. Everything is WebCrypto, which exists in secure contexts only.
 */

export interface Sealed {
  /** The ephemeral public key, an uncompressed P-256 point: 65 bytes. */
  enc: Uint8Array<ArrayBuffer>
  /** The ciphertext with its 16-byte tag. */
  ct: Uint8Array<ArrayBuffer>
}

/** What the key schedule (RFC 9180 section 5.1) gives for the first message. */
export interface MessageKeys {
  key: Uint8Array<ArrayBuffer>
  baseNonce: Uint8Array<ArrayBuffer>
}

type Bytes = Uint8Array<ArrayBuffer>

/** An AEAD by its number in RFC 9180 section 7.3. */
interface Aead {
  id: number
  keyLength: number
}

/** The info string of every sealed answer; internal/seal has the same one. */
export const INFO = 'ipyauth/callback/v1'

export const AES_256_GCM: Aead = { id: 0x0002, keyLength: 32 }

const KEM_ID = 0x0010
const KDF_ID = 0x0001
const HASH_LENGTH = 32
const NONCE_LENGTH = 12
const CURVE = { name: 'ECDH', namedCurve: 'P-256' }
const NOTHING: Bytes = new Uint8Array(0)

/** Tells whether this page can seal: outside secure contexts there is no crypto.subtle. */
export function canSeal(): boolean {
  return globalThis.crypto?.subtle !== undefined
}

/**
 * Seals plaintext for the holder of the private half of publicKey, bound to aad.
 * Rejects when publicKey is not a point of the curve. The ephemeral pair is given by tests only.
 */
export async function seal(
  publicKey: Bytes,
  info: Bytes,
  plaintext: Bytes,
  aad: Bytes,
  ephemeral?: CryptoKeyPair,
): Promise<Sealed> {
  const recipient = await crypto.subtle.importKey('raw', publicKey, CURVE, false, [])
  const pair = ephemeral ?? (await crypto.subtle.generateKey(CURVE, false, ['deriveBits']))
  const enc = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const shared = await encapsulate(recipient, publicKey, pair.privateKey, enc)
  const { key, baseNonce } = await keySchedule(shared, info, AES_256_GCM)
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  const parameters = { name: 'AES-GCM', iv: baseNonce, additionalData: aad }
  return { enc, ct: new Uint8Array(await crypto.subtle.encrypt(parameters, aes, plaintext)) }
}

/** Encap (RFC 9180 section 4.1) with a given ephemeral key: the shared secret. */
export async function encapsulate(
  recipient: CryptoKey,
  recipientBytes: Bytes,
  ephemeral: CryptoKey,
  enc: Bytes,
): Promise<Bytes> {
  const agreed = { name: 'ECDH', public: recipient }
  const dh = new Uint8Array(await crypto.subtle.deriveBits(agreed, ephemeral, 256))
  const suite = concat(ascii('KEM'), uint16(KEM_ID))
  const prk = await labeledExtract(suite, NOTHING, 'eae_prk', dh)
  const context = concat(enc, recipientBytes)
  return labeledExpand(suite, prk, 'shared_secret', context, HASH_LENGTH)
}

/** KeySchedule (RFC 9180 section 5.1) in base mode: no pre-shared key. */
export async function keySchedule(shared: Bytes, info: Bytes, aead: Aead): Promise<MessageKeys> {
  const suite = concat(ascii('HPKE'), uint16(KEM_ID), uint16(KDF_ID), uint16(aead.id))
  const modeBase = new Uint8Array([0x00])
  const pskIdHash = await labeledExtract(suite, NOTHING, 'psk_id_hash', NOTHING)
  const infoHash = await labeledExtract(suite, NOTHING, 'info_hash', info)
  const context = concat(modeBase, pskIdHash, infoHash)
  const secret = await labeledExtract(suite, shared, 'secret', NOTHING)
  return {
    key: await labeledExpand(suite, secret, 'key', context, aead.keyLength),
    baseNonce: await labeledExpand(suite, secret, 'base_nonce', context, NONCE_LENGTH),
  }
}

function labeledExtract(suite: Bytes, salt: Bytes, label: string, ikm: Bytes): Promise<Bytes> {
  // WebCrypto refuses an empty HMAC key; zeros of the hash's length are the same one (RFC 5869 2.2).
  const key = salt.length === 0 ? new Uint8Array(HASH_LENGTH) : salt
  return hmac(key, concat(ascii('HPKE-v1'), suite, ascii(label), ikm))
}

async function labeledExpand(suite: Bytes, prk: Bytes, label: string, info: Bytes, length: number): Promise<Bytes> {
  const labeled = concat(uint16(length), ascii('HPKE-v1'), suite, ascii(label), info)
  // No output here is longer than the hash, so HKDF-Expand (RFC 5869 2.3) is its first block.
  const block = await hmac(prk, concat(labeled, new Uint8Array([1])))
  return block.slice(0, length)
}

async function hmac(key: Bytes, data: Bytes): Promise<Bytes> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data))
}

function uint16(n: number): Bytes {
  return new Uint8Array([n >> 8, n & 0xff])
}

function ascii(text: string): Bytes {
  return new TextEncoder().encode(text)
}

function concat(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
