// An obligation is kept where the same, or a stricter one of its kind, is applied already.

import t from 'tap'
import { isKeptBy } from '../../src/policy/index.ts'
import type { Obligation } from '../../src/vocabulary/decision.ts'

const force = (pointer: string, mode: string): Obligation => ({ kind: 'force-mode', pointer, mode })
const cap = (max: number): Obligation => ({ kind: 'cap-output-tokens', max })
const terminate = (at: number): Obligation => ({ kind: 'terminate-at', at })
const recheck = (seconds: number): Obligation => ({ kind: 'recheck-every', seconds })
const [store, log]: readonly Obligation[] = [{ kind: 'no-store' }, { kind: 'log-full' }]

t.test('a bound is kept by the same and by a stricter one', async (t) => {
  for (const bound of [cap, terminate, recheck]) {
    t.equal(isKeptBy(bound(10), [bound(10)]), true)
    t.equal(isKeptBy(bound(10), [bound(9)]), true)
    t.equal(isKeptBy(bound(10), [bound(11)]), false)
  }
})

t.test('a mode is kept by itself alone, where it was forced', async (t) => {
  t.equal(isKeptBy(force('/model', 'deep'), [force('/model', 'deep')]), true)
  t.equal(isKeptBy(force('/model', 'deep'), [force('/model', 'quick')]), false)
  t.equal(isKeptBy(force('/model', 'deep'), [force('/models/0', 'deep')]), false)
})

t.test('no obligation is kept by one of another kind, or by none', async (t) => {
  const all = [force('/model', 'deep'), cap(5), terminate(5), recheck(5), store!, log!]
  for (const one of all) {
    t.equal(isKeptBy(one, all), true, one.kind)
    t.equal(
      isKeptBy(
        one,
        all.filter((other) => other !== one),
      ),
      false,
      one.kind,
    )
    t.equal(isKeptBy(one, []), false, one.kind)
  }
})
