// Random facts: callers of every shape, places of every state, requests of every kind, at instants near the edges.

import * as fc from 'fast-check'
import type { Facts } from '../../src/vocabulary/decision.ts'
import { type Evidence, usPersonBases } from '../../src/vocabulary/evidence.ts'
import { actions, type Operation, phases } from '../../src/vocabulary/operation.ts'
import type { Caller, Subject } from '../../src/vocabulary/party.ts'
import { anonymizers, type Place } from '../../src/vocabulary/place.ts'
import type { Asked } from './compare.ts'
import { modelNames } from './random-catalogue.ts'
import { day, edges, issuer, modes, mostly, one, organizations, people } from './random-words.ts'

const state = one(
  'verified',
  'verified',
  'verified',
  'asserted',
  'asserted',
  'inferred',
  'invalid',
  'revoked',
  'unavailable',
)
const verifiedAt = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(one(...edges), one(0, day, 2 * day, 30 * day, 31 * day)).map(([at, age]) => at - age),
  },
  { weight: 1, arbitrary: fc.constant(null) },
)
const backing = { state, source: fc.constant('token:test'), verifiedAt }

const code = one('US', 'US', 'USA', 'PR', 'DE', 'de', 'CN', 'HKG', 'IR', 'UA', 'XXA', 'SU', 'QU', 'Q1', '')
const usPerson = fc.record({
  name: fc.constant('us-person'),
  value: fc.record({
    value: one(true, true, false),
    definition: mostly(null, one('ear', 'cfius-800', 'doj', 'OFAC', 'of some other law')),
    basis: mostly(null, one(...usPersonBases), 1),
  }),
  ...backing,
})
const status = fc.record({
  name: fc.constant('immigration-status'),
  value: one('h-1b', 'H1B', 'permanent-resident', 'asylee', 'refugee', 'temporary-resident', 'tps', 'made up'),
  ...backing,
})
const nationalities = fc.record({
  name: fc.constant('nationalities'),
  value: fc.array(code, { maxLength: 2 }),
  complete: fc.boolean(),
  ...backing,
})
const residence = fc.record({
  name: fc.constant('residence'),
  value: fc.record({ country: code, region: mostly(null, one('UA-43', '43', 'UA-30', '30', 'Krym', 'CA'), 1) }),
  ...backing,
})
const evidence = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: usPerson },
      { weight: 2, arbitrary: status },
      { weight: 3, arbitrary: nationalities },
      { weight: 2, arbitrary: residence },
    ),
    { maxLength: 4 },
  )
  .map((all) => all as Evidence[])

/** What it takes to be served under most directives. */
const proof = { state: 'verified', source: 'token:test', verifiedAt: (edges[0] ?? 0) - day } as const
const wellProved: readonly Evidence[] = [
  {
    name: 'us-person',
    value: { value: true, definition: null, basis: 'citizen-or-national' },
    ...proof,
  },
  {
    name: 'nationalities',
    value: ['US'],
    complete: true,
    ...proof,
  },
  {
    name: 'residence',
    value: { country: 'US', region: null },
    ...proof,
  },
]

const subject: fc.Arbitrary<Subject> = fc.record({
  id: fc.record({ issuer: mostly(issuer, fc.constant('https://other.example'), 9), subject: one(...people) }),
  kind: one('person', 'person', 'service'),
  evidence: fc.oneof({ weight: 1, arbitrary: fc.constant(wellProved) }, { weight: 3, arbitrary: evidence }),
})

const caller: fc.Arbitrary<Caller> = fc.record({
  subject,
  actor: mostly(null, subject, 2),
  priorActors: mostly([], fc.array(subject, { minLength: 1, maxLength: 2 })),
  organization: mostly(null, one(...organizations), 2),
  organizationExpected: fc.boolean(),
  token: one(null, { acrValues: ['high'] }).map((stepUp) => ({
    issuer,
    jti: null,
    sid: null,
    issuedAt: 0,
    expiresAt: 1,
    audience: ['a'],
    digest: 'd',
    keyThumbprint: 'k',
    stepUp,
  })),
})

