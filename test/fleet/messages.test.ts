// Redis carries statements and is believed in nothing: what is old, forged or missing there changes no answer.
import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { type FleetStatement, signStatement } from '../../src/fleet/index.ts'
import { startFleet, until } from '../support/fleet.ts'
import { startRedis } from '../support/redis.ts'
import { startShim } from '../support/tcp-shim.ts'

t.setTimeout(600_000)

t.test('whoever owns Redis can take statements away, not make them', async (t) => {
  const redis = await startRedis()
  t.teardown(() => redis.stop())
  const fleet = await startFleet(t, { redis: redis.url })
  await fleet.control()
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const gate = await fleet.gate('one')
  await until('it is confirmed', async () => (await gate.ask('fable-5', 'foreign-national')) === '200')
  const counted = async (outcome: string): Promise<number> => {
    const text = await (await fetch(`${gate.admin}/metrics`)).text()
    return Number(new RegExp(`portcullis_fleet_statements\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1])
  }
  const [name = ''] = await redis.client.keys('portcullis:statement:*')
  const old = (await redis.client.get(name)) ?? ''
  t.match(old, /"policySerial":1/)

  await fleet.restrict(Date.now() - 60_000)
  t.equal((await fleet.publish(fleet.build(2))).code, 0)
  const refused = async (): Promise<boolean> =>
    (await gate.ask('fable-5', 'foreign-national')) === '403 person_restricted'
  await until('the second is enforced', refused)

  await redis.client.publish(name, old)
  await until('the old one is counted', async () => (await counted('replayed')) > 0)
  t.ok(await refused())

  const { statement } = JSON.parse(old) as { readonly statement: FleetStatement }
  const { privateKey } = generateKeyPairSync('ed25519')
  await redis.client.publish(name, signStatement({ ...statement, policySerial: 9 }, privateKey))
  await until('the forged one is counted', async () => (await counted('forged')) > 0)
  await redis.client.publish(name, old.replace('"policySerial":1', '"policySerial":9'))
  await redis.client.publish(name, 'x'.repeat(100_000))
  await until('what is none is counted', async () => (await counted('unreadable')) > 0)
  t.ok(await refused())
  t.ok((await gate.check('fleet'))?.ok, 'it is confirmed all the while')

  const until1 = (await gate.check('fleet'))?.detail
  await redis.kill()
  await until('it is confirmed anew, by control itself', async () => {
    const check = await gate.check('fleet')
    return check?.ok === true && check.detail !== until1
  })
  await fleet.restrict(Date.now() - 30_000)
  t.ok(await refused())
})

t.test(
  'with a lease that is long nobody waits for it: not after a lost connection to Redis, nor for control to answer',
  async (t) => {
    const redis = await startRedis()
    t.teardown(() => redis.stop())
    const fleet = await startFleet(t, { redis: redis.url, lease: '10m' })
    const line = await startShim({ host: '127.0.0.1', port: Number(new URL(fleet.url).port) })
    t.teardown(() => line.close())
    await fleet.control()
    t.equal((await fleet.publish(fleet.build(1))).code, 0)
    const gate = await fleet.gate('one', {
      fleet: `{ key: "\${FLEET_KEY}", lease: 10m, control: { url: "http://127.0.0.1:${line.port}", key: "${fleet.key}" } }`,
    })
    const closed = async (model: string): Promise<boolean> => (await gate.ask(model)) === '403 model_suspended'
    const suspend = async (of: string): Promise<void> => {
      const { status } = await fleet.call('compliance', '/v1/policy/suspensions', { of, why: 'test' })
      t.equal(status, 201)
    }
    t.equal(await gate.ask('open-1'), '200')

    for (const type of ['PUBSUB', 'NORMAL'] as const) await redis.client.call('CLIENT', 'KILL', 'TYPE', type)
    await suspend('open-1')
    await until('it is heard over a further connection', () => closed('open-1'))

    await line.close()
    await suspend('fable-5')
    await until('it is heard, and cannot be fetched', async () =>
      /control does not answer/.test((await gate.check('fleet'))?.detail ?? ''),
    )
    await line.open()
    await until('it is fetched once control answers', () => closed('fable-5'))
  },
)
