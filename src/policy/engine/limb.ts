// Limb: what one limb says of one request. residual = OR over parties (matches AND NOT discharged), in three values.

import type { GrantFinding, LimbFinding, PredicateFinding } from '../../vocabulary/decision.ts'
import type { DirectiveObligation } from '../bundle/bundle.ts'
import { type Finding, none } from './finding.ts'
import { mightCover } from './grant-index.ts'
import { type Asked, type Discharge, dischargeOf, type GrantFailure } from './grants.ts'
import { inRoles, isPrior, type Party } from './parties.ts'
import type { CompiledLimb } from './policy.ts'
import { meets } from './predicates/index.ts'
import { type DeterminationReason, firstGap, firstReason, type Gap } from './reason-order.ts'
import type { Question } from './situation.ts'

export interface LimbResult {
  readonly finding: LimbFinding
  /** Why it matches; null unless it does. */
  readonly reason: DeterminationReason | null
  /** Every unknown in the way; empty unless it is unknown. */
  readonly gaps: readonly Gap[]
  /** Of the grants that discharged it. */
  readonly obligations: readonly DirectiveObligation[]
}

/** Directives often share a limb word by word: such a one is evaluated once for a request. */
export function evaluateLimb(limb: CompiledLimb, question: Question, asked: Asked): LimbResult {
  if (limb.shared === null) return evaluate(limb, question, asked)
  const { sharedLimbs } = question.situation
  const before = sharedLimbs.get(limb.shared)
  if (before !== undefined) return before
  const result = evaluate(limb, question, asked)
  sharedLimbs.set(limb.shared, result)
  return result
}

function evaluate(limb: CompiledLimb, question: Question, asked: Asked): LimbResult {
  let predicates: readonly PredicateFinding[] = none
  let tally: Tally | null = null
  for (const party of inRoles(question.situation.parties, limb.roles)) {
    const prior = isPrior(party)
    if (prior && !limb.personal) continue
    const finding = meets(limb.condition, party, question)
    predicates = predicates.length === 0 ? finding.predicates : [...predicates, ...finding.predicates]
    if (finding.value === 'false') continue
    // An earlier actor never helps to permit; what is not known of one is recorded and not asked for.
    if (prior && finding.value === 'unknown') continue
    tally ??= { reasons: [], gaps: [], grants: [], flags: [], obligations: [] }
    count(tally, limb, finding, party, question, asked)
  }
  return tally === null ? free(limb, predicates) : resultOf(tally, limb, predicates)
}

interface Tally {
  readonly reasons: DeterminationReason[]
  readonly gaps: Gap[]
  readonly grants: GrantFinding[]
  readonly flags: string[]
  readonly obligations: DirectiveObligation[]
}

/** One party who makes the limb match, or leaves it unknown. */
function count(
  tally: Tally,
  limb: CompiledLimb,
  finding: Finding,
  party: Party,
  question: Question,
  asked: Asked,
): void {
  if (finding.value === 'unknown' && finding.excusable && limb.source.whenUnknown !== null) {
    tally.flags.push(limb.acceptedRisk)
    return
  }
  const grants = limb.grants.length === 0 ? none : mightCover(limb.grantIndex, party)
  const discharge: Discharge =
    grants.length === 0 ? undischarged : dischargeOf(grants, party, question, asked, tally.grants)
  if (discharge.kind === 'discharged') {
    tally.obligations.push(...discharge.obligations)
    return
  }
  tally.flags.push(...finding.flags)
  if (isPrior(party)) tally.flags.push('prior_actor')
  if (finding.value === 'unknown') tally.gaps.push(...finding.gaps)
  else if (discharge.kind === 'open') tally.gaps.push(...discharge.gaps)
  else tally.reasons.push(reasonOf(limb, finding, discharge.failure))
}

const undischarged: Discharge = { kind: 'none', failure: null }

function reasonOf(limb: CompiledLimb, finding: Finding, failure: GrantFailure | null): DeterminationReason {
  if (failure !== null) return failure
  // "Ended" is said only by a limb that is about membership.
  return limb.source.reason === 'membership_absent' && finding.sharperReason !== null
    ? finding.sharperReason
    : limb.source.reason
}

function free({ source }: CompiledLimb, predicates: readonly PredicateFinding[]): LimbResult {
  const finding = {
    limb: source.id,
    value: 'false',
    reason: null,
    grants: none,
    flags: none,
    predicates,
  } as const
  return { finding, reason: null, gaps: none, obligations: none }
}

const distinct = (words: readonly string[]): readonly string[] => (words.length < 2 ? words : [...new Set(words)])

function resultOf(tally: Tally, { source }: CompiledLimb, predicates: readonly PredicateFinding[]): LimbResult {
  const { obligations } = tally
  const grants = tally.grants.length === 0 ? none : tally.grants
  const flags = distinct(tally.flags)
  const { id: limb } = source
  if (tally.reasons.length > 0) {
    // Every limb's own reason stands before `grant_*`: a failed grant speaks only where it covers every party that matches.
    const reason = firstReason(tally.reasons)
    return {
      finding: { limb, value: 'true', reason, grants, flags, predicates },
      reason,
      gaps: none,
      obligations,
    }
  }
  if (tally.gaps.length > 0) {
    const { reason } = firstGap(tally.gaps)
    const finding = { limb, value: 'unknown', reason, grants, flags, predicates } as const
    return { finding, reason: null, gaps: tally.gaps, obligations }
  }
  const finding = { limb, value: 'false', reason: null, grants, flags, predicates } as const
  return { finding, reason: null, gaps: none, obligations }
}
