// The text that is told beside a reason is that of an instrument which gives this very reason.

import t from 'tap'
import type { RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { callerTextOf } from '../../src/policy/index.ts'
import { ask, foreign, limb, load, restriction } from './small-policy.ts'

const person = limb(foreign, { id: 'person' })
const place = limb(
  { test: 'place', outside: false, places: { lists: [], codes: ['IR'] } },
  { id: 'place', reason: 'embargoed_location' },
)
const told = (...directives: readonly RestrictingDirective[]): string | null => {
  const policy = load({ directives })
  return callerTextOf(policy, ask(policy, { who: { us_person: false }, where: 'IR' }))
}

t.test('a text goes with the reason of its own instrument', async (t) => {
  const a = restriction('a', [person], { callerText: 'of persons' })
  const b = restriction('b', [place], { callerText: 'of places' })
  t.equal(told(a), 'of persons')
  t.equal(told(a, b), 'of places', 'the place comes before the person')
  t.equal(told(a, restriction('b', [place])), null, 'no text is no reason for another one’s')
})

t.test('an instrument that gives other reasons as well gives this one too', async (t) => {
  t.equal(told(restriction('a', [person, place], { callerText: 'of both' })), 'of both')
})

t.test('of several instruments that give the reason the first that has a text is heard', async (t) => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => restriction(id, [person], { callerText: id === 'a' ? null : id }))
  t.equal(told(a!, b!, c!), 'b')
})
