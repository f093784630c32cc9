// An issuer on loopback whose every answer a test can bend, and which signs whatever it is told to.
import { constants, sign as createSignature, KeyObject } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { createIdentity, type Identification, type Identity, type IdentityOptions } from '../../src/identity/index.ts'
import type { IssuerSettings } from '../../src/vocabulary/settings.ts'

export const audience = 'https://gateway.example'
/** 2026-06-20T12:00:00Z, in seconds: the present of all these tests. */
export const nowS = 1_781_956_800

export interface SigningKey {
  readonly kid: string
  readonly alg: string
  readonly publicJwk: JWK
  readonly privateKey: CryptoKey
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }, privateKey }
}

export type Answer = (response: ServerResponse) => void
export const json =
  (value: unknown): Answer =>
  (response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(value))

export interface StandInIssuer {
  readonly issuer: string
  /** Paths asked for, in order. */
  readonly asked: string[]
  /** Set to bend an answer; unset, the honest one is given. */
  discovery: Answer | undefined
  jwks: Answer | undefined
  /** What the honest key set holds. */
  published: readonly JWK[]
  stop(): Promise<void>
}

export async function startIssuer(keys: readonly SigningKey[], path = ''): Promise<StandInIssuer> {
  const server = createServer((request, response) => {
    one.asked.push(request.url ?? '')
    if (request.url === `${path}/.well-known/openid-configuration`) {
      return (one.discovery ?? json({ issuer: one.issuer, jwks_uri: `${one.issuer}/jwks` }))(response)
    }
    if (request.url === `${path}/jwks`) return (one.jwks ?? json({ keys: one.published }))(response)
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const one: StandInIssuer = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    asked: [],
    discovery: undefined,
    jwks: undefined,
    published: keys.map((key) => key.publicJwk),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return one
}

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Claims of a good token; a value of `undefined` takes one away. */
export function goodClaims(issuer: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const claims = {
    iss: issuer,
    sub: 'alice',
    aud: audience,
    iat: nowS - 60,
    exp: nowS + 600,
    jti: 'one',
    sub_type: 'person',
  }
  return { ...claims, ...changes }
}

/**
 * Signs any header (laid over the usual one, or as text) and any payload. Nothing here looks at what it signs, so that a row of a
 * test differs from a good token in the one thing that it names.
 */
export function sign(
  key: SigningKey,
  payload: string | Buffer | Readonly<Record<string, unknown>>,
  header: string | Readonly<Record<string, unknown>> = {},
): string {
  const usual = { alg: key.alg, typ: 'at+jwt', kid: key.kid }
  const head = encode(typeof header === 'string' ? header : { ...usual, ...header })
  const text = `${head}.${Buffer.isBuffer(payload) ? payload.toString('base64url') : encode(payload)}`
  return `${text}.${signText(key, text).toString('base64url')}`
}

/** By the header's algorithm, RFC 7518 §3.1 and RFC 8037 §3.1. */
function signText({ alg, privateKey }: SigningKey, text: string): Buffer {
  const key = KeyObject.from(privateKey)
  if (alg.startsWith('Ed')) return createSignature(null, Buffer.from(text), key)
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const options = { key, dsaEncoding: 'ieee-p1363' as const, ...(alg.startsWith('PS') ? pss : {}) }
  return createSignature(`sha${alg.slice(2)}`, Buffer.from(text), options)
}

export function settingsFor(issuer: string, changes: Partial<IssuerSettings> = {}): IssuerSettings {
  return {
    issuer,
    audience,
    algorithms: ['ES256'],
    tokenType: 'at+jwt',
    maxTokenAgeS: 3_600,
    mapping: {},
    assurance: [],
    organization: 'when-claimed',
    stepUp: null,
    roles: null,
    ...changes,
  }
}

export interface TestTime {
  /** Wall clock and monotonic clock, milliseconds. */
  wall: number
  monotonic: number
  /** Moves both. */
  pass(ms: number): void
}

export function testTime(): TestTime {
  return {
    wall: nowS * 1_000,
    monotonic: 5_000_000,
    pass(ms) {
      this.wall += ms
      this.monotonic += ms
    },
  }
}

export function identityAt(
  time: TestTime,
  issuers: readonly IssuerSettings[],
  more: Partial<IdentityOptions> = {},
): Identity {
  return createIdentity({ issuers, clock: { now: () => time.wall }, monotonic: () => time.monotonic, ...more })
}

/** `identified`, or the reason of the refusal. */
export const outcome = (answer: Identification): string => (answer.kind === 'identified' ? answer.kind : answer.reason)
