// Seal: whoever owns Redis can take objects away, not make or change one. A value is AES-256-GCM under a key of its own, derived from
// the fleet key and a random salt, and bound to its name. What cannot be told is an old value from a newer one of the same name.

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

const format = 1
const saltBytes = 32
const tagBytes = 16
const headBytes = 1 + saltBytes + tagBytes

export interface Seal {
  /** Name in Redis of what has this key. */
  name(what: 'object' | 'maker', key: string): string
  seal(name: string, plain: Uint8Array): Buffer
  /** Undefined for everything that was not sealed with this fleet's key under this name. */
  open(name: string, sealed: Uint8Array): Buffer | undefined
}

/** `fleetKey`: 32 secret bytes that all gates of a fleet share and Redis never sees. */
export function createSeal(fleetKey: Uint8Array): Seal {
  const secret = createSecretKey(fleetKey)
  const nameKey = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), 'portcullis stored-objects name', 32))
  return {
    name: (what, key) =>
      `portcullis:s1:${what}:${createHmac('sha256', nameKey).update(`${what} ${key}`).digest('base64url')}`,
    seal(name, plain) {
      const salt = randomBytes(saltBytes)
      const { aesKey, nonce } = derive(secret, salt)
      const cipher = createCipheriv('aes-256-gcm', aesKey, nonce).setAAD(Buffer.from(name))
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([Uint8Array.of(format), salt, cipher.getAuthTag(), body])
    },
    open(name, sealed) {
      if (sealed.byteLength <= headBytes || sealed[0] !== format) return undefined
      const { aesKey, nonce } = derive(secret, sealed.subarray(1, 1 + saltBytes))
      const decipher = createDecipheriv('aes-256-gcm', aesKey, nonce, { authTagLength: tagBytes })
        .setAAD(Buffer.from(name))
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
function derive(secret: KeyObject, salt: Uint8Array): { aesKey: Buffer; nonce: Buffer } {
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, 'portcullis stored-objects entry', 44))
  return { aesKey: bytes.subarray(0, 32), nonce: bytes.subarray(32) }
}
