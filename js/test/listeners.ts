import { vi } from 'vitest'

/** Counts the listeners on these targets from now on, until they are removed or their signal ends. */
export function countListeners(...targets: EventTarget[]): () => number {
  let count = 0
  for (const target of targets) {
    const add = target.addEventListener.bind(target)
    vi.spyOn(target, 'addEventListener').mockImplementation((type, listener, options) => {
      count++
      const signal = typeof options === 'object' ? options.signal : undefined
      signal?.addEventListener('abort', () => count--, { once: true })
      add(type, listener, options)
    })
  }
  return () => count
}