const located = fc.record({
  state: fc.constant('located'),
  country: one('US', 'US', 'PR', 'DE', 'CN', 'HK', 'IR', 'UA', 'UA'),
  region: mostly(null, one('UA-43', 'UA-30', 'UA-14', 'UA-XX', 'US-CA'), 1),
})
const place: fc.Arbitrary<Place> = fc
  .record({
    where: fc.oneof(
      { weight: 4, arbitrary: fc.constant({ state: 'located', country: 'US', region: null }) },
      { weight: 6, arbitrary: located },
      {
        weight: 1,
        arbitrary: one('not-found', 'address-unknown', 'unavailable').map((state) => ({
          state,
          country: null,
          region: null,
        })),
      },
    ),
    resolvesRegions: fc.boolean(),
    source: one('database', 'database', 'operator', 'stated'),
    builtAt: fc.tuple(one(...edges), one(0, 1, 2 * day, 30 * day)).map(([at, age]) => at - age),
    isDated: mostly(true, fc.constant(false), 5),
    anonymizer: mostly('none' as const, one(null, ...anonymizers), 2),
  })
  .map(({ where, builtAt, isDated, ...more }) => ({
    ...where,
    ...more,
    state: where.state,
    address: '192.0.2.1',
    databaseBuiltAt: isDated ? builtAt : null,
    databaseDigest: 'sha256:x',
  }))

const said = one(null, null, 'none', 'high', 'medium')
const reference = fc.record({
  name: fc.oneof({ weight: 30, arbitrary: one(...modelNames) }, { weight: 1, arbitrary: fc.constant('unheard-of') }),
  mode: mostly(
    null,
    fc.oneof(
      fc.record({ field: fc.constant('mode'), value: one(null, ...modes, 'no mode') }),
      fc.record({ field: one('reasoning-effort', 'thinking'), value: said }),
      fc.record({
        field: fc.constant('reasoning-effort'),
        value: said,
        beside: fc.tuple(
          fc.record({ field: fc.constant('thinking'), value: said }),
          fc.record({ field: fc.constant('reasoning-config'), value: mostly(null, fc.constant('none')) }),
        ),
      }),
    ),
    1,
  ),
})
const operation: fc.Arbitrary<Operation> = fc
  .record({
    action: mostly('infer' as const, one(...actions), 4),
    phase: mostly('admit' as const, one(...phases), 1),
    stream: fc.boolean(),
    maxOutputTokens: mostly(null, one(50, 2000), 1),
    models: fc.array(reference, { minLength: 1, maxLength: 2 }),
  })
  .map(({ models, ...more }) => ({
    ...more,
    id: 'test',
    dialect: 'openai',
    models: models.map((model, index) => ({ ...model, pointer: `/models/${index}` })) as Operation['models'],
  }))

const left = one(undefined, 0, 1, 300, 5000, -1)
const remaining = fc
  .tuple(left, left, left)
  .map((all) =>
    Object.fromEntries(all.flatMap((tokens, index) => (tokens === undefined ? [] : [[`g${index + 1}`, tokens]]))),
  )

const facts: fc.Arbitrary<Facts> = fc.record({ caller, place, operation, remaining })

const instant = fc
  .tuple(one(...edges), one(0, 0, -1, 1, -250, 250, -251, -249, 249, 251, -day / 2, day / 2))
  .map(([at, offset]) => at + offset)

/** One question by itself. */
export const randomAsked: fc.Arbitrary<Asked> = fc.record({ facts, instant, clockUncertaintyMs: one(0, 250) })

export interface Moment {
  readonly instant: number
  readonly clockUncertaintyMs: number
}
const moment: fc.Arbitrary<Moment> = fc.record({ instant, clockUncertaintyMs: one(0, 250) })

/** The same facts, asked at several instants. */
export interface Questions {
  readonly facts: Facts
  readonly moments: readonly Moment[]
}
export const randomQuestions: fc.Arbitrary<Questions> = fc.record({
  facts,
  moments: fc.array(moment, { minLength: 1, maxLength: 16, size: 'max' }),
})
