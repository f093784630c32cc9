// Limb: what one limb says of one request. residual = OR over parties (matches AND NOT discharged), in three values.

import type { LimbFinding, PredicateFinding, Truth } from '../vocabulary/decision.ts'
import type { DirectiveObligation } from './bundle.ts'
import type { Finding } from './finding.ts'
import { type Asked, type Discharge, dischargeOf, type GrantFailure } from './grants.ts'
import { inRoles, type Party } from './parties.ts'
import type { CompiledLimb } from './policy.ts'
import { meets } from './predicates/index.ts'
import { type DeterminationReason, firstGap, firstReason, type Gap } from './reason-order.ts'
import type { Question } from './situation.ts'

export interface LimbResult {
  readonly finding: LimbFinding
  readonly gaps: readonly Gap[]
  /** Of the grants that discharged it. */
  readonly obligations: readonly DirectiveObligation[]
}

export function evaluateLimb(limb: CompiledLimb, question: Question, asked: Asked): LimbResult {
  const predicates: PredicateFinding[] = []
  const flags = new Set<string>()
  const reasons: DeterminationReason[] = []
  const gaps: Gap[] = []
  const dischargedBy = new Set<string>()
  const obligations: DirectiveObligation[] = []

  for (const party of inRoles(question.situation.parties, limb.roles)) {
    const prior = isPrior(party)
    if (prior && !limb.personal) continue
    const finding = meets(limb.condition, party, question)
    predicates.push(...finding.predicates)
    if (finding.value === 'false') continue
    // An earlier actor never helps to permit; what is not known of one is recorded and not asked for.
    if (prior && finding.value === 'unknown') continue
    if (finding.value === 'unknown' && finding.excusable && limb.source.whenUnknown !== null) {
      flags.add(`accepted_risk:${limb.source.id}`)
      continue
    }
    const discharge: Discharge =
      limb.grants.length === 0 ? undischarged : dischargeOf(limb.grants, party, question, asked)
    if (discharge.kind === 'discharged') {
      dischargedBy.add(discharge.grant.source.id)
      obligations.push(...discharge.grant.obligations)
      continue
    }
    for (const flag of finding.flags) flags.add(flag)
    if (prior) flags.add('prior_actor')
    if (finding.value === 'unknown') gaps.push(...finding.gaps)
    else if (discharge.kind === 'open') gaps.push(...discharge.gaps)
    else reasons.push(reasonOf(limb, finding, discharge.failure))
  }

  const value: Truth = reasons.length > 0 ? 'true' : gaps.length > 0 ? 'unknown' : 'false'
  return {
    finding: {
      limb: limb.source.id,
      value,
      // Every limb's own reason stands before `grant_*`: a failed grant speaks only where it covers every party that matches.
      reason: value === 'true' ? firstReason(reasons) : value === 'unknown' ? firstGap(gaps).reason : null,
      dischargedBy: [...dischargedBy],
      flags: [...flags],
      predicates,
    },
    gaps: value === 'unknown' ? gaps : [],
    obligations,
  }
}

const undischarged: Discharge = { kind: 'none', failure: null }

const isPrior = (party: Party): boolean => (party.kind === 'person' || party.kind === 'service') && party.prior

function reasonOf(limb: CompiledLimb, finding: Finding, failure: GrantFailure | null): DeterminationReason {
  if (failure !== null) return failure
  // "Ended" is said only by a limb that is about membership.
  return limb.source.reason === 'membership_absent' && finding.sharperReason !== null
    ? finding.sharperReason
    : limb.source.reason
}
