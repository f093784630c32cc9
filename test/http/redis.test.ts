// Decisions shared through Redis between gates of one fleet: it saves work, and its absence changes no answer.
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { decision } from '../support/gate.ts'
import { startRedis } from '../support/redis.ts'
import { type Serving, type Surroundings, surroundings } from '../support/serve.ts'

t.test('a decision that one gate made serves the next one, and Redis that dies changes no answer', async (t) => {
  const redis = await startRedis()
  t.teardown(() => redis.stop())
  const around = await surroundings(t)
  await writeFile(join(around.folder, 'fleet-key'), randomBytes(32).toString('hex'), { mode: 0o600 })
  const shared = `redis: { url: "${redis.url}" }\nfleet: { key: "\${file:fleet-key}" }\n`
  const token = await around.provider.token('us-citizen')

  const first = await around.serve(shared)
  await until(() => metric(first, 'portcullis_redis_up'), 1)
  t.match(await cacheOf(around, first, token), { state: 'computed', of: null })
  const again = await cacheOf(around, first, token)
  t.equal(again.state, 'memory')
  await first.end('SIGTERM')

  // Redis has little time to answer in; on a slow machine the first gate that asks may have decided before.
  let second = await around.serve(shared)
  let found = await firstAsked(around, second, token)
  for (let tries = 0; tries < 5 && found.state === 'computed'; tries += 1) {
    await second.end('SIGTERM')
    second = await around.serve(shared)
    found = await firstAsked(around, second, token)
  }
  t.equal(found.state, 'redis')
  const computed = (await decision(around, found.of ?? ''))?.cache
  t.strictSame(computed, { state: 'computed', of: null }, 'the record that computed it is named')

  await redis.kill()
  const other = await around.provider.token('foreign-national')
  t.equal((await cacheOf(around, second, other)).state, 'computed', 'the gate decides by itself')
  await until(() => metric(second, 'portcullis_redis_up'), 0)
  t.equal((await cacheOf(around, second, other)).state, 'memory')
  t.equal((await fetch(`${second.admin}/readyz`)).status, 200, 'and stays ready')
  t.equal(await second.end('SIGTERM'), 0)
})

async function firstAsked(around: Surroundings, serving: Serving, token: string): ReturnType<typeof cacheOf> {
  await until(() => metric(serving, 'portcullis_redis_up'), 1)
  return cacheOf(around, serving, token)
}

async function cacheOf(
  around: Surroundings,
  serving: Serving,
  token: string,
): Promise<{ state?: string; of?: string | null }> {
  const response = await fetch(`${serving.data}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"model":"open-1","messages":[{"role":"user","content":"hello"}]}',
  })
  await response.arrayBuffer()
  return (await decision(around, response.headers.get('portcullis-decision') ?? ''))?.cache ?? {}
}

async function metric(serving: Serving, name: string): Promise<number> {
  const text = await (await fetch(`${serving.admin}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return Number(line?.slice(name.length))
}

/** Waits up to five seconds. */
async function until(read: () => Promise<number>, wanted: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await read()) === wanted) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`never became ${wanted}`)
}
