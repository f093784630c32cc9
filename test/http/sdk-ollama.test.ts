// Ollama's official client, unmodified, through the gate. Its streams are a JSON value on each line.

import { Ollama } from 'ollama'
import t from 'tap'
import { decision, gateFor } from '../support/gate.ts'
import { modelServerFor, upstreamsTo } from '../support/model-server.ts'

const letter = Date.parse('2026-06-12T21:21:00Z')
const asking = { model: 'fable-5', messages: [{ role: 'user', content: 'hello' }] }

interface Raised {
  readonly name: string
  readonly status_code: number
  readonly message: string
}

const raised = (work: Promise<unknown>): Promise<Raised> =>
  work.then(
    () => ({ name: 'nothing was raised', status_code: 200, message: '' }),
    (error: unknown) => error as Raised,
  )

t.test('the official Ollama client works unmodified', async (t) => {
  const api = await modelServerFor(t)
  const world = await gateFor(t, { upstreams: upstreamsTo(api, 'ollama') })
  const client = async (persona: string): Promise<Ollama> =>
    new Ollama({
      host: world.gateway.data,
      headers: { Authorization: `Bearer ${await world.provider.token(persona)}` },
    })
  const citizen = await client('us-citizen')

  await t.test('a chat is answered', async (t) => {
    const tools = [
      { type: 'function', function: { name: 'f', parameters: { properties: { model: { type: 'string' } } } } },
    ]
    const answer = await citizen.chat({ ...asking, tools, think: true, options: { num_predict: 50 }, keep_alive: '5m' })
    t.equal(answer.message.content, 'The gate let it pass.')
    t.match(api.seen.at(-1), { path: '/api/chat', headers: { authorization: 'Bearer the-gateway-s-own-key' } })
  })
  await t.test('a chat is answered as a stream', async (t) => {
    const parts: string[] = []
    for await (const part of await citizen.chat({ ...asking, stream: true })) parts.push(part.message.content)
    t.strictSame(parts, ['The ', 'gate let ', 'it pass.', ''])
  })
  await t.test('a prompt is answered, with and without a stream', async (t) => {
    t.equal((await citizen.generate({ model: 'fable-5', prompt: 'hello' })).response, 'The gate let it pass.')
    let text = ''
    for await (const part of await citizen.generate({ model: 'fable-5', prompt: 'hello', stream: true })) {
      text += part.response
    }
    t.equal(text, 'The gate let it pass.')
  })
  await t.test('texts are embedded', async (t) => {
    t.equal((await citizen.embed({ model: 'fable-5', input: ['a', 'b'] })).embeddings.length, 1)
    t.equal((await citizen.embeddings({ model: 'fable-5', prompt: 'a' })).embedding.length, 2)
  })
  await t.test('the list shows what the caller may use', async (t) => {
    const before = api.seen.length
    const names = (await citizen.list()).models.map(({ name }) => name)
    t.ok(names.includes('fable-5'))
    t.notOk(names.includes('mythos-5'), 'no member of the program')
    t.strictSame((await citizen.show({ model: 'fable-5' })).capabilities, ['completion'])
    const foreign = await client('foreign-national')
    t.notOk((await foreign.list()).models.some(({ name }) => name === 'fable-5'))
    t.match(await raised(foreign.show({ model: 'fable-5' })), { status_code: 403 })
    t.equal(api.seen.length, before, 'the gate answers by itself')
  })
  await t.test('a refusal raises the client’s own typed error', async (t) => {
    const foreign = await client('foreign-national')
    for (const stream of [false, true]) {
      const error = await raised(foreign.chat({ ...asking, stream: stream as true }))
      t.match(error, { name: 'ResponseError', status_code: 403, message: /not be released to you/ })
    }
    const response = await fetch(`${world.gateway.data}/api/chat`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await world.provider.token('foreign-national')}`,
      },
      body: JSON.stringify(asking),
    })
    const body = (await response.json()) as { code: string; decision_id: string }
    t.equal(body.code, 'person_restricted')
    // Without a word on it, an answer is a stream.
    t.match(await decision(world, body.decision_id), { reason: 'person_restricted', request: { stream: true } })
  })
  await t.test('what fetches, makes or removes models is refused', async (t) => {
    const before = api.seen.length
    for (const work of [
      () => citizen.pull({ model: 'fable-5' }),
      () => citizen.push({ model: 'fable-5' }),
      () => citizen.create({ model: 'mine', from: 'fable-5' }),
      () => citizen.copy({ source: 'fable-5', destination: 'mine' }),
      () => citizen.delete({ model: 'fable-5' }),
    ]) {
      t.match(await raised(work()), { name: 'ResponseError', status_code: 404 })
    }
    t.equal(api.seen.length, before)
  })
  await t.test('an answer by another model than decided is stopped', async (t) => {
    api.servedModel = 'mythos-5'
    t.match(await raised(citizen.chat(asking)), { status_code: 502 })
    const parts = await citizen.chat({ ...asking, stream: true })
    t.match(await raised(parts[Symbol.asyncIterator]().next()), { message: /another model/ })
    api.servedModel = null
  })
})

t.test('a stream of lines that is cut ends with a line that is an error', async (t) => {
  const api = await modelServerFor(t)
  const world = await gateFor(t, { now: letter - 600_000, upstreams: upstreamsTo(api, 'ollama') })
  const token = await world.provider.token('foreign-national')
  const client = new Ollama({ host: world.gateway.data, headers: { Authorization: `Bearer ${token}` } })
  api.standsStillAfter = 2
  const stream = await client.chat({ ...asking, stream: true })
  const parts = stream[Symbol.asyncIterator]()
  t.match(await parts.next(), { value: { message: { content: 'The ' } } })
  t.match(await parts.next(), { value: { message: { content: 'gate let ' } } })
  await world.setNow(letter)
  t.match(await raised(parts.next()), { message: /not be released to you/ })
})
