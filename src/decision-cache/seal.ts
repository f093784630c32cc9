// Seal: whoever owns Redis can slow the gate down, not open it (threats R1, R2, R3, R5).
// An entry is AES-256-GCM under a key of its own, derived from the fleet key, the entry's key and a random salt, and
// bound to everything that it rests on. A value that was planted, altered, or written for another request, policy,
// settings, database or revocation epoch does not open; there is no flag to look at, and no way to open it half.

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { canonicalJson } from '../json/index.ts'
import { type Bindings, sameBindings } from './bindings.ts'

const format = 1
const saltBytes = 32
const tagBytes = 16
const headBytes = 1 + saltBytes + tagBytes

/** Bytes that a seal adds. */
export const sealBytes: number = headBytes

export interface Seal {
  /** Name of the entry in Redis: says nothing about its facts to those who do not hold the fleet key. */
  name(key: string, bindings: Bindings): string
  seal(key: string, bindings: Bindings, plain: Uint8Array): Buffer
  /** Undefined for everything that was not sealed with this key for exactly this entry. */
  open(key: string, bindings: Bindings, sealed: Uint8Array): Uint8Array | undefined
}

/** `fleetKey`: 32 secret bytes that all gates of a fleet share and Redis never sees. */
export function createSeal(fleetKey: Uint8Array): Seal {
  if (fleetKey.byteLength !== 32) throw new TypeError('the fleet key must have 32 bytes')
  const secret = createSecretKey(fleetKey)
  const nameKey = createSecretKey(
    Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), 'portcullis decision-cache name', 32)),
  )
  let known: { readonly bindings: Bindings; readonly text: string } | undefined
  /** Everything that the entry rests on, as the one text that both sides authenticate. No key has a line break in it. */
  const about = (key: string, bindings: Bindings): string => {
    if (known === undefined || !sameBindings(known.bindings, bindings))
      known = { bindings, text: bindingsText(bindings) }
    return `${key}\n${known.text}`
  }

  return {
    name: (key, bindings) =>
      `portcullis:d1:${createHmac('sha256', nameKey).update(about(key, bindings)).digest('base64url')}`,

    seal(key, bindings, plain) {
      const salt = randomBytes(saltBytes)
      const { aesKey, nonce } = derive(secret, key, salt)
      const cipher = createCipheriv('aes-256-gcm', aesKey, nonce).setAAD(Buffer.from(about(key, bindings)))
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([Uint8Array.of(format), salt, cipher.getAuthTag(), body])
    },

    open(key, bindings, sealed) {
      if (sealed.byteLength <= headBytes || sealed[0] !== format) return undefined
      const salt = sealed.subarray(1, 1 + saltBytes)
      const { aesKey, nonce } = derive(secret, key, salt)
      const decipher = createDecipheriv('aes-256-gcm', aesKey, nonce, { authTagLength: tagBytes })
        .setAAD(Buffer.from(about(key, bindings)))
        .setAuthTag(sealed.subarray(1 + saltBytes, headBytes))
      try {
        return Buffer.concat([decipher.update(sealed.subarray(headBytes)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

/** Key and nonce both come from the salt: a key is used once, so its nonce need not be random as well. */
function derive(secret: KeyObject, key: string, salt: Uint8Array): { aesKey: Buffer; nonce: Buffer } {
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, `portcullis decision-cache entry ${key}`, 44))
  return { aesKey: bytes.subarray(0, 32), nonce: bytes.subarray(32) }
}

function bindingsText(bindings: Bindings): string {
  const { policyDigest, policySerial, suspensionsDigest, settingsDigest, geoDigest, revocationEpoch } = bindings
  return canonicalJson({ policyDigest, policySerial, suspensionsDigest, settingsDigest, geoDigest, revocationEpoch })
}
