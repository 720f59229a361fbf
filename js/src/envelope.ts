/** What the callback page relays, and what answers it. Both bundles read these. */

/** A provider's answer on its way to the kernel. */
export type Envelope =
  | { ipyauth: 1; id: string; enc: string; ct: string }
  | { ipyauth: 1; id: string; open: OpenAnswer }

/** An answer that could not be sealed; the kernel takes one for code + PKCE only. */
export interface OpenAnswer {
  query: string
  fragment: string
}

/** Says that the kernel has the answer of flow `ack`. */
export interface Ack {
  ipyauth: 1
  ack: string
}

/** The way an envelope came to whoever gives it to the kernel. */
export type Via = 'opener' | 'broadcast' | 'storage' | 'websocket' | 'paste'

/** The longest answer (query and fragment together) that is worth looking at. */
export const MAX_ANSWER = 64 * 1024

/** A sealed answer: JSON may escape characters, base64 adds a third, and there is room left. */
const MAX_CIPHERTEXT = 3 * MAX_ANSWER

/** The longest JSON text of an envelope. */
export const MAX_ENVELOPE = MAX_CIPHERTEXT + 1024

/** 65 bytes in base64url: an uncompressed P-256 point. */
const ENC_LENGTH = 87

/** Names the BroadcastChannel and the storage key of a flow. */
export function channelName(id: string): string {
  return CHANNEL_PREFIX + id
}

export const CHANNEL_PREFIX = 'ipyauth.'

/** Reads an envelope of flow `id` from what another window sent; null when it is none. */
export function parseEnvelope(value: unknown, id: string): Envelope | null {
  if (typeof value !== 'object' || value === null) return null
  const fields = value as Record<string, unknown>
  if (fields.ipyauth !== 1 || fields.id !== id) return null
  const { enc, ct, open } = fields
  if (isBase64url(enc, ENC_LENGTH) && enc.length === ENC_LENGTH && isBase64url(ct, MAX_CIPHERTEXT)) {
    return { ipyauth: 1, id, enc, ct }
  }
  const answer = parseOpenAnswer(open)
  return answer && { ipyauth: 1, id, open: answer }
}

export function isAck(value: unknown, id: string): boolean {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Record<string, unknown>
  return fields.ipyauth === 1 && fields.ack === id
}

function parseOpenAnswer(value: unknown): OpenAnswer | null {
  if (typeof value !== 'object' || value === null) return null
  const { query, fragment } = value as Record<string, unknown>
  if (typeof query !== 'string' || typeof fragment !== 'string') return null
  return query.length + fragment.length <= MAX_ANSWER ? { query, fragment } : null
}

function isBase64url(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value.length <= limit && /^[\w-]+$/.test(value)
}
