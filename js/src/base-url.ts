import { parseUrl } from './url.ts'

/**
 * Finds the Jupyter server's base_url, the path its own pages start with: "/" or "/user/alice/".
 * It is needed to name the callback page, `{base_url}callback/`.
 */
export function findBaseUrl(page: Document, address: Location): string {
  const fromLab = readPageConfig(page)
  const fromClassic = page.body?.dataset.baseUrl
  return asPath(fromLab, address) ?? asPath(fromClassic, address) ?? fromPath(address.pathname)
}

/** The callback page's address, what a provider knows as redirect_uri (RFC 6749 section 3.1.2). */
export function callbackUrl(baseUrl: string, address: Location): string {
  return `${address.origin}${baseUrl}callback/`
}

/** JupyterLab and Notebook 7 put their settings into the page as JSON. */
function readPageConfig(page: Document): string | undefined {
  const text = page.getElementById('jupyter-config-data')?.textContent
  if (!text) return undefined
  try {
    const config: unknown = JSON.parse(text)
    const baseUrl = (config as { baseUrl?: unknown } | null)?.baseUrl
    return typeof baseUrl === 'string' ? baseUrl : undefined
  } catch {
    return undefined
  }
}

/** A base URL as a path with both slashes; null when empty or on another origin. */
function asPath(baseUrl: string | undefined, address: Location): string | null {
  const url = baseUrl ? parseUrl(baseUrl, address.href) : null
  if (url?.origin !== address.origin) return null
  return url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
}

/** The part of a path before the first page that Jupyter is known to serve. */
function fromPath(path: string): string {
  const found = /^(.*?\/)(?:lab|doc|notebooks|nbclassic|tree|edit|consoles|voila)(?:\/|$)/.exec(path)
  return found?.[1] ?? '/'
}
