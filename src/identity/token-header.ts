// Token header: which key and algorithm a token asks for, within what its issuer is pinned to.
import type { JsonObject } from '../json/index.ts'
import { limits } from '../limits.ts'
import { TokenFault } from './token-fault.ts'

/**
 * Refused by their presence: a key or its address brought along (`jku`, `x5u`, `jwk`, `x5c`), processing that we do not do
 * (`crit`, `b64`, `zip`), and the marks of encrypted and nested tokens (`enc`, `cty`).
 */
const refused = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'zip', 'enc', 'cty'] as const

export interface TokenHeader {
  readonly algorithm: string
  /** Null: the token names no key. */
  readonly kid: string | null
}

/** Throws TokenFault. `typ` is compared as it is spelt (RFC 8725 §3.11): an ID token or a logout token is no access token. */
export function checkHeader(
  header: JsonObject,
  issuer: { readonly algorithms: readonly string[]; readonly tokenType: string },
): TokenHeader {
  for (const name of refused) {
    if (header[name] !== undefined) throw new TokenFault(`the header holds \`${name}\``)
  }
  const { alg, typ, kid } = header
  if (typeof alg !== 'string' || !issuer.algorithms.includes(alg)) {
    throw new TokenFault('the algorithm is not one that the issuer is pinned to')
  }
  if (typ !== issuer.tokenType) throw new TokenFault(`the type is not \`${issuer.tokenType}\``)
  if (kid === undefined) return { algorithm: alg, kid: null }
  if (typeof kid !== 'string' || kid.length === 0 || kid.length > limits.keyIdChars) {
    throw new TokenFault('`kid` is not a short string')
  }
  return { algorithm: alg, kid }
}
