// Random directives of every kind, evaluation windows, and grants that discharge some of them.

import * as fc from 'fast-check'
import type {
  Condition,
  Cover,
  Directive,
  EvaluationWindow,
  Grant,
  Interval,
  Limb,
  RegisterTest,
  RestrictingDirective,
  Test,
} from '../../src/policy/bundle/bundle.ts'
import { attributions, definitionIds, limbReasons } from '../../src/policy/bundle/directives.ts'
import { type Role, roles } from '../../src/vocabulary/party.ts'
import { everything, grant as grantOf, restriction, window } from '../policy/small-policy.ts'
import { countrySet, evidenceDemand, obligations, placeDemand, placeSet, scope } from './random-catalogue.ts'
import {
  day,
  edge,
  edges,
  interval,
  modes,
  mostly,
  one,
  organizations,
  programs,
  some,
  subjectId,
  versions,
} from './random-words.ts'

// ---- directives

const registerTest = (holds: fc.Arbitrary<boolean>): fc.Arbitrary<RegisterTest> =>
  fc.oneof(
    fc.record({ test: fc.constant('member'), program: one(...programs), holds }),
    fc.record({ test: one('evaluator', 'staff'), list: one('list'), holds }),
    fc.record({ test: fc.constant('tier'), tier: one('cyber'), holds }),
  )
const test: fc.Arbitrary<Test> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ test: fc.constant('foreign-person'), definition: one(...definitionIds) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      test: fc.constant('nationality'),
      attribution: one(...attributions),
      countries: countrySet,
    }),
  },
  { weight: 3, arbitrary: fc.record({ test: fc.constant('place'), outside: fc.boolean(), places: placeSet }) },
  { weight: 2, arbitrary: fc.record({ test: fc.constant('residence'), places: placeSet }) },
  { weight: 1, arbitrary: fc.record({ test: fc.constant('mode'), modes: some(modes) }) },
  { weight: 2, arbitrary: registerTest(fc.boolean()) },
)
const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: test },
  {
    weight: 1,
    arbitrary: fc.record({
      test: one('all', 'any'),
      of: fc.array(
        fc.oneof(test, fc.record({ test: one('all', 'any'), of: fc.array(test, { minLength: 1, maxLength: 2 }) })),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
    }),
  },
)
const testsIn = (is: Condition): readonly Test[] => ('of' in is ? is.of.flatMap(testsIn) : [is])

interface LimbParts {
  readonly is: Condition
  readonly anyOf: Role[]
  readonly reason: Limb['reason']
  readonly isExcused: boolean
}

const limbParts: fc.Arbitrary<LimbParts> = fc.record({
  is: condition,
  anyOf: some(roles, 4),
  reason: one(...limbReasons),
  isExcused: fc.boolean(),
})

function limbOf({ is, anyOf, reason, isExcused }: LimbParts, id: string, kind: string): Limb {
  const tests = testsIn(is)
  // An organization is at no place that could be looked up.
  const present = tests.some(({ test }) => test === 'place') ? anyOf.filter((role) => role !== 'organization') : anyOf
  const mayExcuse = kind === 'embargo' && tests.every(({ test }) => test === 'place' || test === 'residence')
  const whenUnknown = mayExcuse && isExcused ? ({ kind: 'not-met', reason: 'r', reviewBy: 1 } as const) : null
  return { id, is, anyOf: present.length > 0 ? present : ['subject'], reason, whenUnknown }
}

const restricting: fc.Arbitrary<RestrictingDirective> = fc
  .record({
    id: one('d1', 'd2', 'd3'),
    version: one(...versions),
    kind: one('restriction', 'restriction', 'restriction', 'program', 'embargo', 'internal-policy'),
    scope,
    supersedes: fc.subarray([...versions]),
    obligations,
    tellTheCaller: one('reason', 'nothing'),
    effective: mostly(0, edge),
    ends: mostly(null, edge),
    limbs: fc.array(limbParts, { minLength: 1, maxLength: 3 }),
    statusEvidence: evidenceDemand,
    residenceEvidence: evidenceDemand,
    placeEvidence: placeDemand,
    onUnknown: mostly('step-up' as const, one('deny', 'review'), 2),
    inFlight: fc.oneof(
      fc.record({ kind: one('terminate', 'terminate', 'finish-started') }),
      fc.record({ kind: fc.constant('drain-until'), at: edge }),
    ),
    reportOnlyUntil: mostly(null, edge),
  })
  .map(({ limbs, ends, reportOnlyUntil, supersedes, ...more }) => {
    const { id, kind, version, effective } = more
    const isOurs = kind === 'internal-policy' || kind === 'program'
    const built = limbs.map((parts, index) => limbOf(parts, `l${index + 1}`, kind))
    return {
      ...restriction(id, built),
      ...more,
      supersedes: supersedes.filter((earlier) => earlier < version),
      ends: kind === 'program' || ends === null || ends <= effective ? null : ends,
      reportOnlyUntil: isOurs ? reportOnlyUntil : null,
    }
  })

