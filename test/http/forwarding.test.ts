import t from 'tap'
import { ask, gateFor, records } from '../support/gate.ts'

const messages = [{ role: 'user', content: 'hello' }]

t.test('the bytes that were read are the bytes that are sent, under the gateway’s own credential', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  const body = `{ "model" : "fable-5",\n "messages":[{"role":"user","content":"\\u0068i"}], "seed": 12345678901234567890 }`
  const headers = { 'x-identity': 'admin', 'x-forwarded-for': '127.0.0.1', cookie: 'a=b', 'openai-organization': 'org' }
  t.equal((await ask(world, { token, body, headers })).status, 200)
  const [seen] = await world.modelApi.requests()
  t.equal(seen?.body, body)
  t.equal(seen?.headers['authorization'], 'Bearer the-gateway-s-own-key')
  const names = Object.keys(seen?.headers ?? {}).sort()
  for (const name of ['x-identity', 'x-forwarded-for', 'cookie', 'openai-organization'])
    t.notOk(names.includes(name), name)
  t.notOk(JSON.stringify(seen).includes(token), 'the caller’s token stays here')
})

t.test('an alias goes out as its model; everything else stays as it was', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  await ask(world, { token, body: '{"messages":[{"role":"user","content":"a"}],  "model":"fable-latest"}' })
  const [seen] = await world.modelApi.requests()
  t.equal(seen?.body, '{"messages":[{"role":"user","content":"a"}],  "model":"fable-5"}')
})

t.test('a mode that is left to the model is forced to the one that is permitted', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  t.equal((await ask(world, { token, model: 'muse-spark' })).status, 200)
  t.equal(
    (await ask(world, { token, path: '/v1/responses', body: { model: 'muse-spark', input: 'hello' } })).status,
    200,
  )
  t.equal(
    (await ask(world, { token, path: '/v1/messages', body: { model: 'muse-spark', max_tokens: 9, messages } })).status,
    200,
  )
  const bodies = (await world.modelApi.requests()).map(({ body }) => JSON.parse(body) as Record<string, unknown>)
  t.match(bodies[0], { reasoning_effort: /^(none|minimal)$/ })
  t.match(bodies[1], { reasoning: { effort: /^(none|minimal)$/ } })
  t.match(bodies[2], { thinking: { type: 'disabled' } })
})

t.test('an answer by another model than was decided is stopped', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  await world.modelApi.set({ servedModel: 'mythos-5' })
  const whole = await ask(world, { token, model: 'fable-5' })
  t.equal(whole.code, 'model_mismatch')
  t.equal(whole.status, 502)
  const stream = await ask(world, { token, body: { model: 'fable-5', stream: true, messages } })
  t.match(stream.text, /"code":"model_mismatch"/)
  t.notMatch(stream.text, /"content":"/, 'not one piece of it was released')
  t.match(
    (await records(world)).filter(({ k }) => k === 'outcome'),
    [
      { ending: 'model_mismatch', servedModel: 'mythos-5' },
      { ending: 'model_mismatch', servedModel: 'mythos-5' },
    ],
  )
})

t.test('a model API that fails is told as such, and asked once', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  await world.modelApi.set({ failWith: { status: 503 } })
  t.equal((await ask(world, { token, model: 'fable-5' })).status, 503, 'its own answer passes')
  t.equal(await world.modelApi.count(), 1, 'no retry')
  await world.modelApi.stop()
  const gone = await ask(world, { token, model: 'fable-5' })
  t.equal(gone.code, 'upstream_unavailable')
  t.equal(gone.status, 502)
})

t.test('a client that leaves ends the answer upstream', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  await world.modelApi.set({ chunks: 500, chunkDelayMs: 20 })
  const leaving = new AbortController()
  const response = await fetch(`${world.gateway.data}/v1/chat/completions`, {
    method: 'POST',
    signal: leaving.signal,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'fable-5', stream: true, messages }),
  })
  await response.body?.getReader().read()
  leaving.abort()
  let outcome: { ending?: string } | undefined
  for (let tries = 0; tries < 100 && outcome === undefined; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    outcome = (await records(world)).find((record) => record.k === 'outcome')
  }
  t.match(outcome, { ending: 'client_abort', status: 200 })
  let upstream = 'open'
  for (let tries = 0; tries < 100 && upstream === 'open'; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    upstream = (await world.modelApi.requests())[0]?.ending ?? 'open'
  }
  t.equal(upstream, 'aborted')
})
