// An identity provider that remembers every secret it hands out or is sent: what the kernel holds is learned here,
// without asking the kernel. It can misbehave as the worst do, and say every secret of a request back in its error.

import { generateKeyPairSync } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { type Context, Provider } from 'oidc-provider'

/** What the token endpoint sends or is sent that nobody else may see. */
const SECRETS = ['code', 'code_verifier', 'access_token', 'refresh_token', 'id_token']

export interface RecordingProvider {
  issuer: string
  clientID: string
  clientSecret: string
  /** every secret so far, by what it is */
  secrets: Map<string, string>
  /** requests, by route, that ended with the status */
  answered: string[]
  /** from now on requests to the route fail, and say back what was sent; '' for none */
  failing: '' | 'token' | 'userinfo'
  stop(): Promise<void>
}

/** Starts one, with a confidential client for the redirect URI. */
export async function startProvider(redirectURI: string): Promise<RecordingProvider> {
  let handle: RequestListener = (_request, response) => response.end()
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  if (!address || typeof address !== 'object') throw new Error('the provider has no port')
  const issuer = `http://127.0.0.1:${address.port}`
  const recording: RecordingProvider = {
    issuer,
    clientID: 'notebook',
    // With characters that are written otherwise in addresses, in JSON and in HTML.
    clientSecret: `Cl+&<${crypto.randomUUID()}/=%`,
    secrets: new Map(),
    answered: [],
    failing: '',
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
  recording.secrets.set('client secret', recording.clientSecret)
  const provider = new Provider(issuer, configuration(recording, redirectURI))
  provider.use(async (context, next) => {
    await next()
    record(recording, context)
    // Its pages' own wish for a font elsewhere would hide such a request of ours.
    if (typeof context.body === 'string') context.body = context.body.replace(/@import url\(.*?\);/, '')
  })
  handle = provider.callback()
  return recording
}

function configuration(recording: RecordingProvider, redirectURI: string): unknown {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    clients: [
      {
        client_id: recording.clientID,
        client_secret: recording.clientSecret,
        application_type: 'native', // a web client may not have a redirect URI with http
        redirect_uris: [redirectURI],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig', alg: 'RS256' }] },
    claims: { openid: ['sub'], profile: ['name'] },
    conformIdTokenClaims: false,
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, name: `User ${id}` }),
    }),
    features: { devInteractions: { enabled: true }, userinfo: { enabled: true } },
    cookies: { keys: [crypto.randomUUID()] },
  }
}

/** Notes the secrets of a request and of its answer, then spoils the answer if it is to fail. */
function record(recording: RecordingProvider, context: Context): void {
  const route = context.oidc?.route ?? ''
  if (route !== 'token' && route !== 'userinfo') return
  const bearer = context.get('authorization').replace(/^Bearer /, '')
  const sent = Object.entries({ ...context.oidc?.params, ...(route === 'token' ? (context.body as object) : {}) })
  const seen = sent.filter(([name, value]) => SECRETS.includes(name) && typeof value === 'string')
  for (const [name, value] of seen) note(recording, name, String(value))
  if (recording.failing === route) {
    context.status = 400
    const said = [bearer, ...seen.map(([, value]) => value)].join(' ')
    context.body = { error: 'invalid_request', error_description: `not ${said}`, said }
  }
  recording.answered.push(`${route} ${context.status}`)
}

function note(recording: RecordingProvider, name: string, value: string): void {
  const known = [...recording.secrets]
  if (known.some(([, secret]) => secret === value)) return
  recording.secrets.set(`${name} ${1 + known.filter(([other]) => other.startsWith(name)).length}`, value)
}
