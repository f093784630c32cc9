// Against a real Redis: what comes back, and what somebody who can write there achieves.
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { encodeEntry } from '../../src/decision-cache/decoded.ts'
import { fingerprint } from '../../src/decision-cache/index.ts'
import { createSeal } from '../../src/decision-cache/seal.ts'
import { limits } from '../../src/limits.ts'
import { startRedis } from '../support/redis.ts'
import { startShim } from '../support/tcp-shim.ts'
import { connectedGate, fleetKey, hour, settled, until } from './gates.ts'
import { bindings, cached, facts, noon, otherBindings } from './samples.ts'

const redis = await startRedis()
t.teardown(() => redis.stop())
const { url, client } = redis
const seal = createSeal(fleetKey)
const value = cached()

/** A key of its own for each test, so that none finds what another left. */
const newKey = (): string => randomBytes(32).toString('base64url')
const sealedEntry = (key: string, from = noon, until = noon + 10_000, of = value): Buffer =>
  seal.seal(key, bindings, encodeEntry({ cached: of, from, until }))

/** Puts the entry by one gate, so that it is in Redis. */
async function share(t: Parameters<typeof connectedGate>[0], key: string, of = value): Promise<void> {
  const writer = await connectedGate(t, { url })
  writer.put(key, bindings, of, noon, noon + hour)
  await settled(writer)
  t.match(writer.metrics, { errors: 0, timeouts: 0, poisoned: 0, writesSkipped: 0 })
}

t.test('a decision of one gate serves another, which then has it in memory', async (t) => {
  const key = fingerprint(facts)
  await share(t, key)
  const reader = await connectedGate(t, { url })
  t.equal(reader.peek(key, bindings, noon), undefined)
  t.same(await reader.fetch(key, bindings, noon), value)
  t.same(reader.peek(key, bindings, noon), value)
  t.match(reader.metrics, { redisHits: 1, redisMisses: 0, memoryHits: 1, poisoned: 0, redis: 'up' })
  t.same(
    reader.states.map(({ state }) => state),
    ['up'],
  )
})

t.test('what nobody decided is a miss', async (t) => {
  const reader = await connectedGate(t, { url })
  t.equal(await reader.fetch(newKey(), bindings, noon), undefined)
  t.match(reader.metrics, { redisHits: 0, redisMisses: 1, poisoned: 0 })
})

t.test('R15: nothing of the facts or the decision can be read in Redis', async (t) => {
  const key = fingerprint(facts)
  await share(t, key)
  const stored: Buffer[] = []
  for (const name of await client.keys('portcullis:*')) {
    stored.push(Buffer.from(name), (await client.getBuffer(name)) ?? Buffer.alloc(0))
  }
  const all = Buffer.concat(stored)
  t.ok(all.length > 1_000)
  for (const word of ['alice', 'idp.example', 'muse', 'permit', 'acme', '192.0.2.7', key]) {
    t.notOk(all.includes(word), word)
  }
})

t.test('an entry leaves Redis by itself when its time is over', async (t) => {
  const key = newKey()
  await share(t, key, cached({ validUntil: noon + 5_000 }))
  const left = await client.pttl(seal.name(key, bindings))
  t.ok(left > 0 && left <= 5_000, `${left} ms`)
})

t.test('T1: an entry from Redis serves from its instant until one millisecond before its end', async (t) => {
  for (const [now, serves] of [
    [noon - 1, false],
    [noon, true],
    [noon + 9_999, true],
    [noon + 10_000, false],
    [noon + 10_001, false],
  ] as const) {
    const key = newKey()
    await client.set(seal.name(key, bindings), sealedEntry(key))
    const reader = await connectedGate(t, { url, now: () => now })
    t.equal((await reader.fetch(key, bindings, now)) !== undefined, serves, `at ${now - noon} ms`)
    t.match(reader.metrics, { redisHits: serves ? 1 : 0, redisMisses: serves ? 0 : 1, poisoned: 0 })
    t.equal(reader.metrics.entries, serves ? 1 : 0)
  }
})

t.test('T1: an edge that passes while the answer is on its way is not overlooked', async (t) => {
  const key = newKey()
  await client.set(seal.name(key, bindings), sealedEntry(key))
  const reader = await connectedGate(t, { url, now: () => noon + 10_000 })
  t.equal(await reader.fetch(key, bindings, noon + 9_999), undefined)
  t.match(reader.metrics, { redisHits: 0, redisMisses: 1, entries: 0 })
})

