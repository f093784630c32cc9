// semantics.md §2, "Registers are closed": membership, employment, tiers and lists come from dated records alone. "no entry means no,
// an ended one `membership_ended`; a token's word on them counts for nothing."

import type { SubjectId } from '../../vocabulary/party.ts'
import type { Attestation, Interval, Organization, RegisterTest } from '../bundle/bundle.ts'
import { type Answer, whether } from './kleene.ts'
import type { EndUsers, Party } from './parties.ts'
import type { Question } from './question.ts'
import { admitsNow, mayHaveEnded } from './time.ts'

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

/** `holds`: an entry holds now. If none does: `ended`, one has; `ahead`, one will begin; `absent`: there is none. */
export type Standing = 'holds' | 'ended' | 'ahead' | 'absent'

function standingOf(entries: readonly Interval[], question: Question): Standing {
  if (entries.some((one) => admitsNow(one, question))) return 'holds'
  if (entries.some(({ to }) => mayHaveEnded(to, question))) return 'ended'
  return entries.length > 0 ? 'ahead' : 'absent'
}

const best = (standings: readonly Standing[]): Standing =>
  (['holds', 'ended', 'ahead'] as const).find((one) => standings.includes(one)) ?? 'absent'

/** A test on a register is two-valued. */
export function registerAnswer(test: RegisterTest, party: Party, question: Question): Answer {
  // Of several organizations that run a service each must be there to admit it; one is enough to prohibit it.
  const standing = standingIn(test, party, test.holds ? 'some' : 'every', question)
  const answer = whether((standing === 'holds') === test.holds)
  return { ...answer, ended: test.test === 'member' && !test.holds && standing === 'ended' }
}

export function standingIn(test: RegisterTest, party: Party, runners: 'every' | 'some', question: Question): Standing {
  const { registers } = question.bundle
  switch (test.test) {
    case 'member':
      return membership(test.program, party, runners, question)
    case 'evaluator':
      return listed(
        registers.evaluators.filter(({ list }) => list === test.list),
        party,
        question,
      )
    case 'staff':
      return listed(
        registers.staff.filter(({ list }) => list === test.list),
        party,
        question,
      )
    case 'tier':
      return listed(
        registers.tiers.filter(({ tier }) => tier === test.tier),
        party,
        question,
      )
  }
}

/** By (issuer, subject) and by nothing else. */
function listed(entries: readonly (SubjectId & Interval)[], party: Party, question: Question): Standing {
  if (party.kind !== 'individual') return 'absent'
  return standingOf(
    entries.filter((one) => isSame(one, party.subject.id)),
    question,
  )
}

/** "The party, the organization that employs it, or the one that runs it is a member." */
function membership(program: string, party: Party, runners: 'every' | 'some', question: Question): Standing {
  const entries = question.bundle.registers.members.filter((one) => one.program === program)
  const ofOrganization = (id: string): Standing =>
    standingOf(
      entries.filter(({ member }) => member.kind === 'organization' && member.organization === id),
      question,
    )
  const ofRunners = (standings: readonly Standing[]): Standing => {
    if (runners === 'some' || standings.length === 0) return best(standings)
    const others = standings.filter((one) => one !== 'holds')
    return others.length === 0 ? 'holds' : best(others)
  }
  switch (party.kind) {
    case 'organization':
      return party.id === null ? 'absent' : ofOrganization(party.id)
    case 'end-users':
      return ofRunners(
        party.runners.map((id) => (isEmployeesOnly(party, id, question) ? ofOrganization(id) : 'absent')),
      )
    case 'individual': {
      const { id } = party.subject
      const own = standingOf(
        entries.filter(({ member }) => member.kind === 'subject' && isSame(member.subject, id)),
        question,
      )
      // Whatever else stands there: who is a member is one.
      if (own === 'holds') return own
      if (party.subject.kind === 'service') {
        return best([
          own,
          ofRunners(party.registeredRunners.map(ofOrganization)),
          formerEmployee(id, ofOrganization, question),
        ])
      }
      const employers = employmentsOf(id, question).filter((one) => admitsNow(one, question))
      return best([
        own,
        ...employers.map(({ organization }) => ofOrganization(organization)),
        formerEmployee(id, ofOrganization, question),
      ])
    }
  }
}

/** Somebody whose employment by a member has ended was a member once. */
function formerEmployee(id: SubjectId, ofOrganization: (id: string) => Standing, question: Question): Standing {
  const former = employmentsOf(id, question).filter(({ to }) => mayHaveEnded(to, question))
  return former.some(({ organization }) => ofOrganization(organization) !== 'absent') ? 'ended' : 'absent'
}

/** "Every end user is a registered employee of the organization." */
export const isEmployeesOnly = ({ service }: EndUsers, organization: string, question: Question): boolean =>
  attestationsOf(organization, service, question).some(({ employeesOnly }) => employeesOnly)

export const isNamed = (id: SubjectId, party: Party): boolean =>
  party.kind === 'individual' && isSame(id, party.subject.id)
