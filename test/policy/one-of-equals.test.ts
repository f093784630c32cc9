// What stands word by word in several directives is held once by the policy, and looked at once for a request.

import t from 'tap'
import type { Directive, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { inRoles, partiesOf, roleSet } from '../../src/policy/engine/parties.ts'
import { Horizon } from '../../src/policy/engine/valid-until.ts'
import { factsOf, readCase } from '../../src/policy/index.ts'
import { oneOfEquals } from '../../src/policy/load/one-of-equals.ts'
import type { LimbFinding } from '../../src/vocabulary/decision.ts'
import { ask, foreign, grant, limb, load, model, noon, registers, restriction, window } from './small-policy.ts'

t.test('what is made of equals is one object, under one name', async (t) => {
  const once = oneOfEquals()
  const make = (from: readonly string[]): { readonly from: readonly string[] } => ({ from })
  const first = once('list', ['a', 'b'], make)
  t.equal(once('list', ['a', 'b'], make), first)
  t.not(once('list', ['b', 'a'], make), first)
  t.not(once('other list', ['a', 'b'], make), first)
})

const models = [model('m', { modes: ['deep', 'quick'] })]
const person = limb(foreign)
const deep = limb({ test: 'mode', modes: ['deep'] }, { id: 'mode', reason: 'mode_restricted' })

t.test('equal limbs of several directives are evaluated once for a request', async (t) => {
  const asked = (...directives: readonly Directive[]): readonly LimbFinding[] => {
    const { determinations } = ask(load({ catalogue: { models }, directives }), { asks: { model: 'm', mode: 'quick' } })
    return determinations.flatMap(({ limbs }) => limbs)
  }
  const of = (id: string, more: Partial<RestrictingDirective> = {}) => restriction(id, [person], more)
  const [, first, second, third] = asked(window('a'), of('b'), of('c'), of('d'))
  t.ok(first)
  t.equal(first, second)
  t.equal(second, third)

  const [one, other] = asked(of('a'), of('b'))
  t.ok(one)
  t.equal(one, other)

  const statusEvidence = { atLeast: 'asserted', notOlderThan: null, whenConflicting: 'unknown' } as const
  const [strict, lax] = asked(of('a'), of('b', { statusEvidence }))
  t.not(strict, lax, 'with other demands it is another limb')
  t.same(
    asked(of('a'), restriction('b', [limb(foreign, { id: 'other' })])).map(({ limb }) => limb),
    ['limb', 'other'],
  )
})

t.test('a limb with a grant, or about modes, is evaluated for each directive', async (t) => {
  const policy = load({
    catalogue: { models },
    directives: [...['a', 'b', 'd'].map((id) => restriction(id, [person, deep])), restriction('c', [person])],
    grants: [grant('g', 'b')],
  })
  const of = (id: string) => policy.concerning.get('m')?.restricting.find((one) => one.id === id)
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(of)
  t.same(
    [a, b, c].map((one) => one?.rule.limbs.map(({ shared }) => shared)),
    [[0, null], [0, null], [0]],
  )
  t.ok(a)
  t.equal(a?.rule, d?.rule)
  t.not(a?.rule, b?.rule, 'a license tells them apart')
  t.not(a?.rule, c?.rule)
  t.equal(a?.rule.limbs[0], c?.rule.limbs[0])
  t.equal(a?.grants[0], c?.grants[0], 'none of them has any')
  t.not(a?.grants, b?.grants)
  const { determinations } = ask(policy, { asks: { model: 'm', mode: 'quick' } })
  const [first, licensed, , fourth] = determinations.map(({ limbs }) => limbs[0])
  t.ok(first)
  t.equal(first, fourth)
  t.not(first, licensed)
})

t.test('the parties of a role are gathered once for a request', async (t) => {
  const reading = readCase({ asks: 'm', who: { actor: { id: 'eve' } }, expect: 'permit' }, noon)
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults))
  const { registers: index } = load({ registers: registers() })
  const parties = partiesOf(factsOf(reading.case).caller, index, new Horizon(noon, 0))
  const roles = roleSet(['subject', 'actor'])
  t.equal(inRoles(parties, roles), inRoles(parties, roles))
  t.equal(inRoles(parties, roles).length, 2)
  t.equal(inRoles(parties, roleSet(['actor'])).length, 1)
})

t.test('evidence is weighed once for a request and a demand, whatever the definition', async (t) => {
  const statusEvidence = { atLeast: 'asserted', notOlderThan: null, whenConflicting: 'unknown' } as const
  const itar = { test: 'foreign-person', definition: 'itar-120.62' } as const
  const policy = load({
    directives: [
      restriction('a', [person]),
      restriction('b', [limb(itar)]),
      restriction('c', [limb(itar)], { statusEvidence }),
    ],
  })
  const { determinations } = ask(policy, { who: { us_person: true } })
  const [one, other, lax] = determinations.map(({ limbs }) => limbs[0]?.predicates[0]?.evidence)
  t.ok(one)
  t.equal(one, other)
  t.not(one, lax, 'other demands are another matter')
})

t.test('models without a window share their empty list', async (t) => {
  const { concerning } = load({
    catalogue: { models: [...models, model('n')] },
    directives: [restriction('a', [person])],
  })
  const [one, other] = ['m', 'n'].map((id) => concerning.get(id)?.windows)
  t.ok(one)
  t.equal(one, other)
})
