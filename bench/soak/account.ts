// The account of a soak: what the model API saw, what clients were told and what stands in the log, held against one another. Nothing may
// be lost, nothing may be there twice.
import { faultsOf, type Records } from '../faults/judge.ts'
import type { Forwarded } from '../faults/model-api.ts'
import { askedIn, earlyLength, mayBeTold } from './mix.ts'
import type { Told } from './told.ts'

export interface Accounts {
  readonly forwarded: readonly Pick<Forwarded, 'user'>[]
  readonly told: readonly Told[]
  readonly records: Records
}

/** Sentences; none: all three agree. */
export function faultsOfAccounts({ forwarded, told, records }: Accounts): readonly string[] {
  const { decisions, outcomes, refusals } = records
  const numberOf = new Map(told.filter(({ id }) => id !== '').map(({ id, number }) => [id, number]))
  // Who left before an answer came has no id: known by a length that nobody else’s request has.
  const early = new Map(
    told.filter(({ id }) => id === '').map(({ number }) => [earlyLength(number) ?? Number.NaN, number]),
  )
  const known = decisions.map(({ id, at, effect, length }) => ({
    id,
    at,
    effect,
    length: numberOf.get(id) ?? early.get(length) ?? Number.NaN,
  }))
  const effects = new Map(decisions.map(({ id, effect }) => [id, effect]))
  const reached = new Set(forwarded.map(({ user }) => Number(user)))
  const withId = told.filter(({ id }) => id !== '')
  const alone = withId.filter(({ id }) => effects.has(id))
  const together = Map.groupBy(
    withId.filter(({ id }) => !effects.has(id)),
    ({ id }) => id,
  )
  const isServed = ({ says }: Told): boolean => !/^[45]/.test(says)
  const isDenied = ({ id }: Told): boolean => effects.get(id) !== 'permit'
  /** Closed between its permit and its way to the model API. */
  const isSuspended = ({ says }: Told): boolean => says === '403 model_suspended'
  const count = (faults: number, sentence: string): readonly string[] => (faults > 0 ? [`${faults} ${sentence}`] : [])
  const numbers = known.map(({ length }) => length)
  return [
    // A row of the fault matrix knows its requests by their length, a soak by their number.
    ...faultsOf(
      forwarded.map(({ user }) => ({ length: Number(user) })),
      { decisions: known, outcomes },
    ),
    ...count(numbers.filter(Number.isNaN).length, 'decisions are of no request that was sent'),
    ...count(numbers.length - new Set(numbers).size, 'requests were decided more than once'),
    ...count([...outcomes.keys()].filter((id) => !effects.has(id)).length, 'outcomes are of no decision'),
    ...count(alone.filter((one) => isServed(one) && isDenied(one)).length, 'answers were served against their record'),
    ...count(
      alone.filter((one) => !isServed(one) && !isDenied(one) && !isSuspended(one)).length,
      'refusals are recorded as permits',
    ),
    ...count(withId.filter((one) => isServed(one) && !reached.has(one.number)).length, 'answers came from nobody'),
    ...count(
      [...together].filter(([id, all]) => refusals.get(id) !== all.length).length,
      'ids that clients were told have no record, or one that counts others',
    ),
    ...count([...refusals.keys()].filter((id) => !together.has(id)).length, 'records of refusals are of nobody'),
    ...unexpected(told),
  ]
}

/** What no client of this mix may be told, with how often. */
function unexpected(told: readonly Told[]): readonly string[] {
  const odd = told.filter(({ number, says }) => !mayBeTold(askedIn(number), says))
  const by = Map.groupBy(odd, ({ number, says }) => `${says}\`, which asked for \`${askedIn(number).kind}`)
  return [...by].map(([what, all]) => `${all.length} clients were told \`${what}\``)
}
