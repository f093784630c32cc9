// The clock of a gate is set while it serves (threat T2; semantics.md §8): nothing new is decided before it stands, what was decided
// before is not used again, and what is open is decided for the new instant.
import t from 'tap'
import { until } from '../support/fleet.ts'
import { ask, gateFor, records } from '../support/gate.ts'

const hour = 3_600_000

t.test('set back or forth: refused until it stands, on record, and decided anew after it', async (t) => {
  let ticks = 0
  const world = await gateFor(t, { pace: 'frozen', monotonic: () => ticks })
  const token = await world.provider.token('us-citizen')
  const code = async () => (await ask(world, { token, model: 'open-1' })).code
  const states = async () =>
    (await records(world)).flatMap((record) => (record.k === 'decision' ? [record.cache.state] : []))
  t.equal(await code(), '200')
  t.equal(await code(), '200')
  t.same(await states(), ['computed', 'memory'])

  for (const by of [-10_000, 10_000]) {
    world.clock.set(world.clock.now() + by)
    t.equal(await code(), 'clock_unsynchronized')
    const ready = await fetch(`${world.gateway.admin}/readyz`)
    t.equal(ready.status, 503)
    t.match(await ready.text(), /set (back|forth) by 10 s just now/)
    ticks += 5_000
    world.clock.set(world.clock.now() + 5_000)
    t.equal(await code(), '200')
    t.equal((await states()).at(-1), 'computed', 'what was cached before it is gone')
  }
  const steps = async () =>
    (await records(world)).flatMap((record) => (record.k === 'clock.step' ? [record.about.byMs] : []))
  await until('both are on record', async () => (await steps()).length === 2)
  t.same(await steps(), [-10_000, 10_000])
})

t.test('set past the instant of a directive: an open answer that it forbids is cut by the step alone', async (t) => {
  const letter = Date.parse('2026-06-12T21:21:00Z')
  const world = await gateFor(t, { now: letter - hour, pace: 'frozen', monotonic: () => 0 })
  await world.modelApi.set({ chunks: 2_000, chunkDelayMs: 20 })
  const token = await world.provider.token('foreign-national')
  const answer = await fetch(`${world.gateway.data}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'fable-5', stream: true, messages: [{ role: 'user', content: 'hello' }] }),
  })
  t.equal(answer.status, 200)
  world.clock.set(letter)
  const text = await answer.text()
  t.notMatch(text, '[DONE]')
  t.match(text, /"error"/)
})