t.test('a decision made on the word of a key that this gate no longer accepts does not serve', async (t) => {
  const key = newKey()
  await share(t, key)
  const reader = await connectedGate(t, { url, acceptsKey: () => false })
  t.equal(await reader.fetch(key, bindings, noon), undefined)
  t.match(reader.metrics, { redisHits: 0, redisMisses: 1, poisoned: 0 })
})

/** What somebody with write access can put there; each is ignored, counted, and mended by the next decision. */
const plants: Readonly<Record<string, (name: string, key: string) => Promise<unknown>>> = {
  'R2: bytes': (name) => client.set(name, randomBytes(500)),
  'R2: an open decision': (name) =>
    client.set(name, Buffer.from(encodeEntry({ cached: value, from: noon, until: noon + 1_000 }))),
  'R2: a decision under another fleet key': (name, key) =>
    client.set(
      name,
      createSeal(randomBytes(32)).seal(key, bindings, encodeEntry({ cached: value, from: noon, until: noon + 1_000 })),
    ),
  'R2: an altered entry': (name, key) => {
    const altered = sealedEntry(key)
    altered[altered.length - 1]! ^= 1
    return client.set(name, altered)
  },
  'R1, R5: the entry of another request': (name) => client.set(name, sealedEntry(newKey())),
  'R13: an entry cut short': (name, key) => client.set(name, sealedEntry(key).subarray(0, 200)),
  'R13: one byte': (name) => client.set(name, 'x'),
  'R13: 100 MB': (name) => client.setrange(name, 100_000_000, 'x'),
  'R13: one byte too many': (name) => client.set(name, Buffer.alloc(limits.redisValueBytes + 1, 1)),
  'R13: a list': (name) => client.rpush(name, 'x'),
  'R13: a hash': (name) => client.hset(name, 'x', 'y'),
  'R13: a stream': (name) => client.xadd(name, '*', 'x', 'y'),
  'R13: a sealed value that is no decision': (name, key) =>
    client.set(name, seal.seal(key, bindings, Buffer.from('{"cached":{},"from":0,"until":1}'))),
  'R13: deep nesting under the seal': (name, key) =>
    client.set(name, seal.seal(key, bindings, Buffer.from('['.repeat(60_000)))),
}

for (const [what, plant] of Object.entries(plants)) {
  t.test(`${what} in the place of an entry is ignored and counted`, async (t) => {
    const key = newKey()
    const name = seal.name(key, bindings)
    await plant(name, key)
    const reader = await connectedGate(t, { url })
    t.equal(await reader.fetch(key, bindings, noon), undefined)
    t.match(reader.metrics, { poisoned: 1, redisHits: 0, redisMisses: 0, entries: 0 })
    t.match(reader.alarms, [{ poisoned: 1 }])
    t.equal(reader.metrics.redis, 'down', 'the connection is thrown away')
    await until(() => reader.metrics.redis === 'up', 'another connection')
    reader.put(key, bindings, value, noon, noon + hour)
    await settled(reader)
    const next = await connectedGate(t, { url })
    t.same(await next.fetch(key, bindings, noon), value, 'the next decision has taken its place')
    await client.del(name)
  })
}

t.test('R13: of a value that is too large only the bound comes over the wire', async (t) => {
  const key = newKey()
  await client.setrange(seal.name(key, bindings), 100_000_000, 'x')
  const sent = async (): Promise<number> => Number(/total_net_output_bytes:(\d+)/.exec(await client.info('stats'))?.[1])
  const reader = await connectedGate(t, { url })
  const before = await sent()
  await reader.fetch(key, bindings, noon)
  t.ok((await sent()) - before < 2 * limits.redisValueBytes)
  await client.del(seal.name(key, bindings))
})

t.test('R3: an old valid entry that is put back after a change does not serve', async (t) => {
  const key = newKey()
  await share(t, key)
  const old = await client.getBuffer(seal.name(key, bindings))
  for (const [what, newer] of otherBindings) {
    const reader = await connectedGate(t, { url })
    t.equal(await reader.fetch(key, newer, noon), undefined, `under another ${what} it is not found`)
    t.match(reader.metrics, { redisMisses: 1, poisoned: 0 })
    await client.set(seal.name(key, newer), old ?? '')
    t.equal(await reader.fetch(key, newer, noon), undefined, `copied to where it is sought, it does not open`)
    t.match(reader.metrics, { redisMisses: 1, poisoned: 1, redisHits: 0 })
  }
})

