// Limb: what one limb says of one request. residual = OR over parties (matches AND NOT discharged), in three values.

import type { GrantFinding, LimbFinding, PredicateFinding } from '../../vocabulary/decision.ts'
import type { Flag } from '../../vocabulary/flags.ts'
import type { DirectiveObligation } from '../bundle/bundle.ts'
import { both, distinct, type Finding, none } from './finding.ts'
import { type GrantIndex, mightCover } from './grant-index.ts'
import { type Discharge, dischargeOf, type GrantFailure } from './grants.ts'
import { inRoles, isPrior, type Party } from './parties.ts'
import type { CompiledDirective, CompiledGrant, CompiledLimb } from './policy.ts'
import { meets } from './predicates/index.ts'
import { type DeterminationReason, firstGap, firstReason, type Gap } from './reason-order.ts'
import type { LimbQuestion } from './situation.ts'

export interface LimbResult {
  readonly finding: LimbFinding
  /** Why it matches; null unless it does. */
  readonly reason: DeterminationReason | null
  /** Every unknown in the way. */
  readonly gaps: readonly Gap[]
  /** Of the grants that discharged it. */
  readonly obligations: readonly DirectiveObligation[]
}

/**
 * Directives often share a limb word by word: such a one is evaluated once for a request.
 * @param index of one of the limbs of its rule
 */
export function evaluateLimb(directive: CompiledDirective, index: number, question: LimbQuestion): LimbResult {
  const limb = directive.rule.limbs[index] as CompiledLimb
  // With a grant it depends on what is asked.
  if (limb.shared === null || directive.rule.licensed) return evaluate(limb, directive, index, question)
  const { sharedLimbs } = question.situation
  const before = sharedLimbs.get(limb.shared)
  if (before !== undefined) return before
  const result = evaluate(limb, directive, index, question)
  sharedLimbs.set(limb.shared, result)
  return result
}

function evaluate(
  limb: CompiledLimb,
  { rule, grants }: CompiledDirective,
  index: number,
  question: LimbQuestion,
): LimbResult {
  let predicates: readonly PredicateFinding[] = none
  let tally: Tally | null = null
  for (const party of inRoles(question.situation.parties, limb.roles)) {
    const prior = isPrior(party)
    if (prior && !limb.personal) continue
    const finding = meets(limb.condition, party, question)
    predicates = both(predicates, finding.predicates)
    if (finding.value === 'false') continue
    // An earlier actor never helps to permit; what is not known of one is recorded and not asked for.
    if (prior && finding.value === 'unknown') continue
    tally ??= { ...nothing }
    const helping = rule.licensed ? mightCover(grants[index] as GrantIndex, party) : none
    count(tally, { limb, finding, party, grants: helping }, question)
  }
  return resultOf(limb, predicates, tally ?? nothing)
}

/** What has been found of the parties so far. */
interface Tally {
  /** The first of those that match. */
  reason: DeterminationReason | null
  gaps: readonly Gap[]
  grants: readonly GrantFinding[]
  flags: readonly Flag[]
  obligations: readonly DirectiveObligation[]
}

const nothing: Readonly<Tally> = { reason: null, gaps: none, grants: none, flags: none, obligations: none }

/** One party who makes the limb match, or leaves it unknown. */
interface Match {
  readonly limb: CompiledLimb
  readonly finding: Finding
  readonly party: Party
  /** Those that might cover the party. */
  readonly grants: readonly CompiledGrant[]
}

function count(tally: Tally, { limb, finding, party, grants }: Match, question: LimbQuestion): void {
  if (finding.value === 'unknown' && finding.excusable && limb.source.whenUnknown !== null) {
    tally.flags = [...tally.flags, limb.acceptedRisk]
    return
  }
  const discharge: Discharge = grants.length === 0 ? undischarged : dischargeOf(grants, party, question)
  tally.grants = both(tally.grants, unsaid(discharge.findings, tally.grants))
  if (discharge.kind === 'discharged') {
    tally.obligations = both(tally.obligations, discharge.obligations)
    return
  }
  tally.flags = both(tally.flags, finding.flags)
  if (isPrior(party)) tally.flags = [...tally.flags, 'prior_actor']
  if (finding.value === 'unknown') tally.gaps = both(tally.gaps, finding.gaps)
  else if (discharge.kind === 'open') tally.gaps = both(tally.gaps, discharge.gaps)
  else tally.reason = firstReason(tally.reason, reasonOf(limb, finding, discharge.failure))
}

const undischarged: Discharge = { kind: 'none', failure: null, findings: none }

/** Several parties may have one name (organizations, earlier actors): what a grant does for that name is told once. */
function unsaid(findings: readonly GrantFinding[], said: readonly GrantFinding[]): readonly GrantFinding[] {
  if (said.length === 0) return findings
  return findings.filter(
    (one) =>
      !said.some(({ grant, party, result }) => grant === one.grant && party === one.party && result === one.result),
  )
}

function reasonOf(limb: CompiledLimb, finding: Finding, failure: GrantFailure | null): DeterminationReason {
  if (failure !== null) return failure
  // "Ended" is said only by a limb that is about membership.
  return limb.source.reason === 'membership_absent' && finding.sharperReason !== null
    ? finding.sharperReason
    : limb.source.reason
}

function resultOf(
  { source }: CompiledLimb,
  predicates: readonly PredicateFinding[],
  tally: Readonly<Tally>,
): LimbResult {
  const { reason, gaps, grants, flags, obligations } = tally
  const finding: LimbFinding = {
    limb: source.id,
    value: reason !== null ? 'true' : gaps.length > 0 ? 'unknown' : 'false',
    // Every limb's own reason stands before `grant_*`: a failed grant speaks only where it covers every party that matches.
    reason: reason ?? (gaps.length > 0 ? firstGap(gaps).reason : null),
    grants,
    flags: distinct(flags),
    predicates,
  }
  return { finding, reason, gaps, obligations }
}
