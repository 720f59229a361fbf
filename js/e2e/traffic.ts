// What goes over a page's WebSockets: how an answer came to the kernel is to be seen there.

import type { Page, WebSocket } from '@playwright/test'

/** Puts every WebSocket frame of a page into a list, until the function it returns is called. */
export function record(page: Page, frames: string[]): () => void {
  const listen = (socket: WebSocket) => {
    socket.on('framereceived', (frame) => frames.push(frame.payload.toString()))
    socket.on('framesent', (frame) => frames.push(frame.payload.toString()))
  }
  page.on('websocket', listen)
  return () => page.off('websocket', listen)
}

/** The ways by which answers went to the kernel, in their order. */
export function relays(frames: string[]): string[] {
  return found(frames, /"type":"callback","via":"(\w+)"/)
}

/** The state parameters of the sign-ins that the kernel began, in their order. */
export function states(frames: string[]): string[] {
  return [...new Set(found(frames, /[?&6]state=([\w-]{16}\.[\w.-]+)/))]
}

/** How many custom messages of a type the page sent. */
export function count(frames: string[], type: string): number {
  return found(frames, new RegExp(`"content":\\{"type":"(${type})"`)).length
}

function found(frames: string[], pattern: RegExp): string[] {
  return frames.flatMap((frame) => [...frame.matchAll(new RegExp(pattern, 'g'))].map((match) => match[1] ?? ''))
}
