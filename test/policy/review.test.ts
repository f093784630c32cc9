// What is done about unknowns: deny before review before step-up.

import t from 'tap'
import type { OnUnknown, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { answer, ask, foreign, limb, load, restriction } from './small-policy.ts'

const under = (...words: readonly OnUnknown[]) =>
  load({ directives: words.map((onUnknown, index) => restriction(`r${index}`, [limb(foreign)], { onUnknown })) })

t.test('the strictest word of the directives in the way decides', async (t) => {
  const asked = (...words: readonly OnUnknown[]) => {
    const decision = ask(under(...words), { who: {} })
    return [answer(decision), decision.basis, decision.stepUp]
  }
  t.same(asked('step-up'), ['evidence_missing', 'evidence', true])
  t.same(asked('review'), ['pending_review', 'review', false])
  t.same(asked('step-up', 'review'), ['pending_review', 'review', false])
  t.same(asked('review', 'step-up'), ['pending_review', 'review', false])
  t.same(asked('deny', 'review'), ['evidence_missing', 'evidence', false])
  t.same(asked('review', 'step-up', 'deny'), ['evidence_missing', 'evidence', false])
})

t.test('it concerns unknowns alone, of directives that are in the way', async (t) => {
  t.equal(answer(ask(under('review'), { who: { us_person: false } })), 'person_restricted')
  t.equal(answer(ask(under('review'), { who: { us_person: true } })), 'permit')
  const settled = load({
    directives: [
      restriction('a', [limb({ test: 'tier', tier: 'x', holds: true })], { onUnknown: 'review' }),
      restriction('b', [limb(foreign)]),
    ],
  })
  t.equal(answer(ask(settled, { who: {} })), 'evidence_missing')
})

t.test('the record keeps what is unknown, and the caller hears what the directive lets them hear', async (t) => {
  const told = (more: Partial<RestrictingDirective>, other: Partial<RestrictingDirective> = {}) =>
    ask(
      load({
        directives: [
          restriction('a', [limb(foreign)], { onUnknown: 'review', ...more }),
          restriction('b', [limb(foreign)], other),
        ],
      }),
      { who: {} },
    )
  const decision = told({})
  t.equal(decision.tellReason, true)
  t.same(
    decision.determinations.map(({ result, limbs }) => [result, limbs[0]?.reason]),
    [
      ['indeterminate', 'evidence_missing'],
      ['indeterminate', 'evidence_missing'],
    ],
  )
  t.equal(told({ tellTheCaller: 'nothing' }).tellReason, false)
})
