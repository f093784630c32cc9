// One suite for both registries: a journal on disk and a real Redis.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { limits } from '../../src/limits.ts'
import { openStoredObjects, type StoredObjects } from '../../src/stored-objects/index.ts'
import type { StoredName, StoredObject } from '../../src/vocabulary/stored-object.ts'
import { redisSettings, startRedis } from '../support/redis.ts'

let now = Date.parse('2026-06-20T12:00:00Z')
const clock = { now: () => now }
const alice = { issuer: 'https://id.example', subject: 'alice', organization: null }

const nameOf = (id: string, over: Partial<StoredName> = {}): StoredName => ({
  dialect: 'openai',
  kind: 'response',
  id,
  maker: alice,
  ...over,
})
const object = (over: Partial<StoredObject> = {}): StoredObject => ({
  upstream: 'one',
  models: [{ model: 'fable-5', variant: null, mode: null }],
  purpose: null,
  decision: '019782f4-6d2e-7c31-9d0a-000000000001',
  parents: [],
  digest: null,
  madeAt: now,
  ...over,
})

interface Kind {
  readonly title: string
  /** Opens the registry, and once more the same one as another process would. */
  prepare(t: Test): Promise<() => Promise<StoredObjects>>
}

const onDisk: Kind = {
  title: 'on disk',
  async prepare(t) {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-stored-'))
    t.teardown(() => rm(folder, { recursive: true, force: true }))
    return () => openStoredObjects({ path: join(folder, 'stored.ndjson'), redis: null, clock, onState: () => {} })
  },
}

const inRedis: Kind = {
  title: 'in Redis',
  async prepare(t) {
    const server = await startRedis()
    t.teardown(() => server.stop())
    const redis = redisSettings(server.url, randomBytes(32))
    return async () => {
      const up = Promise.withResolvers<void>()
      const stored = await openStoredObjects({ path: '', redis, clock, onState: () => up.resolve() })
      await up.promise
      return stored
    }
  },
}

for (const { title, prepare } of [onDisk, inRedis]) {
  t.test(title, async (t) => {
    const open = await prepare(t)
    let stored = await open()
    t.teardown(() => stored.close())
    const keep = (...names: readonly StoredName[]): Promise<void> =>
      stored.keep(names.map((name) => ({ name, object: object() })))

    await t.test('what is kept is found, by the next process too, and what was never made is not', async (t) => {
      await keep(nameOf('a'))
      t.strictSame(await stored.find(nameOf('a')), object())
      await stored.close()
      stored = await open()
      t.strictSame(await stored.find(nameOf('a')), object())
      t.equal(await stored.find(nameOf('b')), undefined)
    })
    await t.test(
      'J19 only the whole name finds it: no other maker, dialect or kind, however the parts are cut',
      async (t) => {
        const maker = { issuer: 'https://id.example', subject: 'a:b', organization: 'c' }
        await keep(nameOf('j', { maker }))
        t.ok(await stored.find(nameOf('j', { maker })))
        for (const other of [
          { maker: { ...maker, subject: 'a', organization: 'b:c' } },
          { maker: { ...maker, organization: null } },
          { maker: { ...maker, subject: 'a:bc', organization: '' } },
          { maker: { ...maker, subject: 'a:b1:c', organization: null } },
          { maker: { ...maker, issuer: 'https://id.example/' } },
          { maker, dialect: 'azure' as const },
          { maker, kind: 'item' as const },
          { maker, id: 'J' },
        ]) {
          t.equal(await stored.find(nameOf('j', other)), undefined, JSON.stringify(other))
        }
      },
    )
    await t.test('what is forgotten is unknown, by the next process too', async (t) => {
      await keep(nameOf('c'), nameOf('d'))
      await stored.forget(nameOf('c'))
      await stored.forget(nameOf('never'))
      await stored.close()
      stored = await open()
      t.equal(await stored.find(nameOf('c')), undefined)
      t.ok(await stored.find(nameOf('d')))
    })
    await t.test(
      'what grows has the models of all that was added to it, each once, however many add at once',
      async (t) => {
        await keep(nameOf('e'))
        const models = ['fable-5', 'open-1', 'list-1', 'next-1', 'mythos-5'].map((model) => ({
          model,
          variant: null,
          mode: null,
        }))
        const done = await Promise.all(
          models.map((model) => stored.widen(nameOf('e'), { from: models, more: [model] })),
        )
        t.strictSame(
          done,
          models.map(() => 'widened'),
        )
        const found = (await stored.find(nameOf('e')))?.models ?? []
        t.strictSame(found.map(({ model }) => model).sort(), models.map(({ model }) => model).sort())
        t.equal(await stored.widen(nameOf('absent'), { from: [], more: models }), 'gone')
        const many = Array.from({ length: limits.storedModels + 1 }, (_, n) => ({
          model: `m${n}`,
          variant: null,
          mode: null,
        }))
        t.equal(
          await stored.widen(nameOf('e'), { from: models, more: many }),
          'gone',
          'it has more than one object may',
        )
        const [fable] = models
        const alone = fable === undefined ? [] : [fable]
        t.equal(await stored.widen(nameOf('e'), { from: alone, more: alone }), 'grown', 'it has others since')
      },
    )
    await t.test('what is too old is unknown', async (t) => {
      await keep(nameOf('f'))
      now += limits.storedMs - 1
      t.ok(await stored.find(nameOf('f')))
      now += 1
      t.equal(await stored.find(nameOf('f')), undefined)
      t.equal(await stored.widen(nameOf('f'), { from: [], more: [] }), 'gone')
    })
    await t.test('of one maker the oldest is forgotten for the newest, and nobody else loses anything', async (t) => {
      const maker = { ...alice, subject: 'busy' }
      await keep(nameOf('g'))
      const names = Array.from({ length: limits.storedPerMaker }, (_, n) => nameOf(`r${n}`, { maker }))
      for (let at = 0; at < names.length; at += 500) {
        now += 1
        await keep(...names.slice(at, at + 500))
      }
      t.ok(await stored.find(nameOf('r0', { maker })))
      now += 1
      await keep(nameOf('one more', { maker }))
      const first = await Promise.all(names.slice(0, 500).map((name) => stored.find(name)))
      t.equal(first.filter((each) => each === undefined).length, 1)
      t.ok(await stored.find(nameOf('one more', { maker })))
      t.ok(await stored.find(nameOf('g')))
    })
  })
}
