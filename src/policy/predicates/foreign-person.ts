// foreign-person: whether a party is foreign under the definition that the directive names.
//
// Asymmetry: an adverse statement counts at any assurance and age, a favourable one only at the directive's. Conflict only where the
// statements cannot all be true and the answer depends on which is.

import type { Evidence, EvidenceState, UsPersonEvidence } from '../../vocabulary/evidence.ts'
import type { DefinitionId, EvidenceDemand } from '../bundle.ts'
import type { Definition } from '../definitions/definition.ts'
import { definitions } from '../definitions/index.ts'
import { anyStanding, areApart, isWithin, type Standings } from '../definitions/standing.ts'
import { gapOf, isGood, isUsable, stateUnder, used } from '../evidence-state.ts'
import { and, type Finding, flagged, known, or, type UsedEvidence, unknown } from '../finding.ts'
import type { EndUsersParty, Party, SubjectParty } from '../parties.ts'
import { firstGap, type Gap } from '../reason-order.ts'
import { demanded, isOwn, labelOf, type Question } from '../situation.ts'
import { turnsOnCitizenship } from '../statements.ts'
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

/** One piece of evidence under this directive's demand. `standings` is null where it carries no usable value. */
interface Weighed {
  readonly evidence: Evidence
  readonly state: EvidenceState
  readonly standings: Standings | null
}

function foreignByStatus(party: SubjectParty, definition: Definition, { situation, demands }: Question): Finding {
  const label = labelOf('foreign-person', party)
  const weighed = weigh(party, demanded(demands.status, 'status'), situation.horizon)
  const record = weighed.map(({ evidence, state }) => used(evidence, state))
  const { admits } = definition
  const sum = summed(weighed, admits)

  if (sum.statusExcludes) return adverse(label, record, sum, admits)
  if (sum.conflicts) return unknown(label, gapOf('conflicting', isOwn(party)), record)
  if (sum.everyStatementExcludes || areApart(sum.all, admits)) return adverse(label, record, sum, admits)
  const spoilt = spoiltBy(weighed, admits, isOwn(party))
  if (spoilt !== null) return unknown(label, spoilt, record)
  if (isWithin(sum.good, admits)) return known(label, false, record)
  return unknown(label, whyOpen(weighed, sum, admits, isOwn(party)), record)
}

function weigh({ subject, statements }: SubjectParty, demand: EvidenceDemand, horizon: Horizon): readonly Weighed[] {
  const weighed: Weighed[] = []
  subject.evidence.forEach((evidence, index) => {
    if (evidence.name === 'residence') return
    const state = stateUnder(evidence, demand, horizon)
    const standings = statements[index] ?? null
    // A value that contradicts itself is as good as none.
    weighed.push({ evidence, state: standings === null && isGood(state) ? 'invalid' : state, standings })
  })
  return weighed
}

interface Sum {
  /** What all statements together leave possible, and what those leave that are good enough to be believed in anybody's favour. */
  readonly all: Standings
  readonly good: Standings
  /** A status that excludes the person settles it beside anything else that is said. */
  readonly statusExcludes: boolean
  readonly everyStatementExcludes: boolean
  /** Statements that cannot all be true, where the answer depends on which is. */
  readonly conflicts: boolean
}

function summed(weighed: readonly Weighed[], admits: Standings): Sum {
  let all = anyStanding
  let good = anyStanding
  let stated = anyStanding
  let someStated = false
  let everyAdmits = true
  let everyExcludes = true
  let statusExcludes = false
  for (const { evidence, standings, state } of weighed) {
    if (standings === null) continue
    all &= standings
    if (isGood(state)) good &= standings
    if (evidence.name === 'immigration-status') {
      statusExcludes ||= areApart(standings, admits)
      continue
    }
    someStated = true
    stated &= standings
    everyAdmits &&= isWithin(standings, admits)
    everyExcludes &&= areApart(standings, admits)
  }
  const everyStatementExcludes = someStated && everyExcludes
  const conflicts = stated === 0 && !everyAdmits && !everyExcludes
  return { all, good, statusExcludes, everyStatementExcludes, conflicts }
}

