// With Redis down, slow or lying (threats R1, R8, R11, R12): the gate is told nothing, in time, and Redis is used again
// as soon as it behaves.
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { encodeEntry } from '../../src/decision-cache/decoded.ts'
import { createDecisionCache } from '../../src/decision-cache/index.ts'
import { createSeal } from '../../src/decision-cache/seal.ts'
import { limits } from '../../src/limits.ts'
import { startFakeRedis } from '../support/fake-redis.ts'
import { freePort, startRedis, type TestRedis } from '../support/redis.ts'
import { type Fault, type Shim, startShim } from '../support/tcp-shim.ts'
import { connectedGate, fleetKey, gate, hour, settled, type TestGate, timed, until } from './gates.ts'
import { bindings, cached, noon } from './samples.ts'

const redis: TestRedis = await startRedis()
t.teardown(() => redis.stop())
const seal = createSeal(fleetKey)
const value = cached()
const newKey = (): string => randomBytes(32).toString('base64url')

const commandTimeoutMs = 100
/** The time-out, and what two busy cores may add to it. */
const boundMs = commandTimeoutMs + 400

async function sharedKey(): Promise<string> {
  const key = newKey()
  await redis.client.set(
    seal.name(key, bindings),
    seal.seal(key, bindings, encodeEntry({ cached: value, from: noon, until: noon + 60_000 })),
  )
  return key
}

async function shimmed(t: Test): Promise<{ readonly shim: Shim; readonly cache: TestGate }> {
  const { hostname, port } = new URL(redis.url)
  const shim = await startShim({ host: hostname, port: Number(port) })
  t.teardown(() => shim.close())
  return { shim, cache: await connectedGate(t, { url: `redis://127.0.0.1:${shim.port}`, commandTimeoutMs }) }
}

/** Redis is asked again, and what it says is used. */
async function recovers(t: Test, cache: TestGate): Promise<void> {
  const key = await sharedKey()
  await until(async () => (await cache.fetch(key, bindings, noon)) !== undefined, 'Redis is used again')
  t.equal(cache.metrics.redis, 'up', 'Redis is used again')
  t.equal(cache.states.at(-1)?.state, 'up')
}

t.test(
  'R8: with Redis down at the start the gate decides by itself, at once, and finds Redis when it comes',
  async (t) => {
    const port = await freePort()
    const cache = gate(t, { url: `redis://127.0.0.1:${port}`, commandTimeoutMs })
    const { value: found, ms } = await timed(() => cache.fetch('key', bindings, noon))
    t.equal(found, undefined)
    t.ok(ms < 50, `${ms} ms`)
    t.match(cache.metrics, { redis: 'down', redisSkipped: 1 })
    await until(() => cache.states.length > 0, 'it is said that Redis is down')
    t.match(cache.states, [{ state: 'down', why: /ECONNREFUSED/ }])
    cache.put('key', bindings, value, noon, noon + hour)
    t.same(cache.peek('key', bindings, noon), value, 'memory works meanwhile')
    t.match(cache.metrics, { writesSkipped: 1, inFlight: 0 })

    const late = await startFakeRedis((name) => (name === 'PING' ? '+PONG\r\n' : '$0\r\n\r\n'), port)
    t.teardown(() => late.stop())
    await until(() => cache.metrics.redis === 'up', 'the gate finds it')
    t.same(
      cache.states.map(({ state }) => state),
      ['down', 'up'],
    )
  },
)

t.test('R8: a Redis that is killed under load costs misses, and nothing once it is back', async (t) => {
  const cache = await connectedGate(t, { url: redis.url, commandTimeoutMs })
  const key = await sharedKey()
  const over = new AbortController()
  let slowest = 0
  const load = (async () => {
    while (!over.signal.aborted) {
      cache.flush()
      const { ms } = await timed(() => cache.fetch(key, bindings, noon))
      slowest = Math.max(slowest, ms)
      await new Promise(setImmediate)
    }
  })()
  await until(() => cache.metrics.redisHits > 20, 'load')
  await redis.kill()
  await until(() => cache.states.at(-1)?.state === 'down', 'it is said')
  await redis.revive()
  await recovers(t, cache)
  over.abort()
  await load
  t.ok(slowest < boundMs, `slowest answer ${slowest} ms`)
  t.equal(cache.metrics.poisoned, 0)
})

const lines: readonly (readonly [string, Fault, 'timeouts' | 'errors'])[] = [
  ['slow', { kind: 'slow', delayMs: 1_000 }, 'timeouts'],
  ['black-holed (half open)', { kind: 'black-hole' }, 'timeouts'],
  ['cut', { kind: 'cut' }, 'errors'],
]

