// What the fleet key opens besides the cache: `control`, for the gates. What they send is derived from it, so that the key itself, by
// which entries in Redis are sealed, never leaves a process.
import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'

const tokenOf = (fleetKey: Uint8Array): string =>
  Buffer.from(
    hkdfSync('sha256', createSecretKey(fleetKey), new Uint8Array(0), 'portcullis control access', 32),
  ).toString('base64url')

/** `Authorization` of a gate that asks `control`. */
export const gateCredential = (fleetKey: Uint8Array): string => `Bearer fleet.${tokenOf(fleetKey)}`

/**
 * @param fleet while its key is changed, gates may still hold the previous one, or already the next
 * @returns whether a value of `Authorization` is that of a gate of this fleet; takes the same time for every value
 */
export function gateCredentialCheck({
  key,
  previousKey,
}: {
  readonly key: Uint8Array
  readonly previousKey: Uint8Array | null
}): (value: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const right = digest(gateCredential(key))
  const alsoRight = digest(gateCredential(previousKey ?? key))
  return (value = '') => {
    const said = digest(value)
    const [isNow, wasBefore] = [timingSafeEqual(said, right), timingSafeEqual(said, alsoRight)]
    return isNow || wasBefore
  }
}
