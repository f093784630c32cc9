// Finding: a three-valued answer with its reasons, and Kleene's connectives over it.
// Invariant: `gaps` is empty unless the value is unknown; it then holds every unknown that could change the value.

import type { PredicateFinding, Truth } from '../vocabulary/decision.ts'
import type { DeterminationReason, Gap } from './reason-order.ts'

export interface Finding {
  readonly value: Truth
  readonly gaps: readonly Gap[]
  readonly flags: readonly string[]
  readonly predicates: readonly PredicateFinding[]
  /** The limb's own reason gives way to this one (an ended membership). */
  readonly sharperReason: DeterminationReason | null
  /** Unknown, and nobody can be blamed: a lookup that worked and named no place, a residence that nobody stated. */
  readonly excusable: boolean
}

export type UsedEvidence = PredicateFinding['evidence'][number]

export const none: readonly never[] = []

export function known(predicate: string, value: boolean, evidence: readonly UsedEvidence[] = none): Finding {
  const truth = value ? 'true' : 'false'
  return {
    value: truth,
    gaps: none,
    flags: none,
    predicates: [{ predicate, value: truth, evidence }],
    sharperReason: null,
    excusable: false,
  }
}

export function unknown(predicate: string, gap: Gap, evidence: readonly UsedEvidence[] = none): Finding {
  return {
    value: 'unknown',
    gaps: [gap],
    flags: none,
    predicates: [{ predicate, value: 'unknown', evidence }],
    sharperReason: null,
    excusable: false,
  }
}

export function flagged(finding: Finding, flag: string): Finding {
  return { ...finding, flags: [...finding.flags, flag] }
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
  const value = findings.some((finding) => finding.value === decisive)
    ? decisive
    : findings.some((finding) => finding.value === 'unknown')
      ? 'unknown'
      : neutral
  const telling = findings.filter((finding) => finding.value === value)
  return {
    value,
    gaps: telling.flatMap((finding) => finding.gaps),
    flags: [...new Set(telling.flatMap((finding) => finding.flags))],
    predicates: findings.flatMap((finding) => finding.predicates),
    sharperReason: telling.find((finding) => finding.sharperReason !== null)?.sharperReason ?? null,
    excusable: value === 'unknown' && telling.every((finding) => finding.excusable),
  }
}
