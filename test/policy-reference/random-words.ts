// The few names and instants of which random bundles and facts are made, so that things meet.

import * as fc from 'fast-check'
import type { Interval } from '../../src/policy/bundle/bundle.ts'
import type { SubjectId } from '../../src/vocabulary/party.ts'

/** Every instant at which something begins or ends, milliseconds since the epoch. */
export const edges: readonly number[] = [0, 1, 2, 3, 4].map(
  (day) => Date.parse('2026-06-10T00:00:00Z') + day * 86_400_000,
)
export const day = 86_400_000

export const organizations = ['us-co', 'fr-co', 'mission', 'branch', 'unregistered'] as const
export const people = ['ada', 'ben', 'bot', 'agent'] as const
export const issuer = 'https://id.example'
export const programs = ['p', 'q'] as const
export const countries = ['US', 'PR', 'DE', 'CN', 'HK', 'IR', 'UA'] as const
export const regions = ['UA-43', 'UA-30', 'UA-14'] as const
export const modes = ['fast', 'slow', 'deep'] as const
export const versions = [1, 2, 3] as const

export const one = <const Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values)
export const some = <const Value>(values: readonly Value[], maxLength = 2): fc.Arbitrary<Value[]> =>
  fc.uniqueArray(one(...values), { minLength: 1, maxLength })
export const few = <Value>(value: fc.Arbitrary<Value>, maxLength = 2): fc.Arbitrary<Value[]> =>
  fc.array(value, { maxLength })
/** Mostly the first. */
export const mostly = <const A, B>(value: A, other: fc.Arbitrary<B>, weight = 3): fc.Arbitrary<A | B> =>
  fc.oneof({ weight, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other })

export const edge: fc.Arbitrary<number> = one(...edges)
export const interval: fc.Arbitrary<Interval> = fc.record({ from: mostly(0, edge), to: mostly(null, edge) })
export const subjectId: fc.Arbitrary<SubjectId> = fc.record({ issuer: fc.constant(issuer), subject: one(...people) })
