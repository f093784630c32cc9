// The identity of one gate with tokens of one algorithm, in a process of its own.
import { hash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose'
import { createDecisionCache, type DecisionCache } from '../../src/decision-cache/index.ts'
import { createIdentity } from '../../src/identity/index.ts'
import { digestOf } from '../../src/json/index.ts'
import { systemClock } from '../../src/vocabulary/clock.ts'
import type { IssuerSettings } from '../../src/vocabulary/settings.ts'
import { beChild } from '../processes.ts'

/**
 * `alone`: verified, without a fleet. `first`: the fleet is asked, does not know it, and is told. `known`: the fleet knows it.
 * `signature`: jose's part of it. `word`: what stands in its place where the fleet knows the token.
 */
export type Side = 'alone' | 'first' | 'known' | 'signature' | 'word'

export interface FleetTokenSubject {
  readonly algorithm: 'ES256' | 'RS256' | 'EdDSA'
  readonly tokens: number
  readonly atOnce: number
  /** URL of Redis. */
  readonly redis: string
}

export interface Round {
  /** Of processor time, for one token. */
  readonly micros: number
  readonly identified: number
  /** Taken on the fleet's word. */
  readonly hits: number
  /** Asked for in vain. */
  readonly misses: number
}

const issuer = 'http://127.0.0.1:1/idp'
const audience = 'https://gateway.example'

/** The decision cache of a gate, once it has reached Redis. */
async function cacheOn(url: string, key: Uint8Array): Promise<DecisionCache> {
  const up = Promise.withResolvers<void>()
  const cache = createDecisionCache({
    redis: { servers: { kind: 'server', url }, tls: null, key, previousKey: null, commandTimeoutMs: 5_000 },
    clock: systemClock,
    acceptsKey: () => true,
    onState: ({ state }) => (state === 'up' ? up.resolve() : undefined),
    onAlarm: () => {},
  })
  await up.promise
  return cache
}

function settingsOf(algorithm: string): IssuerSettings {
  return {
    issuer,
    audience,
    algorithms: [algorithm],
    tokenType: 'at+jwt',
    maxTokenAgeS: 3_600,
    mapping: {},
    assurance: [],
    organization: 'when-claimed',
    stepUp: null,
    roles: null,
  }
}

/** What the demo's provider says of a persona, about. */
const claims = (now: number): Record<string, unknown> => ({
  iss: issuer,
  sub: 'us-citizen',
  aud: audience,
  iat: now - 60,
  exp: now + 3_000,
  client_id: 'portcullis-bench',
  sid: 'session-0001',
  sub_type: 'person',
  'https://portcullis.dev/claims/organization': 'acme',
  verified_claims: {
    verification: {
      trust_framework: 'us_identity_proofing',
      assurance_level: 'high',
      time: new Date((now - 86_400) * 1_000).toISOString(),
    },
    claims: {
      nationalities: ['US'],
      'https://portcullis.dev/claims/us_person': { value: true, definition: 'ear-772.1', basis: 'citizen-or-national' },
      address: { country: 'US', region: 'US-CA' },
    },
  },
})

await beChild(async (argument) => {
  const { algorithm, tokens: count, atOnce, redis } = argument as FleetTokenSubject
  const { publicKey, privateKey } = await generateKeyPair(algorithm)
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: algorithm, use: 'sig' }
  const settings = settingsOf(algorithm)
  const fetch: typeof globalThis.fetch = async (address) =>
    Response.json(address === `${issuer}/jwks` ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` })
  const now = Math.floor(Date.now() / 1_000)
  const tokens = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      new SignJWT({ ...claims(now), jti: `${index}-${randomBytes(8).toString('hex')}` })
        .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: 'k1' })
        .sign(privateKey),
    ),
  )
  /** In turns of so many at once: what a gate has to do at a time. */
  const each = async (one: (token: string) => unknown): Promise<number> => {
    let next = 0
    const turn = async (): Promise<void> => {
      for (let token = tokens[next++]; token !== undefined; token = tokens[next++]) await one(token)
    }
    const before = process.cpuUsage()
    await Promise.all(Array.from({ length: atOnce }, turn))
    const { user, system } = process.cpuUsage(before)
    return (user + system) / count
  }

  const fleetKey = randomBytes(32)
  /** A gate that was started just now: it has nothing in memory. */
  async function round(cache: DecisionCache | undefined): Promise<Round> {
    const identity = createIdentity({ issuers: [settings], clock: systemClock, fetch, fleet: cache?.tokens })
    await identity.refresh()
    let identified = 0
    const micros = await each(async (token) => {
      if ((await identity.identify(token)).kind === 'identified') identified += 1
    })
    identity.close()
    if (cache === undefined) return { micros, identified, hits: 0, misses: 0 }
    const inFlight = (): number => cache.metrics.inFlight
    while (inFlight() > 0) await sleep(1)
    const { tokenHits: hits, tokenMisses: misses } = cache.metrics
    cache.close()
    return { micros, identified, hits, misses }
  }
  const key = await importJWK(jwk, algorithm)
  const sides: Readonly<Record<Side, () => Promise<Round>>> = {
    alone: () => round(undefined),
    first: async () => round(await cacheOn(redis, randomBytes(32))),
    known: async () => round(await cacheOn(redis, fleetKey)),
    signature: async () => {
      const micros = await each((token) => jwtVerify(token, key, { algorithms: [algorithm], issuer, audience }))
      return { micros, identified: count, hits: 0, misses: 0 }
    },
    word: async () => {
      const cache = await cacheOn(redis, fleetKey)
      const said = { keyThumbprint: await calculateJwkThumbprint(jwk), issuersDigest: digestOf([settings]) }
      const micros = await each((token) => cache.tokens?.has({ digest: hash('sha256', token, 'base64url'), ...said }))
      const { tokenHits: hits, tokenMisses: misses } = cache.metrics
      cache.close()
      return { micros, identified: count, hits, misses }
    },
  }
  // The other gate, which tells the fleet of them all.
  await round(await cacheOn(redis, fleetKey))
  return { ready: 'ready', answer: async (question) => sides[(question as { readonly side: Side }).side]() }
})