t.test('R7: an answer that arrives after a change of policy or a flush does not come into memory', async (t) => {
  const { hostname, port } = new URL(url)
  const shim = await startShim({ host: hostname, port: Number(port) })
  t.teardown(() => shim.close())
  const key = newKey()
  await share(t, key)
  const newer = { ...bindings, policySerial: bindings.policySerial + 1 }
  for (const change of [
    (reader: Awaited<ReturnType<typeof connectedGate>>) => reader.peek('another request', newer, noon),
    (reader: Awaited<ReturnType<typeof connectedGate>>) => reader.flush(),
  ]) {
    shim.set({ kind: 'pass' })
    const reader = await connectedGate(t, { url: `redis://127.0.0.1:${shim.port}` })
    shim.set({ kind: 'slow', delayMs: 50 })
    t.equal(reader.peek(key, bindings, noon), undefined)
    const onItsWay = reader.fetch(key, bindings, noon)
    change(reader)
    t.same(await onItsWay, value, 'who asked under the old state is answered under it')
    t.equal(reader.metrics.entries, 0)
  }
})

/** How often Redis was asked for something since its counters were set back. */
async function calls(command: string): Promise<number> {
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await client.info('commandstats'))?.[1] ?? 0)
}

t.test('R11: a thousand equal requests at once ask Redis once and write once', async (t) => {
  const key = newKey()
  const gate = await connectedGate(t, { url })
  const [reads, writes] = [await calls('getrange'), await calls('set')]
  const found = await Promise.all(Array.from({ length: 1_000 }, () => gate.fetch(key, bindings, noon)))
  t.ok(found.every((one) => one === undefined))
  for (let n = 0; n < 1_000; n += 1) gate.put(key, bindings, value, noon, noon + hour)
  await settled(gate)
  t.equal((await calls('getrange')) - reads, 1)
  t.equal((await calls('set')) - writes, 1)
})

t.test('R11: entries made at one instant do not all end at one instant', async (t) => {
  const gate = await connectedGate(t, { url })
  const ends = new Set<number>()
  for (let n = 0; n < 50; n += 1) {
    const key = newKey()
    gate.put(key, bindings, value, noon, noon + hour)
    await settled(gate)
    ends.add(Math.round((await client.pttl(seal.name(key, bindings))) / 500))
  }
  t.ok(ends.size >= 5, `${ends.size} different half seconds`)
})

t.test('an entry too large to be read back is not written', async (t) => {
  const gate = await connectedGate(t, { url })
  const key = newKey()
  const large = cached({ resources: Array.from({ length: 1_000 }, () => value.decision.resources[0]!) })
  gate.put(key, bindings, large, noon, noon + hour)
  t.same(gate.peek(key, bindings, noon), large, 'memory has it')
  t.match(gate.metrics, { writesSkipped: 1, inFlight: 0 })
  t.equal(await client.exists(seal.name(key, bindings)), 0)
})

t.test('R6: a fault is not written', async (t) => {
  const gate = await connectedGate(t, { url })
  const key = newKey()
  gate.put(
    key,
    bindings,
    cached({ effect: 'deny', basis: 'system', reason: 'identity_unavailable' }),
    noon,
    noon + hour,
  )
  t.match(gate.metrics, { inFlight: 0, entries: 0, writesSkipped: 0 })
  t.equal(await client.exists(seal.name(key, bindings)), 0)
})

t.test('while the fleet changes its key, entries under either are read, and written under the new one', async (t) => {
  const previousKey = randomBytes(32)
  const [old, fresh] = [newKey(), newKey()]
  const before = await connectedGate(t, { url, key: previousKey })
  before.put(old, bindings, value, noon, noon + hour)
  await settled(before)
  const during = await connectedGate(t, { url, previousKey })
  t.same(await during.fetch(old, bindings, noon), value)
  t.equal(await during.fetch(fresh, bindings, noon), undefined)
  during.put(fresh, bindings, value, noon, noon + hour)
  await settled(during)
  const after = await connectedGate(t, { url })
  t.same(await after.fetch(fresh, bindings, noon), value)
  t.equal(await after.fetch(old, bindings, noon), undefined)
  t.match(during.metrics, { poisoned: 0, redisHits: 1, redisMisses: 1 })
})
