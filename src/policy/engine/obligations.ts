// Obligations: what the gate must do with a permit, as the union over everything that permits, and whether that can hold together.
// A mode can be fixed only where the request leaves it open and has a field for it; nothing flows after an end.

import type { Obligation } from '../../vocabulary/decision.ts'
import type { Operation } from '../../vocabulary/operation.ts'
import type { Verdict } from './combine.ts'
import type { Outcome } from './outcome.ts'
import type { Horizon } from './valid-until.ts'

/** Every mode that one of these alone lets answer, each once. */
export function forcedModes(outcomes: readonly Outcome[]): readonly string[] {
  let modes: Set<string> | null = null
  for (const { obligations } of outcomes) {
    for (const obligation of obligations) {
      if (obligation.kind !== 'force-mode') continue
      modes ??= new Set()
      modes.add(obligation.mode)
    }
  }
  return modes === null ? noModes : [...modes]
}

const noModes: readonly string[] = []

export const forcesMode = ({ obligations }: Outcome): boolean => obligations.some(({ kind }) => kind === 'force-mode')

/** Nothing may flow under it any more. */
export function hasTerminated({ obligations }: Outcome, horizon: Horizon): boolean {
  for (const one of obligations) if (one.kind === 'terminate-at' && horizon.ended(one.at)) return true
  return false
}

/**
 * Each kind once, a forced mode for each resource that needs one: the least cap and never more than was asked, the earliest end, the
 * shortest time between two looks. The permit outlives neither: the look is told to the horizon here, and the end was asked of it by
 * `hasTerminated`, without which nothing is permitted.
 */
export function obligationsOf(
  verdicts: readonly Verdict[],
  { maxOutputTokens }: Operation,
  horizon: Horizon,
): readonly Obligation[] {
  const due: Obligation[] = []
  let cap = Number.POSITIVE_INFINITY
  let at = Number.POSITIVE_INFINITY
  let seconds = Number.POSITIVE_INFINITY
  let noStore = false
  let logFull = false
  for (const { resource, counted, forcedMode } of verdicts) {
    if (forcedMode !== null) due.push({ kind: 'force-mode', pointer: resource.pointer, mode: forcedMode })
    for (const { obligations } of counted) {
      for (const obligation of obligations) {
        if (obligation.kind === 'cap-output-tokens') cap = Math.min(cap, obligation.max)
        else if (obligation.kind === 'terminate-at') at = Math.min(at, obligation.at)
        else if (obligation.kind === 'recheck-every') seconds = Math.min(seconds, obligation.seconds)
        else if (obligation.kind === 'no-store') noStore = true
        else if (obligation.kind === 'log-full') logFull = true
      }
    }
  }
  if (cap < Number.POSITIVE_INFINITY) {
    due.push({ kind: 'cap-output-tokens', max: Math.min(cap, maxOutputTokens ?? cap) })
  }
  if (noStore) due.push({ kind: 'no-store' })
  if (logFull) due.push({ kind: 'log-full' })
  if (at < Number.POSITIVE_INFINITY) due.push({ kind: 'terminate-at', at })
  if (seconds < Number.POSITIVE_INFINITY) {
    due.push({ kind: 'recheck-every', seconds })
    horizon.endsBy(horizon.instant + seconds * 1000)
  }
  return due
}

/** Whether one of `others` binds at least as much: whoever keeps them keeps it. */
export const isKeptBy = (one: Obligation, others: readonly Obligation[]): boolean =>
  others.some((other) => {
    switch (one.kind) {
      case 'force-mode':
        return other.kind === one.kind && other.pointer === one.pointer && other.mode === one.mode
      case 'cap-output-tokens':
        return other.kind === one.kind && other.max <= one.max
      case 'terminate-at':
        return other.kind === one.kind && other.at <= one.at
      case 'recheck-every':
        return other.kind === one.kind && other.seconds <= one.seconds
      case 'no-store':
      case 'log-full':
        return other.kind === one.kind
    }
  })
