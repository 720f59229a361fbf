import { describe, expect, test } from 'vitest'
import { relayOrigins } from '../src/origins.ts'

describe('B23 the origins an answer may come from and go to', () => {
  test.each([
    ['a hub', 'https://hub.example', ['https://hub.example']],
    ['a hub with a port', 'https://hub.example:8443', ['https://hub.example:8443']],
    [
      'a loopback name',
      'http://127.0.0.1:8888',
      ['http://127.0.0.1:8888', 'http://localhost:8888', 'http://[::1]:8888'],
    ],
    ['another', 'http://localhost:8888', ['http://localhost:8888', 'http://127.0.0.1:8888', 'http://[::1]:8888']],
    ['the newer protocol', 'http://[::1]', ['http://[::1]', 'http://localhost', 'http://127.0.0.1']],
    ['loopback with TLS', 'https://localhost', ['https://localhost', 'https://127.0.0.1', 'https://[::1]']],
    ['a name that only begins so', 'http://localhost.evil.example', ['http://localhost.evil.example']],
    ['a subdomain of it', 'http://evil.localhost:8888', ['http://evil.localhost:8888']],
    ['an editor', 'vscode-webview://abc', ['vscode-webview://abc']],
    ['no origin of its own', 'null', []],
    ['nothing', '', []],
  ])('of %s', (_, origin, origins) => {
    expect(relayOrigins(origin)).toEqual(origins)
  })
})