for (const [what, fault, counter] of lines) {
  t.test(
    `R8: with Redis ${what} an answer is bounded, counted, soon not waited for, and Redis is used again afterwards`,
    async (t) => {
      const { shim, cache } = await shimmed(t)
      const key = await sharedKey()
      shim.set(fault)
      const connections = shim.accepted
      const { value: found, ms } = await timed(() => cache.fetch(key, bindings, noon))
      t.equal(found, undefined)
      t.ok(ms < boundMs, `${ms} ms`)
      t.equal(cache.metrics[counter], 1)
      t.equal(cache.metrics.redis, 'down', 'the connection is thrown away')

      await until(async () => {
        await cache.fetch(key, bindings, noon)
        return cache.states.at(-1)?.state === 'down'
      }, 'Redis is left alone')
      const waits: number[] = []
      for (let n = 0; n < 20; n += 1) waits.push((await timed(() => cache.fetch(newKey(), bindings, noon))).ms)
      t.ok(Math.max(...waits) < 50, 'nobody waits for it any more')
      t.ok(shim.accepted - connections <= limits.redisFailures + 1, 'and few connections are tried')

      shim.set({ kind: 'pass' })
      await recovers(t, cache)
    },
  )
}

t.test('R8: a write that is not answered is given up, and its connection with it', async (t) => {
  const { shim, cache } = await shimmed(t)
  shim.set({ kind: 'black-hole' })
  cache.put(newKey(), bindings, value, noon, noon + hour)
  t.equal(cache.metrics.inFlight, 1)
  await settled(cache)
  t.match(cache.metrics, { timeouts: 1, redis: 'down' })
})

t.test(
  'R1: replies that are shifted by one never serve another request, and the connection is thrown away',
  async (t) => {
    const { shim, cache } = await shimmed(t)
    const [first, second] = [await sharedKey(), await sharedKey()]
    t.same(await cache.fetch(first, bindings, noon), value)
    const before = shim.accepted
    shim.set({ kind: 'shift' })
    // The reply to this is the one to `first`, as it was with redis-py #2624.
    t.equal(await cache.fetch(second, bindings, noon), undefined)
    t.match(cache.metrics, { poisoned: 1, redisHits: 1, redis: 'down' })
    shim.set({ kind: 'pass' })
    await until(() => shim.accepted > before, 'another connection')
    await recovers(t, cache)
  },
)

t.test('R1: late replies of a connection that was given up reach nobody', async (t) => {
  const { shim, cache } = await shimmed(t)
  const [first, second] = [await sharedKey(), await sharedKey()]
  shim.set({ kind: 'slow', delayMs: commandTimeoutMs + 50 })
  t.equal(await cache.fetch(first, bindings, noon), undefined)
  shim.set({ kind: 'pass' })
  await until(() => cache.metrics.redis === 'up', 'another connection')
  t.same(await cache.fetch(second, bindings, noon), value)
  t.match(cache.metrics, { poisoned: 0, timeouts: 1, redisHits: 1 })
})

/** Replies of a server that is ill or is not Redis, to reads and writes, after it had been well. */
const lies: Readonly<Record<string, readonly [string, 'poisoned' | 'errors' | 'timeouts']>> = {
  'LOADING Redis is loading the dataset in memory': ['-LOADING Redis is loading\r\n', 'errors'],
  'MOVED to another node': ['-MOVED 3999 127.0.0.1:6381\r\n', 'errors'],
  'READONLY after a failover': ["-READONLY You can't write against a read only replica.\r\n", 'errors'],
  MASTERDOWN: ['-MASTERDOWN Link with MASTER is down\r\n', 'errors'],
  NOPERM: ['-NOPERM no permission\r\n', 'errors'],
  'a number': [':1\r\n', 'poisoned'],
  null: ['$-1\r\n', 'poisoned'],
  'a list': ['*1\r\n$1\r\nx\r\n', 'poisoned'],
  PONG: ['+PONG\r\n', 'poisoned'],
  'text of another protocol': ['HTTP/1.1 400 Bad Request\r\n\r\n', 'errors'],
  'a length that is none': ['$x\r\n', 'timeouts'],
  'the head of a very long value': ['$536870912\r\n', 'timeouts'],
}

for (const [what, [reply, counter]] of Object.entries(lies)) {
  t.test(`R8: ${what} in answer to a read or a write is a miss, counted, and the end of the connection`, async (t) => {
    const server = await startFakeRedis((name) => (name === 'PING' ? '+PONG\r\n' : reply))
    t.teardown(() => server.stop())
    const cache = await connectedGate(t, { url: server.url, commandTimeoutMs })
    const { value: found, ms } = await timed(() => cache.fetch('key', bindings, noon))
    t.equal(found, undefined)
    t.ok(ms < boundMs, `${ms} ms`)
    t.match(cache.metrics, { [counter]: 1, redisHits: 0, redisMisses: 0, redis: 'down' })
    await until(() => cache.metrics.redis === 'up', 'another connection')
    cache.put('key', bindings, value, noon, noon + hour)
    await settled(cache)
    t.match(cache.metrics, { [counter]: 2 })
    t.same(cache.peek('key', bindings, noon), value, 'memory works all along')
  })
}

