// semantics.md §2, "Registers are closed": membership, employment, tiers and lists come from dated records alone. "no entry means no,
// an ended one `membership_ended`; a token's word on them counts for nothing."

import type { SubjectId } from '../../vocabulary/party.ts'
import type { Attestation, Interval, MemberId, Organization, RegisterTest } from '../bundle/bundle.ts'
import { type Answer, whether } from './kleene.ts'
import type { EndUsers, Party } from './parties.ts'
import type { Situation } from './situation.ts'
import { admitsNow, mayHaveEnded, prohibitsNow } from './time.ts'

const isSame = (a: SubjectId, b: SubjectId): boolean => a.issuer === b.issuer && a.subject === b.subject

/** The organizations that run a service now, each once. */
export function registeredRunners(service: SubjectId, situation: Situation): readonly string[] {
  const entries = situation.bundle.registers.clients.filter((one) => isSame(one, service) && admitsNow(one, situation))
  return [...new Set(entries.map(({ organization }) => organization))]
}

export function organizationsNow(id: string, situation: Situation): readonly Organization[] {
  return situation.bundle.registers.organizations.filter((one) => one.id === id && admitsNow(one, situation))
}

/** What one organization attests now of the end users of a service. */
export function attestationsOf(organization: string, service: SubjectId, situation: Situation): readonly Attestation[] {
  return situation.bundle.registers.attestations.filter(
    (one) =>
      one.organization === organization && one.clients.some((id) => isSame(id, service)) && admitsNow(one, situation),
  )
}

/** "a contractor is none" */
export function employmentsOf(
  person: SubjectId,
  situation: Situation,
): readonly (Interval & { organization: string })[] {
  return situation.bundle.registers.employees.filter((one) => isSame(one, person) && one.engagement === 'employee')
}

/**
 * What an entry would do (§8): it admits only while it surely holds, and of several organizations that run one service each must have
 * it; it prohibits while it may hold, and one is enough.
 */
export type Toward = 'admit' | 'prohibit'

const holds = (entry: Interval, toward: Toward, situation: Situation): boolean =>
  toward === 'admit' ? admitsNow(entry, situation) : prohibitsNow(entry, situation)

/** `holds`: an entry holds now. If none does: `ended`, one has; `ahead`, one will begin; `absent`: there is none. */
export type Registration = 'holds' | 'ended' | 'ahead' | 'absent'

function registrationOf(entries: readonly Interval[], toward: Toward, situation: Situation): Registration {
  if (entries.some((one) => holds(one, toward, situation))) return 'holds'
  if (entries.some(({ to }) => mayHaveEnded(to, situation))) return 'ended'
  return entries.length > 0 ? 'ahead' : 'absent'
}

const best = (registrations: readonly Registration[]): Registration =>
  (['holds', 'ended', 'ahead'] as const).find((one) => registrations.includes(one)) ?? 'absent'

/** A test on a register is two-valued. */
export function registerAnswer(test: RegisterTest, party: Party, situation: Situation): Answer {
  const registration = registrationIn(test, party, test.holds ? 'prohibit' : 'admit', situation)
  const answer = whether((registration === 'holds') === test.holds)
  return { ...answer, ended: test.test === 'member' && !test.holds && registration === 'ended' }
}

export function registrationIn(test: RegisterTest, party: Party, toward: Toward, situation: Situation): Registration {
  const { evaluators, staff, tiers } = situation.bundle.registers
  /** By (issuer, subject) and by nothing else. */
  const listed = (entries: readonly (SubjectId & Interval)[]): Registration => {
    if (party.kind !== 'individual') return 'absent'
    return registrationOf(
      entries.filter((one) => isSame(one, party.subject.id)),
      toward,
      situation,
    )
  }
  switch (test.test) {
    case 'member':
      return membership(test.program, party, toward, situation)
    case 'evaluator':
      return listed(evaluators.filter(({ list }) => list === test.list))
    case 'staff':
      return listed(staff.filter(({ list }) => list === test.list))
    case 'tier':
      return listed(tiers.filter(({ tier }) => tier === test.tier))
  }
}

/** "The party, the organization that employs it, or the one that runs it is a member." */
function membership(program: string, party: Party, toward: Toward, situation: Situation): Registration {
  const entries = situation.bundle.registers.members.filter((one) => one.program === program)
  const as = (is: (member: MemberId) => boolean): Registration =>
    registrationOf(
      entries.filter(({ member }) => is(member)),
      toward,
      situation,
    )
  const ofOrganization = (id: string): Registration =>
    as((member) => member.kind === 'organization' && member.organization === id)
  const ofRunners = (registrations: readonly Registration[]): Registration => {
    if (toward === 'prohibit') return best(registrations)
    const others = registrations.filter((one) => one !== 'holds')
    return registrations.length > 0 && others.length === 0 ? 'holds' : best(others)
  }
  switch (party.kind) {
    case 'organization':
      return party.id === null ? 'absent' : ofOrganization(party.id)
    case 'end-users':
      return ofRunners(
        party.runners.map((id) => (isEmployeesOnly(party, id, situation) ? ofOrganization(id) : 'absent')),
      )
    case 'individual': {
      const { id, kind } = party.subject
      const own = as((member) => member.kind === 'subject' && isSame(member.subject, id))
      // Whatever else stands there: who is a member is one.
      if (own === 'holds') return own
      const employments = employmentsOf(id, situation)
      const employers = employments
        .filter((one) => holds(one, toward, situation))
        .map(({ organization }) => organization)
      const through =
        kind === 'service'
          ? ofRunners(party.registeredRunners.map(ofOrganization))
          : best(employers.map(ofOrganization))
      // Somebody whose employment by a member has ended was a member once.
      const former = employments.filter(({ to }) => mayHaveEnded(to, situation))
      const wasMember = former.some(({ organization }) => ofOrganization(organization) !== 'absent')
      return best([own, through, wasMember ? 'ended' : 'absent'])
    }
  }
}

/** "Every end user is a registered employee of the organization." */
export const isEmployeesOnly = ({ service }: EndUsers, organization: string, situation: Situation): boolean =>
  attestationsOf(organization, service, situation).some(({ employeesOnly }) => employeesOnly)

export const isNamed = (id: SubjectId, party: Party): boolean =>
  party.kind === 'individual' && isSame(id, party.subject.id)
