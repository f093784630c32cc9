// Terms: what the words of a claim mean under a policy, as tests that the engine itself answers. "Foreign" has no meaning of its own:
// it is what the directives that cover the model say, on the evidence that they accept.

import type { EvidenceDemand, PlaceDemand } from '../bundle/bundle.ts'
import type { DefinitionId } from '../bundle/directives.ts'
import { type Party } from '../engine/parties.ts'
import type { CompiledDirective, Policy } from '../engine/policy.ts'
import type { CompiledCondition, CompiledTest } from '../engine/predicates/index.ts'
import { unitedStates } from '../engine/predicates/place.ts'
import { organizationsNow } from '../engine/registers.ts'
import type { Demands, Situation } from '../engine/situation.ts'
import { listResolver } from '../load/resolve-lists.ts'
import { answer, type Predicate } from '../space/index.ts'
import type { Name, Persons, Where } from './claim.ts'
import { ClaimError } from './claim-reader.ts'
import { codesNamed, definitionNamed, organizationNamed, registerTestNamed } from './names.ts'

export interface PersonsTerm {
  readonly holds: (party: Party, situation: Situation) => boolean
  readonly predicates: readonly Predicate[]
  readonly organizations: readonly string[]
  /** How it was understood; null: as it stands. */
  readonly means: string | null
}

export interface PlaceTerm {
  readonly holds: (situation: Situation) => boolean
  readonly predicates: readonly Predicate[]
  readonly means: string | null
}

const day = 86_400_000
const verified: EvidenceDemand = { atLeast: 'verified', notOlderThan: null, whenConflicting: 'unknown' }
const strictPlace: PlaceDemand = {
  databaseNotOlderThan: 30 * day,
  anonymizers: 'unknown',
  whereAnonymizersAreUnknown: 'accept',
  whereRegionsAreUnknown: 'unknown',
}
const plain: Demands = { status: verified, residence: verified, place: strictPlace }

/** @param covering directives whose definitions and demands give the words their meaning */
export function personsTerm(persons: Persons, policy: Policy, covering: readonly CompiledDirective[]): PersonsTerm {
  const simple = { predicates: [], organizations: [], means: null }
  switch (persons.kind) {
    case 'anybody':
      return { ...simple, holds: (party) => asks(party) }
    case 'person':
    case 'service':
      return { ...simple, holds: ({ kind }) => kind === persons.kind }
    case 'foreign':
    case 'known-foreign':
    case 'us':
      return foreignTerm(persons.kind, persons.definition, persons.column, covering)
    case 'national': {
      const { countries } = listResolver(policy.bundle)(codesNamed(persons.of, policy, true))
      return said({ test: { test: 'nationality', attribution: 'any-held', countries }, demands: plain })
    }
    case 'resident': {
      const places = listResolver(policy.bundle)(codesNamed(persons.of, policy, false))
      return said({ test: { test: 'residence', places }, demands: plain })
    }
    case 'member':
    case 'evaluator':
    case 'staff':
    case 'tier':
      return said({ test: registerTestNamed({ kind: persons.kind, of: persons.of }, policy), demands: plain })
    case 'employee': {
      const id = organizationNamed(persons.of, policy)
      const holds = (party: Party, { horizon }: Situation): boolean =>
        party.kind === 'person' && organizationsNow(party.entries?.employments, horizon, 'admit').includes(id)
      return { ...simple, organizations: [id], holds }
    }
    case 'organization': {
      const id = organizationNamed(persons.of, policy)
      const holds = (party: Party): boolean =>
        party.kind === 'organization' ? party.id === id : party.kind === 'service' && party.runBy.includes(id)
      return { ...simple, organizations: [id], holds }
    }
  }
}

/** Whoever holds the credential, or acts in it: not the organization that it names, nor the people behind a service. */
const asks = ({ kind }: Party): boolean => kind === 'person' || kind === 'service'

/** By any evidence, whoever's word it is. */
function said(predicate: Predicate): PersonsTerm {
  return {
    holds: (party, situation) => answer(predicate, party, situation).value === 'true',
    predicates: [predicate],
    organizations: [],
    means: null,
  }
}

