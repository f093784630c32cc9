// The freshness lease, with real processes: what is not confirmed in time is shut where directives say so, and opens again by itself.
import t from 'tap'
import { startFleet, until } from '../support/fleet.ts'
import { startRedis } from '../support/redis.ts'
import { openStream, untilServed } from '../support/revoking.ts'

t.setTimeout(600_000)

t.test('without control the lease runs out, and with it what says `refuse`', async (t) => {
  const redis = await startRedis()
  t.teardown(() => redis.stop())
  const fleet = await startFleet(t, { redis: redis.url, lease: '5s' })
  const control = await fleet.control()
  await fleet.restrict(Date.now() - 60_000)
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const [one, two] = [await fleet.gate('one'), await fleet.gate('two')]
  for (const gate of [one, two]) await until('it is served', async () => (await gate.ask('fable-5')) === '200')

  t.test('SIGSTOP beyond the lease, then SIGCONT: what was asked meanwhile is refused', async (t) => {
    // It goes on for minutes, unless it is cut.
    await fleet.modelApi.set({ chunkDelayMs: 100, chunks: 3_000 })
    const token = await fleet.provider.token('us-citizen')
    const stream = await openStream({ gateway: one }, token, 'fable-5')
    await untilServed(stream)
    await fleet.modelApi.set({})
    two.child.kill('SIGSTOP')
    const asked = two.ask('fable-5')
    await control.end('SIGKILL')
    const signedBefore = Date.now()
    await until('the lease of the other one has run out', async () => (await one.check('fleet'))?.ok === false)
    t.match(await stream.ended, /policy_stale/, 'an answer that is open is cut')
    // What control signed last may lie in the socket of the one that stands still: it holds for a lease from when it was signed.
    await until('nothing that was signed holds any more', async () => Date.now() > signedBefore + 6_000)
    two.child.kill('SIGCONT')
    t.equal(await asked, '503 policy_stale')
  })

  t.test('what says `hold` goes on, what says `refuse` is shut', async (t) => {
    for (const gate of [one, two]) {
      t.equal(await gate.ask('fable-5'), '503 policy_stale')
      t.equal(await gate.ask('open-1'), '200')
      t.match(await gate.check('fleet'), { ok: false, detail: /the lease has run out.*control does not answer/ })
    }
  })

  t.test('so is a gate that starts now and remembers; one without memory serves nothing', async (t) => {
    await one.end('SIGKILL')
    const again = await fleet.gate('one')
    t.equal(await again.ask('fable-5'), '503 policy_stale')
    t.equal(await again.ask('open-1'), '200')
    const fresh = await fleet.gate('fresh')
    t.equal(await fresh.ask('open-1'), '503 policy_unavailable')

    await fleet.control()
    for (const gate of [again, fresh, two])
      await until('it opens again by itself', async () => (await gate.ask('fable-5')) === '200')
    await until('all have said so', async () => {
      const { gates } = await fleet.status()
      return gates.length === 3 && gates.every(({ standing }) => standing === 'enforced')
    })
    await fresh.end('SIGKILL')
    await until('control takes its lease for run out', async () => (await fleet.status()).exposure.shut.length === 1)
  })
})
