// Decision cache: memory first, Redis behind it, and no answer where there is doubt.
// It promises that what it gives was decided for equal facts, under equal bindings, and may be used at that instant; all
// else is a miss, and the gate decides by itself.

import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { Settings } from '../vocabulary/settings.ts'
import type { VerifiedTokens } from '../vocabulary/verified-token.ts'
import type { Bindings } from './bindings.ts'
import { type Cached, entryOf, usable } from './entry.ts'
import { Memory } from './memory.ts'
import { type Metrics, newCounters } from './metrics.ts'
import type { LinkState } from './redis-link.ts'
import { SealedDecisions } from './sealed-decisions.ts'
import { Shared, type SharedOptions } from './shared.ts'
import { createVerifiedTokens } from './verified-tokens.ts'

export interface DecisionCache {
  /** A look into memory, at once. Milliseconds since the epoch. */
  peek(key: string, bindings: Bindings, now: number): Cached | undefined
  /**
   * A look into Redis after `peek` found nothing; what it finds is kept in memory. Resolves within the command time-out,
   * to undefined on any trouble, and at once where there is no Redis. Never rejects.
   */
  fetch(key: string, bindings: Bindings, now: number): Promise<Cached | undefined>
  /**
   * Keeps a decision that was made for the instant `now`, in memory at once and in Redis without waiting. `notAfter` is
   * the first instant at which the token may no longer be used: the earlier of its expiry and its greatest age. Both in
   * milliseconds since the epoch. A decision of basis `system` is not kept: a fault is of its moment (threats R6).
   */
  put(key: string, bindings: Bindings, cached: Cached, now: number, notAfter: number): void
  /** Which tokens the fleet has verified; undefined where there is no Redis. */
  readonly tokens: VerifiedTokens | undefined
  /** Forgets everything in memory, as after a step of the clock. */
  flush(): void
  /** The state of now; counters only grow. */
  readonly metrics: Metrics
  /** Ends the connection. Afterwards only memory is left. */
  close(): void
}

export interface DecisionCacheOptions {
  readonly redis: Settings['redis']
  readonly clock: Clock
  /** Whether tokens verified by the key of this RFC 7638 thumbprint are accepted now. */
  readonly acceptsKey: (thumbprint: string) => boolean
  /** Redis was reached, or could not be for several attempts. Called on changes only. */
  readonly onState: (state: LinkState) => void
  /** Redis holds what nobody of the fleet wrote, or is not whom the settings name. */
  readonly onAlarm: SharedOptions['onAlarm']
}

/** Throws TypeError where the servers or the fleet key cannot be used; that Redis is down is no error. */
export function createDecisionCache(options: DecisionCacheOptions): DecisionCache {
  const { redis, clock, acceptsKey, onState, onAlarm } = options
  const counters = newCounters()
  const memory = new Memory()
  const shared = redis === null ? undefined : new Shared({ redis, counters, onState, onAlarm })
  const decisions = redis === null || shared === undefined ? undefined : new SealedDecisions(shared, redis)
  const tokens =
    redis === null || shared === undefined ? undefined : createVerifiedTokens({ shared, keys: redis, clock, counters })

  return {
    peek(key, bindings, now) {
      const entry = memory.peek(key, bindings, now)
      if (entry === undefined || !acceptsKey(entry.cached.keyThumbprint)) {
        counters.memoryMisses += 1
        return undefined
      }
      counters.memoryHits += 1
      return entry.cached
    },

    async fetch(key, bindings, now) {
      if (decisions === undefined) return undefined
      const generation = memory.generation
      const entry = await decisions.get(key, bindings)
      if (entry === 'unknown') return undefined
      // Time has passed since the caller looked at the clock, and an edge may have passed with it.
      const serves = entry !== 'none' && usable(entry, now) && usable(entry, Math.max(now, clock.now()))
      if (!serves || !acceptsKey(entry.cached.keyThumbprint)) {
        counters.redisMisses += 1
        return undefined
      }
      counters.redisHits += 1
      if (memory.generation === generation) memory.put(key, bindings, entry)
      return entry.cached
    },

    put(key, bindings, cached, now, notAfter) {
      if (cached.decision.basis === 'system') return
      const entry = entryOf(cached, now, Math.min(notAfter, now + ttlMs()))
      if (!usable(entry, now)) return
      // Of many that decided the same at once only the first writes.
      if (memory.put(key, bindings, entry)) decisions?.put(key, bindings, entry)
    },

    tokens,
    flush: () => memory.flush(),

    get metrics() {
      return {
        ...counters,
        flushes: memory.generation,
        redis: shared === undefined ? 'off' : shared.up ? 'up' : 'down',
        entries: memory.size,
        bytes: memory.bytes,
        inFlight: shared?.inFlight ?? 0,
      } as const
    },

    close: () => shared?.close(),
  }
}

/** Up to a tenth below the limit, so that entries that were made together do not all end together. */
function ttlMs(): number {
  return Math.floor(limits.memoTtlMs * (0.9 + 0.1 * Math.random()))
}
