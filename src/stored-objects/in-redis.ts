// The registry of a fleet, in Redis. What Redis loses, by eviction, expiry or a failover, is unknown from then on, and refused;
// what it cannot be asked is an error, never an answer. Each maker has a list of keys by age, by which the oldest is forgotten.

import { type Client, type LinkState, RedisLink } from '../decision-cache/index.ts'
import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { RedisSettings } from '../vocabulary/settings.ts'
import type { StoredName } from '../vocabulary/stored-object.ts'
import { makerKey, objectKey } from './object-key.ts'
import { createSeal, type Seal } from './seal.ts'
import { type Entry, entrySchema, type Kept, type StoredObjects, widened } from './stored-objects.ts'

/** Sets the value only where it is still the one that was read: two that widen one object at once both get in. */
const replaceScript = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL') return 1`

const widenAttempts = 16

interface Found {
  readonly seal: Seal
  /** Its name in Redis. */
  readonly at: string
  readonly sealed: Buffer
  readonly entry: Entry
}

export function openInRedis(
  redis: RedisSettings,
  { clock, onState }: { readonly clock: Clock; readonly onState: (state: LinkState) => void },
): StoredObjects {
  const seal = createSeal(redis.key)
  // While a fleet changes its key: what the previous one sealed is found, and stays under it.
  const seals = redis.previousKey === null ? [seal] : [seal, createSeal(redis.previousKey)]
  const link = new RedisLink({ ...redis, onState })

  /** One question on the connection of now. After anything but the reply that was asked for, the connection is not used again. */
  async function ask<Reply>(question: (client: Client) => Promise<Reply>): Promise<Reply> {
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

  async function read(name: StoredName): Promise<Found | undefined> {
    const key = objectKey(name)
    for (const one of seals) {
      const at = one.objectName(makerKey(name.maker), key)
      const sealed = await ask((client) => bytesOf(client, at))
      if (sealed === undefined) continue
      const entry = entryIn(one.open(at, sealed), key)
      return entry !== undefined && clock.now() < entry.object.madeAt + limits.storedMs
        ? { seal: one, at, sealed, entry }
        : undefined
    }
    return undefined
  }

  async function keepOne(client: Client, { name, object }: Kept): Promise<void> {
    const entry: Entry = { key: objectKey(name), maker: makerKey(name.maker), object }
    const objectName = seal.objectName(entry.maker, entry.key)
    const makerName = seal.listName(entry.maker)
    const replies = await client
      .multi()
      .set(objectName, sealedIn(seal, objectName, entry), 'PX', limits.storedMs)
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
        const now = sealedIn(found.seal, found.at, { ...entry, object })
        const done: unknown = await ask((client) => client.call('EVAL', replaceScript, 1, found.at, found.sealed, now))
        if (done === 1) return 'widened'
      }
      throw new Error('an object of the registry changed again and again')
    },
    forget: (name) =>
      ask(async (client) => {
        const maker = makerKey(name.maker)
        for (const one of seals) {
          const objectName = one.objectName(maker, objectKey(name))
          await client.del(objectName)
          await client.zrem(one.listName(maker), objectName)
        }
      }),
    close: async () => link.close(),
  }
}

/** Never more than one byte above the bound comes over the wire, whatever is stored there. */
async function bytesOf(client: Client, name: string): Promise<Buffer | undefined> {
  const reply: unknown = await client.getrangeBuffer(name, 0, limits.redisValueBytes)
  if (!Buffer.isBuffer(reply)) throw new Error('a read was answered by something else')
  return reply.byteLength === 0 ? undefined : reply
}

function sealedIn(seal: Seal, name: string, entry: Entry): Buffer {
  return seal.seal(name, Buffer.from(JSON.stringify(entry)))
}

/** Undefined for what this fleet did not write under this key: it is as if nothing were there. */
function entryIn(plain: Buffer | undefined, key: string): Entry | undefined {
  if (plain === undefined) return undefined
  const entry = entrySchema.safeParse(JSON.parse(plain.toString('utf8'))).data
  return entry?.key === key ? entry : undefined
}
