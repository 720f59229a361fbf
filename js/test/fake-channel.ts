import { vi } from 'vitest'

/**
 * BroadcastChannel for tests: delivers at once, to every other channel of the name, with an origin.
 * Returns the open channels by name.
 */
export function stubChannels(origin = location.origin): Map<string, Set<EventTarget>> {
  const open = new Map<string, Set<EventTarget>>()
  class FakeChannel extends EventTarget {
    readonly peers: Set<EventTarget>
    constructor(name: string) {
      super()
      this.peers = open.get(name) ?? new Set()
      open.set(name, this.peers.add(this))
    }
    postMessage(data: unknown) {
      for (const peer of this.peers) {
        if (peer !== this) peer.dispatchEvent(new MessageEvent('message', { data: structuredClone(data), origin }))
      }
    }
    close() {
      this.peers.delete(this)
    }
  }
  vi.stubGlobal('BroadcastChannel', FakeChannel)
  return open
}