t.test('R8: a Redis that loads its data, or wants another password, is not used until it answers PING', async (t) => {
  for (const refusal of ['-LOADING Redis is loading\r\n', '-NOAUTH Authentication required.\r\n', '+OK\r\n']) {
    let ill = true
    const server = await startFakeRedis((name) => (name === 'PING' ? (ill ? refusal : '+PONG\r\n') : '$0\r\n\r\n'))
    t.teardown(() => server.stop())
    const cache = gate(t, { url: server.url, commandTimeoutMs })
    await until(() => cache.states.length > 0, 'it is said')
    t.equal(cache.states[0]?.state, 'down', refusal.trim())
    t.equal(await cache.fetch('key', bindings, noon), undefined)
    t.equal(server.counts.get('GETRANGE'), undefined)
    ill = false
    await until(() => cache.metrics.redis === 'up', 'it is well again')
  }
})

t.test('R8: a server that accepts and says nothing at all is given up', async (t) => {
  const server = await startFakeRedis(() => undefined)
  t.teardown(() => server.stop())
  const cache = gate(t, { url: server.url, commandTimeoutMs })
  await until(() => cache.states.at(-1)?.state === 'down', 'it is said')
  const { ms } = await timed(() => cache.fetch('key', bindings, noon))
  t.ok(ms < 50)
})

t.test('a full Redis (OOM) is still read', async (t) => {
  const key = newKey()
  const sealed = seal.seal(key, bindings, encodeEntry({ cached: value, from: noon, until: noon + 1_000 }))
  const server = await startFakeRedis((name) => {
    if (name === 'PING') return '+PONG\r\n'
    if (name === 'SET') return "-OOM command not allowed when used memory > 'maxmemory'.\r\n"
    return Buffer.concat([Buffer.from(`$${sealed.length}\r\n`), sealed, Buffer.from('\r\n')])
  })
  t.teardown(() => server.stop())
  const cache = await connectedGate(t, { url: server.url, commandTimeoutMs })
  cache.put(newKey(), bindings, value, noon, noon + hour)
  await settled(cache)
  t.match(cache.metrics, { errors: 1, redis: 'up' })
  t.same(await cache.fetch(key, bindings, noon), value)
})

t.test('R12: while Redis is down nothing piles up', async (t) => {
  const cache = gate(t, { url: `redis://127.0.0.1:${await freePort()}`, commandTimeoutMs })
  const { ms } = await timed(async () => {
    for (let n = 0; n < 50_000; n += 1) {
      await cache.fetch(`key ${n}`, bindings, noon)
      cache.put(`key ${n % 100}`, bindings, value, noon, noon + hour)
    }
  })
  t.match(cache.metrics, { inFlight: 0, redisSkipped: 50_000, redisHits: 0 })
  t.ok(ms < 10_000, `${ms} ms`)
})

t.test(
  'R12: while Redis does not answer no more than the bound is on its way, and the rest goes on without it',
  async (t) => {
    const { shim, cache } = await shimmed(t)
    shim.set({ kind: 'black-hole' })
    const questions = Array.from({ length: 5_000 }, (_, n) => cache.fetch(`key ${n}`, bindings, noon))
    t.equal(cache.metrics.inFlight, limits.redisInFlight)
    t.equal(cache.metrics.redisSkipped, 5_000 - limits.redisInFlight)
    for (let n = 0; n < 5_000; n += 1) cache.put(`key ${n}`, bindings, value, noon, noon + hour)
    t.equal(cache.metrics.inFlight, limits.redisInFlight)
    t.equal(cache.metrics.writesSkipped, 5_000)
    const { value: found, ms } = await timed(() => Promise.all(questions))
    t.ok(found.every((one) => one === undefined))
    t.ok(ms < boundMs, `${ms} ms`)
    t.equal(cache.metrics.inFlight, 0)
  },
)

t.test('a gate that closes answers what is on its way, and does not come back', async (t) => {
  const { shim, cache } = await shimmed(t)
  shim.set({ kind: 'black-hole' })
  const onItsWay = cache.fetch('key', bindings, noon)
  cache.close()
  t.equal(await onItsWay, undefined)
  shim.set({ kind: 'pass' })
  const before = shim.accepted
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.equal(shim.accepted, before)
  t.match(cache.metrics, { redis: 'down', inFlight: 0 })
  t.equal(await cache.fetch('key', bindings, noon), undefined)
})

t.test('settings that cannot work are refused', async (t) => {
  const create = (url: string, key: Uint8Array = fleetKey): unknown =>
    createDecisionCache({
      redis: { servers: { kind: 'server', url }, tls: null, key, previousKey: null, commandTimeoutMs },
      clock: { now: () => noon },
      acceptsKey: () => true,
      onState: () => {},
      onAlarm: () => {},
    })
  for (const url of [
    'http://127.0.0.1',
    'redis://',
    'redis://127.0.0.1/x',
    'redis://127.0.0.1/0?enableOfflineQueue=true',
    'redis://127.0.0.1/0#x',
    '127.0.0.1:6379',
    '',
  ]) {
    t.throws(() => create(url), TypeError, `URL \`${url}\``)
  }
  t.throws(() => create('redis://127.0.0.1', new Uint8Array(31)), TypeError, 'a short fleet key')
})
