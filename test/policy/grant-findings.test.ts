// What each grant did for whom, as the record tells it; and what is used of a quantity.

import t from 'tap'
import type { Grant } from '../../src/policy/bundle/bundle.ts'
import { decide, factsOf, type Policy, readCase } from '../../src/policy/index.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'
import {
  answer,
  ask,
  ever,
  everything,
  foreign,
  grant,
  issuer,
  limb,
  load,
  model,
  noon,
  registers,
  restriction,
  strictPlace,
} from './small-policy.ts'

const employee = (subject: string, organization: string) =>
  ({ issuer, subject, ...ever, organization, engagement: 'employee' }) as const
const known = registers({
  employees: [employee('ada', 'holder'), employee('eve', 'other')],
  organizations: ['holder', 'other'].map((id) => ({
    ...ever,
    id,
    name: id,
    kind: 'company',
    incorporatedIn: 'FR',
    organizedIn: [],
    ownedBy: [],
    branchOf: null,
  })),
  clients: [{ issuer, subject: 'bot', ...ever, organization: 'holder' }],
})
const everyone = limb(foreign, { anyOf: ['subject', 'actor', 'organization', 'end-user'] })
const under = (...grants: readonly Grant[]): Policy =>
  load({
    catalogue: { models: [model('m', { maxOutputTokens: 4000 }), model('n')] },
    directives: [restriction('r', [everyone])],
    grants,
    registers: known,
  })
const g = (id: string, more: Partial<Grant> = {}): Grant => grant(id, 'r', more)
const ada = { id: 'ada', us_person: false }
const told = ({ determinations }: Decision): readonly string[] =>
  determinations.flatMap(({ limbs }) =>
    limbs.flatMap(({ grants }) => grants.map((one) => `${one.grant} ${one.party} ${one.result}`)),
  )

t.test('every grant that covers a party in the way is told with what it did', async (t) => {
  const places = { within: { lists: [], codes: ['FR'] }, evidence: strictPlace }
  const policy = under(
    g('a-later', { from: noon + 1 }),
    g('b-expired', { to: noon }),
    g('c-revoked', { revokedFrom: noon }),
    g('d-other-model', { scope: { ...everything, models: { families: [], ids: ['n'] } } }),
    g('e-elsewhere', { places }),
    g('f-used-up', { quantity: { outputTokens: 1000 } }),
    g('g-others', { covers: [{ cover: 'employees-of', organization: 'other' }] }),
  )
  const decision = ask(policy, { who: ada })
  t.same(told(decision), [
    'a-later subject not-begun',
    'b-expired subject expired',
    'c-revoked subject revoked',
    'd-other-model subject out-of-scope',
    'e-elsewhere subject elsewhere',
    'f-used-up subject exhausted',
  ])
  t.equal(answer(decision), 'grant_expired', 'the first in the order of reasons is shown')
  const nowhere = ask(under(g('e', { places })), { who: ada, where: 'nowhere-in-database' })
  t.same(told(nowhere), ['e subject unknown'])
  t.equal(answer(nowhere), 'location_unknown')
})

t.test('a grant that would help and is not needed is not told, one that fails beside it is', async (t) => {
  const policy = under(g('z', { to: noon }), g('b'), g('a'))
  t.same(told(ask(policy, { who: ada })), ['a subject discharged', 'z subject expired'])
})

t.test('where no grant is, and where nobody is in the way, none is told, in one shared array', async (t) => {
  const without = ask(under(), { who: ada }).determinations[0]?.limbs[0]?.grants
  const domestic = ask(under(g('a')), { who: { us_person: true } }).determinations[0]?.limbs[0]?.grants
  t.same(without, [])
  t.equal(without, domestic)
})

t.test('each party has its own line, prior actors under their own name, each once', async (t) => {
  const policy = under(
    g('a', {
      covers: [
        { cover: 'employees-of', organization: 'holder' },
        { cover: 'organization', organization: 'holder' },
        { cover: 'organization', organization: 'other' },
      ],
    }),
  )
  const decision = ask(policy, {
    who: { ...ada, organization: 'other', actor: { kind: 'service', id: 'bot' }, prior_actors: [ada, ada] },
  })
  t.equal(answer(decision), 'permit')
  t.same(told(decision), [
    'a subject discharged',
    'a actor discharged',
    'a prior-actor discharged',
    'a organization discharged',
  ])
  t.equal(decision.reason, 'permitted_under_grant')
})

