// A suspension over `kill -9`, over a damaged journal, and between gates that share decisions through Redis.
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { EventRecord } from '../../src/vocabulary/event.ts'
import { decision, records } from '../support/gate.ts'
import { startRedis } from '../support/redis.ts'
import { type Serving, type Surroundings, surroundings } from '../support/serve.ts'

const route = '/v1/policy/suspensions'

/** An issuer whose officers may do what this is about. */
const issuersOf = (around: Surroundings) => ({
  issuers: `
  - { issuer: "${around.provider.issuer}", audience: "https://gateway.demo.example", algorithms: [ES256], token-type: at+jwt,
      max-token-age: 1d, roles: { claim: roles, values: { compliance: compliance } } }`,
})

async function post(around: Surroundings, serving: Serving, officer: string, path: string, body: object) {
  const response = await fetch(serving.admin + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await around.provider.token(officer)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, json: (await response.json()) as { suspension: { id: string }; lifted?: boolean } }
}

async function asked(around: Surroundings, serving: Serving, token: string) {
  const response = await fetch(`${serving.data}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"model":"open-1","messages":[{"role":"user","content":"hello"}]}',
  })
  const { error } = (await response.json()) as { error?: { code: string } }
  const record = await decision(around, response.headers.get('portcullis-decision') ?? '')
  return { code: error?.code ?? '200', cache: record?.cache.state }
}

const events = async (around: Surroundings): Promise<readonly string[]> =>
  (await records(around))
    .filter((record): record is Extract<EventRecord, { readonly k: `suspension.${string}` }> =>
      record.k.startsWith('suspension.'),
    )
    .map(({ k, about }) => `${k} ${about.of}`)

t.test('what was answered as closed is closed after kill -9, and half of two words is still half', async (t) => {
  const around = await surroundings(t)
  const issuers = issuersOf(around)
  const token = await around.provider.token('us-citizen')
  const first = await around.serve('', issuers)
  t.equal((await asked(around, first, token)).code, '200')
  const begun = await post(around, first, 'compliance', route, { of: 'open-1', why: 'test' })
  await first.end('SIGKILL')
  t.equal(begun.status, 201)
  const lift = `${route}/${begun.json.suspension.id}/lift`

  const second = await around.serve('', issuers)
  t.equal((await asked(around, second, token)).code, 'model_suspended')
  t.match(second.output(), /"msg":"suspension.reminded"/)
  const asking = await post(around, second, 'compliance', lift, { why: 'over' })
  await second.end('SIGKILL')
  t.equal(asking.status, 202)

  const third = await around.serve('', issuers)
  t.equal((await asked(around, third, token)).code, 'model_suspended')
  t.equal((await post(around, third, 'compliance', lift, { why: 'over' })).status, 409)
  const lifting = await post(around, third, 'compliance-2', lift, { why: 'over' })
  await third.end('SIGKILL')
  t.match(lifting, { status: 200, json: { lifted: true } })

  const journal = join(around.log, 'suspensions.ndjson')
  const text = await readFile(journal, 'utf8')
  await writeFile(journal, text.replace('open-1', 'open-2'))
  const refused = await around.serve('', issuers).then(
    () => 'it started',
    (error: unknown) => String(error),
  )
  t.match(
    refused,
    /serve ended with 1:.*the gateway could not start: the journal of suspensions `\S+` is damaged in line 1/s,
  )
  await writeFile(journal, text)

  const last = await around.serve('', issuers)
  t.equal((await asked(around, last, token)).code, '200')
  t.equal(await last.end('SIGTERM'), 0)
  t.strictSame(await events(around), [
    'suspension.begun family:open-1',
    'suspension.reminded family:open-1',
    'suspension.lift_asked family:open-1',
    'suspension.reminded family:open-1',
    'suspension.lift_asked family:open-1',
    'suspension.lifted family:open-1',
  ])
})

t.test('a permit in Redis from before a suspension is not used by a gate that has it', async (t) => {
  const redis = await startRedis()
  t.teardown(() => redis.stop())
  const around = await surroundings(t)
  await writeFile(join(around.folder, 'fleet-key'), randomBytes(32).toString('hex'), { mode: 0o600 })
  const shared = `redis: { url: "${redis.url}" }\nfleet: { key: "\${file:fleet-key}" }\n`
  const issuers = issuersOf(around)
  const token = await around.provider.token('us-citizen')
  const first = await around.serve(shared, issuers)
  await untilRedis(first)
  t.strictSame(await asked(around, first, token), { code: '200', cache: 'computed' })
  t.strictSame(await asked(around, first, token), { code: '200', cache: 'memory' })
  await first.end('SIGTERM')

  const second = await around.serve(shared, issuers)
  await untilRedis(second)
  t.strictSame(await asked(around, second, token), { code: '200', cache: 'redis' }, 'it is there')
  t.equal((await post(around, second, 'compliance', route, { of: 'all', why: 'test' })).status, 201)
  t.strictSame(await asked(around, second, token), { code: 'model_suspended', cache: 'computed' })
  await second.end('SIGTERM')
  const third = await around.serve(shared, issuers)
  await untilRedis(third)
  t.equal((await asked(around, third, token)).code, 'model_suspended', 'nor by one that starts with it')
  await third.end('SIGTERM')
})

async function untilRedis(serving: Serving): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const text = await (await fetch(`${serving.admin}/metrics`)).text()
    if (/^portcullis_redis_up 1$/m.test(text)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('Redis was never reached')
}
