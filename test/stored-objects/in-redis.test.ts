// What Redis loses is refused, and what somebody writes into it is not believed.
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { openStoredObjects, type StoredObjects } from '../../src/stored-objects/index.ts'
import type { StoredName, StoredObject } from '../../src/vocabulary/stored-object.ts'
import { redisSettings, startRedis } from '../support/redis.ts'

const clock = { now: () => 1_000 }
const maker = { issuer: 'https://id.example', subject: 'alice', organization: null }
const nameOf = (id: string): StoredName => ({ dialect: 'openai', kind: 'response', id, maker })
const object: StoredObject = {
  upstream: 'one',
  models: [],
  purpose: null,
  decision: 'd',
  parents: [],
  digest: null,
  madeAt: 1_000,
}

t.test('eviction, planted and exchanged values, another fleet’s key and a Redis that is gone', async (t) => {
  const server = await startRedis()
  t.teardown(() => server.stop())
  const open = async (key: Uint8Array): Promise<StoredObjects> => {
    const up = Promise.withResolvers<void>()
    const redis = redisSettings(server.url, key)
    const stored = await openStoredObjects({ path: '', redis, clock, onState: () => up.resolve() })
    t.teardown(() => stored.close())
    await up.promise
    return stored
  }
  const key = randomBytes(32)
  const stored = await open(key)
  const { client } = server
  await stored.keep([{ name: nameOf('a'), object }])
  const [first = ''] = await client.keys('portcullis:s2:{*}:*')
  await stored.keep([{ name: nameOf('b'), object: { ...object, upstream: 'two' } }])
  const second = (await client.keys('portcullis:s2:{*}:*')).find((name) => name !== first) ?? ''
  const sealed = (await client.getBuffer(first)) as Buffer
  t.notMatch(first + sealed.toString('latin1'), /alice|id\.example|fable/)

  await client.set(first, (await client.getBuffer(second)) as Buffer)
  t.equal(await stored.find(nameOf('a')), undefined, 'another object’s value')
  await client.set(first, Buffer.concat([sealed.subarray(0, -1), Buffer.of((sealed.at(-1) ?? 0) ^ 1)]))
  t.equal(await stored.find(nameOf('a')), undefined, 'an altered value')
  await client.set(first, JSON.stringify(object))
  t.equal(await stored.find(nameOf('a')), undefined, 'a planted value')
  await client.set(first, sealed)
  t.strictSame(await stored.find(nameOf('a')), object)
  t.equal(await (await open(randomBytes(32))).find(nameOf('a')), undefined, 'another fleet')
  await client.del(first)
  t.equal(await stored.find(nameOf('a')), undefined, 'evicted')

  await server.kill()
  await t.rejects(stored.find(nameOf('b')), 'no answer is an error, not an answer')
  await t.rejects(stored.keep([{ name: nameOf('c'), object }]))
  await t.rejects(stored.forget(nameOf('b')))
})

t.test('while the fleet changes its key, what either sealed is found, widened and forgotten', async (t) => {
  const server = await startRedis()
  t.teardown(() => server.stop())
  const [previousKey, key] = [randomBytes(32), randomBytes(32)]
  const open = async (keys: { readonly key: Uint8Array; readonly previousKey: Uint8Array | null }) => {
    const up = Promise.withResolvers<void>()
    const redis = { ...redisSettings(server.url, keys.key), previousKey: keys.previousKey }
    const stored = await openStoredObjects({ path: '', redis, clock, onState: () => up.resolve() })
    t.teardown(() => stored.close())
    await up.promise
    return stored
  }
  await (await open({ key: previousKey, previousKey: null })).keep([{ name: nameOf('old'), object }])
  const during = await open({ key, previousKey })
  t.strictSame(await during.find(nameOf('old')), object)
  await during.keep([{ name: nameOf('fresh'), object }])
  t.equal(await during.widen(nameOf('old'), { from: [], more: [] }), 'widened')
  const after = await open({ key, previousKey: null })
  t.strictSame(await after.find(nameOf('fresh')), object)
  t.equal(await after.find(nameOf('old')), undefined)
  await during.forget(nameOf('old'))
  t.equal(await during.find(nameOf('old')), undefined)
})
