// foreign-person: whether a party is foreign under the definition that the directive names.
//
// A person by their status, an organization by the register, a service by every organization that runs it, the people behind a
// service by what every such organization attests.

import type { UsPersonEvidence } from '../../../vocabulary/evidence.ts'
import type { Attestation, DefinitionId } from '../../bundle/bundle.ts'
import type { Definition } from '../../definitions/definition.ts'
import { definitionOfClaim, definitions } from '../../definitions/index.ts'
import { isWithin } from '../../definitions/standing.ts'
import { gapOf, isGood, stateUnder } from '../evidence-state.ts'
import { and, type Finding, flagged, known, or, type UsedEvidence, unknown } from '../finding.ts'
import { type EndUsersParty, eachRunnerAttests, type Party, runnersOf, type SubjectParty } from '../parties.ts'
import { prevailing, type Statement, saysAnything } from '../prevailing.ts'
import { firstGap, type Gap } from '../reason-order.ts'
import { demanded, isOwn, type Question } from '../situation.ts'
import { foreignByStatus } from './foreign-by-status.ts'
import { isOutsideUnitedStates } from './place.ts'
import { weighingOf } from './weighing.ts'

export function foreignPerson(id: DefinitionId, party: Party, question: Question): Finding {
  const definition = definitions[id]
  switch (party.kind) {
    case 'organization':
      return foreignOrganization(party.id, definition, party.labels['foreign-person'], question)
    case 'end-users':
      return foreignEndUsers(party, definition)
    case 'service':
      return foreignService(party, definition, question)
    case 'person': {
      const { situation, demands } = question
      const demand = demanded(demands.status, 'status')
      const label = party.labels['foreign-person']
      const weighing = weighingOf(party, demand, situation.horizon)
      const byStatus = foreignByStatus(weighing, definition.admits, isOwn(party), label)
      if (!definition.admitsPresence || byStatus.value === 'false' || party.prior) return byStatus
      return and([byStatus, isOutsideUnitedStates(party, question)])
    }
  }
}

/** Facts about an organization come from the register alone. */
function foreignOrganization(id: string | null, definition: Definition, label: string, question: Question): Finding {
  const { registers, horizon } = question.situation
  const facts = id === null ? undefined : registers.organization(id, horizon)
  if (facts === undefined) return unknown(label, gapOf('missing', false))
  const head = facts.branchOf === null ? undefined : registers.organization(facts.branchOf, horizon)
  return known(label, !definition.admitsOrganization(facts, head), [registered('organization', facts.id)])
}

/** A service or agent stands for the entity that runs it. Its own credential may say the same, and is believed where it is adverse. */
function foreignService(party: SubjectParty, definition: Definition, question: Question): Finding {
  const label = party.labels['foreign-person']
  const word = ownWord(party, definition, question)
  const { record } = word
  if (word.kind === 'conflicting') return unknown(label, gapOf('conflicting', false), record)
  if (word.kind === 'foreign') return flagged(known(label, true, record), 'adverse_assertion')
  const runners = runnersOf(party)
  if (runners.length > 0) {
    const byRegister = or(runners.map((id) => foreignOrganization(id, definition, label, question)))
    // Its word may stand for one entity that nobody registered, not for the rest of several.
    if (byRegister.value !== 'unknown' || runners.length > 1) return byRegister
  }
  return word.kind === 'open' ? unknown(label, word.gap, record) : known(label, false, record)
}

type OwnWord =
  | { readonly kind: 'foreign' | 'domestic' | 'conflicting'; readonly record: readonly UsedEvidence[] }
  | { readonly kind: 'open'; readonly gap: Gap; readonly record: readonly UsedEvidence[] }

interface Word extends Statement {
  readonly evidence: UsPersonEvidence
}

function ownWord({ subject }: SubjectParty, definition: Definition, { situation, demands }: Question): OwnWord {
  const demand = demanded(demands.status, 'status')
  const all: readonly Word[] = subject.evidence
    .filter((evidence): evidence is UsPersonEvidence => evidence.name === 'us-person')
    .map((evidence) => ({ evidence, state: stateUnder(evidence, demand, situation.horizon) }))
  const { read: words, record } = prevailing(
    all,
    demand.whenConflicting,
    saysAnything,
    (one, other) => one.evidence.value.value !== other.evidence.value.value,
  )
  const usable = words.filter(saysAnything)
  if (usable.some(({ evidence }) => !evidence.value.value)) {
    const isContradicted = usable.some(({ evidence }) => evidence.value.value)
    return { kind: isContradicted ? 'conflicting' : 'foreign', record }
  }
  const spoilt = words.flatMap(({ state }) => (state === 'invalid' || state === 'revoked' ? [gapOf(state, false)] : []))
  if (spoilt.length > 0) return { kind: 'open', gap: firstGap(spoilt), record }
  const good = words.filter(({ state }) => isGood(state))
  if (good.length > 0) {
    return good.some(({ evidence }) => serves(evidence, definition))
      ? { kind: 'domestic', record }
      : { kind: 'open', gap: gapOf('insufficient', false), record }
  }
  const weak = words.flatMap(({ state }) => (isGood(state) ? [] : [gapOf(state, false)]))
  return { kind: 'open', gap: weak.length > 0 ? firstGap(weak) : gapOf('missing', false), record }
}

/**
 * Whether a word of being a US person, true, says of an entity that it is not foreign here. The value alone serves EAR and ITAR; one
 * made under a definition that we do not know, or that presence alone meets, and one on a person's basis say nothing of an entity.
 */
function serves({ value: { definition: name, basis } }: UsPersonEvidence, definition: Definition): boolean {
  const named = name === null ? definitions['ear-772.1-foreign-person'] : definitionOfClaim(name)
  return named !== undefined && implies(named, definition) && (basis === null || basis === 'entity')
}

/** The people behind a service, known only from attestations: each organization that runs it speaks for its own. */
function foreignEndUsers(party: EndUsersParty, definition: Definition): Finding {
  const label = party.labels['foreign-person']
  const { attestations } = party
  const record = attestations.map(({ id }) => registered('attestation', id))
  if (attestations.some(({ foreignPersonsUnder }) => foreignPersonsUnder.includes(definition.id))) {
    return known(label, true, record)
  }
  const settles = ({ noForeignPersonUnder }: Attestation): boolean =>
    noForeignPersonUnder.some((id) => implies(definitions[id], definition))
  if (eachRunnerAttests(party, (own) => own.some(settles))) return known(label, false, record)
  const isSilent = !eachRunnerAttests(party, (own) => own.length > 0)
  return unknown(label, gapOf(isSilent ? 'missing' : 'insufficient', false), record)
}

/** Nobody foreign under `one` is nobody foreign under `other`. */
export const implies = (one: Definition, other: Definition): boolean =>
  one === other || (!one.admitsPresence && isWithin(one.admits, other.admits))

const registered = (kind: string, id: string): UsedEvidence => ({
  name: kind,
  state: 'verified',
  source: `register:${id}`,
  verifiedAt: null,
})
