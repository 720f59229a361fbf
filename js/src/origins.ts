import { parseUrl } from './url.ts'

/** Names of this machine that people use for one and the same server, and browsers keep apart. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/**
 * The origins between which an answer may go by postMessage, from a page at `origin`: that origin
 * itself and, on this machine, the other names of it with the same scheme and port. A redirect URI
 * that is registered as localhost brings a page at 127.0.0.1 its answer that way, once the person
 * chose it. None for a page without an origin of its own: "null" would be any sandboxed frame.
 */
export function relayOrigins(origin: string): string[] {
  const url = parseUrl(origin)
  if (!url) return []
  if (!LOOPBACK.includes(url.hostname)) return [origin]
  const port = url.port && `:${url.port}`
  const twins = LOOPBACK.map((host) => `${url.protocol}//${host}${port}`)
  return [origin, ...twins.filter((twin) => twin !== origin)]
}
