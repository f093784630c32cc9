import t from 'tap'
import { createDecisionCache, type DecisionCache } from '../../src/decision-cache/index.ts'
import { limits } from '../../src/limits.ts'
import type { Flag } from '../../src/vocabulary/flags.ts'
import { bindings, cached, noon, otherBindings } from './samples.ts'

const hour = 3_600_000
const ttlAtLeast = limits.memoTtlMs * 0.9

function memoryOnly(accepted: () => boolean = () => true): DecisionCache {
  return createDecisionCache({
    redis: null,
    clock: { now: () => noon },
    acceptsKey: accepted,
    onState: () => t.fail('there is no Redis to speak of'),
    onAlarm: () => t.fail('nor to be alarmed at'),
  })
}

t.test('a decision that was put is found, with the record that computed it', async (t) => {
  const cache = memoryOnly()
  t.equal(cache.peek('key', bindings, noon), undefined)
  const value = cached()
  cache.put('key', bindings, value, noon, noon + hour)
  t.equal(cache.peek('key', bindings, noon), value)
  t.equal(cache.peek('other key', bindings, noon), undefined)
  t.match(cache.metrics, { memoryHits: 1, memoryMisses: 2, redis: 'off', entries: 1 })
})

t.test('without Redis a fetch finds nothing, at once', async (t) => {
  const cache = memoryOnly()
  cache.put('key', bindings, cached(), noon, noon + hour)
  t.equal(await cache.fetch('key', bindings, noon), undefined)
  t.match(cache.metrics, { redisMisses: 0, redisSkipped: 0, redis: 'off' })
  cache.close()
})

t.test('T1: a decision serves until one millisecond before its valid-until, and from its instant on', async (t) => {
  const edge = noon + 5_000
  for (const [now, serves] of [
    [noon - 1, false],
    [noon, true],
    [noon + 1, true],
    [edge - 1, true],
    [edge, false],
    [edge + 1, false],
  ] as const) {
    const cache = memoryOnly()
    cache.put('key', bindings, cached({ validUntil: edge }), noon, noon + hour)
    t.equal(cache.peek('key', bindings, now) !== undefined, serves, `at ${now - noon} ms`)
  }
})

t.test('T1: no decision serves at or after the end of its token', async (t) => {
  const end = noon + 5_000
  for (const validUntil of [null, end + 1, noon + hour]) {
    const cache = memoryOnly()
    cache.put('key', bindings, cached({ validUntil }), noon, end)
    t.ok(cache.peek('key', bindings, end - 1), 'a millisecond before')
    t.notOk(cache.peek('key', bindings, end), 'at the end')
  }
})

t.test('T1: no decision serves longer than the greatest time to live', async (t) => {
  const cache = memoryOnly()
  cache.put('key', bindings, cached({ validUntil: null }), noon, noon + hour)
  t.ok(cache.peek('key', bindings, noon + ttlAtLeast - 1))
  t.notOk(cache.peek('key', bindings, noon + limits.memoTtlMs))
})

t.test('a decision whose time is over, or has no end that is a number, is not kept', async (t) => {
  const cache = memoryOnly()
  cache.put('over', bindings, cached({ validUntil: noon }), noon, noon + hour)
  cache.put('token over', bindings, cached(), noon, noon)
  cache.put('no number', bindings, cached(), noon, Number.NaN)
  t.equal(cache.metrics.entries, 0)
})

t.test(
  'T2: after a step back of the clock nothing decided later serves, and a new decision takes its place',
  async (t) => {
    const cache = memoryOnly()
    cache.put('key', bindings, cached(), noon, noon + hour)
    t.notOk(cache.peek('key', bindings, noon - hour))
    const again = cached({ reason: 'no_directive_applies' })
    cache.put('key', bindings, again, noon - hour, noon + hour)
    t.equal(cache.peek('key', bindings, noon - hour), again)
  },
)

t.test('T2: a flush forgets everything', async (t) => {
  const cache = memoryOnly()
  cache.put('key', bindings, cached(), noon, noon + hour)
  cache.flush()
  t.notOk(cache.peek('key', bindings, noon))
  t.match(cache.metrics, { entries: 0, flushes: 1 })
})

