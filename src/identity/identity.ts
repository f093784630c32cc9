// Identity: from a token to a caller. Everything that is cheap and needs no key is refused before anything is fetched or verified;
// what is remembered was verified first.
import { hash } from 'node:crypto'
import { errors, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import { digestOf as digestOfJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import { deepFreeze } from '../vocabulary/deep-freeze.ts'
import type { Caller } from '../vocabulary/party.ts'
import type { Withdrawn } from '../vocabulary/revocation.ts'
import type { AdminRole, IssuerSettings } from '../vocabulary/settings.ts'
import type { VerifiedTokens } from '../vocabulary/verified-token.ts'
import { readCaller, readRoles } from './caller.ts'
import { type CompactToken, contentDigest, readCompactToken } from './compact-token.ts'
import type { Fetch } from './fetch-document.ts'
import { type IssuerKeys, type KeysEvent, openIssuerKeys } from './issuer-keys.ts'
import { type Issuer, readIssuers } from './issuers.ts'
import type { VerificationKey } from './key-set.ts'
import { checkClaims, type RegisteredClaims } from './token-claims.ts'
import { TokenFault } from './token-fault.ts'
import { checkHeader, type TokenHeader } from './token-header.ts'

export type Identification =
  | {
      readonly kind: 'identified'
      /** The same object for the same token as long as it is known: what depends on it may be kept by identity. Frozen. */
      readonly caller: Caller
      readonly roles: readonly AdminRole[]
    }
  | {
      readonly kind: 'refused'
      readonly reason: 'token_invalid' | 'identity_unavailable' | Withdrawn['reason']
      /** For the record alone; a caller is told the reason and nothing else. Quotes nothing that the token holds. */
      readonly detail: string
      /** Who was verified and is shut out; null: nobody was verified. */
      readonly caller: Caller | null
    }

export interface Identity {
  /** Takes a token as `readCredential` found it; one that is known is not waited for. Never throws, never rejects. */
  identify(token: string): Identification | Promise<Identification>
  /** RFC 7638 thumbprints of the keys that are accepted now, of all issuers, sorted. */
  keys(): readonly string[]
  /** Whether the key of this RFC 7638 thumbprint is among them: a look-up, fit for every request. */
  accepts(thumbprint: string): boolean
  /** Whether every issuer's keys can be used. Asks an issuer anew whose keys are missing or due, without waiting for it. */
  ready(): { readonly ok: boolean; readonly detail: string }
  /** Fetches every issuer's keys now; resolves when all have answered or failed. */
  refresh(): Promise<void>
  close(): void
}

export interface IdentityOptions {
  readonly issuers: readonly IssuerSettings[]
  readonly clock: Clock
  /** What of a verified caller is revoked; asked at every call, before anything that is remembered of the token is given. */
  readonly withdrawn?: (caller: Caller) => Withdrawn | null
  /** What other gates have verified; nobody's word is taken unless said. */
  readonly fleet?: VerifiedTokens | undefined
  /** For tests; the global one otherwise. */
  readonly fetch?: Fetch
  /** Milliseconds that only grow; `performance.now` unless said. */
  readonly monotonic?: () => number
  readonly onEvent?: (event: KeysEvent) => void
}

interface Known {
  readonly identification: Identification & { readonly kind: 'identified' }
  readonly keys: IssuerKeys
  readonly key: VerificationKey
  readonly acceptedFrom: number
  readonly acceptedUntil: number
}

interface Trusted extends Issuer {
  readonly keys: IssuerKeys
}

/** Throws, with every fault, if the issuers' settings cannot be used. Starts to fetch keys at once. */
export function createIdentity(options: IdentityOptions): Identity {
  const { clock, fetch = globalThis.fetch, monotonic = () => performance.now(), onEvent = () => {} } = options
  const { withdrawn = () => null, fleet } = options
  const issuersDigest = digestOfJson(options.issuers)
  // Invariant: chosen by the exact issuer string, never by anything that resembles it.
  const trusted: ReadonlyMap<string, Trusted> = new Map(
    readIssuers(options.issuers).map((issuer) => {
      const { issuer: name, algorithms } = issuer.settings
      return [name, { ...issuer, keys: openIssuerKeys({ issuer: name, algorithms, clock, monotonic, fetch, onEvent }) }]
    }),
  )
  const known = new LRUCache<string, Known>({ max: limits.knownTokens })
  // The tokens used last by their signature, which is found in a fraction of the time that a digest takes. It says nothing by itself: the
  // whole text is compared.
  const recent = new LRUCache<string, { readonly text: string; readonly entry: Known }>({ max: limits.recentTokens })

  const stillGood = (entry: Known): boolean => {
    const now = clock.now()
    return now < entry.acceptedUntil && now >= entry.acceptedFrom && entry.keys.holds(entry.key)
  }

  const admitted = ({ identification }: Known): Identification => {
    const found = withdrawn(identification.caller)
    if (found === null) return identification
    const detail = `revocation ${found.id}`
    return { kind: 'refused', reason: found.reason, detail, caller: identification.caller }
  }

  /** One verification of a token at a time: the first one's caller stands for all who bring it meanwhile. */
  const flights = new Map<string, Promise<Known>>()

  function identify(text: string): Identification | Promise<Identification> {
    const signature = text.slice(text.lastIndexOf('.') + 1)
    const lately = recent.get(signature)
    if (lately?.text === text && stillGood(lately.entry)) return admitted(lately.entry)
    const digest = hash('sha256', text, 'base64url')
    const entry = known.get(digest)
    if (entry === undefined) return identifyAfresh(text, digest)
    if (stillGood(entry)) {
      recent.set(signature, { text, entry })
      return admitted(entry)
    }
    known.delete(digest)
    return identifyAfresh(text, digest)
  }

  async function identifyAfresh(text: string, digest: string): Promise<Identification> {
    let flight = flights.get(digest)
    if (flight === undefined) {
      flight = verify(text, digest).finally(() => flights.delete(digest))
      flights.set(digest, flight)
    }
    try {
      const found = await flight
      // Keys may have been awaited for seconds.
      if (!stillGood(found)) throw new TokenFault('the token or its key ended while it was verified')
      known.set(digest, found)
      return admitted(found)
    } catch (error) {
      return refusalOf(error)
    }
  }

  async function verify(text: string, digest: string): Promise<Known> {
    const token = readCompactToken(text)
    const name = token.claims['iss']
    const issuer = typeof name === 'string' ? trusted.get(name) : undefined
    if (issuer === undefined) throw new TokenFault('no configured issuer has this name')
    const header = checkHeader(token.header, issuer.settings)
    const now = clock.now()
    const registered = checkClaims(token.claims, issuer.settings, now)
    const answer = await issuer.keys.find(header.kid)
    if (answer.kind === 'unavailable') throw new KeysUnavailable(answer.detail)
    if (answer.kind === 'absent') throw new TokenFault(answer.detail)
    const { key } = answer
    if (!key.algorithms.includes(header.algorithm)) throw new TokenFault('the key does not serve the algorithm')
    // Another gate's word spares the signature and nothing else: all that the token says is read here.
    const told = { digest, keyThumbprint: key.thumbprint, issuersDigest }
    if (fleet === undefined || !(await fleet.has(told))) {
      await verifySignature({ token, header, key, issuer, now })
      fleet?.tell(told, registered.acceptedUntil)
    }
    return {
      identification: identified({ token, registered, issuer, key, now }),
      keys: issuer.keys,
      key,
      // A clock that was set back may stand before the token's beginning; it is looked at anew then.
      acceptedFrom: (registered.issuedAt - limits.tokenSkewS) * 1_000,
      acceptedUntil: registered.acceptedUntil,
    }
  }

  const all = [...trusted.values()]
  const refresh = async (): Promise<void> => void (await Promise.all(all.map((issuer) => issuer.keys.refresh())))
  void refresh()
  return {
    identify,
    refresh,
    keys: () => all.flatMap((issuer) => issuer.keys.thumbprints()).toSorted(),
    accepts: (thumbprint) => all.some((issuer) => issuer.keys.accepts(thumbprint)),
    ready: () => {
      const states = all.map((issuer) => ({ name: issuer.settings.issuer, ...issuer.keys.status() }))
      const detail = states.map(({ name, detail: said }) => `\`${name}\`: ${said}`).join('; ')
      return { ok: states.every((state) => state.ok), detail }
    },
    close: () => {
      for (const issuer of all) issuer.keys.close()
      known.clear()
      recent.clear()
    },
  }
}

class KeysUnavailable extends Error {}

/** jose verifies the signature and looks at the claims once more, so that one slip of ours does not stand alone. */
async function verifySignature(given: {
  readonly token: CompactToken
  readonly header: TokenHeader
  readonly key: VerificationKey
  readonly issuer: Issuer
  readonly now: number
}): Promise<void> {
  const { token, header, key, issuer, now } = given
  await jwtVerify(token.text, key.key, {
    algorithms: [header.algorithm],
    issuer: issuer.settings.issuer,
    audience: issuer.settings.audience,
    typ: issuer.settings.tokenType,
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
    maxTokenAge: issuer.settings.maxTokenAgeS,
    clockTolerance: limits.tokenSkewS,
    currentDate: new Date(now),
  })
}

function identified(given: {
  readonly token: CompactToken
  readonly registered: RegisteredClaims
  readonly issuer: Issuer
  readonly key: VerificationKey
  readonly now: number
}): Known['identification'] {
  const { token, registered, issuer, key, now } = given
  const { issuer: name, assurance, organization, stepUp } = issuer.settings
  const facts = {
    issuer: name,
    jti: registered.jti,
    issuedAt: registered.issuedAt,
    expiresAt: registered.expiresAt,
    audience: registered.audience,
    digest: contentDigest(token.text),
    keyThumbprint: key.thumbprint,
    stepUp: stepUp === null ? null : { acrValues: [...stepUp.acrValues] },
  }
  const caller = readCaller(token.claims, facts, {
    issuer: name,
    mapping: issuer.mapping,
    assurance,
    organization,
    now,
  })
  // It is shared by all requests with its token: none of them may change it.
  return deepFreeze({ kind: 'identified', caller, roles: readRoles(token.claims, caller, issuer.roles) })
}

function refusalOf(error: unknown): Identification {
  if (error instanceof TokenFault)
    return { kind: 'refused', reason: 'token_invalid', detail: error.message, caller: null }
  if (error instanceof errors.JOSEError)
    return { kind: 'refused', reason: 'token_invalid', detail: error.code, caller: null }
  const detail = error instanceof KeysUnavailable ? error.message : `the token could not be verified: ${String(error)}`
  return { kind: 'refused', reason: 'identity_unavailable', detail, caller: null }
}
