// Nobody falls outside the profiles: whatever the predicates answer about random evidence, they answer about one of them.
import * as fc from 'fast-check'
import t from 'tap'
import type { EvidenceDemand } from '../../src/policy/bundle/bundle.ts'
import { RegisterIndex } from '../../src/policy/engine/registers.ts'
import { situationOf } from '../../src/policy/engine/situation.ts'
import { Horizon } from '../../src/policy/engine/valid-until.ts'
import { placesOf } from '../../src/policy/space/places.ts'
import { abroad, callerOf } from '../../src/policy/space/plain.ts'
import { type Predicate, type Predicates, predicatesOf } from '../../src/policy/space/predicates.ts'
import { answer, type Detail, findingKey, profilesOf, unregisteredAt } from '../../src/policy/space/profiles.ts'
import { plainOperation } from '../../src/policy/space/resources.ts'
import type { Evidence } from '../../src/vocabulary/evidence.ts'
import type { Place } from '../../src/vocabulary/place.ts'
import { registers } from '../policy/small-policy.ts'
import { randomAsked } from '../policy-reference/random-facts.ts'

const day = 86_400_000
const place = {
  databaseNotOlderThan: 2 * day,
  anonymizers: 'unknown',
  whereAnonymizersAreUnknown: 'unknown',
  whereRegionsAreUnknown: 'whole-country',
} as const
const demand = (more: Partial<EvidenceDemand> = {}): EvidenceDemand => ({
  atLeast: 'verified',
  notOlderThan: 30 * day,
  whenConflicting: 'unknown',
  ...more,
})
const under = (test: Predicate['test'], status: EvidenceDemand): Predicate => ({
  test,
  demands: { status, residence: status, place },
})
const foreign = (
  definition: Extract<Predicate['test'], { test: 'foreign-person' }>['definition'],
): Predicate['test'] => ({
  test: 'foreign-person',
  definition,
})
const national = (attribution: 'any-held' | 'ear-most-recent', ...codes: readonly string[]): Predicate['test'] => ({
  test: 'nationality',
  attribution,
  countries: new Set(codes),
})
const inside = (countries: readonly string[], regions: readonly string[] = []) => ({
  countries: new Set(countries),
  regions: new Set(regions),
  partly: new Set(regions.map((code) => code.slice(0, 2))),
})

const vocabularies: Readonly<Record<string, readonly Predicate[]>> = {
  'one definition': [under(foreign('ear-772.1-foreign-person'), demand())],
  'a definition that lists settle': [under(foreign('cfius-800'), demand())],
  'two definitions': [under(foreign('ear-772.1-foreign-person'), demand()), under(foreign('ofac-589.317-a'), demand())],
  'one definition on two demands': [
    under(foreign('ear-772.1-foreign-person'), demand()),
    under(foreign('ear-772.1-foreign-person'), demand({ atLeast: 'asserted', notOlderThan: 2 * day })),
  ],
  'the newer wins': [under(foreign('ear-772.1-foreign-person'), demand({ whenConflicting: 'newer-wins' }))],
  'the better wins': [under(foreign('doj-202.256'), demand({ atLeast: 'asserted', whenConflicting: 'better-wins' }))],
  'a list beside a definition': [
    under(foreign('ear-772.1-foreign-person'), demand()),
    under(national('any-held', 'CN', 'HK'), demand()),
  ],
  'the most recent nationality': [under(national('ear-most-recent', 'CN', 'IR'), demand({ notOlderThan: null }))],
  residences: [
    under({ test: 'residence', places: inside(['IR'], ['UA-43']) }, demand()),
    under({ test: 'residence', places: inside(['UA']) }, demand({ atLeast: 'asserted', notOlderThan: null })),
  ],
}

/** Of which every reason and flag is told apart within a second or two; effects are of all. */
const shortOnes: ReadonlySet<string> = new Set(['one definition', 'a definition that lists settle'])

const index = new RegisterIndex(registers())

function keyOf(
  predicates: readonly Predicate[],
  evidence: readonly Evidence[],
  instant: number,
  detail: Detail,
): string {
  const caller = callerOf({ kind: 'person', evidence })
  const situation = situationOf(
    { caller, place: abroad, operation: plainOperation, remaining: {} },
    index,
    new Horizon(instant, 0),
  )
  return predicates.map((one) => findingKey(answer(one, situation.parties.subject, situation), detail)).join('|')
}

const asksOf = (found: Predicates): readonly Predicate[] => [...found.persons.values(), ...found.residences.values()]

for (const [name, all] of Object.entries(vocabularies)) {
  for (const detail of shortOnes.has(name) ? (['effect', 'reason'] as const) : (['effect'] as const)) {
    t.test(`${name}, by ${detail}`, async (t) => {
      const predicates = predicatesOf([], { predicates: all, organizations: [] })
      const asks = asksOf(predicates)
      const profiles = profilesOf(predicates, detail)
      if (profiles === null) throw new Error('not within the bound')
      const { persons, residences } = profiles
      const reached = new Set<string>()
      const known = new Set(
        persons.flatMap((person) =>
          residences.map((residence) => keyOf(asks, [...person, ...residence], Date.UTC(2026, 0, 1), detail)),
        ),
      )
      fc.assert(
        fc.property(randomAsked, fc.array(randomAsked, { maxLength: 1 }), ({ facts, instant }, more) => {
          const evidence = [facts, ...more.map((one) => one.facts)].flatMap(({ caller }) => caller.subject.evidence)
          const key = keyOf(asks, evidence, instant, detail)
          reached.add(key)
          if (!known.has(key))
            throw new Error(`${key} is not among ${known.size}: ${JSON.stringify(evidence)} at ${instant}`)
        }),
        { numRuns: 4000 },
      )
      t.comment(`${known.size} answers, of which chance reached ${reached.size}`)
    })
  }
}

t.test('no place falls outside the places', async () => {
  const test = (outside: boolean, countries: string[], regions: string[] = []): Predicate => ({
    test: { test: 'place', outside, places: inside(countries, regions) },
    demands: { status: null, residence: null, place },
  })
  const predicates = predicatesOf([], {
    predicates: [test(true, ['US', 'PR']), test(false, ['IR'], ['UA-43', 'UA-14']), test(false, ['UA'])],
    organizations: [],
  })
  const keyAt = (found: Place): string => {
    const situation = unregisteredAt(found, { kind: 'person', evidence: [] })
    const { subject } = situation.parties
    return [...predicates.places.values()].map((one) => findingKey(answer(one, subject, situation), 'reason')).join('|')
  }
  const known = new Set(placesOf(predicates, 'reason').map(keyAt))
  fc.assert(
    fc.property(randomAsked, ({ facts, instant }) => {
      const { databaseBuiltAt } = facts.place
      const moved = databaseBuiltAt === null ? null : databaseBuiltAt - instant + Date.UTC(2026, 0, 1)
      return known.has(keyAt({ ...facts.place, databaseBuiltAt: moved }))
    }),
    { numRuns: 5000 },
  )
})
