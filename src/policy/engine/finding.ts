// Finding: a three-valued answer with its reasons, and Kleene's connectives over it.
// Invariant: `gaps` is empty unless the value is unknown; it then holds every unknown that could change the value.

import type { PredicateFinding, Truth } from '../../vocabulary/decision.ts'
import type { Flag } from '../../vocabulary/flags.ts'
import type { DeterminationReason, Gap } from './reason-order.ts'

export interface Finding {
  readonly value: Truth
  readonly gaps: readonly Gap[]
  readonly flags: readonly Flag[]
  readonly predicates: readonly PredicateFinding[]
  /** The limb's own reason gives way to this one (an ended membership). */
  readonly sharperReason: DeterminationReason | null
  /** Unknown, and nobody can be blamed: a lookup that worked and named no place, a residence that nobody stated. */
  readonly excusable: boolean
}

export type UsedEvidence = PredicateFinding['evidence'][number]

/** Shared by every decision, and not frozen: beside other lists a frozen one costs every decision a tenth. `readonly` must do. */
export const none: readonly never[] = []

/** One shape for every finding, so that the engine's hot path stays monomorphic. */
function finding(
  value: Truth,
  gaps: readonly Gap[],
  predicates: readonly PredicateFinding[],
  flags: readonly Flag[] = none,
  sharperReason: DeterminationReason | null = null,
  excusable = false,
): Finding {
  return { value, gaps, flags, predicates, sharperReason, excusable }
}

export function known(predicate: string, value: boolean, evidence: readonly UsedEvidence[] = none): Finding {
  const truth = value ? 'true' : 'false'
  return finding(truth, none, [{ predicate, value: truth, evidence }])
}

export function unknown(predicate: string, gap: Gap, evidence: readonly UsedEvidence[] = none): Finding {
  return finding('unknown', [gap], [{ predicate, value: 'unknown', evidence }])
}

/** Unknown, and nobody can be blamed for it. */
export function excusable(predicate: string, gap: Gap, evidence: readonly UsedEvidence[] = none): Finding {
  return finding('unknown', [gap], [{ predicate, value: 'unknown', evidence }], none, null, true)
}

export function flagged(found: Finding, flag: Flag): Finding {
  return finding(
    found.value,
    found.gaps,
    found.predicates,
    [...found.flags, flag],
    found.sharperReason,
    found.excusable,
  )
}

/** The same finding, for which the limb's reason gives way to a sharper one. */
export function sharpened(found: Finding, reason: DeterminationReason): Finding {
  return finding(found.value, found.gaps, found.predicates, found.flags, reason, found.excusable)
}

/** All of them: false before unknown before true. */
export function and(findings: readonly Finding[]): Finding {
  return joined(findings, 'false', 'true')
}

/** Any of them: true before unknown before false. */
export function or(findings: readonly Finding[]): Finding {
  return joined(findings, 'true', 'false')
}

function joined(findings: readonly Finding[], decisive: Truth, neutral: Truth): Finding {
  if (findings.length === 1) return findings[0] as Finding
  let value = neutral
  for (const one of findings) {
    if (one.value === decisive || value === decisive) value = decisive
    else if (one.value === 'unknown') value = 'unknown'
  }
  let gaps: readonly Gap[] = none
  let flags: readonly Flag[] = none
  let predicates: readonly PredicateFinding[] = none
  let sharperReason: DeterminationReason | null = null
  let excused = value === 'unknown'
  for (const one of findings) {
    predicates = both(predicates, one.predicates)
    if (one.value !== value) continue
    gaps = both(gaps, one.gaps)
    flags = both(flags, one.flags)
    sharperReason ??= one.sharperReason
    excused &&= one.excusable
  }
  return finding(value, gaps, predicates, distinct(flags), sharperReason, excused)
}

/** One list after the other; most are empty, and are not copied for it. */
export function both<Item>(some: readonly Item[], more: readonly Item[]): readonly Item[] {
  if (more.length === 0) return some
  return some.length === 0 ? more : [...some, ...more]
}

export const distinct = <Word extends string>(words: readonly Word[]): readonly Word[] =>
  words.length < 2 ? words : [...new Set(words)]
