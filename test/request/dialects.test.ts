// The official SDKs against what this room writes: each raises its own typed error, with the code and the decision id.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/json/index.ts'
import { dialects, findRoute, readHead, readOperation } from '../../src/request/index.ts'
import type { Refusal } from '../../src/vocabulary/refusal.ts'

const id = '01973c5e-8a4b-7c3d-9e2f-0123456789ab'
const refusal = (status: number, code: Refusal['code'] = 'person_restricted'): Refusal => ({
  status,
  code,
  message: 'This model may not be released to you under a directive in force.',
  decisionId: id,
})

interface Canned {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** A server on loopback that answers every request with one text, after this room has read the request. */
async function serving(t: Test, canned: Canned, reads: string[] = []): Promise<string> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const start = {
      method: request.method ?? '',
      target: request.url ?? '',
      httpVersion: request.httpVersion,
      rawHeaders: request.rawHeaders,
    }
    const head = readHead(start)
    const route = findRoute(start)
    if (head.kind === 'refused') reads.push(head.message)
    else if (route.kind === 'refused') reads.push(route.message)
    else {
      const reading = readOperation(route, Buffer.concat(chunks))
      reads.push(reading.kind === 'refused' ? reading.message : reading.operation.id)
    }
    response.writeHead(canned.status, { 'content-type': canned.type, 'x-should-retry': 'false' })
    response.end(canned.text)
  }
  const server: Server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => t.fail(String(error)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const openaiAt = (origin: string): OpenAI => new OpenAI({ apiKey: 'token', baseURL: `${origin}/v1`, maxRetries: 0 })
const anthropicAt = (origin: string): Anthropic => new Anthropic({ apiKey: 'token', baseURL: origin, maxRetries: 0 })
const chat = { model: 'fable-5', messages: [{ role: 'user' as const, content: 'hello' }] }
const message = { ...chat, max_tokens: 16 }

async function raised(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was raised')
}

type ErrorClass = abstract new (...parts: never[]) => Error

const classes: readonly [number, ErrorClass, ErrorClass][] = [
  [400, OpenAI.BadRequestError, Anthropic.BadRequestError],
  [401, OpenAI.AuthenticationError, Anthropic.AuthenticationError],
  [403, OpenAI.PermissionDeniedError, Anthropic.PermissionDeniedError],
  [404, OpenAI.NotFoundError, Anthropic.NotFoundError],
  [405, OpenAI.APIError, Anthropic.APIError],
  [413, OpenAI.APIError, Anthropic.APIError],
  [415, OpenAI.APIError, Anthropic.APIError],
  [451, OpenAI.APIError, Anthropic.APIError],
  [502, OpenAI.InternalServerError, Anthropic.InternalServerError],
  [503, OpenAI.InternalServerError, Anthropic.InternalServerError],
]

for (const [status, openaiError, anthropicError] of classes) {
  t.test(`a refusal of ${status} raises the SDKs' own errors with code and decision id`, async (t) => {
    const json = (body: unknown): Canned => ({ status, type: 'application/json', text: JSON.stringify(body) })
    const openai = openaiAt(await serving(t, json(dialects.openai.refusalBody(refusal(status)))))
    for (const work of [
      () => openai.chat.completions.create(chat),
      () => openai.responses.create({ model: 'fable-5', input: 'x', stream: true }),
    ]) {
      const error = await raised(work)
      t.ok(error instanceof openaiError, `openai ${openaiError.name}`)
      t.match(error, { status, code: 'person_restricted', error: { decision_id: id } })
      t.match((error as Error).message, 'under a directive in force')
    }
    const anthropic = anthropicAt(await serving(t, json(dialects.anthropic.refusalBody(refusal(status)))))
    const error = await raised(() => anthropic.messages.create(message))
    t.ok(error instanceof anthropicError, `anthropic ${anthropicError.name}`)
    t.match(error, {
      status,
      errorCode: 'person_restricted',
      details: { error_code: 'person_restricted', decision_id: id },
    })
    t.match((error as Error).message, 'under a directive in force')
  })
}

t.test('a refusal without a record carries no id', async (t) => {
  const without = { ...refusal(503, 'log_unavailable'), decisionId: null }
  t.match(dialects.openai.refusalBody(without), { error: { code: 'log_unavailable', decision_id: null } })
  t.match(dialects.anthropic.refusalBody(without), { error: { details: { decision_id: null } }, request_id: null })
})

t.test('a cut stream raises an error in every stream of the SDKs, after what was released', async (t) => {
  const stream = (text: string): Canned => ({ status: 200, type: 'text/event-stream', text })
  const error = (operationId: string, dialect: 'openai' | 'anthropic' = 'openai'): string =>
    String(dialects[dialect].streamError(refusal(403), { operationId, sequence: 7 }))

  const chunk = 'data: {"id":"c","object":"chat.completion.chunk","choices":[]}\n\n'
  const chatStream = openaiAt(await serving(t, stream(chunk + error('openai.chat.completions.create'))))
  const seen: unknown[] = []
  const chatError = await raised(async () => {
    for await (const part of await chatStream.chat.completions.create({ ...chat, stream: true })) seen.push(part)
  })
  t.equal(seen.length, 1)
  t.ok(chatError instanceof OpenAI.APIError)
  t.match(chatError, { code: 'person_restricted', error: { decision_id: id } })

  const text = error('openai.responses.create')
  t.match(text, /^event: error\ndata: .*\n\n$/)
  t.match(JSON.parse(text.split('data: ')[1] ?? ''), { type: 'error', code: 'person_restricted', sequence_number: 7 })
  const responses = openaiAt(await serving(t, stream(text)))
  const responsesError = await raised(async () => {
    for await (const _ of await responses.responses.create({ model: 'fable-5', input: 'x', stream: true })) t.fail()
  })
  t.ok(responsesError instanceof OpenAI.APIError)
  t.match(responsesError, { code: 'person_restricted', error: { decision_id: id } })

  const anthropic = anthropicAt(await serving(t, stream(error('anthropic.messages.create', 'anthropic'))))
  const anthropicError = await raised(async () => {
    for await (const _ of await anthropic.messages.create({ ...message, stream: true })) t.fail()
  })
  t.ok(anthropicError instanceof Anthropic.APIError)
  t.match(anthropicError, { errorCode: 'person_restricted', details: { decision_id: id }, type: 'permission_error' })
})

const models = ['fable-5', 'mythos-5', 'open-1'].map((name) => ({ name, title: null, createdS: 1_780_963_200 }))

t.test('both SDKs list models and come to an end', async (t) => {
  const json = (body: unknown): Canned => ({ status: 200, type: 'application/json', text: JSON.stringify(body) })
  const openaiNames: string[] = []
  for await (const { id } of openaiAt(await serving(t, json(dialects.openai.modelsList(models)))).models.list()) {
    openaiNames.push(id)
  }
  t.strictSame(openaiNames, ['fable-5', 'mythos-5', 'open-1'])
  const anthropicNames: string[] = []
  for await (const { id } of anthropicAt(await serving(t, json(dialects.anthropic.modelsList(models)))).models.list()) {
    anthropicNames.push(id)
  }
  t.strictSame(anthropicNames, ['fable-5', 'mythos-5', 'open-1'])
  t.match(dialects.openai.modelObject(models[0] as (typeof models)[0]), {
    id: 'fable-5',
    object: 'model',
    created: 1_780_963_200,
  })
  t.match(dialects.anthropic.modelObject(models[0] as (typeof models)[0]), {
    id: 'fable-5',
    display_name: 'fable-5',
    created_at: '2026-06-09T00:00:00Z',
  })
})

t.test('Anthropic’s pages follow its cursors', async (t) => {
  const page = (query: Record<string, string>): JsonObject => dialects.anthropic.modelsList(models, query)
  const names = (list: JsonObject): unknown => (list['data'] as readonly { id: string }[]).map(({ id }) => id)
  const first = page({ limit: '2' })
  t.strictSame(
    [names(first), first['has_more'], first['first_id'], first['last_id']],
    [['fable-5', 'mythos-5'], true, 'fable-5', 'mythos-5'],
  )
  t.match(page({ limit: '2', after_id: 'mythos-5' }), { has_more: false, data: [{ id: 'open-1' }] })
  t.match(page({ after_id: 'gone' }), { has_more: false, data: [] })
  t.match(page({ before_id: 'open-1', limit: '1' }), { has_more: true, data: [{ id: 'mythos-5' }] })
  t.match(dialects.anthropic.modelsList([]), { has_more: false, first_id: null, last_id: null })
})

t.test('what the SDKs send unmodified has a route and is read', async (t) => {
  const reads: string[] = []
  const origin = await serving(t, { status: 418, type: 'application/json', text: '{}' }, reads)
  const openai = openaiAt(origin)
  const anthropic = anthropicAt(origin)
  const bearer = new Anthropic({ apiKey: null, authToken: 'token', baseURL: origin, maxRetries: 0 })
  const calls: readonly [string, () => Promise<unknown>][] = [
    ['openai.chat.completions.create', () => openai.chat.completions.create(chat)],
    ['openai.chat.completions.create', () => openai.chat.completions.create({ ...chat, stream: true })],
    ['openai.responses.create', () => openai.responses.create({ model: 'fable-5', input: 'x' })],
    ['openai.models.list', async () => openai.models.list()],
    ['openai.models.retrieve', () => openai.models.retrieve('ft:fable-5:acme:v2')],
    ['anthropic.messages.create', () => anthropic.messages.create(message)],
    ['anthropic.messages.create', () => anthropic.messages.create({ ...message, stream: true })],
    [
      'anthropic.messages.create',
      () => anthropic.beta.messages.create({ ...message, betas: ['context-1m-2025-08-07'] }),
    ],
    ['anthropic.messages.create', () => bearer.messages.create(message)],
    ['anthropic.messages.countTokens', () => anthropic.messages.countTokens(chat)],
    ['anthropic.models.list', async () => anthropic.models.list()],
    ['anthropic.models.list', async () => anthropic.models.list({ limit: 5, after_id: 'fable-5' })],
    ['anthropic.models.retrieve', () => anthropic.models.retrieve('fable-5')],
    ['anthropic.models.retrieve', () => anthropic.beta.models.retrieve('fable-5')],
  ]
  for (const [expected, call] of calls) {
    await raised(call)
    t.equal(reads.at(-1), expected)
  }
  t.equal(reads.length, calls.length)
})

t.test('an answer says which model served it and what it cost', async (t) => {
  const { openai, anthropic } = dialects
  const cases: readonly [typeof openai, JsonObject, string | null, number | null][] = [
    [openai, { object: 'chat.completion', model: 'm', usage: { completion_tokens: 5 } }, 'm', 5],
    [openai, { object: 'chat.completion.chunk', model: 'm', usage: null }, 'm', null],
    [openai, { type: 'response.completed', response: { model: 'm', usage: { output_tokens: 7 } } }, 'm', 7],
    [openai, { object: 'response', model: 'm', usage: { output_tokens: 7 } }, 'm', 7],
    [openai, { type: 'response.output_text.delta', delta: 'x' }, null, null],
    [openai, { model: 5, usage: { completion_tokens: -1 } }, null, null],
    [anthropic, { type: 'message', model: 'm', usage: { output_tokens: 9 } }, 'm', 9],
    [anthropic, { type: 'message_start', message: { model: 'm', usage: { output_tokens: 1 } } }, 'm', null],
    [anthropic, { type: 'message_delta', delta: {}, usage: { output_tokens: 12 } }, null, 12],
    [
      anthropic,
      { type: 'content_block_start', content_block: { type: 'fallback', from: { model: 'a' }, to: { model: 'b' } } },
      'b',
      null,
    ],
    [anthropic, { type: 'content_block_start', content_block: { type: 'text', text: 'to' } }, null, null],
    [anthropic, { input_tokens: 5 }, null, null],
  ]
  for (const [dialect, value, model, tokens] of cases) {
    t.equal(dialect.servedModel(value), model, JSON.stringify(value))
    t.equal(dialect.outputTokens(value), tokens, JSON.stringify(value))
  }
})

t.test('the gate’s own credential stands where the API looks for it', async (t) => {
  t.strictSame(dialects.openai.credentialHeaders('k'), { authorization: 'Bearer k' })
  t.strictSame(dialects.anthropic.credentialHeaders('k'), { 'x-api-key': 'k' })
})

t.test('Google and Ollama say a refusal, a list and an answer in their own words', async (t) => {
  const { google, ollama, vertex } = dialects
  t.strictSame(google.refusalBody(refusal(403)), {
    error: {
      code: 403,
      message: refusal(403).message,
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'person_restricted',
          domain: 'portcullis',
          metadata: { decision_id: id },
        },
      ],
    },
  })
  t.match(google.refusalBody({ ...refusal(503, 'log_unavailable'), decisionId: null }), {
    error: { status: 'UNAVAILABLE', details: [{ metadata: {} }] },
  })
  t.match(google.refusalBody(refusal(413, 'too_large')), { error: { code: 413, status: 'INVALID_ARGUMENT' } })
  t.match(ollama.refusalBody(refusal(403)), { error: /released/, code: 'person_restricted', decision_id: id })
  const cut = ollama.streamError(refusal(403), { operationId: 'ollama.chat', sequence: 0 })
  t.match(String(cut), /^\{"error":"[^\n]+\}\n$/)

  const names = ({ models: listed }: JsonObject): unknown =>
    (listed as readonly { name: string }[]).map(({ name }) => name)
  const first = google.modelsList(models, { pageSize: '2' })
  t.strictSame(names(first), ['models/fable-5', 'models/mythos-5'])
  const second = google.modelsList(models, { pageSize: '2', pageToken: first['nextPageToken'] as string })
  t.strictSame([names(second), 'nextPageToken' in second], [['models/open-1'], false])
  t.strictSame(names(google.modelsList(models, { pageToken: 'gone' })), [], 'a token of no model ends the list')
  t.strictSame(names(ollama.modelsList(models)), ['fable-5', 'mythos-5', 'open-1'])

  const usageMetadata = { candidatesTokenCount: 5, thoughtsTokenCount: 2, totalTokenCount: 99 }
  t.equal(google.servedModel({ modelVersion: 'm', model: 'x' }), 'm')
  t.equal(google.outputTokens({ usageMetadata }), 7, 'thoughts are output, too')
  t.equal(google.outputTokens({ usageMetadata: { promptTokenCount: 3 } }), null)
  t.equal(ollama.servedModel({ model: 'm' }), 'm')
  t.equal(ollama.outputTokens({ eval_count: 5 }), 5)
  t.equal(ollama.outputTokens({ eval_count: -5 }), null)
  t.strictSame(google.credentialHeaders('k'), { 'x-goog-api-key': 'k' })
  t.strictSame(vertex.credentialHeaders('k'), { authorization: 'Bearer k' })
})