const evaluationWindow: fc.Arbitrary<EvaluationWindow> = fc
  .record({
    id: one('w1', 'w2'),
    version: one(1, 2),
    scope,
    isNext: fc.boolean(),
    obligations,
    tellTheCaller: one('reason', 'nothing'),
    span: some(edges, 2),
    admits: fc.array(registerTest(fc.constant(true)), { minLength: 1, maxLength: 2 }),
  })
  .map(({ span, isNext, ...more }) => {
    const from = Math.min(...span)
    const to = Math.max(...span)
    const supersedes = isNext && more.version === 2 ? [1] : []
    return { ...window(more.id), ...more, supersedes, admission: { from, to: to > from ? to : from + day } }
  })

export const directives: fc.Arbitrary<Directive[]> = fc.uniqueArray(
  fc.oneof({ weight: 9, arbitrary: restricting }, { weight: 1, arbitrary: evaluationWindow }),
  { minLength: 1, maxLength: 6, selector: ({ id, version }) => `${id}@${version}` },
)

// ---- grants

const cover: fc.Arbitrary<Cover> = fc.oneof(
  fc.record({ cover: one('organization', 'employees-of'), organization: one(...organizations) }),
  fc.record({ cover: fc.constant('members-of'), program: one(...programs) }),
  fc.record({ cover: one('evaluators', 'staff'), list: fc.constant('list') }),
  fc.record({ cover: fc.constant('subject'), subject: subjectId }),
  fc.record({ cover: fc.constant('anyone-who'), is: registerTest(fc.constant(true)) }),
)

export interface GrantParts
  extends Pick<Grant, 'scope' | 'covers' | 'places' | 'quantity' | 'revokedFrom' | 'obligations'> {
  readonly interval: Interval
  /** Which directives and limbs, among those that are there. */
  readonly picks: readonly { readonly directive: number; readonly limb: number; readonly isWhole: boolean }[]
}

export const grantParts: fc.Arbitrary<GrantParts> = fc.record({
  interval,
  picks: fc.array(fc.record({ directive: fc.nat(5), limb: fc.nat(2), isWhole: fc.boolean() }), {
    minLength: 1,
    maxLength: 2,
  }),
  covers: fc.array(cover, { minLength: 1, maxLength: 3 }),
  scope: fc.oneof({ weight: 2, arbitrary: fc.constant(everything) }, { weight: 1, arbitrary: scope }),
  places: mostly(null, fc.record({ within: placeSet, evidence: placeDemand })),
  quantity: mostly(null, fc.constant({ outputTokens: 1000 }), 2),
  revokedFrom: mostly(null, edge),
  obligations,
})

export function grantsOf(all: readonly GrantParts[], known: readonly Directive[]): readonly Grant[] {
  const dischargeable = known.filter((one) => one.kind !== 'evaluation-window')
  if (dischargeable.length === 0) return []
  return all.map(({ picks, interval: { from, to }, ...more }, index) => {
    const discharges = picks.flatMap(({ directive, limb, isWhole }) => {
      const named = dischargeable[directive % dischargeable.length]
      if (named === undefined) return []
      const ids = named.limbs.map(({ id }) => id)
      const limbs = isWhole ? ids : ids.slice(limb % ids.length, (limb % ids.length) + 1)
      return [{ directive: named.id, versions: [named.version], limbs }]
    })
    const ends = to !== null && to > from ? to : null
    return { ...grantOf(`g${index + 1}`, 'd1'), ...more, from, to: ends, discharges }
  })
}
