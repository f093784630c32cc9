// Not a benchmark: that the benches would notice if they measured something else than they say.
import t from 'tap'
import { checkEnforced } from '../../bench/activation.ts'
import { checkRun } from '../../bench/gateway.ts'
import { withSection } from '../../bench/page.ts'
import { interleave, percentile, spread } from '../../bench/rounds.ts'

const fine = { perSecond: 1, statuses: { '200': 100 }, failures: 0, p50Ms: 1, p99Ms: 1 }

t.test('a run in which every request was answered by 200 and counted once is accepted', async () => {
  checkRun('gate', 100, fine, 100)
})

t.test('a run fails on a refusal, a failure, a lost answer, or a count that differs', async (t) => {
  t.throws(() => checkRun('gate', 100, { ...fine, statuses: { '200': 99, '403': 1 } }, 99))
  t.throws(() => checkRun('gate', 100, { ...fine, statuses: { '503': 100 } }, 100))
  t.throws(() => checkRun('gate', 100, { ...fine, statuses: {} }, 0))
  t.throws(() => checkRun('gate', 100, { ...fine, failures: 1 }, 100))
  t.throws(() => checkRun('gate', 100, { ...fine, statuses: { '200': 99 } }, 99))
  t.throws(() => checkRun('gate', 100, fine, 99), 'answered without asking the model API')
  t.throws(() => checkRun('gate', 100, fine, 101), 'asked the model API twice')
})

t.test('the variants take turns, beginning with another one each round', async (t) => {
  const order: string[] = []
  const results = await interleave(['a', 'b', 'c'], 3, async (variant) => order.push(variant))
  t.equal(order.join(''), 'abcbcacab')
  t.same(results.get('a'), [1, 6, 8])
})

t.test('a spread is median, least and greatest, in any order of the values', async (t) => {
  t.same(spread([3, 1, 2]), { median: 2, min: 1, max: 3 })
  t.same(spread([4, 1, 2, 10]), { median: 3, min: 1, max: 10 })
  t.same(spread([5]), { median: 5, min: 5, max: 5 })
  t.throws(() => spread([]), RangeError)
})

t.test('a section takes the place of its older self and leaves the others alone', async (t) => {
  const first = withSection(withSection('# Benchmarks\n', 'a', 'old a'), 'b', 'b')
  const second = withSection(first, 'a', 'new a with $& in it')
  t.equal(
    second,
    first.replace('old a', () => 'new a with $& in it'),
  )
  t.equal(withSection(second, 'a', 'old a'), first)
})

t.test('a percentile is the least value that so many do not pass', async (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  t.equal(percentile(hundred, 0.5), 50)
  t.equal(percentile(hundred, 0.99), 99)
  t.equal(percentile([3, 1, 2], 0.99), 3)
  t.ok(Number.isNaN(percentile([], 0.99)))
})

t.test('a gate that says that it enforces a directive is asked whether it does', async (t) => {
  const fleet = (said: string) => ({
    gates: [{ data: 'one' }] as never,
    tokens: { refused: 'refused', served: 'served' },
    status: async (_url: string, token: string) => (token === 'served' ? '200' : said),
  })
  await checkEnforced(fleet('403'), { restricts: true })
  await checkEnforced(fleet('200'), { restricts: false })
  await t.rejects(checkEnforced(fleet('200'), { restricts: true }), /answers 200 200 instead of 403 200/)
  await t.rejects(checkEnforced(fleet('403'), { restricts: false }))
})
