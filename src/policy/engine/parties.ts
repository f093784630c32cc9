// Parties: everyone whom the release reaches, by role. A role that nobody names is empty and matches nothing; one that is named but
// of unknown status stands here with nothing known about it.

import type { Caller, Role, Subject } from '../../vocabulary/party.ts'
import type { Attestation } from '../bundle/bundle.ts'
import type { Standings } from '../definitions/standing.ts'
import { none } from './finding.ts'
import { type Labels, labels } from './labels.ts'
import type { Weighing } from './predicates/weighing.ts'
import { organizationsNow, type RegisterIndex, type SubjectEntries } from './registers.ts'
import { saysOfStanding } from './statements.ts'
import type { Horizon } from './valid-until.ts'

/** Roles, one bit each. */
export type RoleSet = number

const roleBits: Readonly<Record<Role, RoleSet>> = { subject: 1, actor: 2, organization: 4, 'end-user': 8 }

export const roleSet = (roles: readonly Role[]): RoleSet => roles.reduce((set, role) => set | roleBits[role], 0)

/** A person or a service that holds or stands in the credential. */
export interface SubjectParty {
  readonly kind: 'person' | 'service'
  readonly role: 'subject' | 'actor'
  readonly labels: Labels
  readonly subject: Subject
  readonly entries: SubjectEntries | undefined
  /** Organizations that run the service, from the client register; [] for a person. */
  readonly runBy: readonly string[]
  /** The organization that the credential claims for this service where the client register names none. */
  readonly claimedRunner: string | null
  /** Earlier actors never help to permit; only a known fact counts against them. */
  readonly prior: boolean
  /** What each piece of a person's evidence says of their standing, in the order of the evidence. */
  readonly standings: readonly (Standings | null)[]
  /** What that evidence is worth under each demand that was asked with so far. */
  weighings: readonly Weighing[]
}

/** `id` is null where the issuer always asserts an organization and this credential does not. */
export interface OrganizationParty {
  readonly kind: 'organization'
  readonly role: 'organization'
  readonly labels: Labels
  readonly id: string | null
}

/** The people behind a service, known only from attestations. A person is their own end user and stands under `subject`. */
export interface EndUsersParty {
  readonly kind: 'end-users'
  readonly role: 'end-user'
  readonly labels: Labels
  /** Organizations that run the service: each has end users of its own. [] where nobody says who runs it. */
  readonly runners: readonly string[]
  /** Attestations of these that hold now and speak for this service. */
  readonly attestations: readonly Attestation[]
}

export type Party = SubjectParty | OrganizationParty | EndUsersParty

export interface Parties {
  /** What `inRoles` has found, by the set of roles. */
  readonly found: (readonly Party[] | undefined)[]
  readonly subject: SubjectParty
  readonly actor: SubjectParty | null
  readonly priorActors: readonly SubjectParty[]
  readonly organizations: readonly OrganizationParty[]
  /** Null for a person. */
  readonly endUsers: EndUsersParty | null
}

/** Whether each organization that runs the service attests enough by itself: none speaks for the end users of another. */
export function eachRunnerAttests(
  { runners, attestations }: EndUsersParty,
  isEnough: (own: readonly Attestation[]) => boolean,
): boolean {
  return (
    runners.length > 0 &&
    runners.every((runner) => isEnough(attestations.filter(({ organization }) => organization === runner)))
  )
}

/** The party as each of the organizations that run it would have it alone; the party itself where there is no more than one. */
export function byRunner(party: Party): readonly Party[] {
  if (party.kind === 'service' && party.runBy.length > 1) {
    return party.runBy.map((runner) => ({ ...party, runBy: [runner] }))
  }
  if (party.kind === 'end-users' && party.runners.length > 1) {
    return party.runners.map((runner) => ({
      ...party,
      runners: [runner],
      attestations: party.attestations.filter(({ organization }) => organization === runner),
    }))
  }
  return [party]
}

export const isPrior = (party: Party): boolean => (party.kind === 'person' || party.kind === 'service') && party.prior

export function partiesOf(caller: Caller, registers: RegisterIndex, horizon: Horizon): Parties {
  const subject = subjectParty('subject', caller.subject, caller.organization, false)
  return {
    found: [],
    subject,
    actor: caller.actor === null ? null : subjectParty('actor', caller.actor, null, false),
    priorActors:
      caller.priorActors.length === 0
        ? none
        : caller.priorActors.map((prior) => subjectParty('actor', prior, null, true)),
    organizations: organizationsOf(caller, subject),
    endUsers: subject.kind === 'service' ? endUsersOf(subject, horizon) : null,
  }

  function subjectParty(
    role: SubjectParty['role'],
    party: Subject,
    claimedRunner: string | null,
    prior: boolean,
  ): SubjectParty {
    const entries = registers.subject(party)
    const runBy = party.kind === 'service' ? organizationsNow(entries?.runBy, horizon, 'admit') : none
    const standings = party.kind === 'person' ? party.evidence.map(saysOfStanding) : none
    const own = prior ? labels.priorActor : labels[role]
    return {
      kind: party.kind,
      role,
      labels: own,
      subject: party,
      entries,
      runBy,
      claimedRunner,
      prior,
      standings,
      weighings: none,
    }
  }
}

function organizationsOf(caller: Caller, subject: SubjectParty): readonly OrganizationParty[] {
  if (caller.organization === null && subject.runBy.length === 0) {
    return caller.organizationExpected
      ? [{ kind: 'organization', role: 'organization', labels: labels.organization, id: null }]
      : none
  }
  const ids = new Set(subject.runBy)
  if (caller.organization !== null) ids.add(caller.organization)
  return [...ids].map((id) => ({ kind: 'organization', role: 'organization', labels: labels.organization, id }))
}

function endUsersOf(service: SubjectParty, horizon: Horizon): EndUsersParty {
  const runners = runnersOf(service)
  const attestations = (service.entries?.attestations ?? []).filter(
    // An organization speaks only for services that it runs.
    ({ organization, from, to }) => runners.includes(organization) && horizon.admits(from, to),
  )
  return { kind: 'end-users', role: 'end-user', labels: labels.endUser, runners, attestations }
}

/** The client register goes before the credential; [] where neither says who runs the service. */
export function runnersOf({ runBy, claimedRunner }: SubjectParty): readonly string[] {
  return runBy.length > 0 || claimedRunner === null ? runBy : [claimedRunner]
}

/** The parties that a limb looks at, each once: a person who is subject and end user is one party. Prior actors stand beside actors. */
export function inRoles(parties: Parties, roles: RoleSet): readonly Party[] {
  const before = parties.found[roles]
  if (before !== undefined) return before
  const { subject, actor, priorActors, organizations, endUsers } = parties
  const has = (role: Role): boolean => (roles & roleBits[role]) !== 0
  const found: Party[] = []
  if (has('subject') || (has('end-user') && endUsers === null)) found.push(subject)
  if (has('actor')) {
    if (actor !== null) found.push(actor)
    found.push(...priorActors)
  }
  if (has('organization')) found.push(...organizations)
  if (has('end-user') && endUsers !== null) found.push(endUsers)
  parties.found[roles] = found
  return found
}
