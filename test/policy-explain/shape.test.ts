// The JSON shape: closed, whole, and without anything that a record does not hold.
import t from 'tap'
import { z } from 'zod'
import { type Explanation, explain, recordedAccount } from '../../src/policy/index.ts'
import { readScenarios, scenarioPolicy } from '../support/scenario.ts'
import { type Answered, answered, answeredTold, policyDigest, told } from './told.ts'

// A sentence never shows that something was not at hand by the name of what it is not.
const says = z
  .string()
  .min(3)
  .refine((text) => !/\bundefined\b|\bnull\b|\[object|NaN|\n|\.$/.test(text), 'holds what is no word')

const node = <State extends z.ZodType, Under extends z.ZodType>(kind: string, state: State, under: Under) =>
  z.strictObject({ kind: z.literal(kind), id: z.string().min(1), state, says, under: z.array(under) })

const truth = z.enum(['true', 'false', 'unknown'])
const result = z.enum(['not-applicable', 'satisfied', 'violated', 'indeterminate'])
const evidence = node('evidence', z.string().min(1), z.never())
const predicate = node('predicate', truth, evidence)
const grant = node(
  'grant',
  z.enum([
    'discharged',
    'not-begun',
    'expired',
    'exhausted',
    'revoked',
    'out-of-scope',
    'elsewhere',
    'unknown',
    'covers-nobody',
  ]),
  z.never(),
)
const flag = node('flag', z.string().regex(/^[a-z_]+$/), z.never())
const quotation = node(
  'quotation',
  z.enum(['issued', 'letter', 'our-reading', 'rationale', 'definition', 'accepted-risk']),
  z.never(),
)
const limb = node('limb', truth, z.union([predicate, grant, flag, quotation]))
const directive = node('directive', result, z.union([limb, quotation]))

const shape = z.strictObject({
  format: z.literal('portcullis-explanation/1'),
  effect: z.enum(['permit', 'deny']),
  basis: z.string(),
  reason: z.string(),
  answer: z.string().regex(/^[A-Z].*\.$/s),
  decidedFor: z.iso.datetime(),
  policy: z.strictObject({ digest: z.string(), serial: z.number() }).nullable(),
  quoted: z.boolean(),
  decisive: z
    .strictObject({
      directive: z.string(),
      version: z.number(),
      title: z.string().nullable(),
      resource: z.string(),
      limb: z.string(),
      reason: z.string(),
      because: z.array(predicate),
      grants: z.array(grant),
      says,
    })
    .nullable(),
  resources: z.array(node('resource', result, directive)),
  obligations: z.array(node('obligation', z.string(), z.never())),
  validity: z.strictObject({ until: z.iso.datetime().nullable(), says }),
  told: z.strictObject({ code: z.string().nullable(), says }),
  corrections: z.array(z.strictObject({ directive: z.string(), at: z.string(), says })),
})

const every: readonly (readonly [name: string, () => Answered])[] = [
  ...readScenarios().flatMap(({ row, cases }) =>
    cases.map((one) => [`${row} ${one.name}`, () => answered(one.case, scenarioPolicy(one.overlay))] as const),
  ),
  ...told.map((one) => [one.name, () => answeredTold(one)] as const),
]

/** The record that the gate would keep of it, as far as explanations read it. */
function recordOf({ decision, one }: Answered): object {
  const { effect, basis, reason, determinations, obligations, validUntil, resources } = decision
  return {
    k: 'decision',
    at: new Date(one.when).toISOString(),
    decidedFor: null,
    effect,
    basis,
    reason,
    told: effect === 'permit' ? null : decision.tellReason ? reason : 'access_restricted',
    detail: null,
    place: null,
    models: resources,
    determinations,
    obligations,
    validUntil: validUntil === null ? null : new Date(validUntil).toISOString(),
    policy: { digest: policyDigest, serial: 1 },
  }
}

const faultsOf = (explanation: Explanation): readonly string[] =>
  (shape.safeParse(JSON.parse(JSON.stringify(explanation))).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )

t.test('every scenario is explained in the closed shape, from the decision and from its record', async (t) => {
  for (const [name, ask] of every) {
    const asked = ask()
    t.strictSame(faultsOf(asked.explanation), [], name)
    const account = recordedAccount(JSON.parse(JSON.stringify(recordOf(asked))), null)
    if (account === undefined) t.fail(`the record of ${name} cannot be read`)
    else t.strictSame(faultsOf(explain(account)), [], `${name}, from the record alone`)
  }
})

t.test('a denial by a directive says which one decided, a permit only where a grant did', async (t) => {
  for (const [name, ask] of every) {
    const { explanation, decision } = ask()
    const isDecided = decision.determinations.length > 0 && decision.effect === 'deny'
    t.equal(explanation.decisive !== null, isDecided || decision.reason === 'permitted_under_grant', name)
    if (isDecided) t.equal(explanation.decisive?.reason, decision.reason, name)
  }
})

t.test('the same record and the same bundle give the same explanation as the decision, but for values', async (t) => {
  for (const one of told) {
    const asked = answeredTold(one)
    const account = recordedAccount(recordOf(asked), asked.decision.stepUp ? 401 : 403)
    if (account === undefined) throw new Error(one.name)
    const { facts: _, place: __, ...same } = asked.account
    const bundle = asked.policy.bundle
    t.strictSame(
      explain(account, bundle),
      explain({ ...same, models: account.models, facts: null, place: null }, bundle),
      one.name,
    )
  }
})

t.test('no nationality is ever shown, not even that of a case', async (t) => {
  for (const code of ['KP', 'prk', 'Q1', 'SU']) {
    const one = {
      name: code,
      overlay: 'D5-list',
      asked: { who: { nationalities: [code] }, asks: 'list-1', when: '2026-06-20T12:00:00Z' },
    } as const
    const text = JSON.stringify(answeredTold(one).explanation)
    t.notMatch(text, new RegExp(`\\b${code}\\b`), code)
  }
})
