// Against a real Redis: that a token was verified, told by one gate to another, and what somebody who can write there achieves.
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { createProofs } from '../../src/decision-cache/proof.ts'
import { limits } from '../../src/limits.ts'
import type { VerifiedToken } from '../../src/vocabulary/verified-token.ts'
import { startRedis } from '../support/redis.ts'
import { connectedGate, fleetKey, hour, settled, type TestGate, until } from './gates.ts'
import { bindings, cached, noon, thumbprint } from './samples.ts'

const redis = await startRedis()
t.teardown(() => redis.stop())
const { url, client } = redis

const newToken = (change: Partial<VerifiedToken> = {}): VerifiedToken => ({
  digest: randomBytes(32).toString('base64url'),
  keyThumbprint: thumbprint,
  issuersDigest: `sha256:${'4'.repeat(64)}`,
  ...change,
})
const nameOf = (token: VerifiedToken, key = fleetKey): string => `portcullis:t1:${createProofs(key)(token).name}`
const has = (gate: TestGate, token: VerifiedToken): Promise<boolean> => {
  if (gate.tokens === undefined) throw new Error('no Redis')
  return gate.tokens.has(token)
}

async function told(t: Test, token: VerifiedToken, key = fleetKey): Promise<void> {
  const gate = await connectedGate(t, { url, key })
  gate.tokens?.tell(token, noon + hour)
  await settled(gate)
  t.match(gate.metrics, { errors: 0, timeouts: 0, poisoned: 0, writesSkipped: 0 })
}

t.test('a token that one gate verified is known to another, and to no other fleet', async (t) => {
  const token = newToken()
  await told(t, token)
  const reader = await connectedGate(t, { url })
  t.equal(await has(reader, token), true)
  t.equal(await has(reader, newToken()), false)
  t.match(reader.metrics, { tokenHits: 1, tokenMisses: 1, poisoned: 0, redisHits: 0, redisMisses: 0 })
  t.equal(await has(await connectedGate(t, { url, key: randomBytes(32) }), token), false)
})

t.test('R4: another key, other issuers or another token are another entry', async (t) => {
  const token = newToken()
  await told(t, token)
  const reader = await connectedGate(t, { url })
  for (const change of [
    { digest: newToken().digest },
    { keyThumbprint: randomBytes(32).toString('base64url') },
    { issuersDigest: `sha256:${'5'.repeat(64)}` },
  ]) {
    t.not(nameOf({ ...token, ...change }), nameOf(token))
    t.equal(await has(reader, { ...token, ...change }), false, Object.keys(change).join())
  }
})

t.test('R15: neither the token nor its digest can be read in Redis, nor found by who has it', async (t) => {
  const token = newToken()
  await told(t, token)
  const name = nameOf(token)
  const value = (await client.getBuffer(name)) ?? Buffer.alloc(0)
  t.equal(value.length, 32)
  for (const text of [token.digest, thumbprint, token.issuersDigest]) t.notMatch(name + value.toString('latin1'), text)
  t.not(nameOf(token, randomBytes(32)), name)
})

t.test('an entry leaves Redis with its token, and none is written for one that has ended', async (t) => {
  const gate = await connectedGate(t, { url })
  const [token, ended] = [newToken(), newToken()]
  gate.tokens?.tell(token, noon + 5_000)
  gate.tokens?.tell(ended, noon)
  await settled(gate)
  const left = await client.pttl(nameOf(token))
  t.ok(left > 0 && left <= 5_000, `${left} ms`)
  t.equal(await client.exists(nameOf(ended)), 0)
})

