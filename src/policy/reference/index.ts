// The reference interpreter: what a directive means (semantics.md), written to be read. A lawyer with a programmer beside them can
// follow it paragraph by paragraph: it works on the bundle as it stands, directive by directive, limb by limb, party by party, with
// words instead of codes, and remembers nothing. The compiled engine must give the same answer to every question; the tests under
// test/policy-reference hold it to that. It shares no code with the engine, and nothing in the gate uses it.
//
// §2 evidence.ts, statements.ts, registers.ts · §3 definitions.ts, person.ts, foreign.ts, nationality.ts, residence.ts · §5 place.ts
// §6 catalogue.ts, scope.ts, release.ts, verdict.ts · §7 kleene.ts, parties.ts, tests.ts, grants.ts, determine.ts, combine.ts, reasons.ts
// §8 time.ts, in-force.ts

import type { Determination, Facts, GrantFinding, Obligation, Truth } from '../../vocabulary/decision.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import { type Basis, type Reason, reasons } from '../../vocabulary/reason.ts'
import type { Bundle } from '../bundle/bundle.ts'
import { lookUp } from './catalogue.ts'
import { combine, type Judged } from './combine.ts'
import type { Finding } from './determine.ts'
import type { Situation, Suspension } from './situation.ts'
import { verdictOn } from './verdict.ts'

export interface ReferenceDecision {
  readonly effect: 'permit' | 'deny'
  readonly basis: Basis
  readonly reason: Reason
  readonly stepUp: boolean
  readonly tellReason: boolean
  /** A set: in no order. */
  readonly obligations: readonly Obligation[]
  readonly resources: readonly Resource[]
  /** A set: in no order. */
  readonly determinations: readonly ReferenceDetermination[]
}

export interface ReferenceDetermination {
  readonly directive: string
  readonly version: number
  readonly resource: string
  readonly result: Determination['result']
  /** A set: in no order; so are the flags and the grants of each. */
  readonly limbs: readonly {
    readonly limb: string
    readonly value: Truth
    readonly reason: Reason | null
    readonly flags: readonly string[]
    readonly grants: readonly GrantFinding[]
  }[]
}

export interface InterpretOptions {
  /** §8: e, milliseconds. */
  readonly clockUncertaintyMs: number
  readonly suspensions?: readonly Suspension[] | undefined
  /** §7 of the fleet's lease: nobody can say that this policy is the newest. */
  readonly isUnconfirmed?: boolean | undefined
}

/**
 * @param bundle one that loads: of a bundle with faults nothing is promised
 * @param instant milliseconds since the epoch
 */
export function interpret(
  bundle: Bundle,
  facts: Facts,
  instant: number,
  { clockUncertaintyMs: uncertainty, suspensions = [], isUnconfirmed = false }: InterpretOptions,
): ReferenceDecision {
  // §8: "above its limit (1 s): `clock_unsynchronized`"
  if (!(uncertainty >= 0 && uncertainty <= 1000)) return refusal('clock_unsynchronized')
  const situation: Situation = { bundle, facts, instant, uncertainty }
  const judged: Judged[] = []
  // §6: "A request that names several models is decided for each: the strictest wins, all are recorded."
  for (const reference of facts.operation.models) {
    const named = lookUp(reference, bundle)
    if (named === null) return refusal('model_unknown')
    const verdict = verdictOn(named, { suspensions, isUnconfirmed }, situation)
    // To an outsider a hidden model does not exist, whatever else could be said.
    if (verdict === 'concealed') return refusal('model_unknown')
    judged.push({ named, verdict })
  }
  if (judged.length === 0) return refusal('model_absent')
  const { reason, isPermit, isTold, stepUp, obligations } = combine(judged, situation)
  const { basis } = reasons[reason]
  return {
    effect: isPermit ? 'permit' : 'deny',
    basis,
    reason,
    stepUp,
    // §9: "Reasons of basis `request` and `system` are always told."
    tellReason: isTold || basis === 'system' || basis === 'request',
    obligations,
    resources: judged.map(({ named }) => named.resource),
    determinations: judged.flatMap(({ verdict }) => verdict.recorded.map(determination)),
  }
}

const refusal = (reason: Reason): ReferenceDecision => ({
  effect: 'deny',
  basis: reasons[reason].basis,
  reason,
  stepUp: false,
  tellReason: true,
  obligations: [],
  resources: [],
  determinations: [],
})

const determination = ({ directive, version, resource, result, limbs }: Finding): ReferenceDetermination => ({
  directive,
  version,
  resource,
  result,
  limbs: limbs.map(({ limb, value, reason, flags, grants }) => ({ limb, value, reason, flags, grants })),
})
