// Licensed amounts through HTTP: what a license has left is reserved before a request is forwarded, and settled when it has ended.
import { readFileSync, writeFileSync } from 'node:fs'
import { connect as dial } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { World } from '../../src/demo/world.ts'
import { ask, decision, gateFor, records, scenarioInstant } from '../support/gate.ts'
import { meteredApi } from '../support/metered-api.ts'
import { upstreamsTo } from '../support/model-server.ts'
import { overlayFolder } from '../support/scenario.ts'
import { connect, socketGateFor, type UpgradeRefused } from '../support/socket-gate.ts'

type Test = Parameters<typeof gateFor>[0]

/** The June directives, with a license over so many output tokens for Org Q's registered people. @returns their folder */
function licenseOf(t: Test, tokens: number): string {
  const policies = overlayFolder(t as Parameters<typeof overlayFolder>[0], 'L8')
  const file = join(policies, 'test/scenarios/overlays/l8.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('1000000', String(tokens)))
  return policies
}

/** Of one of them, who is no US person. */
function tokenOf({ provider }: World): Promise<string> {
  const verification = {
    trust_framework: 'portcullis-demo',
    assurance_level: 'high',
    time: new Date(scenarioInstant - 86_400_000).toISOString(),
  }
  const claims = {
    'https://portcullis.dev/claims/us_person': { definition: 'ear-772.1-foreign-person', value: false },
  }
  return provider.mint({ sub: 'q-researcher', sub_type: 'person', verified_claims: { verification, claims } })
}

async function licensed(t: Test, tokens: number, elsewhere?: string) {
  const policies = licenseOf(t, tokens)
  const api = await meteredApi(t)
  const upstreams = upstreamsTo(
    { url: elsewhere ?? api.url, seen: [], standsStillAfter: null, servedModel: null },
    'openai',
  )
  const world = await gateFor(t, { now: scenarioInstant, policies, upstreams })
  const token = await tokenOf(world)
  const chat = (more: object = {}) =>
    ask(world, { token, body: { model: 'fable-5', messages: [{ role: 'user', content: 'hello' }], ...more } })
  return { world, api, token, chat }
}

const limitOf = (body: Record<string, unknown> | undefined): unknown =>
  body?.['max_completion_tokens'] ?? body?.['max_tokens']

const handedOut = (world: World): unknown => JSON.parse(readFileSync(join(world.log, 'quantities.json'), 'utf8'))

t.test('a request gets what it asks for, or what is left, until nothing is', async (t) => {
  const { world, api, chat } = await licensed(t, 500)
  api.usage = 300
  t.equal((await chat({ max_completion_tokens: 400 })).code, '200')
  t.equal(limitOf(api.seen.at(-1)), 400)
  const capped = await chat({ max_completion_tokens: 1000 })
  t.equal(capped.code, '200')
  t.equal(limitOf(api.seen.at(-1)), 200, 'of 500, 300 were used')
  const record = await decision(world, capped.headers.get('portcullis-decision') ?? '')
  t.match(record, { reason: 'permitted_under_grant', obligations: [{ kind: 'cap-output-tokens', max: 200 }] })
  t.equal((await chat()).code, 'grant_exhausted', 'the second one used 300 of its 200: the model did not keep to it')
  t.equal(api.seen.length, 2)
  t.match((await records(world)).filter(({ k }) => (k as string) === 'quantity.handed_out').at(-1), {
    about: { inAll: 500, of: 500 },
  })
})

t.test('without a limit of its own a request reserves what the model could bring', async (t) => {
  const { api, chat } = await licensed(t, 100_000)
  let release = (): void => {}
  api.hold = new Promise((resolve) => {
    release = resolve
  })
  const first = chat()
  while (api.seen.length < 1) await new Promise((resolve) => setTimeout(resolve, 10))
  t.equal(limitOf(api.seen[0]), 64_000, 'the greatest output of the catalogue')
  const second = chat()
  while (api.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  t.equal(limitOf(api.seen[1]), 36_000)
  t.equal((await chat()).code, 'grant_exhausted', 'all of it is reserved')
  release()
  t.equal((await first).code, '200')
  t.equal((await second).code, '200')
  t.equal((await chat()).code, '200', 'and comes back as far as it was not used')
})

t.test('what one request did not use, the next one on its connection has', async (t) => {
  const { world, api, token } = await licensed(t, 500)
  api.usage = 300
  const body = JSON.stringify({ model: 'fable-5', messages: [], max_completion_tokens: 500 })
  const head = `Host: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  const request = `POST /v1/chat/completions HTTP/1.1\r\n${head}\r\n\r\n${body}`
  const { hostname, port } = new URL(world.gateway.data)
  const socket = dial(Number(port), hostname, () => socket.write(request + request))
  socket.on('error', () => {})
  while (api.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  t.strictSame(api.seen.map(limitOf), [500, 200])
  socket.destroy()
})

t.test('no more is reserved than is left, however many ask at once', async (t) => {
  const { world, api, chat } = await licensed(t, 500)
  let release = (): void => {}
  api.hold = new Promise((resolve) => {
    release = resolve
  })
  const refused: string[] = []
  const asked = Array.from({ length: 20 }, async () => {
    const { code } = await chat({ max_completion_tokens: 100 })
    if (code !== '200') refused.push(code)
  })
  while (api.seen.length + refused.length < 20) await new Promise((resolve) => setTimeout(resolve, 10))
  t.match(handedOut(world), { handed_out: { 'overlay-l8': 500 } }, 'on disk before the model API had any of them')
  release()
  await Promise.all(asked)
  t.strictSame(refused, Array(15).fill('grant_exhausted'))
  t.strictSame(api.seen.map(limitOf), Array(5).fill(100))
})

t.test('what a model API refused cost nothing, and what it does not tell cost all', async (t) => {
  const { api, chat } = await licensed(t, 500)
  Object.assign(api, { status: 429, usage: null })
  t.equal((await chat({ max_completion_tokens: 500 })).status, 429)
  api.status = 200
  t.equal((await chat({ max_completion_tokens: 400, stream: true })).status, 200)
  t.equal((await chat()).code, '200')
  t.equal(limitOf(api.seen.at(-1)), 100)
  t.equal((await chat()).code, 'grant_exhausted')
})

t.test('what broke, or was left by its client, cost all: nobody knows how much of it was made', async (t) => {
  const { world, api, token, chat } = await licensed(t, 500)
  Object.assign(api, { status: 500, usage: null })
  await chat({ max_completion_tokens: 100 })
  api.status = 200
  api.hold = new Promise(() => {})
  const leaving = new AbortController()
  const left = fetch(`${world.gateway.data}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'fable-5', messages: [], max_completion_tokens: 300 }),
    signal: leaving.signal,
  })
  while (api.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  leaving.abort()
  await t.rejects(left)
  api.hold = Promise.resolve()
  t.equal((await chat()).code, '200')
  t.equal(limitOf(api.seen.at(-1)), 100)
})

