// The registry of a fleet, in Redis. What Redis loses, by eviction, expiry or a failover, is unknown from then on, and refused;
// what it cannot be asked is an error, never an answer. Each maker has a list of keys by age, by which the oldest is forgotten.

import type { Redis } from 'ioredis'
import { type LinkState, RedisLink } from '../decision-cache/index.ts'
import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { StoredName } from '../vocabulary/stored-object.ts'
import { makerKey, objectKey } from './object-key.ts'
import { createSeal, type Seal } from './seal.ts'
import { type Entry, entrySchema, type Kept, type StoredObjects, widened } from './stored-objects.ts'

export interface RedisOptions {
  readonly url: string
  /** The fleet key, 32 bytes. */
  readonly key: Uint8Array
  readonly commandTimeoutMs: number
}

/** Sets the value only where it is still the one that was read: two that widen one object at once both get in. */
const replaceScript = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL') return 1`

const widenAttempts = 16

export function openInRedis(
  options: RedisOptions,
  { clock, onState }: { readonly clock: Clock; readonly onState: (state: LinkState) => void },
): StoredObjects {
  const seal = createSeal(options.key)
  const link = new RedisLink({ ...options, onState })

  /** One question on the connection of now. After anything but the reply that was asked for, the connection is not used again. */
  async function ask<Reply>(question: (client: Redis) => Promise<Reply>): Promise<Reply> {
    const { client } = link
    if (client === undefined) throw new Error('Redis, which has the registry of stored objects, cannot be reached')
    try {
      const reply = await question(client)
      link.succeeded()
      return reply
    } catch (error) {
      link.failed(client, (error as Error).message)
      throw error
    }
  }

  async function read(name: StoredName): Promise<{ readonly sealed: Buffer; readonly entry: Entry } | undefined> {
    const key = objectKey(name)
    const sealed = await ask((client) => bytesOf(client, seal.name('object', key)))
    const entry = sealed === undefined ? undefined : entryIn(seal, key, sealed)
    if (sealed === undefined || entry === undefined) return undefined
    return clock.now() < entry.object.madeAt + limits.storedMs ? { sealed, entry } : undefined
  }

  async function keepOne(client: Redis, { name, object }: Kept): Promise<void> {
    const entry: Entry = { key: objectKey(name), maker: makerKey(name.maker), object }
    const objectName = seal.name('object', entry.key)
    const makerName = seal.name('maker', entry.maker)
    const replies = await client
      .multi()
      .set(objectName, sealed(seal, entry), 'PX', limits.storedMs)
      .zadd(makerName, object.madeAt, objectName)
      .pexpire(makerName, limits.storedMs)
      .zcard(makerName)
      .exec()
    if (replies === null || replies.length !== 4) throw new Error('Redis did not keep an object')
    for (const [error] of replies) if (error !== null) throw error
    const count = replies[3]?.[1]
    if (replies[0]?.[1] !== 'OK' || typeof count !== 'number') throw new Error('Redis did not keep an object')
    if (count <= limits.storedPerMaker) return
    const oldest = await client.zpopmin(makerName, count - limits.storedPerMaker)
    const names = oldest.filter((_, index) => index % 2 === 0)
    if (names.length > 0) await client.del(...names)
  }

  return {
    find: async (name) => (await read(name))?.entry.object,
    keep: (objects) =>
      ask(async (client) => {
        for (const object of objects) await keepOne(client, object)
      }),
    async widen(name, by) {
      for (let attempt = 0; attempt < widenAttempts; attempt++) {
        const found = await read(name)
        if (found === undefined) return 'gone'
        const { entry } = found
        const models = widened(entry.object.models, by)
        if (typeof models === 'string') return models
        const object = { ...entry.object, models }
        if (models.length === entry.object.models.length) return 'widened'
        const objectName = seal.name('object', entry.key)
        const now = sealed(seal, { ...entry, object })
        const done: unknown = await ask((client) =>
          client.call('EVAL', replaceScript, 1, objectName, found.sealed, now),
        )
        if (done === 1) return 'widened'
      }
      throw new Error('an object of the registry changed again and again')
    },
    forget: (name) =>
      ask(async (client) => {
        const objectName = seal.name('object', objectKey(name))
        await client.del(objectName)
        await client.zrem(seal.name('maker', makerKey(name.maker)), objectName)
      }),
    close: async () => link.close(),
  }
}

/** Never more than one byte above the bound comes over the wire, whatever is stored there. */
async function bytesOf(client: Redis, name: string): Promise<Buffer | undefined> {
  const reply: unknown = await client.getrangeBuffer(name, 0, limits.redisValueBytes)
  if (!Buffer.isBuffer(reply)) throw new Error('a read was answered by something else')
  return reply.byteLength === 0 ? undefined : reply
}

function sealed(seal: Seal, entry: Entry): Buffer {
  return seal.seal(seal.name('object', entry.key), Buffer.from(JSON.stringify(entry)))
}

/** Undefined for what this fleet did not write under this key: it is as if nothing were there. */
function entryIn(seal: Seal, key: string, bytes: Buffer): Entry | undefined {
  const plain = seal.open(seal.name('object', key), bytes)
  if (plain === undefined) return undefined
  const entry = entrySchema.safeParse(JSON.parse(plain.toString('utf8'))).data
  return entry?.key === key ? entry : undefined
}
