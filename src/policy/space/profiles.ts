// Profiles: bodies of evidence, one for each way in which the predicates can answer about somebody. Evidence is a list of any
// length, but only finitely many lists differ in what the engine makes of them.
//
// saturate.ts finds them; here is what a predicate answers about one.

import { limits } from '../../limits.ts'
import type { Subject } from '../../vocabulary/party.ts'
import type { Place } from '../../vocabulary/place.ts'
import type { Finding } from '../engine/finding.ts'
import type { Party } from '../engine/parties.ts'
import { meets } from '../engine/predicates/index.ts'
import type { Gap } from '../engine/reason-order.ts'
import { RegisterIndex } from '../engine/registers.ts'
import { type Situation, situationOf } from '../engine/situation.ts'
import { Horizon } from '../engine/valid-until.ts'
import { abroad, callerOf } from './plain.ts'
import type { PersonPredicate, Predicate, Predicates, ResidencePredicate } from './predicates.ts'
import { plainOperation } from './resources.ts'
import { type Asking, type Profile, saturate } from './saturate.ts'
import { identitySayings, nationalityCodes, reference, residenceSayings, type Sayings } from './statements.ts'

/** `effect`: what decides between permit and denial. `reason`: also why, and what the record flags. */
export type Detail = 'effect' | 'reason'

export interface Profiles {
  /** Of a person: status and nationality. */
  readonly persons: readonly Profile[]
  /** Of a service: its credential's own word. */
  readonly services: readonly Profile[]
  readonly residences: readonly Profile[]
}

/**
 * @param most what the engine may be asked for each of the three
 * @returns null where that does not suffice
 */
export function profilesOf(
  predicates: Predicates,
  detail: Detail,
  most: number = limits.spaceQuestions,
): Profiles | null {
  const persons = [...predicates.persons.values()]
  const residences = [...predicates.residences.values()]
  const said = identitySayings(persons)
  const words = { ...said, values: said.values.filter(({ name }) => name === 'us-person') }
  const ask = (
    kind: 'person' | 'service',
    asked: readonly (PersonPredicate | ResidencePredicate)[],
    sayings: Sayings,
    countries: readonly string[] = [],
  ): readonly Profile[] | null =>
    asked.length === 0 ? [[]] : saturate({ sayings, askings: askingsOf(kind, asked, detail), countries, most })
  const ofPersons = ask('person', persons, said, nationalityCodes(persons))
  const ofServices = ofPersons && ask('service', persons, words)
  const ofResidences = ofServices && ask('person', residences, residenceSayings(residences))
  return ofResidences && { persons: ofPersons, services: ofServices, residences: ofResidences }
}

/** All that a decision of this detail can see of a finding. Its predicates are only recorded. */
export function findingKey({ value, gaps, flags, sharperReason, excusable }: Finding, detail: Detail): string {
  // A register mends what a service leaves open, never what it contradicts.
  if (detail === 'effect') return `${value}${excusable ? '!' : ''}${gaps.some(isConflict) ? '?' : ''}`
  return JSON.stringify([
    value,
    excusable,
    gaps.map(({ reason, mendable }) => [reason, mendable]),
    flags,
    sharperReason,
  ])
}

const isConflict = ({ reason }: Gap): boolean => reason === 'evidence_conflict'

const nobody: RegisterIndex = new RegisterIndex({
  organizations: [],
  clients: [],
  employees: [],
  members: [],
  evaluators: [],
  staff: [],
  tiers: [],
  attestations: [],
})

function askingsOf(
  kind: 'person' | 'service',
  predicates: readonly (PersonPredicate | ResidencePredicate)[],
  detail: Detail,
): readonly Asking[] {
  return predicates.map((one) => {
    const ask = (evidence: Profile, by: Detail): string => {
      // Presence is told apart with the places; abroad it is no part of the answer.
      const situation = unregisteredAt(abroad, { kind, evidence })
      return findingKey(answer(one, situation.parties.subject, situation), by)
    }
    return { alone: (evidence) => ask(evidence, detail), beside: (evidence) => ask(evidence, 'effect') }
  })
}

/** Somebody whom no register names, at the reference instant. */
export function unregisteredAt(place: Place, party: Pick<Subject, 'kind' | 'evidence'>): Situation {
  return situationOf(
    { caller: callerOf(party), place, operation: plainOperation, remaining: {} },
    nobody,
    new Horizon(reference, 0),
  )
}

export const answer = ({ test, demands }: Predicate, party: Party, situation: Situation): Finding =>
  meets(test, party, { situation, demands, modes: [] })
