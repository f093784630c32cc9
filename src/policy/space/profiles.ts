// Profiles: bodies of evidence, one for each way in which the predicates can answer about somebody. Evidence is a list of any
// length, but only finitely many lists differ in what the engine makes of them.
//
// They are found by saturation: begin with nothing said, add one statement at a time, and keep a list only if the engine answers
// otherwise about it, alone or beside some further statement, than about every list before. It ends when nothing new can be said.
// What two lists that answer alike could still hide from each other is what the probes are for; that none falls outside is what
// test/policy-space holds against random evidence.

import type { Evidence, NationalitiesEvidence } from '../../vocabulary/evidence.ts'
import type { Subject } from '../../vocabulary/party.ts'
import type { Place } from '../../vocabulary/place.ts'
import type { Finding } from '../engine/finding.ts'
import type { Party } from '../engine/parties.ts'
import { meets } from '../engine/predicates/index.ts'
import type { Gap } from '../engine/reason-order.ts'
import { RegisterIndex } from '../engine/registers.ts'
import { type Situation, situationOf } from '../engine/situation.ts'
import { Horizon } from '../engine/valid-until.ts'
import { firstOfEach } from './first-of-each.ts'
import { abroad, callerOf } from './plain.ts'
import type { PersonPredicate, Predicate, Predicates, ResidencePredicate } from './predicates.ts'
import { identitySayings, nationalityCodes, reference, residenceSayings, type Sayings } from './statements.ts'

/** `effect`: what decides between permit and denial. `reason`: also why, and what the record flags. */
export type Detail = 'effect' | 'reason'

/** Evidence as received at `reference`; the first and shortest that answers so. */
export type Profile = readonly Evidence[]

export interface Profiles {
  /** Of a person: status and nationality. */
  readonly persons: readonly Profile[]
  /** Of a service: its credential's own word. */
  readonly services: readonly Profile[]
  readonly residences: readonly Profile[]
}

export function profilesOf(predicates: Predicates, detail: Detail): Profiles {
  const persons = [...predicates.persons.values()]
  const residences = [...predicates.residences.values()]
  const said = identitySayings(persons)
  const words = { ...said, values: said.values.filter(({ name }) => name === 'us-person') }
  const ofPersons = signature('person', persons, detail)
  const ofResidences = signature('person', residences, detail)
  return {
    persons: persons.length === 0 ? [[]] : saturate(said, ofPersons, nationalityCodes(persons)),
    services: persons.length === 0 ? [[]] : saturate(words, signature('service', persons, detail), []),
    residences: residences.length === 0 ? [[]] : saturate(residenceSayings(residences), ofResidences, []),
  }
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

interface Signature {
  /** In the detail that is wanted. */
  readonly alone: (evidence: Profile) => string
  /** By effect: that suffices to see what a list hides from its own answer, and there are far fewer. */
  readonly beside: (evidence: Profile) => string
}

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

function signature(
  kind: 'person' | 'service',
  predicates: readonly (PersonPredicate | ResidencePredicate)[],
  detail: Detail,
): Signature {
  const keyOf = (evidence: Profile, by: Detail): string => {
    // Presence is told apart with the places; abroad it is no part of the answer.
    const situation = unregisteredAt(abroad, { kind, evidence })
    return predicates.map((one) => findingKey(answer(one, situation.parties.subject, situation), by)).join('|')
  }
  return { alone: (evidence) => keyOf(evidence, detail), beside: (evidence) => keyOf(evidence, 'effect') }
}

/** Somebody whom no register names, at the reference instant. */
export function unregisteredAt(place: Place, party: Pick<Subject, 'kind' | 'evidence'>): Situation {
  return situationOf({ caller: callerOf(party), place, remaining: {} }, nobody, new Horizon(reference, 0))
}

export const answer = ({ test, demands }: Predicate, party: Party, situation: Situation): Finding =>
  meets(test, party, { situation, demands, modes: [] })

function saturate(
  { values, backings }: Sayings,
  signature: Signature,
  countries: readonly string[],
): readonly Profile[] {
  // What is said is told apart as it is said at its best, before it is multiplied by the ways in which it can be backed.
  const distinct = firstOfEach(values, besideProbes(values, signature))
  const all = distinct.flatMap((one) => backings.map((by): Evidence => ({ ...one, ...by })))
  const beside = besideProbes(all, signature)
  const statements = firstOfEach(all, beside)
  const found = new Map<string, Profile>([[beside(), []]])
  for (const evidence of found.values()) {
    const next = [...statements.map((one) => [...evidence, one]), ...longer(evidence, countries)]
    for (const one of next) {
      const key = beside(...one)
      if (!found.has(key)) found.set(key, one)
    }
  }
  return firstOfEach([...found.values()], signature.alone)
}

/** What is answered about evidence alone, and beside one statement of each kind and answer. */
function besideProbes(
  statements: readonly Evidence[],
  { alone, beside }: Signature,
): (...evidence: readonly Evidence[]) => string {
  const probes = firstOfEach(statements, (one) => `${one.name} ${alone([one])}`)
  return (...evidence) => [alone(evidence), ...probes.map((probe) => beside([...evidence, probe]))].join('\n')
}

/** The same evidence with one more nationality in one of its lists. */
function* longer(evidence: Profile, countries: readonly string[]): Iterable<Profile> {
  for (const [index, one] of evidence.entries()) {
    if (one.name !== 'nationalities' || one.value.length < 2) continue
    for (const code of countries) {
      if (one.value.includes(code)) continue
      const list: NationalitiesEvidence = { ...one, value: [...one.value, code] }
      yield evidence.with(index, list)
    }
  }
}
