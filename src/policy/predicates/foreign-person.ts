// foreign-person: whether a party is foreign under the definition that the directive names.
//
// Asymmetry: an adverse statement counts at any assurance and age, a favourable one only at the directive's. Conflict only where the
// statements cannot all be true and the answer depends on which is.

import type { Evidence, UsPersonEvidence } from '../../vocabulary/evidence.ts'
import type { DefinitionId, EvidenceDemand } from '../bundle.ts'
import type { Definition } from '../definitions/definition.ts'
import { definitions } from '../definitions/index.ts'
import { anyStanding, areApart, isWithin, type Standings } from '../definitions/standing.ts'
import { gapOf, isGood, isUsable, stateUnder, used } from '../evidence-state.ts'
import { and, type Finding, flagged, known, or, type UsedEvidence, unknown } from '../finding.ts'
import type { EndUsersParty, Party, SubjectParty } from '../parties.ts'
import { firstGap, type Gap } from '../reason-order.ts'
import { demanded, isOwn, labelOf, type Question } from '../situation.ts'
import { statementOf, turnsOnCitizenship } from '../statements.ts'
import type { Horizon } from '../valid-until.ts'
import { isInUnitedStates } from './place.ts'

export function foreignPerson(id: DefinitionId, party: Party, question: Question): Finding {
  const definition = definitions[id]
  switch (party.kind) {
    case 'organization':
      return foreignOrganization(party.id, definition, labelOf('foreign-person', party), question)
    case 'end-users':
      return foreignEndUsers(party, definition)
    case 'service':
      return foreignService(party, definition, question)
    case 'person': {
      const byStatus = foreignByStatus(party, definition, question)
      if (!definition.admitsPresence || byStatus.value === 'false' || party.prior) return byStatus
      return and([byStatus, isInUnitedStates(party, question, true)])
    }
  }
}

interface Weighed {
  readonly evidence: Evidence
  readonly standings: Standings
  readonly isStatus: boolean
  readonly gap: Gap | null
}

function foreignByStatus(party: SubjectParty, definition: Definition, { situation, demands }: Question): Finding {
  const label = labelOf('foreign-person', party)
  const demand = demanded(demands.status, 'status')
  const about = party.subject.evidence.filter((evidence) => evidence.name !== 'residence')
  const weighed: Weighed[] = []
  const unusable: { readonly name: Evidence['name']; readonly gap: Gap }[] = []
  const record: UsedEvidence[] = []
  for (const evidence of about) {
    const state = stateUnder(evidence, demand, situation.horizon)
    const statement = statementOf(evidence)
    record.push(used(evidence, state))
    if (!isUsable(evidence) || statement.kind === 'invalid') {
      const why = isUsable(evidence) || isGood(state) ? 'invalid' : state
      unusable.push({ name: evidence.name, gap: gapOf(why, isOwn(party)) })
    } else {
      const gap = isGood(state) ? null : gapOf(state, isOwn(party))
      weighed.push({ evidence, standings: statement.standings, isStatus: evidence.name === 'immigration-status', gap })
    }
  }

  const { admits } = definition
  const good = weighed.filter((one) => one.gap === null)
  const adverse = (): Finding => {
    const finding = known(label, true, record)
    return areApart(together(good), admits) ? finding : flagged(finding, 'adverse_assertion')
  }
  // A status that excludes the person settles it beside anything else that is said.
  if (weighed.some((one) => one.isStatus && areApart(one.standings, admits))) return adverse()
  const stated = weighed.filter((one) => !one.isStatus)
  const favourableAll = stated.every((one) => isWithin(one.standings, admits))
  const adverseAll = stated.length > 0 && stated.every((one) => areApart(one.standings, admits))
  if (together(stated) === 0 && !favourableAll && !adverseAll) {
    return unknown(label, gapOf('conflicting', isOwn(party)), record)
  }
  if (adverseAll || areApart(together(weighed), admits)) return adverse()

  // Nationality is looked at only where it can settle the definition.
  const spoilt = unusable.filter(
    ({ name, gap }) =>
      gap.reason !== 'identity_unavailable' && (name !== 'nationalities' || turnsOnCitizenship(definition.admits)),
  )
  if (spoilt.length > 0) return unknown(label, firstGap(spoilt.map(({ gap }) => gap)), record)
  if (isWithin(together(good), admits)) return known(label, false, record)
  return unknown(label, whyOpen(weighed, unusable, definition, isOwn(party)), record)
}

