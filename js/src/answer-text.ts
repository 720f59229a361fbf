import { type Envelope, MAX_ENVELOPE, parseEnvelope } from './envelope.ts'

/** The sealed answer as a text that a person copies from the callback page to the widget. */

/** The flow's id is 12 bytes in base64url; the lengths of the rest are parseEnvelope's to check. */
const SHAPE = /^ipyauth1\.([\w-]{16})\.([\w-]+)\.([\w-]+)$/

/** Null for an answer that is not sealed: a code must not stand on a screen. */
export function formatAnswer(envelope: Envelope): string | null {
  return 'ct' in envelope ? `ipyauth1.${envelope.id}.${envelope.enc}.${envelope.ct}` : null
}

/** Reads what was pasted, with whatever breaks and spaces came along; null when it is no answer. */
export function parseAnswerText(text: string): Envelope | null {
  // Every character may have come with a break, but not with more.
  if (text.length > 2 * MAX_ENVELOPE) return null
  const parts = SHAPE.exec(text.replaceAll(/\s/g, ''))
  if (!parts) return null
  const [, id = '', enc, ct] = parts
  return parseEnvelope({ ipyauth: 1, id, enc, ct }, id)
}
