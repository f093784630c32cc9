// Grants: which of them discharges a limb for one party. A grant helps only if it names the limb, covers the party, and reaches the
// resource, operation, phase, instant and place, and if something is left of its quantity. It never permits by itself.

import type { GrantFinding, GrantResult } from '../../vocabulary/decision.ts'
import type { DirectiveObligation } from '../bundle/bundle.ts'
import { isCovered } from './covers.ts'
import { none } from './finding.ts'
import { byRunner, type Party } from './parties.ts'
import type { CompiledGrant } from './policy.ts'
import { place } from './predicates/place.ts'
import type { Gap } from './reason-order.ts'
import { coversEveryMode, covers as coversOperation } from './scope.ts'
import type { LimbQuestion } from './situation.ts'

/** In the order of reasons: of several grants that fail, the first of these is told. */
const failures = ['grant_expired', 'grant_exhausted', 'grant_revoked', 'grant_scope_mismatch'] as const
export type GrantFailure = (typeof failures)[number]

/** What a failed grant gives in place of the limb's reason. What has not begun was never there to fail. */
const failureOf: Readonly<Partial<Record<GrantResult, GrantFailure>>> = {
  expired: 'grant_expired',
  exhausted: 'grant_exhausted',
  revoked: 'grant_revoked',
  'out-of-scope': 'grant_scope_mismatch',
  elsewhere: 'grant_scope_mismatch',
}

/** `findings`: each grant that covers the party, but for those that would help and are not needed. */
export type Discharge = { readonly findings: readonly GrantFinding[] } & (
  | { readonly kind: 'discharged'; readonly obligations: readonly DirectiveObligation[] }
  /** A grant would help, but for want of evidence nobody can say. */
  | { readonly kind: 'open'; readonly gaps: readonly Gap[] }
  /** `failure`: a grant names the limb and covers the party, and fails only by time, quantity, revocation or scope. */
  | { readonly kind: 'none'; readonly failure: GrantFailure | null }
)

/**
 * What the limb's grants do for one party. Of several that help, one without a quantity is used, so that nothing is used up without
 * need; then the first by id.
 */
export function dischargeOf(grants: readonly CompiledGrant[], party: Party, question: LimbQuestion): Discharge {
  // What several organizations run is covered only if it were as each one's alone.
  const parties = byRunner(party)
  const { name } = party.labels
  const told: GrantFinding[] = []
  let used: CompiledGrant | null = null
  let failed: readonly GrantFailure[] = none
  let gaps: readonly Gap[] = none
  for (const grant of grants) {
    if (!parties.every((one) => isCovered(one, grant.covers, question.situation))) continue
    const reached = reach(grant, party, question)
    const result = typeof reached === 'string' ? reached : 'unknown'
    told.push({ grant: grant.source.id, party: name, result })
    if (typeof reached !== 'string') gaps = [...gaps, ...reached]
    if (result === 'discharged' && (used === null || (hasQuantity(used) && !hasQuantity(grant)))) used = grant
    const failure = failureOf[result]
    if (failure !== undefined) failed = [...failed, failure]
  }
  if (used !== null) {
    const { id } = used.source
    const findings =
      told.length === 1 ? told : told.filter(({ grant, result }) => result !== 'discharged' || grant === id)
    return { kind: 'discharged', obligations: obligationsOf(used, question), findings }
  }
  if (gaps.length > 0) return { kind: 'open', gaps, findings: told }
  return { kind: 'none', failure: failures.find((failure) => failed.includes(failure)) ?? null, findings: told }
}

const hasQuantity = ({ source }: CompiledGrant): boolean => source.quantity !== null

/** What a grant does for a party that it covers; gaps: nobody can say. */
function reach(
  grant: CompiledGrant,
  party: Party,
  question: LimbQuestion,
): Exclude<GrantResult, 'unknown'> | readonly Gap[] {
  const { source, scope } = grant
  const { situation, demands, modes, resource } = question
  const { operation, horizon } = situation
  if (!horizon.reached(source.from + horizon.uncertainty)) return 'not-begun'
  const inScope =
    scope.models.has(resource.model) && coversOperation(scope, resource, operation) && coversEveryMode(scope, modes)
  if (!inScope) return 'out-of-scope'
  if (horizon.ended(source.revokedFrom)) return 'revoked'
  if (horizon.ended(source.to)) return 'expired'
  if (hasQuantity(grant) && leftOf(grant, question) === 0) return 'exhausted'
  if (grant.places === null) return 'discharged'
  const { within, evidence } = grant.places
  const outside = place(within, true, party, { situation, demands: { ...demands, place: evidence }, modes })
  if (outside.value === 'unknown') return outside.gaps
  return outside.value === 'true' ? 'elsewhere' : 'discharged'
}

/** Whole output tokens; what is not stated, or is no amount, is nothing. */
function leftOf({ source }: CompiledGrant, { situation }: LimbQuestion): number {
  const { remaining } = situation
  const left = Object.hasOwn(remaining, source.id) ? remaining[source.id] : 0
  return Number.isSafeInteger(left) ? Math.max(0, left as number) : 0
}

/** Its own, and where it has a quantity and output is asked for, a cap: what was asked (else what could come), but no more than is left. */
function obligationsOf(grant: CompiledGrant, question: LimbQuestion): readonly DirectiveObligation[] {
  const { quantity, obligations } = grant.source
  const { operation } = question.situation
  if (quantity === null || operation.action !== 'infer') return obligations
  const wanted = operation.maxOutputTokens ?? question.maxOutputTokens ?? Number.POSITIVE_INFINITY
  return [...obligations, { kind: 'cap-output-tokens', max: Math.min(wanted, leftOf(grant, question)) }]
}
