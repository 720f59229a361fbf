import { decodeBase64url } from './base64url.ts'

/**
 * The state parameter (RFC 6749 section 4.1.1) of one flow, made by the kernel:
 * `<id>.<secret>.<pub>.<kernel>.<comm>`. The page needs all parts but the secret, which stays
 * inside the sealed answer.
 */
export interface FlowState {
  /** The whole parameter, the additional authenticated data of the seal. */
  text: string
  /** Names the flow's channels; not a secret. */
  id: string
  /** The flow's public key, an uncompressed P-256 point. */
  publicKey: Uint8Array<ArrayBuffer>
  /** Jupyter's id of the kernel, "" where there is no Jupyter server. */
  kernel: string
  /** The widget's comm, "" where there is none. */
  comm: string
}

const MAX_STATE = 512
const SHAPE = /^([\w-]{16})\.[\w-]{22}\.([\w-]{87})\.([A-Za-z0-9_-]{0,128})\.([A-Za-z0-9_-]{0,128})$/

/** Reads a state parameter; null when it is not one of ours. */
export function parseState(text: string): FlowState | null {
  if (text.length > MAX_STATE) return null
  const parts = SHAPE.exec(text)
  if (!parts) return null
  const [, id = '', point = '', kernel = '', comm = ''] = parts
  const publicKey = decodeBase64url(point)
  if (publicKey?.length !== 65) return null
  return { text, id, publicKey, kernel, comm }
}

/**
 * Finds the state parameter in a page's address: in the fragment if there is one (implicit
 * grants), else in the query. `query` and `fragment` come without their first character.
 */
export function findState(query: string, fragment: string): string | null {
  return new URLSearchParams(fragment).get('state') ?? new URLSearchParams(query).get('state')
}
