import type { Model, ToKernel } from '../src/protocol.ts'

/** A model with a pretended kernel behind it: what the widget sends is kept, the test answers. */
export class FakeModel implements Model {
  readonly sent: ToKernel[] = []
  readonly listeners = new Map<string, Set<(content: unknown) => void>>()
  readonly state: Record<string, unknown>
  /** Whether a hello gets its welcome. */
  alive = true
  user = ''
  closed = false

  constructor(state: Record<string, unknown> = {}) {
    this.state = { ...SIGNED_OUT, ...state }
  }

  get(key: string): unknown {
    return this.state[key]
  }
  on(event: string, callback: (content: unknown) => void): void {
    const known = this.listeners.get(event) ?? new Set()
    this.listeners.set(event, known.add(callback))
  }
  off(event: string, callback: (content: unknown) => void): void {
    this.listeners.get(event)?.delete(callback)
  }
  send(content: ToKernel): void {
    if (this.closed) throw new Error('Cannot send')
    this.sent.push(content)
    if (content.type === 'hello' && this.alive) this.says({ type: 'welcome', view: content.view, user: this.user })
  }

  /** A custom message of the kernel. */
  says(content: unknown): void {
    this.emit('msg:custom', content)
  }
  /** A change of the synced state by the kernel. */
  becomes(state: Record<string, unknown>): void {
    Object.assign(this.state, state)
    for (const key of Object.keys(state)) this.emit(`change:${key}`)
  }
  emit(event: string, content?: unknown): void {
    for (const callback of [...(this.listeners.get(event) ?? [])]) callback(content)
  }

  /** The last message of a type, which must have been sent. */
  last<T extends ToKernel['type']>(type: T): ToKernel & { type: T } {
    const found = this.all(type).at(-1)
    if (!found) throw new Error(`no ${type} was sent`)
    return found
  }
  all<T extends ToKernel['type']>(type: T): (ToKernel & { type: T })[] {
    return this.sent.filter((message): message is ToKernel & { type: T } => message.type === type)
  }
  /** Answers the last begin. */
  authorizes(id: string, url = 'https://idp.example/authorize'): void {
    const { view, click } = this.last('begin')
    this.says({ type: 'authorize', view, click, id, url })
  }
  get listenerCount(): number {
    return [...this.listeners.values()].reduce((sum, callbacks) => sum + callbacks.size, 0)
  }
}

export const SIGNED_OUT = {
  status: 'signed_out',
  provider: { id: 'sgconnect', name: 'SG Connect' },
  scopes: ['openid', 'profile'],
  expires_at: null,
  error: null,
  verified: false,
  grant: 'code',
  renewable: false,
  waiting: false,
}