function foreignTerm(
  kind: 'foreign' | 'known-foreign' | 'us',
  name: Name | null,
  column: number,
  covering: readonly CompiledDirective[],
): PersonsTerm {
  const predicates = name === null ? asTested(covering) : asDefined(definitionNamed(name), covering)
  if (predicates.length === 0) {
    throw new ClaimError(
      column,
      'no directive that covers it says who is a foreign person: name a definition, for example `foreign person (ear-772.1-foreign-person)`',
    )
  }
  const values = (party: Party, situation: Situation): readonly string[] =>
    predicates.map((one) => answer(one, party, situation).value)
  const holds = {
    foreign: (party: Party, situation: Situation) => values(party, situation).some((value) => value !== 'false'),
    'known-foreign': (party: Party, situation: Situation) => values(party, situation).includes('true'),
    us: (party: Party, situation: Situation) => values(party, situation).every((value) => value === 'false'),
  }[kind]
  const by = predicates.map(proofWords).join(', and ')
  const means = {
    foreign: `a foreign person is whoever is not proved to be none, ${by}`,
    'known-foreign': `a known foreign person is proved to be one, or says so, ${by}`,
    us: `a verified US person is proved to be no foreign person, ${by}`,
  }[kind]
  return { holds, predicates, organizations: [], means }
}

type ForeignPredicate = Predicate<Extract<CompiledTest, { readonly test: 'foreign-person' }>>

/** Each definition that a limb tests, on the evidence that its directive accepts. */
function asTested(covering: readonly CompiledDirective[]): readonly ForeignPredicate[] {
  return distinct(
    covering.flatMap(({ rule: { limbs, demands } }) =>
      limbs
        .flatMap(({ condition }) => leaves(condition))
        .flatMap((test) => (test.test === 'foreign-person' ? [{ test, demands }] : [])),
    ),
  )
}

/** One definition, on the evidence that each directive accepts of status. */
function asDefined(definition: DefinitionId, covering: readonly CompiledDirective[]): readonly ForeignPredicate[] {
  const demands = covering.flatMap(({ rule }) => (rule.demands.status === null ? [] : [rule.demands]))
  return distinct(
    (demands.length === 0 ? [plain] : demands).map((one) => ({
      test: { test: 'foreign-person', definition },
      demands: { ...one, place: one.place ?? strictPlace },
    })),
  )
}

const distinct = <Item extends Predicate>(items: readonly Item[]): readonly Item[] => [
  ...new Map(items.map((one) => [JSON.stringify([one.test, one.demands.status, one.demands.place]), one])).values(),
]

const leaves = (condition: CompiledCondition): readonly CompiledTest[] =>
  'of' in condition ? condition.of.flatMap(leaves) : [condition]

function proofWords({ test, demands }: ForeignPredicate): string {
  const { atLeast, notOlderThan } = demands.status ?? verified
  const age = notOlderThan === null ? 'of any age' : `less than ${durationWords(notOlderThan)} old`
  return `under ${test.definition} by evidence that is ${atLeast === 'verified' ? 'verified' : `at least ${atLeast}`} and ${age}`
}

const durationWords = (ms: number): string => (ms % day === 0 ? `${ms / day} days` : `${ms / 3_600_000} hours`)

export function placeTerm(where: Where, policy: Policy, covering: readonly CompiledDirective[]): PlaceTerm {
  const demands = placeDemands(covering)
  switch (where.kind) {
    case 'anywhere':
      return { holds: () => true, predicates: [], means: null }
    case 'at-home': {
      const predicates = demands.map((one) => placePredicate(true, unitedStates, one))
      const means =
        'at home is an address that is proved to be in the United States, as every directive that covers it demands'
      return { holds: allAre('false', predicates), predicates, means }
    }
    case 'from':
    case 'outside':
    case 'surely-outside': {
      const places = listResolver(policy.bundle)(codesNamed(where.of, policy, false))
      const predicates = demands.map((one) => placePredicate(where.kind === 'outside', places, one))
      const inside = allAre('true', predicates)
      const proved = allAre('false', predicates)
      const holds = { from: inside, outside: (situation: Situation) => !proved(situation), 'surely-outside': proved }
      return { holds: holds[where.kind], predicates, means: null }
    }
  }
}

const placeDemands = (covering: readonly CompiledDirective[]): readonly PlaceDemand[] => {
  const found = new Map(
    covering.flatMap(
      ({
        rule: {
          demands: { place },
        },
      }) => (place === null ? [] : [[JSON.stringify(place), place]]),
    ),
  )
  return found.size === 0 ? [strictPlace] : [...found.values()]
}

type PlacePredicate = Predicate<Extract<CompiledTest, { readonly test: 'place' }>>

const placePredicate = (outside: boolean, places: typeof unitedStates, place: PlaceDemand): PlacePredicate => ({
  test: { test: 'place', outside, places },
  demands: { status: null, residence: null, place },
})

/** Of the address: the subject stands where the request comes from. */
const allAre =
  (value: string, predicates: readonly Predicate[]) =>
  (situation: Situation): boolean =>
    predicates.every((one) => answer(one, situation.parties.subject, situation).value === value)