t.test('R3, R7: a change of any binding empties the memory, for good', async (t) => {
  for (const [what, other] of otherBindings) {
    const cache = memoryOnly()
    cache.put('key', bindings, cached(), noon, noon + hour)
    t.equal(cache.peek('key', other, noon), undefined, `another ${what}`)
    t.equal(cache.peek('key', bindings, noon), undefined, `and back from another ${what}`)
    t.match(cache.metrics, { entries: 0, flushes: 2 })
  }
})

t.test('equal bindings in another object change nothing', async (t) => {
  const cache = memoryOnly()
  cache.put('key', bindings, cached(), noon, noon + hour)
  t.ok(cache.peek('key', { ...bindings }, noon))
  t.equal(cache.metrics.flushes, 0)
})

t.test('R7: a decision that was made before a change of policy and comes after it is not kept', async (t) => {
  for (const [what, newer] of otherBindings) {
    const cache = memoryOnly()
    t.equal(cache.peek('key', bindings, noon), undefined, 'the request begins')
    t.equal(cache.peek('other key', newer, noon), undefined, `another ${what}`)
    cache.put('key', bindings, cached(), noon, noon + hour)
    t.equal(cache.peek('key', newer, noon), undefined)
    t.equal(cache.metrics.entries, 0)
  }
})

t.test('a decision made on the word of a key that is no longer accepted does not serve', async (t) => {
  let accepted = true
  const cache = memoryOnly(() => accepted)
  cache.put('key', bindings, cached(), noon, noon + hour)
  t.ok(cache.peek('key', bindings, noon))
  accepted = false
  t.notOk(cache.peek('key', bindings, noon))
})

t.test('R6: a fault is never kept, so that the next request is decided anew', async (t) => {
  const cache = memoryOnly()
  const fault = cached({ effect: 'deny', basis: 'system', reason: 'geo_unavailable' })
  cache.put('key', bindings, fault, noon, noon + hour)
  t.notOk(cache.peek('key', bindings, noon))
  cache.put('key', bindings, cached(), noon, noon + hour)
  t.ok(cache.peek('key', bindings, noon))
})

t.test('R6: a refusal is kept no longer than a permit', async (t) => {
  const cache = memoryOnly()
  cache.put(
    'key',
    bindings,
    cached({ effect: 'deny', basis: 'evidence', reason: 'evidence_missing' }),
    noon,
    noon + hour,
  )
  t.ok(cache.peek('key', bindings, noon + 1))
  t.notOk(cache.peek('key', bindings, noon + limits.memoTtlMs))
})

t.test('R14: keys of a caller’s choice do not grow the memory beyond its bounds', async (t) => {
  const cache = memoryOnly()
  const small = cached({ resources: [], determinations: [], obligations: [] })
  for (let n = 0; n < limits.memoEntries + 1_000; n += 1) cache.put(`key ${n}`, bindings, small, noon, noon + hour)
  t.equal(cache.metrics.entries, limits.memoEntries, 'bounded by entries')
  t.notOk(cache.peek('key 0', bindings, noon), 'the oldest went')
  t.ok(cache.peek(`key ${limits.memoEntries + 999}`, bindings, noon), 'the newest is there')

  const large = cached({ resources: Array.from({ length: 500 }, () => cached().decision.resources[0]!) })
  for (let n = 0; n < 2_000; n += 1) cache.put(`large ${n}`, bindings, large, noon, noon + hour)
  t.ok(cache.metrics.bytes <= limits.memoBytes, 'bounded by bytes')
  t.ok(cache.metrics.entries < 2_000)
  cache.flush()
  t.equal(cache.metrics.bytes, 0)
})

t.test('R14: one decision that is larger than the whole memory is not kept', async (t) => {
  const cache = memoryOnly()
  const flags: readonly Flag[] = [`mode:${'x'.repeat(limits.memoBytes)}`]
  const limb = { ...cached().decision.determinations[0]!.limbs[0]!, flags }
  cache.put(
    'key',
    bindings,
    cached({ determinations: [{ ...cached().decision.determinations[0]!, limbs: [limb] }] }),
    noon,
    noon + hour,
  )
  t.match(cache.metrics, { entries: 0, bytes: 0 })
})
