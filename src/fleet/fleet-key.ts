// What the fleet key opens besides the cache: `control`, for the gates. What they send is derived from it, so that the key itself, by
// which entries in Redis are sealed, never leaves a process.
import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'

const tokenOf = (fleetKey: Uint8Array): string =>
  Buffer.from(
    hkdfSync('sha256', createSecretKey(fleetKey), new Uint8Array(0), 'portcullis control access', 32),
  ).toString('base64url')

/** `Authorization` of a gate that asks `control`. */
export const gateCredential = (fleetKey: Uint8Array): string => `Bearer fleet.${tokenOf(fleetKey)}`

/** @returns whether a value of `Authorization` is that of a gate of this fleet; takes the same time for every value */
export function gateCredentialCheck(fleetKey: Uint8Array): (value: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHmac('sha256', fleetKey).update(text).digest()
  const right = digest(gateCredential(fleetKey))
  return (value = '') => timingSafeEqual(digest(value), right)
}
