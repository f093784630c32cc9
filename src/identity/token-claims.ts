// Token claims: the registered claims (RFC 7519 §4.1, RFC 9068 §2.2) of one issuer's token at one instant.
// `exp` and the greatest age are exact; skew is allowed only where an issuer's clock may run ahead of ours (`iat`, `nbf`).
import type { JsonObject, JsonValue } from '../json/index.ts'
import { limits } from '../limits.ts'
import { TokenFault } from './token-fault.ts'

export interface RegisteredClaims {
  readonly subject: string
  readonly audience: readonly string[]
  /** Seconds since the epoch. */
  readonly issuedAt: number
  readonly expiresAt: number
  readonly jti: string | null
  /** Instant (milliseconds) from which the token is no longer accepted: `exp` or the greatest age, whichever is first. */
  readonly acceptedUntil: number
}

/** Claims of other kinds of token: an ID token's bindings to a code flow, a logout token's or security event's `events`. */
const otherKinds = ['at_hash', 'c_hash', 's_hash', 'events'] as const

/** What an access token says and an ID token does not; asked for where `typ` does not tell them apart. */
const accessTokenMarks = ['scope', 'scp', 'client_id', 'cid', 'appid', 'idtyp'] as const

/** Throws TokenFault. `now` in milliseconds. The issuer's name was compared before, when it chose the issuer. */
export function checkClaims(
  claims: JsonObject,
  issuer: { readonly audience: string; readonly maxTokenAgeS: number; readonly tokenType: string },
  now: number,
): RegisteredClaims {
  const issuedAt = instant(claims['iat'], 'iat')
  const expiresAt = instant(claims['exp'], 'exp')
  const latest = now / 1_000 + limits.tokenSkewS
  if (issuedAt > latest) throw new TokenFault('`iat` is in the future')
  if (claims['nbf'] !== undefined && instant(claims['nbf'], 'nbf') > latest)
    throw new TokenFault('`nbf` is in the future')
  if (expiresAt <= issuedAt) throw new TokenFault('`exp` is not after `iat`')
  if (expiresAt - issuedAt > limits.tokenLifetimeS) throw new TokenFault('the token lives too long')
  const acceptedUntil = Math.min(expiresAt, issuedAt + issuer.maxTokenAgeS) * 1_000
  if (now >= acceptedUntil) throw new TokenFault('the token is expired or too old')

  const audience = readAudience(claims['aud'])
  if (!audience.includes(issuer.audience)) throw new TokenFault('the token is for another audience')

  for (const name of otherKinds)
    if (claims[name] !== undefined) throw new TokenFault(`\`${name}\`: not an access token`)
  if (!issuer.tokenType.endsWith('at+jwt') && accessTokenMarks.every((name) => claims[name] === undefined)) {
    throw new TokenFault('nothing in the token says that it is an access token')
  }
  // A token bound to a key (RFC 9449, RFC 8705) is worth nothing without the proof, and no proof is read here.
  if (claims['cnf'] !== undefined) throw new TokenFault('the token is bound to a key that was not proven')

  const jti = claims['jti'] === undefined ? null : readName(claims['jti'], '`jti`')
  return { subject: readName(claims['sub'], '`sub`'), audience, issuedAt, expiresAt, jti, acceptedUntil }
}

/** A name that ends up in keys and records: bounded as OpenID Connect Core §2 bounds `sub`, without control characters. */
export function readName(value: JsonValue | undefined, what: string): string {
  if (typeof value !== 'string' || value === '' || value.length > limits.nameChars || /\p{Cc}/u.test(value)) {
    throw new TokenFault(`${what} is not a name`)
  }
  return value
}

function instant(value: JsonValue | undefined, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0) {
    throw new TokenFault(`\`${name}\` is not a whole number of seconds`)
  }
  return value
}

/** Other audiences beside ours are accepted (RFC 7519 §4.1.3); an entry that is no string makes the whole claim unreadable. */
function readAudience(value: JsonValue | undefined): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [value]
  return list.map((entry) => {
    if (typeof entry !== 'string') throw new TokenFault('`aud` is neither a string nor a list of strings')
    return entry
  })
}
