// semantics.md §3 and §7: whether a party is foreign. A person by their status, an organization by the register, a service by every
// organization that runs it, the people behind a service by what each of these attests.

import type { UsPersonEvidence } from '../../vocabulary/evidence.ts'
import type { DefinitionId, EvidenceDemand, PlaceDemand } from '../bundle/bundle.ts'
import { type Definition, definitionCalled, definitions, implies } from './definitions.ts'
import { faultOf, gapOf, hasValue, readUnder } from './evidence.ts'
import { type Answer, and, flagged, no, or, unknown, whether, yes } from './kleene.ts'
import type { EndUsers, Individual, Party } from './parties.ts'
import { isForeignPerson } from './person.ts'
import { isAddressProhibited } from './place.ts'
import { attestationsOf, organizationsNow } from './registers.ts'
import type { Situation } from './situation.ts'

export interface ForeignDemands {
  readonly status: EvidenceDemand
  /** Only where the definition looks at presence. */
  readonly place: PlaceDemand | null
}

export function isForeign(id: DefinitionId, party: Party, demands: ForeignDemands, situation: Situation): Answer {
  const definition = definitions[id]
  switch (party.kind) {
    case 'organization':
      return isForeignOrganization(party.id, definition, situation)
    case 'end-users':
      return areEndUsersForeign(id, party, situation)
    case 'individual': {
      if (party.subject.kind === 'service') return isForeignService(party, definition, demands.status, situation)
      const byStatus = isForeignPerson(party, definition, demands.status, situation.instant)
      // Where an earlier actor is nobody knows.
      if (!definition.presenceSuffices || demands.place === null || party.label === 'prior-actor') return byStatus
      return and([byStatus, isAddressProhibited(unitedStates, true, demands.place, situation)])
    }
  }
}

/** §4: "as a *place* it is the United States" */
const unitedStates: ReadonlySet<string> = new Set(['US', 'PR', 'GU', 'VI', 'AS', 'MP', 'UM'])

/** Facts about an organization come from the register alone. */
function isForeignOrganization(id: string | null, definition: Definition, situation: Situation): Answer {
  const known = id === null ? [] : organizationsNow(id, situation)
  if (known.length === 0) return unknown(gapOf('evidence_missing', false))
  return or(
    known.map((one) => {
      const [head] = one.branchOf === null ? [] : organizationsNow(one.branchOf, situation)
      return whether(!definition.isUsEntity(one, head))
    }),
  )
}

/** "A service or agent stands for the entity that runs it." Its own credential is believed where it is adverse. */
function isForeignService(
  party: Individual,
  definition: Definition,
  demand: EvidenceDemand,
  situation: Situation,
): Answer {
  const all = party.subject.evidence.filter((one): one is UsPersonEvidence => one.name === 'us-person')
  const words = readUnder(all, demand, (one, other) => one.value.value !== other.value.value)
  const saysFalse = words.some((one) => hasValue(one) && !one.value.value)
  const saysTrue = words.some((one) => hasValue(one) && one.value.value)
  if (saysFalse && saysTrue) return unknown(gapOf('evidence_conflict', false))
  if (saysFalse) return flagged(yes, 'adverse_assertion')
  const { runners } = party
  if (runners.length > 0) {
    // Of several one is enough against it.
    const byRegister = or(runners.map((id) => isForeignOrganization(id, definition, situation)))
    // Its own word may stand for one entity that nobody registered, not for the rest of several.
    if (byRegister.value !== 'unknown' || runners.length > 1) return byRegister
  }
  const faults = words.map((one) => faultOf(one, demand, situation.instant))
  const spoilt = faults.filter((one) => one === 'evidence_invalid' || one === 'evidence_revoked')
  if (spoilt.length > 0) return unknown(...spoilt.map((one) => gapOf(one, false)))
  if (faults.includes(null)) {
    const isServed = words.some((one, index) => faults[index] === null && serves(one, definition))
    return isServed ? no : unknown(gapOf('evidence_insufficient', false))
  }
  const weak = faults.flatMap((one) => (one === null ? [] : [gapOf(one, false)]))
  return unknown(...(weak.length > 0 ? weak : [gapOf('evidence_missing', false)]))
}

/**
 * "Value alone serves EAR and ITAR": made under another definition it serves what that one implies; on a person's basis it says
 * nothing of an entity.
 */
function serves({ value: { definition: word, basis } }: UsPersonEvidence, definition: Definition): boolean {
  const named = word === null ? definitions['ear-772.1-foreign-person'] : definitionCalled(word)
  return named !== null && implies(named, definition) && (basis === null || basis === 'entity')
}

/** "a service's end users are known only from its organization's attestation": each that runs it speaks for its own. */
function areEndUsersForeign(id: DefinitionId, { service, runners }: EndUsers, situation: Situation): Answer {
  const by = runners.map((runner) => attestationsOf(runner, service, situation))
  if (by.some((own) => own.some((one) => one.foreignPersonsUnder.includes(id)))) return yes
  const settles = (under: DefinitionId): boolean => implies(definitions[under], definitions[id])
  const everyoneDoes = (does: (own: (typeof by)[number]) => boolean): boolean => by.length > 0 && by.every(does)
  if (everyoneDoes((own) => own.some((one) => one.noForeignPersonUnder.some(settles)))) return no
  const everyoneSpeaks = everyoneDoes((own) => own.length > 0)
  return unknown(gapOf(everyoneSpeaks ? 'evidence_insufficient' : 'evidence_missing', false))
}
