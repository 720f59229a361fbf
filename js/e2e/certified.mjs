// npm's oidc-provider, set up for a notebook: a public client, code + PKCE and implicit.
// usage: node certified.mjs REDIRECT_URI [OPENER_POLICY]; prints its issuer when it is ready. With a
// Cross-Origin-Opener-Policy its pages cut the window off from the notebook, as large providers' do.
// GET /exchanges tells how many times a code was brought to the token endpoint.

import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import * as oidc from 'oidc-provider'

const [redirectURI, openerPolicy] = process.argv.slice(2)
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const server = createServer((request, response) => handle(request, response))
let handle
let exchanges = 0
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const policy = oidc.interactionPolicy.base()
  const provider = new oidc.Provider(issuer, {
    clients: [
      {
        client_id: 'notebook',
        application_type: 'native', // a web client may not use http and implicit together
        token_endpoint_auth_method: 'none',
        // Of these any port will do (RFC 8252 section 7.3).
        redirect_uris: ['localhost', '127.0.0.1'].map((host) => redirectURI.replace(/\/\/[^:/]+/, `//${host}`)),
        response_types: ['code', 'id_token token'],
        grant_types: ['authorization_code', 'implicit', 'refresh_token'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig', alg: 'RS256' }] },
    responseTypes: ['code', 'id_token token'],
    claims: { openid: ['sub'], profile: ['name'] },
    conformIdTokenClaims: false,
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    interactions: { policy },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, name: `User ${id}` }) }),
    features: { devInteractions: { enabled: true }, userinfo: { enabled: true } },
    // A browser has one jar for all ports of a host: two providers need names of their own.
    cookies: { keys: [crypto.randomUUID()], names: cookieNames(new URL(issuer).port) },
  })
  provider.use(async (context, next) => {
    if (context.path === '/exchanges') {
      context.body = { exchanges }
      return
    }
    if (context.path === '/token') exchanges++
    await next()
  })
  if (openerPolicy) {
    provider.use(async (context, next) => {
      await next()
      context.set('Cross-Origin-Opener-Policy', openerPolicy)
    })
  }
  handle = provider.callback()
  console.log(issuer)
})

function cookieNames(port) {
  return { session: `session_${port}`, interaction: `interaction_${port}`, resume: `resume_${port}` }
}
