// Places: one for each way in which the place predicates can answer about the address that a request comes from.

import { anonymizers, type Place } from '../../vocabulary/place.ts'
import { placeClasses } from './codes.ts'
import { located } from './plain.ts'
import type { Predicates } from './predicates.ts'
import { answer, type Detail, findingKey, unregisteredAt } from './profiles.ts'
import { reference } from './statements.ts'

const day = 86_400_000

/** As looked up at `reference`; the first and plainest that answers so. */
export function placesOf({ places }: Predicates, detail: Detail): readonly Place[] {
  const predicates = [...places.values()]
  const found = new Map<string, Place>()
  const codes = placeClasses(predicates.map(({ test }) => test.places))
  for (const place of candidates(
    codes,
    predicates.flatMap(({ demands }) => demands.place?.databaseNotOlderThan ?? []),
  )) {
    const situation = unregisteredAt(place, { kind: 'person', evidence: [] })
    const { subject: party } = situation.parties
    const key = predicates.map((one) => findingKey(answer(one, party, situation), detail)).join('|')
    if (!found.has(key)) found.set(key, place)
  }
  return [...found.values()]
}

function* candidates(codes: readonly string[], limits: readonly number[]): Iterable<Place> {
  // Whole days first: so cases are written.
  const whole = limits.map((limit) => Math.ceil(limit / day) * day)
  const ages = [
    Math.min(day, Math.floor(Math.min(...limits, 2 * day) / 2)),
    ...new Set([...whole, ...limits]),
    null,
    -day,
  ]
  const hidden = [...anonymizers.filter((one) => one === 'none' || one === 'vpn'), null]
  for (const age of ages) {
    for (const anonymizer of hidden) {
      for (const source of ['database', 'operator'] as const) {
        for (const code of codes) {
          const [country, region] = [code.slice(0, 2), code.length > 2 ? code : null]
          const databaseBuiltAt = age === null ? null : reference - age
          const place: Place = { ...located, country, region, databaseBuiltAt, anonymizer, source }
          yield { ...place, resolvesRegions: region !== null }
          if (region === null) yield { ...place, resolvesRegions: true }
          else yield { ...place, resolvesRegions: false }
        }
      }
    }
  }
  const nowhere: Place = { ...located, country: null }
  yield { ...nowhere, state: 'not-found' }
  yield { ...nowhere, state: 'address-unknown', address: null }
  yield { ...nowhere, state: 'unavailable', databaseBuiltAt: null, databaseDigest: null, anonymizer: null }
}
