// Bindings: what a cached decision rests on besides its facts. An entry serves only under equal ones. The
// key that verified its token is none of them: an entry names it, and whoever reads the entry must still accept that key.

/**
 * State of the gate that a decision was made in. Keep one object for as long as nothing changes: the common comparison is
 * then one of identity.
 */
export interface Bindings {
  readonly policyDigest: string
  readonly policySerial: number
  /** Digest of what is suspended beside the policy; null: nothing. */
  readonly suspensionsDigest: string | null
  /** The policy was confirmed to be the newest. */
  readonly isConfirmed: boolean
  readonly settingsDigest: string
  /** Digest over all open place databases; null where none is open. */
  readonly geoDigest: string | null
  /** Digest of what is revoked; null: nothing. Callers are asked about before the cache is; this covers grants, and is a second lock. */
  readonly revocationsDigest: string | null
}

/** Whether an entry made under one serves under the other. */
export function sameBindings(a: Bindings, b: Bindings): boolean {
  return (
    a === b ||
    (a.policyDigest === b.policyDigest &&
      a.policySerial === b.policySerial &&
      a.suspensionsDigest === b.suspensionsDigest &&
      a.isConfirmed === b.isConfirmed &&
      a.settingsDigest === b.settingsDigest &&
      a.geoDigest === b.geoDigest &&
      a.revocationsDigest === b.revocationsDigest)
  )
}