t.test('a model API that cannot be reached cost nothing', async (t) => {
  const { chat } = await licensed(t, 500, 'http://127.0.0.1:9')
  for (const _ of [1, 2]) t.equal((await chat({ max_completion_tokens: 500 })).code, 'upstream_unavailable')
})

t.test('a stream tells what it cost at its end, and is not cut for what it has reserved', async (t) => {
  const { world, api, chat } = await licensed(t, 500)
  let release = (): void => {}
  api.hold = new Promise((resolve) => {
    release = resolve
  })
  const stream = chat({ stream: true, stream_options: { include_usage: true }, max_completion_tokens: 500 })
  while (api.seen.length < 1) await new Promise((resolve) => setTimeout(resolve, 10))
  world.gateway.gate.live.recheckAll()
  release()
  t.match((await stream).text, '[DONE]')
  t.equal((await chat({ max_completion_tokens: 500 })).code, '200')
  t.equal(limitOf(api.seen.at(-1)), 490)
})

t.test('who has something left is shown the model, and who has not is not', async (t) => {
  const { world, api, token, chat } = await licensed(t, 10)
  const list = async (): Promise<string> => (await ask(world, { token, path: '/v1/models', method: 'GET' })).text
  t.match(await list(), 'fable-5')
  t.equal((await chat()).code, '200')
  t.equal(limitOf(api.seen.at(-1)), 10, 'to be shown a model uses nothing')
  t.notMatch(await list(), 'fable-5')
})

t.test('what is at hand is given back where the gate ends in order', async (t) => {
  const { world, chat } = await licensed(t, 500)
  t.equal((await chat({ max_completion_tokens: 400 })).code, '200')
  t.match(handedOut(world), { handed_out: { 'overlay-l8': 400 } })
  await world.gateway.close()
  t.match(handedOut(world), { handed_out: { 'overlay-l8': 10 } })
})

t.test('a socket is opened on no licensed amount, and costs none', async (t) => {
  const { world, api } = await socketGateFor(t, { now: scenarioInstant, policies: licenseOf(t, 500) })
  const token = await tokenOf(world)
  const refused = await connect({ world }, { token }).catch((error: unknown) => error as UpgradeRefused)
  t.match(refused, { status: 403, body: { error: { code: 'obligation_unenforceable' } } })
  // Opened before a model is named: refused where one is.
  const client = await connect({ world }, { token, path: '/v1/responses' })
  client.say({ type: 'response.create', model: 'fable-5', input: 'hello' })
  t.equal((await client.closed).code, 1008)
  t.equal(api.sockets.length, 0)
  await world.gateway.close()
  t.match(handedOut(world), { handed_out: { 'overlay-l8': 0 } }, 'what was reserved came back')
})
