import Anthropic, { APIError as AnthropicError } from '@anthropic-ai/sdk'
import OpenAI, { APIError } from 'openai'
import t from 'tap'
import { startModelApi } from '../../src/demo/model-api.ts'

const api = await startModelApi()
t.teardown(() => api.stop())
const openai = new OpenAI({ baseURL: `${api.url}/v1`, apiKey: 'key-of-the-gate', maxRetries: 0 })
const anthropic = new Anthropic({ baseURL: api.url, apiKey: 'key-of-the-gate', maxRetries: 0 })
const hello = [{ role: 'user' as const, content: 'hello' }]

t.beforeEach(() => api.reset())

t.test('the official OpenAI client reads a chat completion', async (t) => {
  const answer = await openai.chat.completions.create({ model: 'fable-5', messages: hello })
  t.equal(answer.model, 'fable-5')
  t.match(answer.choices[0]?.message.content, /gate/)
})

t.test('the official OpenAI client reads a chat stream to its end', async (t) => {
  await api.set({ chunks: 20 })
  const stream = await openai.chat.completions.create({ model: 'fable-5', messages: hello, stream: true })
  let pieces = 0
  let ending: string | null | undefined
  for await (const chunk of stream) {
    t.equal(chunk.model, 'fable-5')
    if (chunk.choices[0]?.delta.content) pieces += 1
    ending = chunk.choices[0]?.finish_reason
  }
  t.equal(pieces, 20)
  t.equal(ending, 'stop')
})

t.test('the official OpenAI client reads a response', async (t) => {
  const answer = await openai.responses.create({ model: 'muse-spark', input: 'hello' })
  t.equal(answer.model, 'muse-spark')
  t.match(answer.output_text, /gate/)
})

t.test('the official OpenAI client reads a response stream to its end', async (t) => {
  const stream = await openai.responses.create({ model: 'muse-spark', input: 'hello', stream: true })
  const types: string[] = []
  for await (const event of stream) types.push(event.type)
  t.equal(types[0], 'response.created')
  t.equal(types.at(-1), 'response.completed')
  t.equal(types.filter((type) => type === 'response.output_text.delta').length, 8)
})

t.test('the official Anthropic client reads a message', async (t) => {
  const answer = await anthropic.messages.create({ model: 'mythos-5', max_tokens: 100, messages: hello })
  t.equal(answer.model, 'mythos-5')
  t.match(answer.content[0], { type: 'text', text: /gate/ })
})

t.test('the official Anthropic client reads a message stream to its end', async (t) => {
  const stream = anthropic.messages.stream({ model: 'mythos-5', max_tokens: 100, messages: hello })
  const message = await stream.finalMessage()
  t.equal(message.model, 'mythos-5')
  t.equal(message.stop_reason, 'end_turn')
})

t.test('the official Anthropic client counts tokens', async (t) => {
  const answer = await anthropic.messages.countTokens({ model: 'mythos-5', messages: hello })
  t.ok(answer.input_tokens > 0)
})

t.test('requests to a model are counted, asking for the count is not', async (t) => {
  await openai.chat.completions.create({ model: 'fable-5', messages: hello })
  await anthropic.messages.create({ model: 'mythos-5', max_tokens: 1, messages: hello })
  t.same(await (await fetch(api.countUrl)).json(), { requests: 2 })
  t.same(await (await fetch(api.countUrl)).json(), { requests: 2 })
  t.equal(await api.count(), 2)
})

t.test('a request is kept as it came, with credential and bytes', async (t) => {
  const body = '{ "model":"fable-5","messages":[{"role":"user","content":"\\u0068i"}], "temperature": 1.0 }'
  const headers = { 'content-type': 'application/json', authorization: 'Bearer key-of-the-gate' }
  await (await fetch(`${api.url}/v1/chat/completions?x=1`, { method: 'POST', body, headers })).arrayBuffer()
  const [request] = await api.requests()
  t.match(request, { method: 'POST', path: '/v1/chat/completions?x=1', body, ending: 'finished' })
  t.equal(request?.headers.authorization, 'Bearer key-of-the-gate')
})

t.test('a stream can be slow, and who leaves it early is seen to have left', async (t) => {
  await api.set({ chunks: 200, chunkDelayMs: 50 })
  const abort = new AbortController()
  const stream = await openai.chat.completions.create(
    { model: 'fable-5', messages: hello, stream: true },
    { signal: abort.signal },
  )
  const began = performance.now()
  let events = 0
  for await (const _ of stream) {
    events += 1
    if (events === 6) break
  }
  abort.abort()
  t.ok(performance.now() - began > 150, 'events are apart')
  let ending: string | undefined = 'open'
  for (let wait = 0; wait < 100 && ending === 'open'; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    ending = (await api.requests())[0]?.ending
  }
  t.equal(ending, 'aborted')
})

t.test('it can say that it served another model', async (t) => {
  await api.set({ servedModel: 'list-1' })
  t.equal((await openai.chat.completions.create({ model: 'fable-5', messages: hello })).model, 'list-1')
  t.equal((await openai.responses.create({ model: 'fable-5', input: 'hello' })).model, 'list-1')
  const stream = anthropic.messages.stream({ model: 'fable-5', max_tokens: 9, messages: hello })
  t.equal((await stream.finalMessage()).model, 'list-1')
})

t.test('it can fail in the shape that each client raises as its own error', async (t) => {
  await api.set({ failWith: { status: 503, message: 'no' } })
  const ofOpenai = await openai.chat.completions
    .create({ model: 'm', messages: hello })
    .catch((error: unknown) => error)
  t.type(ofOpenai, APIError)
  t.equal((ofOpenai as APIError).status, 503)
  const ofAnthropic = await anthropic.messages
    .create({ model: 'm', max_tokens: 1, messages: hello })
    .catch((error: unknown) => error)
  t.type(ofAnthropic, AnthropicError)
  t.equal((ofAnthropic as InstanceType<typeof AnthropicError>).status, 503)
  t.equal(await api.count(), 2, 'a failed request is counted')
})
