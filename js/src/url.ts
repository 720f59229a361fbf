/** Reads a URL; null when it is none. (URL.canParse is too new for browsers still in use.) */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base)
  } catch {
    return null
  }
}
