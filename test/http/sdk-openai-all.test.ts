// The official OpenAI client against every operation of OpenAI's and Azure's that a row of the route table serves, streaming and not:
// the answer reaches it, and what reached the model API says what the client said.
import { Buffer } from 'node:buffer'
import OpenAI, { AzureOpenAI } from 'openai'
import t, { type Test } from 'tap'
import { routes } from '../../src/request/index.ts'
import { type AnsweringApi, type Said, type Seen, startAnsweringApi, upstreamsAt } from '../support/answering-api.ts'
import { gateFor } from '../support/gate.ts'

const events = (...data: readonly object[]): Said => ({
  type: 'text/event-stream; charset=utf-8',
  body: data.map((each) => `data: ${JSON.stringify(each)}\n\n`).join(''),
})
const json = (body: object): Said => ({ type: 'application/json', body: JSON.stringify(body) })
const mp3 = Buffer.from('fffb9064000000', 'hex')

/** What the model API says, by the end of the path; to a request for a stream in events. */
const spoken: Readonly<Record<string, readonly [whole: Said, stream: Said]>> = {
  '/chat/completions': [
    json({ model: 'open-1', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' } }] }),
    events({ model: 'open-1', choices: [{ index: 0, delta: { content: 'hi' } }] }),
  ],
  '/completions': [
    json({ model: 'open-1', choices: [{ index: 0, text: 'hi' }] }),
    events({ model: 'open-1', choices: [{ index: 0, text: 'hi' }] }),
  ],
  '/responses': [
    json({
      object: 'response',
      model: 'open-1',
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hi', annotations: [] }] }],
    }),
    events({ type: 'response.output_text.delta', delta: 'hi', sequence_number: 0 }),
  ],
  '/embeddings': [json({ model: 'open-1', data: [{ index: 0, embedding: [0.5] }] }), events()],
  '/images/generations': [
    json({ data: [{ b64_json: 'aGk=' }] }),
    events({ type: 'image_generation.completed', b64_json: 'aGk=' }),
  ],
  '/images/edits': [json({ data: [{ b64_json: 'aGk=' }] }), events({ type: 'image_edit.completed', b64_json: 'aGk=' })],
  '/images/variations': [json({ data: [{ b64_json: 'aGk=' }] }), events()],
  '/audio/speech': [{ type: 'audio/mpeg', body: mp3 }, events({ type: 'speech.audio.delta', audio: 'aGk=' })],
  '/audio/transcriptions': [json({ text: 'hi' }), events({ type: 'transcript.text.delta', delta: 'hi' })],
  '/audio/translations': [json({ text: 'hi' }), events()],
  '/moderations': [json({ model: 'open-1', results: [{ flagged: false }] }), events()],
}

function answer({ path, headers, body }: Seen): Said {
  const [end = ''] = Object.keys(spoken).filter((end) => path.split('?')[0]?.endsWith(end))
  const text = body.toString('latin1')
  if (text.includes('name="response_format"\r\n\r\nsrt')) return { type: 'text/plain; charset=utf-8', body: '1\nhi\n' }
  const asks = headers['content-type']?.startsWith('multipart/')
    ? text.includes('name="stream"\r\n\r\ntrue')
    : /"stream":true|"stream_format":"sse"/.test(text)
  const [whole, stream] = spoken[end] ?? [json({ error: { message: path } }), events()]
  return asks ? stream : whole
}

const model = 'open-1'
const png = (): File => new File([Buffer.from('89504e470d0a1a0a', 'hex')], 'a.png', { type: 'image/png' })
const voice = (): File => new File([mp3], 'a.mp3', { type: 'audio/mpeg' })
const messages = [{ role: 'user' as const, content: 'hello' }]

async function collect(stream: AsyncIterable<object>): Promise<object> {
  const all: object[] = []
  for await (const each of stream) all.push(each)
  return all
}

type Call = (client: OpenAI) => Promise<unknown>
/** Each operation by its id, whole and, where it streams, as a stream, with what must come out. */
const calls: Readonly<Record<string, readonly (readonly [call: Call, expected: unknown])[]>> = {
  'chat.completions.create': [
    [(c) => c.chat.completions.create({ model, messages }), { choices: [{ message: { content: 'hi' } }] }],
    [async (c) => collect(await c.chat.completions.create({ model, messages, stream: true })), [{ model }]],
  ],
  'completions.create': [
    [(c) => c.completions.create({ model, prompt: 'hello' }), { choices: [{ text: 'hi' }] }],
    [async (c) => collect(await c.completions.create({ model, prompt: 'hello', stream: true })), [{ model }]],
  ],
  'responses.create': [
    [(c) => c.responses.create({ model, input: 'hello' }), { output_text: 'hi' }],
    [async (c) => collect(await c.responses.create({ model, input: 'hello', stream: true })), [{ delta: 'hi' }]],
  ],
  'embeddings.create': [
    [(c) => c.embeddings.create({ model, input: 'hello', encoding_format: 'float' }), { data: [{ embedding: [0.5] }] }],
  ],
  'images.generate': [
    [(c) => c.images.generate({ model, prompt: 'a gate' }), { data: [{ b64_json: 'aGk=' }] }],
    [async (c) => collect(await c.images.generate({ model, prompt: 'a gate', stream: true })), [{ b64_json: 'aGk=' }]],
  ],
  'images.edit': [
    [(c) => c.images.edit({ model, prompt: 'a gate', image: png(), mask: png() }), { data: [{ b64_json: 'aGk=' }] }],
    [(c) => c.images.edit({ model, prompt: 'a gate', image: [png(), png()] }), { data: [{ b64_json: 'aGk=' }] }],
    [
      async (c) => collect(await c.images.edit({ model, prompt: 'a gate', image: png(), stream: true })),
      [{ b64_json: 'aGk=' }],
    ],
  ],
  'images.createVariation': [
    [(c) => c.images.createVariation({ model, image: png() }), { data: [{ b64_json: 'aGk=' }] }],
  ],
  'audio.speech.create': [
    [
      async (c) =>
        Buffer.from(await (await c.audio.speech.create({ model, voice: 'alloy', input: 'hi' })).arrayBuffer()),
      mp3,
    ],
    [
      async (c) => (await c.audio.speech.create({ model, voice: 'alloy', input: 'hi', stream_format: 'sse' })).text(),
      /speech\.audio\.delta/,
    ],
  ],
  'audio.transcriptions.create': [
    [
      (c) =>
        c.audio.transcriptions.create({
          model,
          file: voice(),
          include: ['logprobs'],
          timestamp_granularities: ['word'],
          chunking_strategy: { type: 'server_vad', threshold: 0.5 },
        }),
      { text: 'hi' },
    ],
    [(c) => c.audio.transcriptions.create({ model, file: voice(), response_format: 'srt' }), '1\nhi\n'],
    [
      async (c) => collect(await c.audio.transcriptions.create({ model, file: voice(), stream: true })),
      [{ delta: 'hi' }],
    ],
  ],
  'audio.translations.create': [[(c) => c.audio.translations.create({ model, file: voice() }), { text: 'hi' }]],
  'moderations.create': [
    [(c) => c.moderations.create({ model, input: 'hello' }), { results: [{ flagged: false }] }],
    [(c) => c.moderations.create({ input: 'hello' }), { results: [{ flagged: false }] }],
  ],
  'models.list': [[async (c) => (await c.models.list()).data.map(({ id }) => id), ['fable-5', 'open-1']]],
  'models.retrieve': [[(c) => c.models.retrieve(model), { id: model }]],
}

const pinned = 'default-models:\n  - { operation: openai.moderations.create, model: open-1 }\n'

async function world(t: Parameters<typeof gateFor>[0]): Promise<{ api: AnsweringApi; data: string; token: string }> {
  const api = await startAnsweringApi(answer)
  t.teardown(() => api.close())
  const world = await gateFor(t, { upstreams: upstreamsAt(api.url, ['openai', 'azure']), settings: pinned })
  return { api, data: world.gateway.data, token: await world.provider.token('us-citizen') }
}

/** Runs every call of these operations; each that goes to the model API names the model there, and nothing else reaches it. */
async function runAll(t: Test, client: OpenAI, api: AnsweringApi, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    for (const [index, [call, expected]] of (calls[id] ?? []).entries()) {
      await t.test(`${id}, call ${index + 1}`, async (t) => {
        const before = api.seen.length
        t.match(await call(client), expected)
        const [seen] = api.seen.slice(before)
        t.equal(seen === undefined, id.startsWith('models.'), 'the gate itself answers what lists models')
        if (seen === undefined) return
        t.match(seen?.body.toString('latin1'), /open-1/)
        t.notMatch(JSON.stringify(seen?.headers), /Bearer|formdata-undici/)
        if (seen?.headers['content-type']?.startsWith('multipart/'))
          t.match(seen.headers['content-type'], /^multipart\/form-data; boundary=portcullis-[0-9a-f-]{36}$/)
      })
    }
  }
}

t.test('the official OpenAI client works unmodified, operation by operation', async (t) => {
  const { api, data, token } = await world(t)
  const client = new OpenAI({ baseURL: `${data}/v1`, apiKey: token, maxRetries: 0 })
  // What is kept in a store belongs to who made it, and has tests of its own, as have WebSockets.
  const served = routes.flatMap(({ id, dialect, action, models, body, socket }) => {
    const names = models.length + (body?.json?.models.length ?? 0) + (body?.multipart === undefined ? 0 : 1)
    const isStore = /\.(?:files|batches|uploads|conversations|videos)\.|\.(?:responses|completions)\.(?!create$)/.test(
      id,
    )
    return dialect === 'openai' && !isStore && socket === null && (names > 0 || action === 'list-models')
      ? id.slice('openai.'.length)
      : []
  })
  t.strictSame(
    served.filter((id) => calls[id] === undefined),
    [],
    'every operation of the table is called',
  )
  await runAll(t, client, api, served)

  await t.test('a recording of twenty megabytes passes, byte for byte', async (t) => {
    const bytes = Buffer.alloc(20 * 1_048_576, 'abc\r\n--')
    await client.audio.transcriptions.create({ model, file: new File([bytes], 'long.wav', { type: 'audio/wav' }) })
    t.ok(api.seen.at(-1)?.body.includes(bytes))
  })
  await t.test('one that is longer than providers take is refused, and nothing goes on', async (t) => {
    const before = api.seen.length
    const file = new File([Buffer.alloc(27 * 1_048_576)], 'long.wav')
    await t.rejects(client.audio.transcriptions.create({ model, file }), /413/)
    t.equal(api.seen.length, before)
  })
  await t.test('a model that nobody offers is refused in the words that the client knows', async (t) => {
    await t.rejects(client.audio.transcriptions.create({ model: 'whisper-9', file: voice() }), {
      status: 404,
      code: 'model_unknown',
    })
    await t.rejects(client.images.generate({ prompt: 'a gate' }), { status: 400, code: 'model_absent' })
  })
})

t.test('the official Azure client works unmodified, operation by operation', async (t) => {
  const { api, data, token } = await world(t)
  const client = new AzureOpenAI({ endpoint: data, apiKey: token, apiVersion: '2025-04-01-preview', maxRetries: 0 })
  const ofDeployments = routes.flatMap(({ id }) =>
    id.startsWith('azure.deployments.') ? id.slice('azure.deployments.'.length) : [],
  )
  t.ok(ofDeployments.length > 7)
  await runAll(t, client, api, [...ofDeployments, 'responses.create', 'models.list', 'models.retrieve'])
  const next = new OpenAI({
    baseURL: `${data}/openai/v1`,
    apiKey: 'none',
    defaultHeaders: { authorization: null, 'api-key': token },
  })
  const ofVersion1 = routes.flatMap(({ id }) => (id.startsWith('azure.v1.') ? id.slice('azure.v1.'.length) : []))
  await runAll(t, next, api, ofVersion1)
})

t.test('an answer in a media type that the operation does not have is not passed on', async (t) => {
  const api = await startAnsweringApi(() => ({ type: 'text/html', body: '<script>' }))
  t.teardown(() => api.close())
  const world = await gateFor(t, { upstreams: upstreamsAt(api.url, ['openai']) })
  const client = new OpenAI({
    baseURL: `${world.gateway.data}/v1`,
    apiKey: await world.provider.token('us-citizen'),
    maxRetries: 0,
  })
  await t.rejects(client.audio.speech.create({ model, voice: 'alloy', input: 'hi' }), /502/)
  await t.rejects(client.chat.completions.create({ model, messages }), /502/)
})
