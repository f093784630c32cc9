// Kleene's connectives, exhaustively over three values.

import t from 'tap'
import { and, excusable, type Finding, known, or, sharpened, unknown } from '../../src/policy/engine/finding.ts'

const gap = { reason: 'evidence_missing', mendable: true } as const
const values: readonly Finding[] = [known('p', true), known('p', false), unknown('p', gap)]

t.test('and: false before unknown before true; or: true before unknown before false', async (t) => {
  for (const a of values) {
    for (const b of values) {
      const has = (value: Finding['value']) => a.value === value || b.value === value
      t.equal(
        and([a, b]).value,
        has('false') ? 'false' : has('unknown') ? 'unknown' : 'true',
        `${a.value} and ${b.value}`,
      )
      t.equal(or([a, b]).value, has('true') ? 'true' : has('unknown') ? 'unknown' : 'false', `${a.value} or ${b.value}`)
      for (const joined of [and([a, b]), or([a, b])]) {
        t.equal(joined.gaps.length > 0, joined.value === 'unknown', 'gaps stand only where it is unknown')
        t.equal(joined.predicates.length, 2, 'every predicate is recorded')
      }
    }
  }
})

t.test('an unknown is excusable only if every unknown in it is', async (t) => {
  t.equal(and([excusable('p', gap), excusable('q', gap)]).excusable, true)
  t.equal(and([excusable('p', gap), unknown('q', gap)]).excusable, false)
  t.equal(or([excusable('p', gap), known('q', false)]).excusable, true)
  t.equal(and([excusable('p', gap), known('q', false)]).excusable, false)
})

t.test('a sharper reason is that of the first telling finding that has one', async (t) => {
  const [plain, ended] = [known('p', true), sharpened(known('q', true), 'membership_ended')]
  t.equal(or([plain, ended]).sharperReason, 'membership_ended')
  t.equal(and([plain, ended]).sharperReason, 'membership_ended')
  t.equal(and([plain, plain]).sharperReason, null)
  t.equal(or([ended, known('r', false)]).sharperReason, 'membership_ended')
  t.equal(and([ended, known('r', false)]).sharperReason, null, 'what does not decide has no say')
})
