// Vercel's `ai`, with its providers for OpenAI, Anthropic and Google, unmodified, through the gate: served, cut in the middle of a
// stream when a directive takes effect, and refused from then on.

import t, { type Test } from 'tap'
import type { World } from '../../src/demo/world.ts'
import { type Model, packages } from '../support/ai.ts'
import { gateFor } from '../support/gate.ts'
import { modelServerFor, upstreamsTo } from '../support/model-server.ts'

const { ai, openai, anthropic, google } = packages
const letter = Date.parse('2026-06-12T21:21:00Z')
const prompt = 'hello'

const tools = {
  look: ai.tool({
    description: 'looks',
    inputSchema: ai.jsonSchema({ type: 'object', properties: { model: { type: 'string' } } }),
  }),
}

async function servedBefore(t: Test, models: Readonly<Record<string, Model>>): Promise<void> {
  for (const [name, model] of Object.entries(models)) {
    await t.test(`${name}: text is generated and streamed`, async (t) => {
      t.not((await ai.generateText({ model, prompt, tools, maxOutputTokens: 50 })).text, '')
      let text = ''
      for await (const part of ai.streamText({ model, prompt }).textStream) text += part
      t.not(text, '')
    })
  }
}

async function cutAtTheLetter(t: Test, world: World, models: Readonly<Record<string, Model>>): Promise<void> {
  const streams = Object.entries(models).map(([name, model]) => {
    const errors: unknown[] = []
    const onError = ({ error }: { error: unknown }): void => void errors.push(error)
    const parts = ai.streamText({ model, prompt, maxRetries: 0, onError }).textStream[Symbol.asyncIterator]()
    return { name, errors, parts }
  })
  for (const { name, parts } of streams) t.equal((await parts.next()).done, false, `${name}: served until then`)
  await world.setNow(letter)
  for (const { name, parts, errors } of streams) {
    while (!(await parts.next()).done);
    t.equal(errors.length, 1, name)
    t.match(JSON.stringify(errors[0]), /person_restricted|permission_error/, name)
  }
  for (const [name, model] of Object.entries(models)) {
    await t.test(`${name}: a refusal raises its own typed error, with the code`, async (t) => {
      const told = { statusCode: 403, isRetryable: false, responseBody: /person_restricted/ }
      const error = await ai.generateText({ model, prompt, maxRetries: 0 }).catch((error: unknown) => error)
      t.ok(ai.APICallError.isInstance(error), String(error))
      t.match(error, told)
      const errors: unknown[] = []
      const onError = ({ error }: { error: unknown }): void => void errors.push(error)
      await ai.streamText({ model, prompt, maxRetries: 0, onError }).consumeStream()
      t.match(errors, [told])
    })
  }
}

t.test('`ai` works unmodified with OpenAI and Anthropic', async (t) => {
  const world = await gateFor(t, { now: letter - 600_000 })
  const options = { baseURL: `${world.gateway.data}/v1`, apiKey: await world.provider.token('foreign-national') }
  const create = openai.createOpenAI(options)
  const models = {
    responses: create('fable-5'),
    chat: create.chat('fable-5'),
    messages: anthropic.createAnthropic(options)('fable-5'),
  }
  await servedBefore(t, models)
  await world.modelApi.set({ chunks: 2_000, chunkDelayMs: 10 })
  await cutAtTheLetter(t, world, models)
})

t.test('`ai` works unmodified with Google', async (t) => {
  const api = await modelServerFor(t)
  const world = await gateFor(t, { now: letter - 600_000, upstreams: upstreamsTo(api, 'google') })
  const apiKey = await world.provider.token('foreign-national')
  const create = google.createGoogle({ baseURL: `${world.gateway.data}/v1beta`, apiKey })
  const models = { google: create('fable-5') }
  await servedBefore(t, models)
  const model = create.embedding('fable-5')
  t.equal((await ai.embed({ model, value: 'one' })).embedding.length, 2)
  t.equal((await ai.embedMany({ model, values: ['one', 'two'] })).embeddings.length, 2)
  api.standsStillAfter = 1
  await cutAtTheLetter(t, world, models)
})