t.test('a permit rests on a grant only if the directive is enforced', async (t) => {
  const policy = load({
    directives: [restriction('r', [everyone], { kind: 'internal-policy', reportOnlyUntil: noon + 1 })],
    grants: [g('a')],
    registers: known,
  })
  const decision = ask(policy, { who: ada })
  t.same(told(decision), ['a subject discharged'])
  t.equal(decision.reason, 'permitted')
})

// ---- quantities

const licensed = (more: Partial<Grant> = {}): Grant => g('q', { quantity: { outputTokens: 1000 }, ...more })
const withLeft = (policy: Policy, left: unknown, asks: Record<string, unknown> = {}): Decision => {
  const reading = readCase({ who: ada, asks: { model: 'm', ...asks }, expect: 'permit' }, noon)
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults))
  const facts = { ...factsOf(reading.case), remaining: { q: left as number } }
  return decide(policy, facts, noon, { clockUncertaintyMs: 0 })
}
const capOf = (decision: Decision): number | undefined =>
  decision.obligations.flatMap((one) => (one.kind === 'cap-output-tokens' ? [one.max] : []))[0]

t.test('while anything is left, output is capped to it: never more than was asked or could come', async (t) => {
  const policy = under(licensed())
  t.equal(capOf(withLeft(policy, 500, { max_output_tokens: 1000 })), 500)
  t.equal(capOf(withLeft(policy, 500, { max_output_tokens: 300 })), 300)
  t.equal(capOf(withLeft(policy, 500)), 500)
  t.equal(capOf(withLeft(policy, 5000)), 4000, 'without a limit it reserves the maximum of the catalogue')
  t.equal(capOf(withLeft(policy, 1)), 1)
  const capped = under(licensed({ obligations: [{ kind: 'cap-output-tokens', max: 200 }] }))
  t.equal(capOf(withLeft(capped, 500, { max_output_tokens: 1000 })), 200)
})

t.test('nothing left, and nothing that is an amount, helps nobody', async (t) => {
  for (const left of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, undefined, '500']) {
    t.equal(answer(withLeft(under(licensed()), left)), 'grant_exhausted', String(left))
  }
  const named = under(g('constructor', { quantity: { outputTokens: 1 } }))
  t.equal(answer(ask(named, { who: ada })), 'grant_exhausted', 'a name that every object has is none that was stated')
})

t.test('what brings no output needs something left and uses nothing up', async (t) => {
  for (const action of ['count-tokens', 'list-models']) {
    t.equal(answer(withLeft(under(licensed()), 0, { action })), 'grant_exhausted', action)
    const decision = withLeft(under(licensed()), 1, { action })
    t.equal(answer(decision), 'permit', action)
    t.same(decision.obligations, [], action)
  }
})

t.test('of several that help, one without a quantity is used', async (t) => {
  const first = withLeft(under(licensed(), g('z')), 500)
  t.same(told(first), ['z subject discharged'])
  t.equal(capOf(first), undefined)
  const spent = withLeft(under(licensed(), g('z', { to: noon })), 500)
  t.same(told(spent), ['q subject discharged', 'z subject expired'])
  t.equal(capOf(spent), 500)
})

t.test('of several models in one request the least binds all of it', async (t) => {
  const policy = under(
    licensed({ scope: { ...everything, models: { families: [], ids: ['m'] } } }),
    g('z', { scope: { ...everything, models: { families: [], ids: ['n'] } } }),
  )
  t.equal(capOf(withLeft(policy, 500, { model: ['n', 'm'] })), 500)
})

t.test('of two organizations each has its own grant told, though they bear one name', async (t) => {
  const ended = (id: string, organization: string) =>
    g(id, { covers: [{ cover: 'organization', organization }], to: noon })
  const policy = load({
    directives: [restriction('r', [limb(foreign, { anyOf: ['organization'] })])],
    grants: [ended('a', 'holder'), ended('b', 'other')],
    registers: known,
  })
  const decision = ask(policy, { who: { kind: 'service', id: 'bot', organization: 'other' } })
  t.equal(answer(decision), 'grant_expired')
  t.same(told(decision), ['a organization expired', 'b organization expired'])
})
