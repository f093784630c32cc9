// semantics.md §2, "Registers are closed": membership, employment, tiers and lists come from dated records alone. "no entry means no,
// an ended one `membership_ended`; a token's word on them counts for nothing."

import type { SubjectId } from '../../vocabulary/party.ts'
import type { Attestation, Interval, MemberId, Organization, RegisterTest } from '../bundle/bundle.ts'
import { type Answer, whether } from './kleene.ts'
import type { EndUsers, Party } from './parties.ts'
import type { Question } from './question.ts'
import { admitsNow, mayHaveEnded, prohibitsNow } from './time.ts'

const isSame = (a: SubjectId, b: SubjectId): boolean => a.issuer === b.issuer && a.subject === b.subject

/** The organizations that run a service now, each once. */
export function registeredRunners(service: SubjectId, question: Question): readonly string[] {
  const entries = question.bundle.registers.clients.filter((one) => isSame(one, service) && admitsNow(one, question))
  return [...new Set(entries.map(({ organization }) => organization))]
}

export function organizationsNow(id: string, question: Question): readonly Organization[] {
  return question.bundle.registers.organizations.filter((one) => one.id === id && admitsNow(one, question))
}

/** What one organization attests now of the end users of a service. */
export function attestationsOf(organization: string, service: SubjectId, question: Question): readonly Attestation[] {
  return question.bundle.registers.attestations.filter(
    (one) =>
      one.organization === organization && one.clients.some((id) => isSame(id, service)) && admitsNow(one, question),
  )
}

/** "a contractor is none" */
export function employmentsOf(person: SubjectId, question: Question): readonly (Interval & { organization: string })[] {
  return question.bundle.registers.employees.filter((one) => isSame(one, person) && one.engagement === 'employee')
}

/**
 * What an entry would do (§8): it admits only while it surely holds, and of several organizations that run one service each must have
 * it; it prohibits while it may hold, and one is enough.
 */
export type Toward = 'admit' | 'prohibit'

const holds = (entry: Interval, toward: Toward, question: Question): boolean =>
  toward === 'admit' ? admitsNow(entry, question) : prohibitsNow(entry, question)

/** `holds`: an entry holds now. If none does: `ended`, one has; `ahead`, one will begin; `absent`: there is none. */
export type Standing = 'holds' | 'ended' | 'ahead' | 'absent'

function standingOf(entries: readonly Interval[], toward: Toward, question: Question): Standing {
  if (entries.some((one) => holds(one, toward, question))) return 'holds'
  if (entries.some(({ to }) => mayHaveEnded(to, question))) return 'ended'
  return entries.length > 0 ? 'ahead' : 'absent'
}

const best = (standings: readonly Standing[]): Standing =>
  (['holds', 'ended', 'ahead'] as const).find((one) => standings.includes(one)) ?? 'absent'

/** A test on a register is two-valued. */
export function registerAnswer(test: RegisterTest, party: Party, question: Question): Answer {
  const standing = standingIn(test, party, test.holds ? 'prohibit' : 'admit', question)
  const answer = whether((standing === 'holds') === test.holds)
  return { ...answer, ended: test.test === 'member' && !test.holds && standing === 'ended' }
}

export function standingIn(test: RegisterTest, party: Party, toward: Toward, question: Question): Standing {
  const { evaluators, staff, tiers } = question.bundle.registers
  /** By (issuer, subject) and by nothing else. */
  const listed = (entries: readonly (SubjectId & Interval)[]): Standing => {
    if (party.kind !== 'individual') return 'absent'
    return standingOf(
      entries.filter((one) => isSame(one, party.subject.id)),
      toward,
      question,
    )
  }
  switch (test.test) {
    case 'member':
      return membership(test.program, party, toward, question)
    case 'evaluator':
      return listed(evaluators.filter(({ list }) => list === test.list))
    case 'staff':
      return listed(staff.filter(({ list }) => list === test.list))
    case 'tier':
      return listed(tiers.filter(({ tier }) => tier === test.tier))
  }
}

/** "The party, the organization that employs it, or the one that runs it is a member." */
function membership(program: string, party: Party, toward: Toward, question: Question): Standing {
  const entries = question.bundle.registers.members.filter((one) => one.program === program)
  const as = (is: (member: MemberId) => boolean): Standing =>
    standingOf(
      entries.filter(({ member }) => is(member)),
      toward,
      question,
    )
  const ofOrganization = (id: string): Standing =>
    as((member) => member.kind === 'organization' && member.organization === id)
  const ofRunners = (standings: readonly Standing[]): Standing => {
    if (toward === 'prohibit') return best(standings)
    const others = standings.filter((one) => one !== 'holds')
    return standings.length > 0 && others.length === 0 ? 'holds' : best(others)
  }
  switch (party.kind) {
    case 'organization':
      return party.id === null ? 'absent' : ofOrganization(party.id)
    case 'end-users':
      return ofRunners(
        party.runners.map((id) => (isEmployeesOnly(party, id, question) ? ofOrganization(id) : 'absent')),
      )
    case 'individual': {
      const { id, kind } = party.subject
      const own = as((member) => member.kind === 'subject' && isSame(member.subject, id))
      // Whatever else stands there: who is a member is one.
      if (own === 'holds') return own
      const employments = employmentsOf(id, question)
      const employers = employments
        .filter((one) => holds(one, toward, question))
        .map(({ organization }) => organization)
      const through =
        kind === 'service'
          ? ofRunners(party.registeredRunners.map(ofOrganization))
          : best(employers.map(ofOrganization))
      // Somebody whose employment by a member has ended was a member once.
      const former = employments.filter(({ to }) => mayHaveEnded(to, question))
      const wasMember = former.some(({ organization }) => ofOrganization(organization) !== 'absent')
      return best([own, through, wasMember ? 'ended' : 'absent'])
    }
  }
}

/** "Every end user is a registered employee of the organization." */
export const isEmployeesOnly = ({ service }: EndUsers, organization: string, question: Question): boolean =>
  attestationsOf(organization, service, question).some(({ employeesOnly }) => employeesOnly)

export const isNamed = (id: SubjectId, party: Party): boolean =>
  party.kind === 'individual' && isSame(id, party.subject.id)
