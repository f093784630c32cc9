// semantics.md §7: whom a limb tests. "A role that neither credential, client register nor settings name is *empty* and matches
// nothing; one named but of unknown status is unknown. `end-user` is never empty".

import type { Caller, Role, Subject, SubjectId } from '../../vocabulary/party.ts'
import { registeredRunners } from './registers.ts'
import type { Situation } from './situation.ts'

export type Party = Individual | OrganizationParty | EndUsers

/** A person, or a service that stands for those who run it. */
export interface Individual {
  readonly kind: 'individual'
  /** As records call it. */
  readonly label: 'subject' | 'actor' | 'prior-actor'
  readonly subject: Subject
  /** Who runs the service: as the client register says, or else as the credential does. [] of a person. */
  readonly runners: readonly string[]
  /** The first of these alone: only the client register opens anything. */
  readonly registeredRunners: readonly string[]
}

/** `id` null: the settings say that there always is one, and the credential names none. */
export interface OrganizationParty {
  readonly kind: 'organization'
  readonly label: 'organization'
  readonly id: string | null
}

/** The people behind a service, known only from what its organizations attest. */
export interface EndUsers {
  readonly kind: 'end-users'
  readonly label: 'end-user'
  readonly service: SubjectId
  readonly runners: readonly string[]
}

/** Each party once: a person who is subject and end user is one. Earlier actors stand beside the current one. */
export function partiesIn(roles: readonly Role[], situation: Situation): readonly Party[] {
  const { caller } = situation.facts
  const subject = individual('subject', caller.subject, caller.organization, situation)
  const isOwnEndUser = caller.subject.kind === 'person'
  const parties: Party[] = []
  if (roles.includes('subject') || (roles.includes('end-user') && isOwnEndUser)) parties.push(subject)
  if (roles.includes('actor')) {
    if (caller.actor !== null) parties.push(individual('actor', caller.actor, null, situation))
    for (const prior of caller.priorActors) parties.push(individual('prior-actor', prior, null, situation))
  }
  if (roles.includes('organization')) parties.push(...organizationsOf(caller, subject))
  if (roles.includes('end-user') && !isOwnEndUser) {
    const { id: service } = caller.subject
    parties.push({ kind: 'end-users', label: 'end-user', service, runners: subject.runners })
  }
  return parties
}

export function individual(
  label: Individual['label'],
  subject: Subject,
  claimed: string | null,
  situation: Situation,
): Individual {
  const registered = subject.kind === 'service' ? registeredRunners(subject.id, situation) : []
  const isSilent = subject.kind === 'service' && registered.length === 0 && claimed !== null
  return {
    kind: 'individual',
    label,
    subject,
    runners: isSilent ? [claimed] : registered,
    registeredRunners: registered,
  }
}

/** Named by the credential, or for a service by the client register. */
function organizationsOf(
  { organization, organizationExpected }: Caller,
  { registeredRunners: runners }: Individual,
): readonly OrganizationParty[] {
  const ids = [...new Set([...runners, ...(organization === null ? [] : [organization])])]
  if (ids.length === 0 && organizationExpected) return [{ kind: 'organization', label: 'organization', id: null }]
  return ids.map((id) => ({ kind: 'organization', label: 'organization', id }))
}
