import { encodeBase64url } from './base64url.ts'
import { type Envelope, MAX_ANSWER, type OpenAnswer } from './envelope.ts'
import { canSeal, INFO, seal } from './seal.ts'
import { type FlowState, findState, parseState } from './state-param.ts'
import { WORDS, type Words } from './words.ts'

/** What the provider sent is either worth passing on, or there is something to tell the person. */
export type Reading = { state: FlowState } | { words: Words }

/** Looks at what the provider added to the page's address, without its first characters. */
export function readAnswer({ query, fragment }: OpenAnswer): Reading {
  if (query === '' && fragment === '') return { words: WORDS.direct }
  // Before any parsing: whatever comes after is bounded.
  if (query.length + fragment.length > MAX_ANSWER) return { words: WORDS.tooLong }
  const text = findState(query, fragment)
  const state = text === null ? null : parseState(text)
  return state ? { state } : { words: WORDS.unknown }
}

/**
 * Makes the envelope of an answer: sealed for the kernel, bound to the whole state parameter.
 * Without a secure context there is no sealing; then only an answer without a token may go, open,
 * because a code is of no use without the kernel's PKCE verifier (RFC 7636 section 1).
 */
export async function makeEnvelope(
  answer: OpenAnswer,
  state: FlowState,
): Promise<{ envelope: Envelope } | { words: Words }> {
  if (!canSeal()) {
    if (holdsToken(answer)) return { words: WORDS.insecure }
    return { envelope: { ipyauth: 1, id: state.id, open: answer } }
  }
  const bytes = new TextEncoder()
  const plaintext = bytes.encode(
    JSON.stringify({ query: answer.query, fragment: answer.fragment } satisfies OpenAnswer),
  )
  try {
    const { enc, ct } = await seal(state.publicKey, bytes.encode(INFO), plaintext, bytes.encode(state.text))
    const envelope = { enc: encodeBase64url(enc), ct: encodeBase64url(ct) }
    return { envelope: { ipyauth: 1, id: state.id, ...envelope } }
  } catch {
    // Its key is no point of the curve: not a state of ours.
    return { words: WORDS.unknown }
  }
}

/** Looks for a token also behind percent escapes; better to refuse too much than too little. */
function holdsToken({ query, fragment }: OpenAnswer): boolean {
  return [query, fragment].some((part) => {
    const parameters = [...new URLSearchParams(part)]
    const decoded = parameters.flat().join(' ')
    // "token" is the name that generated SDKs know the access token by.
    return /access_token|id_token/.test(`${part} ${decoded}`) || parameters.some(([name]) => name === 'token')
  })
}
