import { after } from './timer.ts'

const WIDTH = 500
const HEIGHT = 680

const POLL = 500
/** A page with Cross-Origin-Opener-Policy cuts the link within this time of its arrival. */
const CUT_TIME = 2000
/** The callback page closes its own window just before its answer is acted on. */
const CLOSE_GRACE = 500
/** How long the person is back in this window before "closed?" is asked. */
const BACK_TIME = 2500

/**
 * Opens an empty window with a waiting text. Must be called in a click before anything else, or
 * browsers block it. Null when they do, and in VS Code, whose window.open answers null to no URL.
 * Never with noopener: that answers null too, and blocked could not be told from open.
 */
export function openPopup(name: string, waitingText: string): Window | null {
  const left = Math.round(screenX + Math.max(0, (outerWidth - WIDTH) / 2))
  const top = Math.round(screenY + Math.max(0, (outerHeight - HEIGHT) / 2))
  const features = `popup,width=${WIDTH},height=${HEIGHT},left=${left},top=${top}`
  try {
    const popup = window.open('', name, features)
    if (!popup || popup.closed) return null
    writeWaitingPage(popup.document, waitingText)
    return popup
  } catch {
    return null
  }
}

/** Sends the waiting window on to the provider. False when it is gone. */
export function navigatePopup(popup: Window, url: string): boolean {
  if (popup.closed) return false
  try {
    // replace: the waiting page must not be what Back leads to.
    popup.location.replace(url)
    return true
  } catch {
    return false
  }
}

/**
 * Watches a window that was sent to a provider and calls back once when it seems closed, saying
 * whether that is certain. A provider's Cross-Origin-Opener-Policy cuts the link between the
 * windows, and `closed` then reads true while the person types. So a link that breaks right after
 * the navigation, or while the person is elsewhere, counts as cut; from then on there is only a
 * hint, that the person is back in this window for a while without an answer.
 */
export function watchPopup(popup: Window, signal: AbortSignal, onClosed: (certain: boolean) => void): void {
  const sent = Date.now()
  const poll = () => {
    if (!popup.closed) after(POLL, signal, poll)
    else if (Date.now() - sent < CUT_TIME || !document.hasFocus()) watchReturn(signal, () => onClosed(false))
    else after(CLOSE_GRACE, signal, () => onClosed(true))
  }
  after(POLL, signal, poll)
}

function watchReturn(signal: AbortSignal, onBack: () => void): void {
  const watch = new AbortController()
  const stop = () => watch.abort()
  signal.addEventListener('abort', stop, { once: true, signal: watch.signal })
  let leave = () => {}
  const arrive = () => {
    leave()
    leave = after(BACK_TIME, watch.signal, () => {
      if (!document.hasFocus()) return
      stop()
      onBack()
    })
  }
  addEventListener('focus', arrive, { signal: watch.signal })
  addEventListener('blur', () => leave(), { signal: watch.signal })
  if (document.hasFocus()) arrive()
}

function writeWaitingPage(page: Document, text: string): void {
  page.title = text
  page.documentElement.lang = 'en'
  page.documentElement.style.colorScheme = 'light dark'
  const line = page.createElement('p')
  line.textContent = text
  line.setAttribute('role', 'status')
  line.style.cssText = 'font: 15px system-ui, sans-serif; margin: 3rem 2rem; text-align: center'
  page.body.replaceChildren(line)
}
