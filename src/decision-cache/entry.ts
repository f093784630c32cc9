// Entry: a decision with the span of time in which it may be used.

import type { Decision } from '../vocabulary/decision.ts'

/** A decision as it leaves the cache, with what a record must say of its origin. */
export interface Cached {
  readonly decision: Decision
  /** Id of the record that computed it. */
  readonly of: string
  /** RFC 7638 thumbprint of the key that verified the caller's token. */
  readonly keyThumbprint: string
}

/** A cached decision that may be used at `from` ≤ now < `until`. */
export interface Entry {
  readonly cached: Cached
  readonly from: number
  readonly until: number
}

/**
 * Whether the entry may be used. Both ends are strict (threats T1): at its valid-until the answer may be another, and
 * before the instant that it was decided for (a clock that stepped back, a gate whose clock is behind) it may have been.
 */
export function usable(entry: Entry, now: number): boolean {
  return entry.from <= now && now < entry.until
}

/** An entry for a decision made for `now`, to be used before `notAfter` and before its own valid-until. */
export function entryOf(cached: Cached, now: number, notAfter: number): Entry {
  return { cached, from: now, until: Math.min(cached.decision.validUntil ?? notAfter, notAfter) }
}
