// Sentinel and Cluster with real servers, whose master is killed under requests: what was decided is told right or not at all, nobody waits
// longer than for a command, and the fleet shares again by itself.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { openStatementChannel, type StatementChannel } from '../../src/fleet/index.ts'
import { openStoredObjects, type StoredObjects } from '../../src/stored-objects/index.ts'
import type { RedisSettings } from '../../src/vocabulary/settings.ts'
import { type RedisServers, startCluster, startSentinels } from '../support/redis-servers.ts'
import { connectedGate, fleetKey, hour, settled, type TestGate, until } from './gates.ts'
import { bindings, cached, noon, thumbprint } from './samples.ts'

const commandTimeoutMs = 1_000
const longMs = 60_000
const newKey = (): string => randomBytes(32).toString('base64url')
const newToken = () => ({ digest: newKey(), keyThumbprint: thumbprint, issuersDigest: `sha256:${'4'.repeat(64)}` })

interface Kind {
  readonly redis: RedisServers
  readonly servers: RedisSettings['servers']
  /** Kills the master, or one of them. */
  failOver(): Promise<void>
}

const kinds: Readonly<Record<string, () => Promise<Kind>>> = {
  Sentinel: async () => {
    const redis = await startSentinels()
    const { sentinels, name: master } = redis
    const nobody = { user: null, password: null, sentinelUser: null, sentinelPassword: null }
    return {
      redis,
      servers: { kind: 'sentinel', sentinels, master, ...nobody },
      failOver: async () => {
        const port = await redis.master()
        await redis.servers.find((server) => server.port === port)?.kill()
      },
    }
  },
  Cluster: async () => {
    const redis = await startCluster()
    return {
      redis,
      servers: { kind: 'cluster', nodes: redis.nodes, user: null, password: null },
      failOver: async () => redis.servers[0]?.kill(),
    }
  },
}

/** What each key was decided to be: no two are alike. */
const decided = new Map<string, ReturnType<typeof cached>>()
function decide(gate: TestGate): string {
  const key = newKey()
  const value = { ...cached(), of: key }
  decided.set(key, value)
  gate.put(key, bindings, value, noon, noon + hour)
  return key
}

/** Whether what one gate decides now, another is told. Every answer is the right one or none. */
async function shares(t: Test, writer: TestGate, reader: TestGate): Promise<boolean> {
  const keys = Array.from({ length: 20 }, () => decide(writer))
  const token = newToken()
  writer.tokens?.tell(token, noon + hour)
  await settled(writer)
  const found = await Promise.all(keys.map((key) => reader.fetch(key, bindings, noon)))
  for (const [index, value] of found.entries())
    if (value !== undefined && JSON.stringify(value) !== JSON.stringify(decided.get(keys[index] ?? '')))
      t.fail('another decision than was made')
  if (await reader.tokens?.has(newToken())) t.fail('a token that nobody verified is known')
  return found.every((value) => value !== undefined) && (await reader.tokens?.has(token)) === true
}

for (const [name, start] of Object.entries(kinds)) {
  t.test(`${name}: a master that is killed under requests`, { timeout: 300_000 }, async (t) => {
    const { redis, servers, failOver } = await start()
    t.teardown(() => redis.stop())
    const options = { servers, commandTimeoutMs }
    const [writer, reader] = [await connectedGate(t, options), await connectedGate(t, options)]
    t.equal(await shares(t, writer, reader), true, 'before')
    const { heard, speaker, listener } = channels(t, servers)
    await hears(speaker, listener, heard, 'before')

    const over = new AbortController()
    let slowest = 0
    const load = (async () => {
      while (!over.signal.aborted) {
        const from = performance.now()
        await shares(t, writer, reader)
        slowest = Math.max(slowest, performance.now() - from)
        await sleep(5)
      }
    })()
    await failOver()
    await until(() => writer.metrics.redis === 'down' || reader.metrics.redis === 'down', 'it is noticed', longMs)
    await sleep(2_000)
    over.abort()
    await load
    t.comment(`slowest turn of 22 questions: ${Math.round(slowest)} ms`)
    await until(() => shares(t, writer, reader), 'the fleet shares again', longMs)
    await hears(speaker, listener, heard, 'after')
    t.match(writer.metrics, { poisoned: 0, redis: 'up' })
    t.match(reader.metrics, { poisoned: 0, redis: 'up' })
    t.same(writer.alarms, [])
    const registry = await stored(t, servers)
    await registry.keep([{ name: object, object: made }])
    t.strictSame(await registry.find(object), made)
    await registry.forget(object)
    t.equal(await registry.find(object), undefined)
  })
}

function channels(t: Test, servers: RedisSettings['servers']) {
  const heard: string[] = []
  const redis = { servers, tls: null, key: fleetKey, previousKey: null, commandTimeoutMs }
  const speaker = openStatementChannel({ redis, controlKey: 'a', onText: null })
  const listener = openStatementChannel({ redis, controlKey: 'a', onText: (text) => heard.push(text) })
  t.teardown(() => speaker.close())
  t.teardown(() => listener.close())
  return { heard, speaker, listener }
}

/** Said again and again, as control does: a message, or the value that stays. */
async function hears(speaker: StatementChannel, listener: StatementChannel, heard: readonly string[], text: string) {
  await until(
    async () => {
      await listener.look()
      await speaker.publish(text, 60_000)
      await listener.look()
      return heard.includes(text)
    },
    `\`${text}\` is heard`,
    longMs,
  )
}

const object = {
  dialect: 'openai',
  kind: 'file',
  id: 'file-1',
  maker: { issuer: 'https://idp.example', subject: 'alice', organization: null },
} as const
const made = { upstream: 'one', models: [], purpose: null, decision: 'd', parents: [], digest: null, madeAt: noon }

async function stored(t: Test, servers: RedisSettings['servers']): Promise<StoredObjects> {
  const up = Promise.withResolvers<void>()
  const redis = { servers, tls: null, key: fleetKey, previousKey: null, commandTimeoutMs }
  const registry = await openStoredObjects({
    path: '',
    redis,
    clock: { now: () => noon },
    onState: ({ state }) => (state === 'up' ? up.resolve() : undefined),
  })
  t.teardown(() => registry.close())
  await up.promise
  return registry
}
