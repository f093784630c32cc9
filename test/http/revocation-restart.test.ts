// Revocation over `kill -9`, over a damaged journal, and between gates that share decisions through Redis.
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { decision } from '../support/gate.ts'
import { startRedis } from '../support/redis.ts'
import { callRevocations, revocationEvents, revocationsRoute } from '../support/revoking.ts'
import { type Serving, type Surroundings, surroundings } from '../support/serve.ts'

const issuersOf = (around: Surroundings) => ({
  issuers: `
  - { issuer: "${around.provider.issuer}", audience: "https://gateway.demo.example", algorithms: [ES256], token-type: at+jwt,
      max-token-age: 1d, roles: { claim: roles, values: { compliance: compliance, operator: operator } } }`,
})

const post = async (around: Surroundings, serving: Serving, who: string, body: object, path?: string) =>
  callRevocations(serving.admin, await around.provider.token(who), body, path)

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

t.test('what was answered as revoked is revoked after kill -9, and half of two words is still half', async (t) => {
  const around = await surroundings(t)
  const issuers = issuersOf(around)
  const mint = (sub: string) => around.provider.mint({ sub, sub_type: 'person', sid: `s-${sub}` })
  const [ann, bob] = [await mint('ann'), await mint('bob')]
  const first = await around.serve('', issuers)
  t.equal((await asked(around, first, ann)).code, '200')
  const begun = await post(around, first, 'operator', { kind: 'session', id: 's-ann', why: 'test' })
  await first.end('SIGKILL')
  t.equal(begun.status, 201)
  const lift = `${revocationsRoute}/${begun.json.revocation?.id}/lift`

  const second = await around.serve('', issuers)
  t.strictSame(await asked(around, second, ann), { code: 'session_revoked', cache: 'none' })
  t.equal((await asked(around, second, bob)).code, '200')
  const asking = await post(around, second, 'compliance', { why: 'over' }, lift)
  const forGood = await post(around, second, 'compliance', { kind: 'subject', id: 'bob', for_good: true, why: 'left' })
  await second.end('SIGKILL')
  t.strictSame([asking.status, forGood.status], [202, 201])

  const third = await around.serve('', issuers)
  t.equal((await asked(around, third, ann)).code, 'session_revoked')
  t.equal((await asked(around, third, bob)).code, 'session_revoked')
  t.equal((await post(around, third, 'compliance', { why: 'over' }, lift)).status, 409)
  const lifting = await post(around, third, 'compliance-2', { why: 'over' }, lift)
  await third.end('SIGKILL')
  t.match(lifting, { status: 200, json: { lifted: true } })

  const journal = join(around.log, 'revocations.ndjson')
  const text = await readFile(journal, 'utf8')
  await writeFile(journal, text.replace('"bob"', '"rob"'))
  const refused = await around.serve('', issuers).then(
    () => 'it started',
    (error: unknown) => String(error),
  )
  t.match(
    refused,
    /serve ended with 1:.*the gateway could not start: the journal of revocations `\S+` is damaged in line \d/s,
  )
  await writeFile(journal, text)

  const last = await around.serve('', issuers)
  t.equal((await asked(around, last, ann)).code, '200')
  t.equal((await asked(around, last, bob)).code, 'session_revoked')
  t.equal(await last.end('SIGTERM'), 0)
  const kinds = (await revocationEvents(around)).map(({ k }) => k)
  t.strictSame(
    kinds.filter((k) => k !== 'revocation.loaded'),
    ['revocation.begun', 'revocation.lift_asked', 'revocation.begun', 'revocation.lift_asked', 'revocation.lifted'],
  )
  t.equal(kinds.filter((k) => k === 'revocation.loaded').length, 3, 'every start that finds one says so')
})

t.test('a permit in Redis of somebody who is revoked is used by nobody who knows it', async (t) => {
  const redis = await startRedis()
  t.teardown(() => redis.stop())
  const around = await surroundings(t)
  await writeFile(join(around.folder, 'fleet-key'), randomBytes(32).toString('hex'), { mode: 0o600 })
  const shared = `redis: { url: "${redis.url}" }\nfleet: { key: "\${file:fleet-key}" }\n`
  const issuers = issuersOf(around)
  const mint = (sub: string) => around.provider.mint({ sub, sub_type: 'person', sid: `s-${sub}` })
  const [ann, bob] = [await mint('ann'), await mint('bob')]
  const first = await around.serve(shared, issuers)
  await untilRedis(first)
  for (const token of [ann, bob]) t.match(await asked(around, first, token), { code: '200', cache: 'computed' })
  await first.end('SIGTERM')

  const second = await around.serve(shared, issuers)
  await untilRedis(second)
  for (const token of [ann, bob])
    t.match(await asked(around, second, token), { code: '200', cache: 'redis' }, 'it is there')
  t.match(await asked(around, second, ann), { code: '200', cache: 'memory' })
  t.equal((await post(around, second, 'operator', { kind: 'session', id: 's-ann', why: 'test' })).status, 201)
  t.strictSame(await asked(around, second, ann), { code: 'session_revoked', cache: 'none' })
  t.strictSame(await asked(around, second, bob), { code: '200', cache: 'computed' }, 'nor is another of before')
  t.strictSame(await asked(around, second, bob), { code: '200', cache: 'memory' })
  await second.end('SIGTERM')
  const third = await around.serve(shared, issuers)
  await untilRedis(third)
  t.strictSame(
    await asked(around, third, ann),
    { code: 'session_revoked', cache: 'none' },
    'nor by one that starts with it',
  )
  t.strictSame(await asked(around, third, bob), { code: '200', cache: 'redis' }, 'what was decided since serves both')
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
