// Proof: that a gate of this fleet says so. Name and proof are the two halves of one HMAC over all that is said: whoever owns Redis sees
// names, and can make no proof of them; a proof of anything else, or under another name, is none. Nothing is hidden in it, so nothing is
// sealed, which costs a third of what opening a seal does.
import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { VerifiedToken } from '../vocabulary/verified-token.ts'

export const proofBytes = 32

export interface Proof {
  /** Says nothing about the token to those who do not hold the fleet key: 43 characters of base64url. */
  readonly name: string
  readonly proof: Buffer
}

/** `fleetKey`: 32 secret bytes that all gates of a fleet share and Redis never sees. */
export function createProofs(fleetKey: Uint8Array): (token: VerifiedToken) => Proof {
  const secret = createSecretKey(fleetKey)
  const key = createSecretKey(
    Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), 'portcullis verified-token proof', 64)),
  )
  return ({ digest, keyThumbprint, issuersDigest }) => {
    // None of the three has a line break in it.
    const said = createHmac('sha512', key).update(`${digest}\n${keyThumbprint}\n${issuersDigest}`).digest()
    return { name: said.toString('base64url', 0, 32), proof: said.subarray(32) }
  }
}

export function isProof(bytes: Uint8Array, proof: Uint8Array): boolean {
  return bytes.byteLength === proofBytes && timingSafeEqual(bytes, proof)
}