/** What somebody with write access can put there; `good`: a genuine proof of another token. */
const plants: Readonly<Record<string, (name: string, good: Buffer) => Promise<unknown>>> = {
  'R2: bytes of the right length': (name) => client.set(name, randomBytes(32)),
  'R2: the name itself': (name) => client.set(name, Buffer.from(name.slice('portcullis:t1:'.length), 'base64url')),
  'R1: the proof of another token': (name, good) => client.set(name, good),
  'R3: a proof that is cut short': (name, good) => client.set(name, good.subarray(0, 31)),
  'R13: one byte too many': (name, good) => client.set(name, Buffer.concat([good, Buffer.of(0)])),
  'R13: 100 MB': (name) => client.setrange(name, 100_000_000, 'x'),
  'R13: a list': (name) => client.rpush(name, 'x'),
}

for (const [what, plant] of Object.entries(plants)) {
  t.test(`${what} in the place of a proof is ignored, counted and an alarm`, async (t) => {
    const [token, other] = [newToken(), newToken()]
    await told(t, other)
    await plant(nameOf(token), (await client.getBuffer(nameOf(other))) ?? Buffer.alloc(0))
    const reader = await connectedGate(t, { url })
    t.equal(await has(reader, token), false)
    t.match(reader.metrics, { poisoned: 1, tokenHits: 0, tokenMisses: 0 })
    t.match(reader.alarms, [{ poisoned: 1 }])
    t.equal(reader.alarms.length, 1)
    t.equal(reader.metrics.redis, 'down', 'the connection is thrown away')
    await until(() => reader.metrics.redis === 'up', 'another connection')
    reader.tokens?.tell(token, noon + hour)
    await settled(reader)
    t.equal(await has(reader, token), true, 'the next verification has taken its place')
  })
}

t.test('a decision in the place of a proof, and a proof in the place of a decision, are neither', async (t) => {
  const gate = await connectedGate(t, { url })
  const token = newToken()
  await told(t, token)
  gate.put('key', bindings, cached(), noon, noon + hour)
  await settled(gate)
  const [entry = ''] = await client.keys('portcullis:d1:*')
  const [sealed, proof] = [await client.getBuffer(entry), await client.getBuffer(nameOf(token))]
  await client.set(nameOf(token), sealed ?? '')
  await client.set(entry, proof ?? '')
  t.equal(await has(await connectedGate(t, { url }), token), false)
  t.equal(await (await connectedGate(t, { url })).fetch('key', bindings, noon), undefined)
})

t.test('of many poisoned values all are counted, and the alarm is given once', async (t) => {
  const reader = await connectedGate(t, { url })
  for (let count = 1; count <= limits.redisFailures + 2; count += 1) {
    const token = newToken()
    await client.set(nameOf(token), 'x')
    await until(async () => !(await has(reader, token)) && reader.metrics.poisoned === count, 'Redis is asked')
    await until(() => reader.metrics.redis === 'up', 'another connection')
  }
  t.match(reader.alarms, [{ why: /does not prove/, poisoned: 1 }])
  t.equal(reader.alarms.length, 1)
})

t.test('R11: a thousand equal questions at once are one', async (t) => {
  const reader = await connectedGate(t, { url })
  const calls = async (): Promise<number> =>
    Number(/cmdstat_getrange:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0)
  const token = newToken()
  const before = await calls()
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => has(reader, token)))
  t.ok(answers.every((answer) => !answer))
  t.equal((await calls()) - before, 1)
})

t.test(
  'while the fleet changes its key, a token known under either is known, and is told under the new one',
  async (t) => {
    const previousKey = randomBytes(32)
    const [old, fresh] = [newToken(), newToken()]
    await told(t, old, previousKey)
    const gate = await connectedGate(t, { url, previousKey })
    t.equal(await has(gate, old), true)
    t.equal(await has(gate, fresh), false)
    gate.tokens?.tell(fresh, noon + hour)
    await settled(gate)
    t.equal(await client.exists(nameOf(fresh)), 1)
    t.equal(await client.exists(nameOf(fresh, previousKey)), 0)
    const after = await connectedGate(t, { url })
    t.equal(await has(after, old), false, 'once the previous key is taken out')
    t.equal(await has(after, fresh), true)
  },
)