function whyOpen(
  weighed: readonly Weighed[],
  unusable: readonly { readonly gap: Gap }[],
  { admits }: Definition,
  own: boolean,
): Gap {
  const weak = weighed.flatMap((one) => (one.gap !== null && one.standings !== anyStanding ? [one.gap] : []))
  // Enough is said, but not well enough.
  if (weak.length > 0 && isWithin(together(weighed), admits)) return firstGap(weak)
  if (unusable.length > 0) return firstGap(unusable.map(({ gap }) => gap))
  // Something is said of the very fact, but it does not reach this definition: it needs a basis, or a complete list.
  const touches = weighed.some(
    ({ evidence }) =>
      evidence.name === 'us-person' || (evidence.name === 'nationalities' && turnsOnCitizenship(admits)),
  )
  return gapOf(touches ? 'insufficient' : 'missing', own)
}

const together = (weighed: readonly { readonly standings: Standings }[]): Standings =>
  weighed.reduce((standings, one) => standings & one.standings, anyStanding)

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
  const label = labelOf('foreign-person', party)
  const demand = demanded(question.demands.status, 'status')
  const { horizon } = question.situation
  const own = party.subject.evidence.filter((evidence): evidence is UsPersonEvidence => evidence.name === 'us-person')
  const word = ownWord(own, demand, horizon)
  const record = own.map((evidence) => used(evidence, stateUnder(evidence, demand, horizon)))
  if (word === 'conflicting') return unknown(label, gapOf('conflicting', false), record)
  if (word === 'foreign') return flagged(known(label, true, record), 'adverse_assertion')
  const runners = party.runBy.length > 0 ? party.runBy : party.claimedRunner === null ? [] : [party.claimedRunner]
  const byRunner =
    runners.length === 0
      ? unknown(label, gapOf('missing', false), record)
      : or(runners.map((id) => foreignOrganization(id, definition, label, question)))
  return byRunner.value === 'unknown' && word === 'domestic' && definition.admitsOrganization === ear.admitsOrganization
    ? known(label, false, record)
    : byRunner
}

const ear = definitions['ear-772.1-foreign-person']

function ownWord(
  evidence: readonly UsPersonEvidence[],
  demand: EvidenceDemand,
  horizon: Horizon,
): 'foreign' | 'domestic' | 'conflicting' | 'nothing' {
  const usable = evidence.filter(isUsable)
  const denies = usable.some(({ value }) => !value.value)
  if (denies) return usable.some(({ value }) => value.value) ? 'conflicting' : 'foreign'
  const good = evidence.every((one) => isGood(stateUnder(one, demand, horizon)))
  return good && usable.length > 0 ? 'domestic' : 'nothing'
}

/** The people behind a service, known only from their organization's attestation. */
function foreignEndUsers({ attestations, role }: EndUsersParty, definition: Definition): Finding {
  const label = `foreign-person(${role})`
  const record = attestations.map(({ id }) => registered('attestation', id))
  if (attestations.some(({ foreignPersonsUnder }) => foreignPersonsUnder.includes(definition.id))) {
    return known(label, true, record)
  }
  const settled = attestations.some(({ noForeignPersonUnder }) =>
    noForeignPersonUnder.some((id) => implies(definitions[id], definition)),
  )
  if (settled) return known(label, false, record)
  return unknown(label, gapOf(attestations.length === 0 ? 'missing' : 'insufficient', false), record)
}

/** Nobody foreign under `one` is nobody foreign under `other`. */
const implies = (one: Definition, other: Definition): boolean =>
  one === other || (!one.admitsPresence && isWithin(one.admits, other.admits))

const registered = (kind: string, id: string): UsedEvidence => ({
  name: kind,
  state: 'verified',
  source: `register:${id}`,
  verifiedAt: null,
})
