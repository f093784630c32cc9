// The demo's OpenID provider: oidc-provider in a process of its own, because it reads `Date.now()` and the demo lives in June.
//
// A token is issued by the provider's real token endpoint, over HTTP, with a grant type of our own: its one parameter is a
// ticket that this process has just drawn for itself, good once. Client credentials would make every persona a client (a
// service, with `sub` = `client_id`); the code flow would need a browser. The ticket's claims arrive over the IPC channel and the
// client's secret never leaves this process, so nothing on the network can have a token made.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Context, Provider as ProviderType, TokenParts } from 'oidc-provider'
import type { Answer, Claims, Question } from './provider-messages.ts'
import { installShiftedDate, shiftDate } from './shifted-date.ts'

installShiftedDate()
// Not a static import: the clock must be in place before the provider's modules first look at it.
const { Provider, errors } = await import('oidc-provider')

const grantType = 'urn:portcullis:demo:grant-type:ticket'
const client = { client_id: 'portcullis-demo', client_secret: randomBytes(32).toString('base64url') }
const tickets = new Map<string, Claims>()

interface SigningKey {
  readonly kid: string
  readonly [member: string]: unknown
}
let keysMade = 0
let keys: SigningKey[] = [newKey()]
let provider: ProviderType
let answerRequest: ReturnType<ProviderType['callback']>
let issuer = ''
let terms: { audience: string; lifetimeS: number } = { audience: '', lifetimeS: 0 }

function newKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  keysMade += 1
  return { ...privateKey.export({ format: 'jwk' }), kid: `demo-${keysMade}`, alg: 'ES256', use: 'sig' }
}

/** Nothing needs to be kept: access tokens are JWTs, and the one client stands in the configuration. */
class NothingKept {
  async upsert(): Promise<void> {}
  async find(): Promise<undefined> {}
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async consume(): Promise<void> {}
  async destroy(): Promise<void> {}
  async revokeByGrantId(): Promise<void> {}
}

/** The newest key signs, all are published. Built anew for a rotation: oidc-provider takes its keys once. */
function buildProvider(): void {
  const [signer] = keys
  if (signer === undefined) throw new Error('no signing key')
  const resource = {
    audience: terms.audience,
    scope: '',
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: terms.lifetimeS,
    jwt: { sign: { alg: 'ES256', kid: signer.kid } },
  }
  const claimsOf = new WeakMap<object, Claims>()
  provider = new Provider(issuer, {
    adapter: NothingKept,
    jwks: { keys },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [{ ...client, grant_types: [grantType], redirect_uris: [], response_types: [] }],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: true, getResourceServerInfo: () => resource },
    },
    formats: {
      customizers: {
        jwt: (_: Context, token: object, parts: TokenParts): void => {
          Object.assign(parts.payload, claimsOf.get(token))
        },
      },
    },
  })
  provider.registerGrantType(
    grantType,
    async (context) => {
      const ticket = context.oidc.params['ticket'] ?? ''
      const claims = tickets.get(ticket)
      tickets.delete(ticket)
      if (claims === undefined) throw new errors.InvalidGrant('unknown ticket')
      const token = new provider.AccessToken({ accountId: claims.sub, client: context.oidc.client, gty: grantType })
      token.resourceServer = new provider.ResourceServer(terms.audience, resource)
      claimsOf.set(token, claims)
      context.body = { access_token: await token.save(), expires_in: token.expiration, token_type: token.tokenType }
    },
    ['ticket'],
  )
  provider.on('server_error', (_, error) => console.error(error))
  answerRequest = provider.callback()
}

async function start(): Promise<string> {
  const server = createServer((request, response) => void answerRequest(request, response))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  buildProvider()
  return issuer
}

async function mint(claims: Claims): Promise<string> {
  const ticket = randomBytes(32).toString('base64url')
  tickets.set(ticket, claims)
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: grantType, ticket }),
  })
  const body = (await response.json()) as Record<string, unknown>
  if (typeof body['access_token'] !== 'string') throw new Error(`no token: ${JSON.stringify(body)}`)
  return body['access_token']
}

async function answer(question: Question): Promise<string> {
  switch (question.ask) {
    case 'start':
      shiftDate(question.offsetMs)
      terms = { audience: question.audience, lifetimeS: question.tokenLifetimeS }
      return await start()
    case 'mint':
      return await mint(question.claims)
    case 'shift':
      shiftDate(question.offsetMs)
      break
    case 'rotate':
      keys = question.publishOld ? [newKey(), ...keys] : [newKey()]
      buildProvider()
      break
  }
  return ''
}

process.on('message', (question: Question) => {
  const send = (said: Answer): void => void process.send?.(said)
  answer(question).then(
    (said) => send({ id: question.id, said }),
    (error: unknown) => send({ id: question.id, fault: error instanceof Error ? error.message : String(error) }),
  )
})
// The provider ends with the demo, however the demo ends; a terminal's Ctrl-C reaches both, and the demo closes first.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit(0))
