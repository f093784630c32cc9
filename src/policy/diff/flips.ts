// Flips: the requests that two policies answer otherwise. Exact over the common refinement of both (src/policy/space): whatever any
// request gains or loses, one of these gains or loses it.

import type { Decision, Facts } from '../../vocabulary/decision.ts'
import { decide } from '../engine/decide.ts'
import { isKeptBy } from '../engine/obligations.ts'
import type { Policy } from '../engine/policy.ts'
import { askedAlone, askedInCompany, hostKey, type RequestClass, requestOf, type Slice } from '../space/index.ts'

/** `eased`, `bound`: permitted by both, and an obligation fell away or became lighter, or came or became heavier. */
export const turns = ['gains', 'loses', 'eased', 'bound'] as const
export type Turn = (typeof turns)[number]

export interface Flip {
  readonly turn: Turn
  readonly asked: RequestClass
  readonly facts: Facts
  readonly before: Decision
  readonly after: Decision
}

export interface Pair {
  readonly before: Policy
  readonly after: Policy
  /** The clock's uncertainty e, milliseconds. */
  readonly clockUncertaintyMs: number
}

/** All of one slice. A request in company is looked at only where its asker alone is served by both: else the asker is the flip. */
export function* flipsIn(slice: Slice, pair: Pair): Iterable<Flip> {
  const hosts = new Map<string, RequestClass>()
  for (const asked of askedAlone(slice)) {
    const [before, after] = yield* compared(asked, pair)
    if (before.effect === 'permit' && after.effect === 'permit') {
      const key = hostKey(asked)
      if (!hosts.has(key)) hosts.set(key, asked)
    }
  }
  for (const host of hosts.values()) for (const asked of askedInCompany(host)) yield* compared(asked, pair)
}

function* compared(asked: RequestClass, pair: Pair): Generator<Flip, readonly [Decision, Decision]> {
  const facts = requestOf(asked)
  const options = { clockUncertaintyMs: pair.clockUncertaintyMs }
  const before = decide(pair.before, facts, asked.slice.instant, options)
  const after = decide(pair.after, facts, asked.slice.instant, options)
  for (const turn of turnsBetween(before, after)) yield { turn, asked, facts, before, after }
  return [before, after]
}

function turnsBetween(before: Decision, after: Decision): readonly Turn[] {
  if (before.effect !== after.effect) return [after.effect === 'permit' ? 'gains' : 'loses']
  if (before.effect === 'deny') return []
  const isLighter = before.obligations.some((one) => !isKeptBy(one, after.obligations))
  const isHeavier = after.obligations.some((one) => !isKeptBy(one, before.obligations))
  return [...(isLighter ? (['eased'] as const) : []), ...(isHeavier ? (['bound'] as const) : [])]
}
