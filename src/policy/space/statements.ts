// Statements: every single piece of evidence about a person that the predicates could tell from every other, as received at
// `reference`. What several of them together mean is for profiles.ts to find out, by asking the engine.

import type { Assurance, Evidence, UsPersonValue } from '../../vocabulary/evidence.ts'
import { usPersonBases } from '../../vocabulary/evidence.ts'
import { definitionIds, type EvidenceDemand } from '../bundle/directives.ts'
import { stateUnder } from '../engine/evidence-state.ts'
import { saysOfStanding } from '../engine/statements.ts'
import { Horizon } from '../engine/valid-until.ts'
import { countryClasses, placeClasses } from './codes.ts'
import { firstOfEach } from './first-of-each.ts'
import type { PersonPredicate, ResidencePredicate } from './predicates.ts'

/** Evidence is written down as if it were asked for at this instant, and moved to the instant that is asked. */
export const reference: number = Date.UTC(2026, 0, 1)

const day = 86_400_000

export type Backing = Pick<Evidence, 'state' | 'verifiedAt' | 'source'>

/** How a statement can be backed, one of each way that some demand tells apart; first what a case can write. */
function backings(demands: readonly EvidenceDemand[]): readonly Backing[] {
  const limits = [...new Set(demands.flatMap(({ notOlderThan }) => notOlderThan ?? []))].sort((a, b) => a - b)
  const fresh = Math.min(30 * day, Math.floor((limits[0] ?? 60 * day) / 2))
  // Where the newer word wins, two of the same age class are told apart; where the better one does, what is good enough is too.
  const isNewer = demands.some(({ whenConflicting }) => whenConflicting === 'newer-wins')
  const isBetter = demands.some(({ whenConflicting }) => whenConflicting === 'better-wins')
  const classes = [fresh, ...limits]
  const ages = [...classes, ...(isNewer ? classes.map((age) => age + 1) : []), null]
  const of = (state: Backing['state'], age: number | null): Backing => ({
    state,
    verifiedAt: age === null ? null : reference - age,
    source: 'case',
  })
  const assurances: readonly Assurance[] = ['verified', 'asserted', 'inferred']
  const all = [
    of('verified', fresh),
    of('asserted', null),
    ...assurances.flatMap((state) => ages.map((age) => of(state, age))),
    ...(['invalid', 'revoked', 'unavailable'] as const).map((state) => of(state, fresh)),
  ]
  const horizon = new Horizon(reference, 0)
  return firstOfEach(all, (by) => {
    const states = demands.map((demand) =>
      stateUnder({ name: 'immigration-status', value: '', ...by }, demand, horizon),
    )
    return [...states, isNewer ? by.verifiedAt : '', isBetter || demands.length === 0 ? by.state : ''].join()
  })
}

/** What can be said, as it is said at its best, and the ways in which it can be backed. */
export interface Sayings {
  readonly values: readonly Evidence[]
  readonly backings: readonly Backing[]
}

/** Of what a person is: status and nationality. */
export function identitySayings(predicates: readonly PersonPredicate[]): Sayings {
  const ways = backings(predicates.flatMap(({ demands }) => demands.status ?? []))
  const by = best
  const values: readonly Evidence[] = [
    ...usPersonValues.map((value): Evidence => ({ name: 'us-person', value, ...by })),
    ...statuses.map((value): Evidence => ({ name: 'immigration-status', value, ...by })),
    ...nationalities(predicates).flatMap((value): Evidence[] =>
      [true, false].map((complete) => ({ name: 'nationalities', value, complete, ...by })),
    ),
  ]
  return { values: values.map((one) => ({ ...one, ...ways[0] })), backings: ways }
}

/** Of where a person resides. */
export function residenceSayings(predicates: readonly ResidencePredicate[]): Sayings {
  const ways = backings(predicates.flatMap(({ demands }) => demands.residence ?? []))
  const codes = placeClasses(predicates.map(({ test }) => test.places))
  const values = [
    ...codes.map((code) => ({ country: code.slice(0, 2), region: code.length > 2 ? code : null })),
    { country: '', region: null },
    { country: 'Q1', region: null },
  ]
  return {
    values: values.map((value): Evidence => ({ name: 'residence', value, ...best, ...ways[0] })),
    backings: ways,
  }
}

const best: Backing = { state: 'verified', verifiedAt: reference - day, source: 'case' }

const statuses = ['h-1b', 'permanent-resident', 'asylee', 'temporary-resident', 'another-status']

/** One of each meaning, first the simplest to say. */
const usPersonValues: readonly UsPersonValue[] = (() => {
  const others = usPersonBases.filter((basis) => basis !== 'citizen-or-national')
  const bases = { yes: ['citizen-or-national', null, ...others], no: [null, 'citizen-or-national', ...others] } as const
  const found = new Map<string, UsPersonValue>()
  for (const definition of [null, ...definitionIds, 'another-definition']) {
    for (const value of [true, false]) {
      for (const basis of value ? bases.yes : bases.no) {
        const said: UsPersonValue = { value, definition, basis }
        const meant = saysOfStanding({
          name: 'us-person',
          value: said,
          state: 'verified',
          source: '',
          verifiedAt: null,
        })
        // Of an entity, a person's basis says nothing, and another definition another thing.
        const ofEntity = basis === null || basis === 'entity' ? definition : 'nothing'
        const key = `${value} ${meant} ${ofEntity}`
        if (!found.has(key)) found.set(key, said)
      }
    }
  }
  return [...found.values()]
})()

/** Codes that are no country of today leave a gap each of its own kind: stateless, unstated, withdrawn, unreadable. */
const noCountries = ['XXA', 'XXX', 'SU', 'Q1']

/** Lists of up to two classes; profiles.ts makes them longer. */
function nationalities(predicates: readonly PersonPredicate[]): readonly (readonly string[])[] {
  const codes = nationalityCodes(predicates)
  return [
    ...codes.map((code) => [code]),
    ...codes.flatMap((one, index) => codes.slice(index + 1).map((other) => [one, other])),
    [],
  ]
}

export function nationalityCodes(predicates: readonly PersonPredicate[]): readonly string[] {
  const sets = predicates.flatMap(({ test }) => (test.test === 'nationality' ? [test.countries] : []))
  return [...countryClasses(sets), ...noCountries]
}
