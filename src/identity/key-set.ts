// Key set: an issuer's public keys as they may verify tokens. A set that holds one key that nobody should publish is refused as a
// whole: whoever published it does not have his keys in hand. Keys for other uses and of unknown kinds are passed over.
import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { limits } from '../limits.ts'
import { hasRocaFingerprint } from './weak-rsa.ts'

/** Every algorithm that an issuer can be pinned to: asymmetric, by the kind of key it takes. */
export const algorithmsByKey: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
  ['EC P-256', ['ES256']],
  ['EC P-384', ['ES384']],
  ['EC P-521', ['ES512']],
  ['OKP Ed25519', ['EdDSA', 'Ed25519']],
])

export interface VerificationKey {
  readonly kid: string | null
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
  /** Of the issuer's pinned algorithms those that this key serves. */
  readonly algorithms: readonly string[]
  readonly key: KeyObject
}

/** Why a set is refused. */
export class KeySetFault extends Error {
  override readonly name = 'KeySetFault'
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** Takes a JWK Set (RFC 7517 §5) and the issuer's pinned algorithms; gives the keys in their order. Throws KeySetFault. */
export async function readKeySet(set: JsonObject, algorithms: readonly string[]): Promise<readonly VerificationKey[]> {
  const members = set['keys']
  if (!Array.isArray(members)) throw new KeySetFault('`keys` is no list')
  if (members.length > limits.jwksKeys) throw new KeySetFault(`more than ${limits.jwksKeys} keys`)
  const keys: VerificationKey[] = []
  const kids = new Set<string>()
  for (const member of members as readonly JsonValue[]) {
    if (!isJsonObject(member)) throw new KeySetFault('a key is no object')
    const kid = readKid(member)
    if (kid !== null && kids.has(kid)) throw new KeySetFault('two keys have the same `kid`')
    if (kid !== null) kids.add(kid)
    const key = await readKey(member, kid, algorithms)
    if (key !== null) keys.push(key)
  }
  return keys
}

function readKid(jwk: JsonObject): string | null {
  const { kid } = jwk
  if (kid === undefined) return null
  if (typeof kid !== 'string' || kid === '' || kid.length > limits.keyIdChars) {
    throw new KeySetFault('a `kid` is not a short string')
  }
  return kid
}

async function readKey(
  jwk: JsonObject,
  kid: string | null,
  pinned: readonly string[],
): Promise<VerificationKey | null> {
  const { kty, crv, use, alg, key_ops: operations } = jwk
  if (kty === 'oct') throw new KeySetFault('a key is symmetric')
  if (privateMembers.some((name) => jwk[name] !== undefined)) throw new KeySetFault('a private key is published')
  if (typeof kty !== 'string') throw new KeySetFault('a key does not say its kind')
  const served = algorithmsByKey.get(kty !== 'RSA' && typeof crv === 'string' ? `${kty} ${crv}` : kty)
  if (served === undefined) return null
  const key = importKey(jwk)
  if (kty === 'RSA') checkRsa(key, jwk)
  if (use !== undefined && use !== 'sig') return null
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return null
  const algorithms = served.filter((name) => pinned.includes(name) && (alg === undefined || alg === name))
  if (algorithms.length === 0) return null
  return { kid, thumbprint: await calculateJwkThumbprint(publicMembers(jwk)), algorithms, key }
}

function publicMembers({ kty, crv, x, y, n, e }: JsonObject): JWK {
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(members) as JWK
}

function importKey(jwk: JsonObject): KeyObject {
  const members = publicMembers(jwk)
  for (const value of Object.values(members)) {
    if (typeof value !== 'string') throw new KeySetFault('a key cannot be read')
  }
  try {
    return createPublicKey({ key: members, format: 'jwk' })
  } catch {
    throw new KeySetFault('a key cannot be read')
  }
}

/** NIST SP 800-131A (length), FIPS 186-5 §5.1 (exponent odd and above 2¹⁶), CVE-2017-15361. */
function checkRsa(key: KeyObject, jwk: JsonObject): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < 2_048 || modulusLength > 8_192)
    throw new KeySetFault('an RSA key is shorter than 2048 bits or longer than 8192')
  if (publicExponent < 65_537n || publicExponent % 2n === 0n || publicExponent >= 1n << 64n) {
    throw new KeySetFault('the exponent of an RSA key is weak')
  }
  const modulus = BigInt(`0x${Buffer.from(jwk['n'] as string, 'base64url').toString('hex')}`)
  if (modulus % 2n === 0n || hasRocaFingerprint(modulus)) throw new KeySetFault('the modulus of an RSA key is weak')
}
