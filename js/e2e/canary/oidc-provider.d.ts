// What the canary run uses of npm's oidc-provider, which comes without types.

declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  export interface Context {
    status: number
    body: unknown
    get(header: string): string
    oidc?: { route?: string; params?: Record<string, unknown>; client?: { clientId: string } }
  }

  export class Provider {
    constructor(issuer: string, configuration: unknown)
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void
    callback(): RequestListener
  }
}
