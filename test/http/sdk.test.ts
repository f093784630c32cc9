import Anthropic from '@anthropic-ai/sdk'
import OpenAI, { AzureOpenAI } from 'openai'
import t from 'tap'
import { decision, gateFor } from '../support/gate.ts'
import { modelServerFor, upstreamsTo } from '../support/model-server.ts'

t.test('the official OpenAI client works unmodified', async (t) => {
  const world = await gateFor(t)
  const client = async (persona: string): Promise<OpenAI> =>
    new OpenAI({ baseURL: `${world.gateway.data}/v1`, apiKey: await world.provider.token(persona) })
  const citizen = await client('us-citizen')
  const messages = [{ role: 'user' as const, content: 'hello' }]

  await t.test('chat completions', async (t) => {
    const answer = await citizen.chat.completions.create({ model: 'fable-5', messages })
    t.type(answer.choices[0]?.message.content, 'string')
    t.equal(answer.model, 'fable-5')
  })
  await t.test('chat completions as a stream', async (t) => {
    let text = ''
    for await (const chunk of await citizen.chat.completions.create({ model: 'fable-5', messages, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? ''
    }
    t.not(text, '')
  })
  await t.test('responses', async (t) => {
    const answer = await citizen.responses.create({ model: 'fable-5', input: 'hello' })
    t.not(answer.output_text, '')
  })
  await t.test('responses as a stream', async (t) => {
    const types: string[] = []
    for await (const event of await citizen.responses.create({ model: 'fable-5', input: 'hello', stream: true })) {
      types.push(event.type)
    }
    t.equal(types.at(-1), 'response.completed')
  })
  await t.test('the list shows what the caller may use, and nothing else', async (t) => {
    const listFor = async (persona: string): Promise<string[]> => {
      const ids: string[] = []
      for await (const model of (await client(persona)).models.list()) ids.push(model.id)
      return ids
    }
    const citizens = await listFor('us-citizen')
    t.ok(citizens.includes('fable-5'))
    t.ok(citizens.includes('muse-spark'), 'one of its modes is open to everybody')
    t.notOk(citizens.includes('mythos-5'), 'no member of the program')
    const foreign = await listFor('foreign-national')
    t.notOk(foreign.includes('fable-5'))
    t.ok(foreign.includes('open-1'))
    t.equal((await citizen.models.retrieve('fable-5')).id, 'fable-5')
  })
  await t.test('a refusal raises the client’s own typed error, with code and decision id', async (t) => {
    const foreign = await client('foreign-national')
    const error = await foreign.chat.completions.create({ model: 'fable-5', messages }).catch((error: unknown) => error)
    t.ok(error instanceof OpenAI.PermissionDeniedError)
    if (!(error instanceof OpenAI.PermissionDeniedError)) return
    t.equal(error.code, 'person_restricted')
    const id = error.headers.get('portcullis-decision') ?? ''
    t.match(error.error, { decision_id: id })
    t.match(await decision(world, id), { effect: 'deny', reason: 'person_restricted', told: 'person_restricted' })
    t.equal(error.headers.get('cache-control'), 'no-store')
    t.equal(error.headers.get('x-should-retry'), 'false')
  })
  await t.test('an unverified caller gets 401 with a challenge for step-up (RFC 9470)', async (t) => {
    const unverified = await client('unverified')
    const error = await unverified.responses
      .create({ model: 'fable-5', input: 'hello' })
      .catch((error: unknown) => error)
    t.ok(error instanceof OpenAI.AuthenticationError)
    if (!(error instanceof OpenAI.AuthenticationError)) return
    t.equal(error.code, 'evidence_missing')
    t.match(error.headers.get('www-authenticate'), /error="insufficient_user_authentication", acr_values="[^"]+"/)
  })
})

t.test('the official Anthropic client works unmodified', async (t) => {
  const world = await gateFor(t)
  const client = async (persona: string): Promise<Anthropic> =>
    new Anthropic({ baseURL: world.gateway.data, apiKey: await world.provider.token(persona) })
  const citizen = await client('us-citizen')
  const asking = { model: 'fable-5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'hello' }] }

  await t.test('messages', async (t) => {
    const answer = await citizen.messages.create(asking)
    t.equal(answer.model, 'fable-5')
    t.equal(answer.content[0]?.type, 'text')
  })
  await t.test('messages as a stream', async (t) => {
    const message = await citizen.messages.stream(asking).finalMessage()
    t.equal(message.content[0]?.type, 'text')
  })
  await t.test('the list shows what the caller may use', async (t) => {
    const ids: string[] = []
    for await (const model of citizen.models.list()) ids.push(model.id)
    t.ok(ids.includes('fable-5'))
    t.notOk(ids.includes('mythos-5'))
  })
  await t.test('a refusal raises the client’s own typed error, with code and decision id', async (t) => {
    const error = await (await client('foreign-national')).messages.create(asking).catch((error: unknown) => error)
    t.ok(error instanceof Anthropic.PermissionDeniedError)
    if (!(error instanceof Anthropic.PermissionDeniedError)) return
    const id = error.headers.get('portcullis-decision')
    t.match(error.error, { error: { details: { error_code: 'person_restricted', decision_id: id } } })
  })
})

t.test('the official Azure client works unmodified', async (t) => {
  const world = await gateFor(t)
  const client = async (persona: string): Promise<AzureOpenAI> =>
    new AzureOpenAI({
      endpoint: world.gateway.data,
      apiKey: await world.provider.token(persona),
      apiVersion: '2025-04-01-preview',
      maxRetries: 0,
    })
  const citizen = await client('us-citizen')
  const messages = [{ role: 'user' as const, content: 'hello' }]

  await t.test('a deployment’s chat completions', async (t) => {
    const answer = await citizen.chat.completions.create({ model: 'fable-5', messages })
    t.type(answer.choices[0]?.message.content, 'string')
  })
  await t.test('chat completions as a stream', async (t) => {
    let text = ''
    for await (const chunk of await citizen.chat.completions.create({ model: 'fable-5', messages, stream: true })) {
      text += chunk.choices[0]?.delta?.content ?? ''
    }
    t.not(text, '')
  })
  await t.test('the list shows what the caller may use', async (t) => {
    const ids: string[] = []
    for await (const model of citizen.models.list()) ids.push(model.id)
    t.ok(ids.includes('fable-5'))
    t.notOk(ids.includes('mythos-5'))
  })
  await t.test('a refusal raises the client’s own typed error, with code and decision id', async (t) => {
    const foreign = await client('foreign-national')
    const error = await foreign.chat.completions.create({ model: 'fable-5', messages }).catch((error: unknown) => error)
    t.ok(error instanceof OpenAI.PermissionDeniedError)
    if (!(error instanceof OpenAI.PermissionDeniedError)) return
    t.equal(error.code, 'person_restricted')
    const id = error.headers.get('portcullis-decision') ?? ''
    const record = await decision(world, id)
    t.match(record, { effect: 'deny', reason: 'person_restricted' })
  })
  await t.test('a deployment and another model in the body are two readings', async (t) => {
    const answer = await fetch(
      `${world.gateway.data}/openai/deployments/open-1/chat/completions?api-version=2025-04-01-preview`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'api-key': await world.provider.token('us-citizen') },
        body: JSON.stringify({ model: 'fable-5', messages }),
      },
    )
    t.equal(answer.status, 400)
    t.match(await answer.json(), { error: { code: 'request_ambiguous' } })
  })
})

t.test('a server that speaks OpenAI’s API is an upstream of that dialect', async (t) => {
  const api = await modelServerFor(t)
  const world = await gateFor(t, { upstreams: upstreamsTo(api, 'openai') })
  const client = new OpenAI({
    baseURL: `${world.gateway.data}/v1`,
    apiKey: await world.provider.token('us-citizen'),
    maxRetries: 0,
  })
  const asking = { model: 'fable-5', messages: [{ role: 'user' as const, content: 'hello' }] }
  const answer = await client.chat.completions.create(asking)
  t.equal(answer.choices[0]?.message.content, 'The gate let it pass.')
  let text = ''
  for await (const chunk of await client.chat.completions.create({ ...asking, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? ''
  }
  t.equal(text, 'The gate let it pass.')
  t.match(api.seen.at(-1), { path: '/v1/chat/completions', headers: { authorization: 'Bearer the-gateway-s-own-key' } })
  const seen = api.seen.length
  for (const beyond of [{ search_parameters: { mode: 'auto' } }, { deferred: true }]) {
    const error = await client.chat.completions.create({ ...asking, ...beyond }).catch((error: unknown) => error)
    t.ok(error instanceof OpenAI.APIError, String(error))
  }
  t.equal(api.seen.length, seen, 'nothing more reached it')
})
