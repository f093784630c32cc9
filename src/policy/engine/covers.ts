// Covers: whether a grant speaks of a party, from the registers alone; the credential's own word opens no grant.

import type { Cover } from '../bundle/bundle.ts'
import type { Party, SubjectParty } from './parties.ts'
import { registrationIn } from './predicates/index.ts'
import { organizationsNow } from './registers.ts'
import type { Situation } from './situation.ts'

/** One cover is enough. */
export const isCovered = (party: Party, covers: readonly Cover[], situation: Situation): boolean =>
  covers.some((cover) => coversParty(cover, party, situation))

function coversParty(cover: Cover, party: Party, situation: Situation): boolean {
  switch (cover.cover) {
    case 'organization':
      return isOrRunsFor(cover.organization, party)
    case 'employees-of':
      return isEmployedBy(cover.organization, party, situation)
    case 'members-of':
      return (
        registrationIn({ test: 'member', program: cover.program, holds: true }, party, situation, 'admit') === 'holds'
      )
    case 'evaluators':
      return registrationIn({ test: 'evaluator', list: cover.list, holds: true }, party, situation, 'admit') === 'holds'
    case 'staff':
      return registrationIn({ test: 'staff', list: cover.list, holds: true }, party, situation, 'admit') === 'holds'
    case 'anyone-who':
      return registrationIn(cover.is, party, situation, 'admit') === 'holds'
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
  if (party.kind === 'person')
    return organizationsNow(party.entries?.employments, horizon, 'admit').includes(organization)
  return (
    party.kind === 'end-users' &&
    party.attestations.some((attestation) => attestation.employeesOnly && attestation.organization === organization)
  )
}
