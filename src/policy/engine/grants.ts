// Grants: which of them discharges a limb for one party. A grant helps only if it names the limb, covers the party, and reaches the
// resource, operation, phase, instant and place. It never permits by itself.

import type { Operation, Resource } from '../../vocabulary/operation.ts'
import type { Cover } from '../bundle/bundle.ts'
import { byRunner, type Party, type SubjectParty } from './parties.ts'
import type { CompiledGrant } from './policy.ts'
import { standingIn } from './predicates/index.ts'
import { place } from './predicates/place.ts'
import type { Gap } from './reason-order.ts'
import { organizationsNow } from './registers.ts'
import { coversEveryMode, covers as coversOperation } from './scope.ts'
import type { Question, Situation } from './situation.ts'

/** In the order of reasons: of several grants that fail, the first of these is told. */
const failures = ['grant_expired', 'grant_revoked', 'grant_scope_mismatch'] as const
export type GrantFailure = (typeof failures)[number]

export type Discharge =
  | { readonly kind: 'discharged'; readonly grant: CompiledGrant }
  /** A grant would help, but for want of evidence nobody can say. */
  | { readonly kind: 'open'; readonly gaps: readonly Gap[] }
  /** `failure`: a grant names the limb and covers the party, and fails only by time, revocation or scope. */
  | { readonly kind: 'none'; readonly failure: GrantFailure | null }

export interface Asked {
  readonly resource: Resource
  readonly operation: Operation
}

export function dischargeOf(
  grants: readonly CompiledGrant[],
  party: Party,
  question: Question,
  asked: Asked,
): Discharge {
  // What several organizations run is covered only if it were as each one's alone.
  const parties = byRunner(party)
  const failed: GrantFailure[] = []
  const gaps: Gap[] = []
  for (const grant of grants) {
    if (!coversEvery(grant.covers, parties, question.situation)) continue
    const helps = reach(grant, party, question, asked)
    if (helps === 'helps') return { kind: 'discharged', grant }
    if (typeof helps === 'object') gaps.push(...helps.gaps)
    else if (helps !== 'ahead') failed.push(helps)
  }
  if (gaps.length > 0) return { kind: 'open', gaps }
  return { kind: 'none', failure: failures.find((failure) => failed.includes(failure)) ?? null }
}

function reach(
  grant: CompiledGrant,
  party: Party,
  question: Question,
  { resource, operation }: Asked,
): 'helps' | 'ahead' | GrantFailure | { readonly gaps: readonly Gap[] } {
  const { source, scope } = grant
  const { horizon } = question.situation
  // What has not begun was never there to fail.
  if (!horizon.reached(source.from + horizon.uncertainty)) return 'ahead'
  const inScope =
    scope.models.has(resource.model) &&
    coversOperation(scope, resource, operation) &&
    coversEveryMode(scope, question.modes)
  if (!inScope) return 'grant_scope_mismatch'
  if (source.revokedFrom !== null && horizon.ended(source.revokedFrom)) return 'grant_revoked'
  if (horizon.ended(source.to)) return 'grant_expired'
  if (grant.places === null) return 'helps'
  const { within, evidence } = grant.places
  const outside = place(within, true, party, { ...question, demands: { ...question.demands, place: evidence } })
  if (outside.value === 'unknown') return { gaps: outside.gaps }
  return outside.value === 'true' ? 'grant_scope_mismatch' : 'helps'
}

const coversEvery = (covers: readonly Cover[], parties: readonly Party[], situation: Situation): boolean =>
  parties.every((party) => covers.some((cover) => coversParty(cover, party, situation)))

function coversParty(cover: Cover, party: Party, situation: Situation): boolean {
  switch (cover.cover) {
    case 'organization':
      return isOrRunsFor(cover.organization, party)
    case 'employees-of':
      return isEmployedBy(cover.organization, party, situation)
    case 'members-of':
      return standingIn({ test: 'member', program: cover.program, holds: true }, party, situation) === 'holds'
    case 'evaluators':
      return standingIn({ test: 'evaluator', list: cover.list, holds: true }, party, situation) === 'holds'
    case 'staff':
      return standingIn({ test: 'staff', list: cover.list, holds: true }, party, situation) === 'holds'
    case 'anyone-who':
      return standingIn(cover.is, party, situation) === 'holds'
    case 'subject':
      return (
        isSubject(party) &&
        party.subject.id.issuer === cover.subject.issuer &&
        party.subject.id.subject === cover.subject.subject
      )
  }
}

const isSubject = (party: Party): party is SubjectParty => party.kind === 'person' || party.kind === 'service'

/** Only the client register says who runs a service; the credential's own word does not open a grant. */
function isOrRunsFor(organization: string, party: Party): boolean {
  if (party.kind === 'organization') return party.id === organization
  return party.kind === 'service' && party.runBy.includes(organization)
}

function isEmployedBy(organization: string, party: Party, { horizon }: Situation): boolean {
  if (party.kind === 'person') return organizationsNow(party.entries?.employments, horizon).includes(organization)
  return (
    party.kind === 'end-users' &&
    party.attestations.some((attestation) => attestation.employeesOnly && attestation.organization === organization)
  )
}
