// A fleet of real processes: what is published at control is enforced by every gate, and control's status says so.
import t from 'tap'
import type { EventRecord } from '../../src/vocabulary/event.ts'
import { type RunningGate, startFleet, until } from '../support/fleet.ts'
import { records } from '../support/gate.ts'
import { runPolicy } from '../support/officers.ts'
import { startRedis } from '../support/redis.ts'

t.setTimeout(600_000)

const eventsOf = async ({ log }: RunningGate): Promise<readonly string[]> =>
  (await records({ log }))
    .filter((record): record is Extract<EventRecord, { readonly k: `fleet.${string}` }> =>
      record.k.startsWith('fleet.'),
    )
    .map(({ k, about }) => `${k} ${'serial' in about ? about.serial : 'state' in about ? about.state : about.why}`)

t.test('what is published is enforced by every gate, and status says since when', async (t) => {
  const redis = await startRedis()
  t.teardown(() => redis.stop())
  const fleet = await startFleet(t, { redis: redis.url })
  const control = await fleet.control()
  const gates = [await fleet.gate('one')]
  t.match(await gates[0]?.ask('fable-5'), '503 policy_unavailable', 'nothing passes before anything was published')
  t.notOk((await gates[0]?.check('fleet'))?.ok)
  t.equal((await fleet.status()).policy, null)

  const first = await fleet.publish(fleet.build(1))
  t.equal(first.code, 0, first.err)
  t.match(first.out, 'Policy serial 1, published 20')
  gates.push(await fleet.gate('two'))
  for (const gate of gates) {
    await until('the first is enforced', async () => (await gate.ask('fable-5', 'foreign-national')) === '200')
    t.ok((await gate.check('fleet'))?.ok)
  }

  await fleet.restrict(Date.now() - 60_000)
  const second = await fleet.publish(fleet.build(2))
  t.equal(second.code, 0, second.err)
  for (const gate of gates) {
    await until(
      'the second is enforced',
      async () => (await gate.ask('fable-5', 'foreign-national')) === '403 person_restricted',
    )
    t.equal(await gate.ask('fable-5'), '200')
  }
  await until('every gate has said so', async () =>
    (await fleet.status()).gates.every(({ standing }) => standing === 'enforced'),
  )
  const { policy, exposure, gates: shown } = await fleet.status()
  t.match(policy, { serial: 2, published_by: { subject: 'compliance' } })
  t.equal(shown.length, 2)
  t.strictSame(exposure.not_acknowledged, [])
  t.ok(typeof exposure.milliseconds === 'number' && exposure.milliseconds >= 0)
  for (const gate of gates)
    t.match(await eventsOf(gate), ['fleet.followed 1', 'fleet.lease confirmed', 'fleet.followed 2'])

  t.test('a bundle that is older, changed under its serial or by nobody of that role is refused', async (t) => {
    const again = await fleet.publish(fleet.build(1))
    t.equal(again.code, 2)
    t.match(again.err, 'serial_not_higher')
    const body = { policy: { format: 'portcullis-bundle-file/2' } }
    t.match(await fleet.call('compliance', '/v1/policy/publications', body), {
      status: 409,
      json: { error: { code: 'bundle_faulty' } },
    })
    t.match(await fleet.call('operator', '/v1/policy/publications', body), {
      status: 403,
      json: { error: { code: 'role_required' } },
    })
    t.match(
      await fleet.call('operator', '/v1/fleet/bundles/policy'),
      { status: 401 },
      'a token opens nothing of the gates',
    )
    t.equal((await fleet.status()).policy?.serial, 2)
  })

  t.test('control is the same after kill -9, and says so of its gates when they have reported', async (t) => {
    await control.end('SIGKILL')
    await fleet.control()
    const status = await fleet.status()
    t.match(status.policy, policy ?? {}, 'published when and by whom')
    t.equal(status.gates.length, 2, 'it knows whom to wait for')
    await until('they have reported', async () =>
      (await fleet.status()).gates.every(({ standing }) => standing === 'enforced'),
    )
    const ran = runPolicy('status', '--control', fleet.url, '--token-file', `${fleet.folder}/officer.jwt`)
    t.equal(ran.code, 0, ran.err)
    t.match(ran.out, /^Policy serial 2, .*\n.*\n\ngateway +is +serial/)
    t.match(ran.out, /enforced +2 /)
  })
})
