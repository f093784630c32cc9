// The clock of a gate is set while it serves (threat T2; semantics.md §8): nothing new is decided before it stands, what was decided
// before is not used again, and what is open is decided for the new instant.
import t from 'tap'
import { until } from '../support/fleet.ts'
import { ask, gateFor, records } from '../support/gate.ts'
import { openStream, outcomeOf, untilServed } from '../support/revoking.ts'
import { connect, socketGateFor } from '../support/socket-gate.ts'

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

t.test('set back: an open answer ends when its time has passed, whatever the clock says', async (t) => {
  const letter = Date.parse('2026-06-12T21:21:00Z')
  let ticks = 0
  const world = await gateFor(t, { now: letter - hour, pace: 'frozen', monotonic: () => ticks })
  await world.modelApi.set({ chunks: 100_000, chunkDelayMs: 10 })
  const stream = await openStream(world, await world.provider.token('foreign-national'), 'fable-5')
  await untilServed(stream)
  world.clock.set(letter - 3 * hour)
  ticks = hour - 1_000
  const before = stream.soFar().length
  await until('it goes on', async () => stream.soFar().length > before)
  ticks = hour
  t.match(await stream.ended, /"error":/)
  t.match(await outcomeOf(world, stream.id), { ending: 'cut', reason: 'person_restricted' })
})

t.test('set back: a token that has ended on a socket ends it', async (t) => {
  let ticks = 0
  const { world } = await socketGateFor(t, { pace: 'frozen', monotonic: () => ticks })
  const client = await connect({ world }, { token: await world.provider.token('us-citizen'), path: '/v1/responses' })
  const start = world.clock.now()
  const say = { type: 'response.create', model: 'open-1', input: 'hello' }
  const at = (hours: number, setBackBy: number): void => {
    ticks = hours * hour
    world.clock.set(start + ticks - setBackBy)
  }
  at(11, hour)
  await until('the step is seen', async () => (await fetch(`${world.gateway.admin}/readyz`)).status === 503)
  at(11.5, hour)
  client.say(say)
  await client.next('response.completed')
  at(12.1, hour)
  client.say(say)
  t.equal((await client.closed).code, 1008)
  const reasons = (await records(world)).flatMap((one) => (one.k === 'decision' ? [one.reason] : []))
  t.equal(reasons.at(-1), 'token_invalid')
})
