/** Runs fn once after ms, unless the signal ends first. Returns a function that calls it off. */
export function after(ms: number, signal: AbortSignal, fn: () => void): () => void {
  if (signal.aborted) return () => {}
  const cancel = () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', cancel)
  }
  const timer = setTimeout(() => {
    signal.removeEventListener('abort', cancel)
    fn()
  }, ms)
  signal.addEventListener('abort', cancel, { once: true })
  return cancel
}