function adverse(label: string, record: readonly UsedEvidence[], sum: Sum, admits: Standings): Finding {
  const finding = known(label, true, record)
  return areApart(sum.good, admits) ? finding : flagged(finding, 'adverse_assertion')
}

/** Evidence that was taken back or cannot be read. Nationality is looked at only where it can settle the definition. */
function spoiltBy(weighed: readonly Weighed[], admits: Standings, own: boolean): Gap | null {
  const gaps: Gap[] = []
  for (const { evidence, state } of weighed) {
    if (state !== 'invalid' && state !== 'revoked') continue
    if (evidence.name !== 'nationalities' || turnsOnCitizenship(admits)) gaps.push(gapOf(state, own))
  }
  return gaps.length === 0 ? null : firstGap(gaps)
}

function whyOpen(weighed: readonly Weighed[], sum: Sum, admits: Standings, own: boolean): Gap {
  // Enough is said, but not well enough.
  if (isWithin(sum.all, admits)) {
    return firstGap(
      weighed.flatMap(({ state, standings }) =>
        isGood(state) || standings === null || standings === anyStanding ? [] : [gapOf(state, own)],
      ),
    )
  }
  const without = weighed.flatMap(({ state, standings }) =>
    standings === null && !isGood(state) ? [gapOf(state, own)] : [],
  )
  if (without.length > 0) return firstGap(without)
  // Something is said of the very fact, but it does not reach this definition: it needs a basis, or a complete list.
  const touches = weighed.some(
    ({ evidence }) =>
      evidence.name === 'us-person' || (evidence.name === 'nationalities' && turnsOnCitizenship(admits)),
  )
  return gapOf(touches ? 'insufficient' : 'missing', own)
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
  const label = labelOf('foreign-person', party)
  const word = ownWord(party, definition, question)
  const { record } = word
  if (word.kind === 'conflicting') return unknown(label, gapOf('conflicting', false), record)
  if (word.kind === 'foreign') return flagged(known(label, true, record), 'adverse_assertion')
  const runners = party.runBy.length > 0 ? party.runBy : party.claimedRunner === null ? [] : [party.claimedRunner]
  if (runners.length > 0) {
    const byRunner = or(runners.map((id) => foreignOrganization(id, definition, label, question)))
    if (byRunner.value !== 'unknown') return byRunner
  }
  return word.kind === 'open' ? unknown(label, word.gap, record) : known(label, false, record)
}

type OwnWord =
  | { readonly kind: 'foreign' | 'domestic' | 'conflicting'; readonly record: readonly UsedEvidence[] }
  | { readonly kind: 'open'; readonly gap: Gap; readonly record: readonly UsedEvidence[] }

function ownWord({ subject }: SubjectParty, definition: Definition, { situation, demands }: Question): OwnWord {
  const demand = demanded(demands.status, 'status')
  const words = subject.evidence
    .filter((evidence): evidence is UsPersonEvidence => evidence.name === 'us-person')
    .map((evidence) => ({ evidence, state: stateUnder(evidence, demand, situation.horizon) }))
  const record = words.map(({ evidence, state }) => used(evidence, state))
  const usable = words.filter(({ evidence }) => isUsable(evidence))
  if (usable.some(({ evidence }) => !evidence.value.value)) {
    const isContradicted = usable.some(({ evidence }) => evidence.value.value)
    return { kind: isContradicted ? 'conflicting' : 'foreign', record }
  }
  const spoilt = words.flatMap(({ state }) => (state === 'invalid' || state === 'revoked' ? [gapOf(state, false)] : []))
  if (spoilt.length > 0) return { kind: 'open', gap: firstGap(spoilt), record }
  if (words.some(({ state }) => isGood(state))) {
    // The value serves EAR and ITAR; for the others the register must say under which law the entity stands.
    const serves = isWithin(definitions['ear-772.1-foreign-person'].admits, definition.admits)
    return serves ? { kind: 'domestic', record } : { kind: 'open', gap: gapOf('insufficient', false), record }
  }
  const weak = words.flatMap(({ state }) => (isGood(state) ? [] : [gapOf(state, false)]))
  return { kind: 'open', gap: weak.length > 0 ? firstGap(weak) : gapOf('missing', false), record }
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
