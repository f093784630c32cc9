// What happens to Redis. No client may notice any of it.
import { startFakeRedis } from '../../../test/support/fake-redis.ts'
import { startRedis, type TestRedis } from '../../../test/support/redis.ts'
import type { Fault } from '../../../test/support/tcp-shim.ts'
import { nothing, type Row } from '../row.ts'
import type { Site } from '../site.ts'

/** All lines to Redis are like this for a while. */
function lines(name: string, does: string, fault: Fault): Row {
  const set = (site: Site, next: Fault): void => {
    for (const line of site.redisLines) line.set(next)
  }
  return {
    name,
    does,
    ms: 3_000,
    begin: async (site) => set(site, fault),
    end: async (site) => set(site, { kind: 'pass' }),
    mayTell: nothing,
  }
}

/** It has room for nothing more. */
function full(name: string, policy: 'noeviction' | 'allkeys-lru'): Row {
  return {
    name,
    does: `\`maxmemory\` is passed, ${policy}`,
    ms: 3_000,
    begin: async ({ redis: { client } }) => {
      await client.config('SET', 'maxmemory-policy', policy)
      await client.config('SET', 'maxmemory', '1')
    },
    end: async ({ redis: { client } }) => {
      await client.config('SET', 'maxmemory', '0')
      await client.config('SET', 'maxmemory-policy', 'noeviction')
    },
    mayTell: nothing,
  }
}

/** Everybody is led to another server, and back. */
async function leadTo(site: Site, port: number): Promise<void> {
  site.redisAt.port = port
  for (const line of site.redisLines) {
    await line.close()
    await line.open()
  }
}

const ownPort = ({ redis }: Site): number => Number(new URL(redis.url).port)

/** The server says this instead of what is so. */
function lies(name: string, does: string, reply: (name: string) => string): Row {
  let fake: Awaited<ReturnType<typeof startFakeRedis>> | undefined
  return {
    name,
    does,
    ms: 3_000,
    begin: async (site) => {
      fake = await startFakeRedis((command) => (greetings.has(command) ? '+OK\r\n' : reply(command)))
      await leadTo(site, Number(new URL(fake.url).port))
    },
    end: async (site) => {
      await leadTo(site, ownPort(site))
      await fake?.stop()
    },
    mayTell: nothing,
  }
}
const greetings = new Set(['CLIENT', 'SELECT', 'AUTH'])

let replica: TestRedis | undefined
const startReplica = async (site: Site): Promise<undefined> => {
  replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${ownPort(site)}`] })
  return undefined
}

export const redisRows: readonly Row[] = [
  {
    name: 'redis-kill',
    does: 'kill -9 of Redis, a start without its data',
    ms: 3_000,
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.revive(),
    mayTell: nothing,
  },
  lines('redis-hang', 'Redis takes bytes and says nothing, then all at once', { kind: 'hold' }),
  lines('redis-slow', 'answers of Redis come 200 ms late', { kind: 'slow', delayMs: 200 }),
  lines('redis-reset', 'every connection to Redis is reset when it is used', { kind: 'cut' }),
  {
    name: 'redis-read-only',
    does: 'everybody is led to a replica, which takes no writes',
    ms: 3_000,
    prepare: startReplica,
    begin: async (site) => leadTo(site, Number(new URL(replica?.url ?? '').port)),
    end: async (site) => leadTo(site, ownPort(site)),
    clear: async () => replica?.stop(),
    mayTell: nothing,
  },
  {
    name: 'redis-failover',
    does: 'kill -9 of the primary; the replica is promoted and everybody led to it',
    ms: 3_000,
    prepare: startReplica,
    begin: ({ redis }) => redis.kill(),
    end: async (site) => {
      await replica?.client.call('REPLICAOF', 'NO', 'ONE')
      await leadTo(site, Number(new URL(replica?.url ?? '').port))
    },
    clear: async (site) => {
      await site.redis.revive()
      await leadTo(site, ownPort(site))
      await replica?.stop()
    },
    mayTell: nothing,
  },
  full('redis-full', 'noeviction'),
  full('redis-evicts', 'allkeys-lru'),
  lines('redis-shifted', 'each answer of Redis is the one to the question before', { kind: 'shift' }),
  lies('redis-garbage', 'Redis answers with garbage of the right form', () => '$7\r\ngarbage\r\n'),
  lies('redis-no-redis', 'something that is no Redis answers there', () => 'HTTP/1.1 400 Bad Request\r\n\r\n'),
]
