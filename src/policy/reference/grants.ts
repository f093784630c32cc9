// semantics.md §7: "A grant discharges a limb only if it names that limb of that directive version, covers *every* party that makes
// the limb match or leaves it unknown (different grants may cover different parties), and the resource, operation, phase, instant, and
// place if it limits places." Here: what the grants do for one such party.

import type { GrantFinding, GrantResult } from '../../vocabulary/decision.ts'
import type { Reason } from '../../vocabulary/reason.ts'
import type { Cover, DirectiveObligation, Grant, RestrictingDirective } from '../bundle/bundle.ts'
import type { NamedResource } from './catalogue.ts'
import type { Answer, Gap } from './kleene.ts'
import type { Party } from './parties.ts'
import { codesOf, isAddressProhibited, isAttestedPlaceProhibited } from './place.ts'
import { firstReason } from './reasons.ts'
import { employmentsOf, isEmployeesOnly, isNamed, registrationIn } from './registers.ts'
import { covers, coversAll } from './scope.ts'
import type { Situation } from './situation.ts'
import { admitsNow, hasBegun, mayHaveEnded } from './time.ts'

export interface Discharge {
  readonly discharged: boolean
  /** A grant would help, but for want of evidence of the place nobody can say. */
  readonly gaps: readonly Gap[]
  /** Of the grants that fail: what is told in place of the limb's reason; null: none of them does. */
  readonly failure: Reason | null
  readonly findings: readonly GrantFinding[]
  readonly obligations: readonly DirectiveObligation[]
}

export function dischargeOf(
  party: Party,
  directive: RestrictingDirective,
  limb: string,
  named: NamedResource,
  modes: readonly string[],
  situation: Situation,
): Discharge {
  const naming = situation.bundle.grants.filter(({ discharges }) =>
    discharges.some(
      (one) => one.directive === directive.id && one.versions.includes(directive.version) && one.limbs.includes(limb),
    ),
  )
  const tried = naming
    .filter((grant) => coversParty(grant, party, situation))
    .map((grant) => ({ grant, ...tryGrant(grant, party, named, modes, situation) }))
  const helping = tried.filter(({ result }) => result === 'discharged').map(({ grant }) => grant)
  const used = inOrderOfUse(helping)[0]
  const failures = tried.flatMap(({ result }) => failureOf[result] ?? [])
  return {
    discharged: used !== undefined,
    gaps: tried.flatMap(({ gaps }) => gaps),
    failure: failures.length > 0 ? firstReason(failures) : null,
    // Not those that would help and are not needed.
    findings: tried
      .filter(({ grant, result }) => result !== 'discharged' || grant === used)
      .map(({ grant, result }) => ({ grant: grant.id, party: party.label, result })),
    obligations: used === undefined ? [] : obligationsOf(used, named, situation),
  }
}

/** One without a quantity first, so that nothing is used up without need; then by id. */
const inOrderOfUse = (grants: readonly Grant[]): readonly Grant[] =>
  [...grants].sort((a, b) => {
    if ((a.quantity === null) !== (b.quantity === null)) return a.quantity === null ? -1 : 1
    return a.id < b.id ? -1 : 1
  })

/** "fails only by time, quantity, revocation or scope". What has not begun was never there to fail. */
const failureOf: Readonly<Partial<Record<GrantResult, Reason>>> = {
  expired: 'grant_expired',
  exhausted: 'grant_exhausted',
  revoked: 'grant_revoked',
  'out-of-scope': 'grant_scope_mismatch',
  elsewhere: 'grant_scope_mismatch',
}

