// Sealing: whoever owns Redis can take things away, not make, read or change one. What is sealed is AES-256-GCM under a key of its own,
// derived from the fleet key, what it is and a random salt, and bound to all that it is about. What was planted, altered, or sealed for
// anything else does not open; there is no flag to look at, and no way to open it half.

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

/** Bytes that a seal adds. */
export const sealBytes: number = 1 + saltBytes + tagBytes

/** What is sealed: a part of its key, and everything that it rests on. */
export interface Sealed {
  readonly entry: string
  readonly about: string
}

export interface Sealing {
  /** Says nothing about the text to those who do not hold the fleet key: 43 characters of base64url. */
  hide(text: string): string
  seal(what: Sealed, plain: Uint8Array): Buffer
  /** Undefined for everything that was not sealed with this key for exactly this. */
  open(what: Sealed, sealed: Uint8Array): Buffer | undefined
}

/**
 * @param fleetKey 32 secret bytes that all gates of a fleet share and Redis never sees
 * @param room whose keys these are: nothing that one room sealed opens in another
 */
export function createSealing(fleetKey: Uint8Array, room: 'decision-cache' | 'stored-objects'): Sealing {
  if (fleetKey.byteLength !== 32) throw new TypeError('the fleet key must have 32 bytes')
  const secret = createSecretKey(fleetKey)
  const nameKey = createSecretKey(
    Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), `portcullis ${room} name`, 32)),
  )
  const derive = (entry: string, salt: Uint8Array): Keys => keysOf(secret, `portcullis ${room} entry${entry}`, salt)
  return {
    hide: (text) => createHmac('sha256', nameKey).update(text).digest('base64url'),
    seal({ entry, about }, plain) {
      const salt = randomBytes(saltBytes)
      const { aesKey, nonce } = derive(entry, salt)
      const cipher = createCipheriv('aes-256-gcm', aesKey, nonce).setAAD(Buffer.from(about))
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([Uint8Array.of(format), salt, cipher.getAuthTag(), body])
    },
    open({ entry, about }, sealed) {
      if (sealed.byteLength <= sealBytes || sealed[0] !== format) return undefined
      const { aesKey, nonce } = derive(entry, sealed.subarray(1, 1 + saltBytes))
      const decipher = createDecipheriv('aes-256-gcm', aesKey, nonce, { authTagLength: tagBytes })
        .setAAD(Buffer.from(about))
        .setAuthTag(sealed.subarray(1 + saltBytes, sealBytes))
      try {
        return Buffer.concat([decipher.update(sealed.subarray(sealBytes)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

interface Keys {
  readonly aesKey: KeyObject
  readonly nonce: Buffer
}

/** Key and nonce both come from the salt: a key is used once, so its nonce need not be random as well. */
function keysOf(secret: KeyObject, info: string, salt: Uint8Array): Keys {
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, info, 44))
  // As a key object: a cipher takes ten times as long to be made with the bare bytes.
  return { aesKey: createSecretKey(bytes.subarray(0, 32)), nonce: bytes.subarray(32) }
}
