// semantics.md §7: "*residual* = OR over limbs (limb AND NOT discharged). True → violated; unknown → indeterminate; false → satisfied."

import type { Determination, GrantFinding, Truth } from '../../vocabulary/decision.ts'
import type { Reason } from '../../vocabulary/reason.ts'
import type { DirectiveObligation, Limb, OnUnknown, RestrictingDirective } from '../bundle/bundle.ts'
import type { NamedResource } from './catalogue.ts'
import { dischargeOf } from './grants.ts'
import { admitsNobodyYet } from './in-force.ts'
import type { Answer, Gap } from './kleene.ts'
import { partiesIn } from './parties.ts'
import { firstGap, firstReason } from './reasons.ts'
import type { Situation } from './situation.ts'
import { ask, testsIn } from './tests.ts'
import { mayHaveBegun } from './time.ts'

/** One instrument's word on one resource. */
export interface Finding {
  readonly directive: string
  readonly version: number
  readonly resource: string
  readonly result: Determination['result']
  readonly limbs: readonly LimbFinding[]
  /** §8: "evaluated and recorded as `would_deny`": nothing of the answer rests on it. */
  readonly reportOnly: boolean
  readonly onUnknown: OnUnknown
  readonly tellsReason: boolean
  readonly obligations: readonly DirectiveObligation[]
}

export interface LimbFinding {
  readonly limb: string
  readonly value: Truth
  readonly reason: Reason | null
  readonly gaps: readonly Gap[]
  readonly grants: readonly GrantFinding[]
  readonly flags: readonly string[]
}

export function determine(
  directive: RestrictingDirective,
  named: NamedResource,
  modes: readonly string[],
  situation: Situation,
): Finding {
  const residuals = directive.limbs.map((limb) => residualOf(limb, directive, named, modes, situation))
  const limbs = residuals.map(({ finding }) => finding)
  if (admitsNobodyYet(directive, named, situation)) {
    limbs.push({ limb: 'admission', value: 'true', reason: 'membership_absent', gaps: [], grants: [], flags: [] })
  }
  const values = limbs.map(({ value }) => value)
  const { reportOnlyUntil } = directive
  const reportOnly = reportOnlyUntil !== null && !mayHaveBegun(reportOnlyUntil, situation)
  // What denies binds nobody to anything.
  const isViolated = values.includes('true')
  const ofGrants = residuals.flatMap(({ obligations }) => obligations)
  const wouldDeny = (limb: LimbFinding): LimbFinding =>
    limb.value === 'false' ? limb : { ...limb, flags: [...limb.flags, 'would_deny'] }
  return {
    directive: directive.id,
    version: directive.version,
    resource: named.resource.pointer,
    result: isViolated ? 'violated' : values.includes('unknown') ? 'indeterminate' : 'satisfied',
    limbs: reportOnly ? limbs.map(wouldDeny) : limbs,
    reportOnly,
    onUnknown: directive.onUnknown,
    tellsReason: directive.tellTheCaller === 'reason',
    obligations: isViolated || reportOnly ? [] : [...directive.obligations, ...ofGrants],
  }
}

interface Residual {
  readonly finding: LimbFinding
  /** Of the grants that discharged it. */
  readonly obligations: readonly DirectiveObligation[]
}

function residualOf(
  limb: Limb,
  directive: RestrictingDirective,
  named: NamedResource,
  modes: readonly string[],
  situation: Situation,
): Residual {
  const reasons: Reason[] = []
  const gaps: Gap[] = []
  const grants: GrantFinding[] = []
  const flags: string[] = []
  const obligations: DirectiveObligation[] = []
  for (const party of partiesIn(limb.anyOf, situation)) {
    if (party.label === 'prior-actor' && !isOfPersons(limb)) continue
    const answer = ask(limb.is, party, directive, modes, situation)
    if (answer.value === 'false') continue
    // "Prior actors never help to permit; one *known* foreign denies; an unknown one is recorded, not asked for."
    if (party.label === 'prior-actor' && answer.value === 'unknown') continue
    // "`when-unknown: not-met`": the accepted risk stands in every record that relied on it.
    if (answer.value === 'unknown' && answer.excusable && limb.whenUnknown !== null) {
      flags.push(`accepted_risk:${limb.id}`)
      continue
    }
    const discharge = dischargeOf(party, directive, limb.id, named, modes, situation)
    grants.push(...discharge.findings)
    obligations.push(...discharge.obligations)
    if (discharge.discharged) continue
    flags.push(...answer.flags, ...(party.label === 'prior-actor' ? ['prior_actor'] : []))
    if (answer.value === 'unknown') gaps.push(...answer.gaps)
    // "A grant that is unknown for want of evidence leaves the limb indeterminate."
    else if (discharge.gaps.length > 0) gaps.push(...discharge.gaps)
    else reasons.push(discharge.failure ?? reasonOf(limb, answer))
  }
  const about = { limb: limb.id, grants: once(grants), flags: [...new Set(flags)] }
  // A limb's own reason stands before every `grant_*`: a failed grant speaks only where it covers every party that matches.
  if (reasons.length > 0) {
    return { finding: { ...about, value: 'true', reason: firstReason(reasons), gaps: [] }, obligations }
  }
  if (gaps.length > 0) return { finding: { ...about, value: 'unknown', reason: firstGap(gaps), gaps }, obligations }
  return { finding: { ...about, value: 'false', reason: null, gaps: [] }, obligations }
}

/** "`membership_absent` becomes `membership_ended` where the register holds an ended entry." */
const reasonOf = ({ reason }: Limb, { ended }: Answer): Reason =>
  reason === 'membership_absent' && ended ? 'membership_ended' : reason

/** What is known of an earlier actor is who they are: not where, and not in which register of today. */
const isOfPersons = ({ is }: Limb): boolean =>
  testsIn(is).some(({ test }) => test === 'foreign-person' || test === 'nationality' || test === 'residence')

/** Several parties may have one label: what a grant does for that label is told once. */
const once = (grants: readonly GrantFinding[]): readonly GrantFinding[] =>
  grants.filter(
    (one, index) =>
      grants.findIndex(
        ({ grant, party, result }) => grant === one.grant && party === one.party && result === one.result,
      ) === index,
  )
