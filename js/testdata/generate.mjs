// Writes seal.json, the vectors that src/seal.ts and Go's internal/seal both must agree with.
// Keys come from the cases' names, so that the bytes are the same each time: node testdata/generate.mjs
import { createECDH, createHash, webcrypto } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const { outputFiles } = await build({
  entryPoints: [here('../src/seal.ts')],
  bundle: true,
  format: 'esm',
  write: false,
})
const source = Buffer.from(outputFiles[0].contents).toString('base64')
const { INFO, seal } = await import(`data:text/javascript;base64,${source}`)

const KERNEL = '0f9b2c1e-5d0a-4c55-9a3e-3c1f3a1b2c3d'
const cases = [
  { name: 'code in the query', query: 'code=not-a-code&state=STATE' },
  { name: 'token in the fragment', fragment: 'access_token=not-a-token&token_type=Bearer&expires_in=599&state=STATE' },
  { name: 'refused', fragment: 'error=access_denied&error_description=The+user+said+no&state=STATE' },
  { name: 'not ASCII', query: 'code=c&name=Zoë%20Müller&note=日本語 😀', fragment: '\\"%C3%A9' },
  { name: 'nothing at all' },
  { name: 'no Jupyter server', query: 'code=not-a-code&state=STATE', kernel: '', comm: '' },
  { name: 'long', fragment: `id_token=${'x'.repeat(5000)}&state=STATE` },
]

const sha256 = (text) => createHash('sha256').update(text).digest()
const base64url = (bytes) => Buffer.from(bytes).toString('base64url')

/** The key pair of a name, as WebCrypto and as bytes. */
async function keyPair(name) {
  const ecdh = createECDH('prime256v1')
  const scalar = sha256(name)
  ecdh.setPrivateKey(scalar)
  const point = ecdh.getPublicKey()
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: base64url(point.subarray(1, 33)),
    y: base64url(point.subarray(33)),
  }
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' }
  const publicKey = await webcrypto.subtle.importKey('jwk', jwk, algorithm, true, [])
  const privateJwk = { ...jwk, d: base64url(scalar) }
  const privateKey = await webcrypto.subtle.importKey('jwk', privateJwk, algorithm, true, ['deriveBits'])
  return { publicKey, privateKey, scalar, point }
}

async function vector({ name, query = '', fragment = '', kernel = KERNEL, comm = 'c0ffee0123456789' }) {
  const recipient = await keyPair(`recipient: ${name}`)
  const ephemeral = await keyPair(`ephemeral: ${name}`)
  const id = base64url(sha256(`id: ${name}`).subarray(0, 12))
  const unguessable = base64url(sha256(`state: ${name}`).subarray(0, 16))
  const state = [id, unguessable, base64url(recipient.point), kernel, comm].join('.')
  const filled = (part) => part.replace('STATE', state)
  const plaintext = JSON.stringify({ query: filled(query), fragment: filled(fragment) })
  const bytes = (text) => new TextEncoder().encode(text)
  const point = new Uint8Array(recipient.point)
  const sealed = await seal(point, bytes(INFO), bytes(plaintext), bytes(state), ephemeral)
  return {
    name,
    privateKey: base64url(recipient.scalar),
    publicKey: base64url(recipient.point),
    state,
    plaintext,
    ephemeral: base64url(ephemeral.scalar),
    enc: base64url(sealed.enc),
    ct: base64url(sealed.ct),
  }
}

const vectors = []
for (const one of cases) vectors.push(await vector(one))
await writeFile(here('seal.json'), `${JSON.stringify(vectors, null, 2)}\n`)