function tryGrant(
  grant: Grant,
  party: Party,
  named: NamedResource,
  modes: readonly string[],
  situation: Situation,
): { readonly result: GrantResult; readonly gaps: readonly Gap[] } {
  const failed = (result: GrantResult) => ({ result, gaps: [] })
  if (!hasBegun(grant.from, situation)) return failed('not-begun')
  const isInScope = covers(grant.scope, named, situation.facts.operation, situation.bundle)
  if (!isInScope || !coversAll(grant.scope, modes)) return failed('out-of-scope')
  if (mayHaveEnded(grant.revokedFrom, situation)) return failed('revoked')
  if (mayHaveEnded(grant.to, situation)) return failed('expired')
  if (grant.quantity !== null && leftOf(grant, situation) === 0) return failed('exhausted')
  if (grant.places === null) return failed('discharged')
  const elsewhere = isElsewhere(grant.places, party, situation)
  if (elsewhere.value === 'unknown') return { result: 'unknown', gaps: elsewhere.gaps }
  return failed(elsewhere.value === 'true' ? 'elsewhere' : 'discharged')
}

function isElsewhere(places: NonNullable<Grant['places']>, party: Party, situation: Situation): Answer {
  const codes = codesOf(places.within, situation)
  if (party.kind === 'end-users') return isAttestedPlaceProhibited(party, codes, true, situation)
  return isAddressProhibited(codes, true, places.evidence, situation)
}

/** Whole tokens. What is not stated, or is no amount, is nothing. */
function leftOf({ id }: Grant, { facts }: Situation): number {
  const left = Object.hasOwn(facts.remaining, id) ? (facts.remaining[id] ?? 0) : 0
  return Number.isSafeInteger(left) && left > 0 ? left : 0
}

/** "Quantities: … permit with `cap-output-tokens` = min(named, left)"; a request that states none could take the catalogue's maximum. */
function obligationsOf(grant: Grant, { model }: NamedResource, situation: Situation): readonly DirectiveObligation[] {
  const { operation } = situation.facts
  if (grant.quantity === null || operation.action !== 'infer') return grant.obligations
  const left = leftOf(grant, situation)
  const wanted = operation.maxOutputTokens ?? model.maxOutputTokens ?? left
  return [...grant.obligations, { kind: 'cap-output-tokens', max: Math.min(wanted, left) }]
}

/** What several organizations run is covered only if it were as each one's alone. */
function coversParty({ covers: all }: Grant, party: Party, situation: Situation): boolean {
  const runners =
    party.kind === 'end-users' ? party.runners : party.kind === 'individual' ? party.registeredRunners : []
  const alone: readonly Party[] =
    runners.length < 2
      ? [party]
      : runners.map((one) => ({ ...party, runners: [one], registeredRunners: [one] }) as Party)
  return alone.every((one) => all.some((cover) => coversAlone(cover, one, situation)))
}

function coversAlone(cover: Cover, party: Party, situation: Situation): boolean {
  switch (cover.cover) {
    case 'organization':
      // Only the client register says who runs a service.
      if (party.kind === 'organization') return party.id === cover.organization
      return party.kind === 'individual' && party.registeredRunners.includes(cover.organization)
    case 'employees-of':
      return isEmployee(cover.organization, party, situation)
    case 'members-of':
      return (
        registrationIn({ test: 'member', program: cover.program, holds: true }, party, 'admit', situation) === 'holds'
      )
    case 'evaluators':
      return registrationIn({ test: 'evaluator', list: cover.list, holds: true }, party, 'admit', situation) === 'holds'
    case 'staff':
      return registrationIn({ test: 'staff', list: cover.list, holds: true }, party, 'admit', situation) === 'holds'
    case 'subject':
      return isNamed(cover.subject, party)
    case 'anyone-who':
      return registrationIn(cover.is, party, 'admit', situation) === 'holds'
  }
}

/** "'Employee of the holder' needs a register entry; a contractor is none." */
function isEmployee(organization: string, party: Party, situation: Situation): boolean {
  switch (party.kind) {
    case 'organization':
      return false
    case 'end-users':
      return party.runners.includes(organization) && isEmployeesOnly(party, organization, situation)
    case 'individual':
      return (
        party.subject.kind === 'person' &&
        employmentsOf(party.subject.id, situation).some(
          (one) => one.organization === organization && admitsNow(one, situation),
        )
      )
  }
}
