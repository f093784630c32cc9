// Google's official client, unmodified, through the gate: against the Gemini API and against Vertex AI.

import { ApiError, GoogleGenAI } from '@google/genai'
import t from 'tap'
import { decision, gateFor } from '../support/gate.ts'
import { modelServerFor, upstreamsTo } from '../support/model-server.ts'

const letter = Date.parse('2026-06-12T21:21:00Z')
const asking = { model: 'fable-5', contents: 'hello' }

async function raised(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.catch((error: unknown) => error)
  if (error instanceof ApiError) return error
  throw new Error(`no error of the client’s: ${String(error)}`)
}

t.test('the official Google client works unmodified', async (t) => {
  const api = await modelServerFor(t)
  const world = await gateFor(t, { upstreams: upstreamsTo(api, 'google') })
  const client = async (persona: string): Promise<GoogleGenAI> =>
    new GoogleGenAI({
      apiKey: await world.provider.token(persona),
      httpOptions: { baseUrl: world.gateway.data, retryOptions: { attempts: 1 } },
    })
  const citizen = await client('us-citizen')

  await t.test('content is generated, under the gate’s own key', async (t) => {
    const answer = await citizen.models.generateContent({
      ...asking,
      config: {
        systemInstruction: 'be brief',
        maxOutputTokens: 50,
        temperature: 0,
        thinkingConfig: { includeThoughts: true, thinkingBudget: 128 },
        responseMimeType: 'application/json',
        responseSchema: { type: 'OBJECT' as never, properties: { model: { type: 'STRING' as never } } },
        safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT' as never, threshold: 'BLOCK_NONE' as never }],
        tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { properties: { model: {} } } }] }],
        toolConfig: { functionCallingConfig: { mode: 'AUTO' as never } },
      },
    })
    t.equal(answer.text, 'The gate let it pass.')
    t.equal(answer.modelVersion, 'fable-5')
    const seen = api.seen.at(-1)
    t.equal(seen?.path, '/v1/models/fable-5:generateContent')
    t.match(seen?.headers, { 'x-goog-api-key': 'the-gateway-s-own-key', 'x-goog-api-client': undefined })
  })
  await t.test('content is generated as a stream', async (t) => {
    const parts: (string | undefined)[] = []
    for await (const chunk of await citizen.models.generateContentStream(asking)) parts.push(chunk.text)
    t.strictSame(parts, ['The ', 'gate let ', 'it pass.'])
  })
  await t.test('a chat goes on with what was said', async (t) => {
    const chat = citizen.chats.create({ model: 'fable-5' })
    await chat.sendMessage({ message: 'hello' })
    t.equal((await chat.sendMessage({ message: 'again' })).text, 'The gate let it pass.')
  })
  await t.test('tokens are counted and contents embedded', async (t) => {
    t.equal((await citizen.models.countTokens(asking)).totalTokens, 3)
    const { embeddings } = await citizen.models.embedContent({ model: 'fable-5', contents: ['one', 'two'] })
    t.equal(embeddings?.length, 2)
    t.match(JSON.parse(api.seen.at(-1)?.body ?? ''), { requests: [{ model: 'models/fable-5' }, {}] })
  })
  await t.test('the list shows what the caller may use, page by page', async (t) => {
    const names: (string | undefined)[] = []
    for await (const model of await citizen.models.list({ config: { pageSize: 2 } })) names.push(model.name)
    t.ok(names.includes('models/fable-5'))
    t.ok(names.includes('models/open-1'))
    t.notOk(names.includes('models/mythos-5'), 'no member of the program')
    t.equal(new Set(names).size, names.length)
    t.equal((await citizen.models.get({ model: 'fable-5' })).name, 'models/fable-5')
  })
  await t.test('a refusal raises the client’s own typed error, with code and decision id', async (t) => {
    const before = api.seen.length
    const foreign = await client('foreign-national')
    for (const method of ['generateContent', 'generateContentStream'] as const) {
      const error = await raised(foreign.models[method](asking))
      t.equal(error.status, 403)
      const body = JSON.parse(error.message) as { error: { details: [{ metadata: { decision_id: string } }] } }
      t.match(body, { error: { code: 403, status: 'PERMISSION_DENIED', details: [{ reason: 'person_restricted' }] } })
      const id = body.error.details[0].metadata.decision_id
      t.match(await decision(world, id), { effect: 'deny', reason: 'person_restricted' })
    }
    t.equal(api.seen.length, before, 'nothing reached the model API')
    t.equal((await raised(foreign.models.get({ model: 'fable-5' }))).status, 403)
  })
  await t.test('what is stored or runs at Google is refused', async (t) => {
    for (const config of [{ cachedContent: 'cachedContents/1' }, { tools: [{ googleSearch: {} }] }]) {
      const error = await raised(citizen.models.generateContent({ ...asking, config }))
      t.match(JSON.parse(error.message), { error: { status: 'NOT_FOUND', details: [{ reason: 'reference_unknown' }] } })
    }
  })
  await t.test('an answer by another model than decided is stopped', async (t) => {
    api.servedModel = 'mythos-5'
    t.equal((await raised(citizen.models.generateContent(asking))).status, 502)
    const stream = await citizen.models.generateContentStream(asking)
    const error = await raised(stream.next())
    t.match(error.message, /model_mismatch/)
    api.servedModel = null
  })
  await t.test('a key in the URL is no credential, and refused', async (t) => {
    const token = await world.provider.token('us-citizen')
    const url = `${world.gateway.data}/v1beta/models/fable-5:generateContent?key=${token}`
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' })
    t.equal((await ask({})).status, 401)
    t.equal((await ask({ 'x-goog-api-key': token })).status, 400)
  })
  await t.test('a stream that is no stream of events is held until it is whole', async (t) => {
    const response = await fetch(`${world.gateway.data}/v1beta/models/fable-5:streamGenerateContent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': await world.provider.token('us-citizen') },
      body: JSON.stringify({ contents: [{ parts: [{ text: 'hello' }] }] }),
    })
    t.ok(Number(response.headers.get('content-length')) > 0)
    t.match(await response.json(), [{ modelVersion: 'fable-5' }, {}, {}])
  })
})

t.test('a stream of Google’s that is cut raises its client’s own error', async (t) => {
  const api = await modelServerFor(t)
  const world = await gateFor(t, { now: letter - 600_000, upstreams: upstreamsTo(api, 'google') })
  const apiKey = await world.provider.token('foreign-national')
  const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: world.gateway.data } })
  api.standsStillAfter = 1
  const stream = await client.models.generateContentStream(asking)
  t.match(await stream.next(), { done: false, value: { text: 'The ' } })
  await world.setNow(letter)
  const error = await raised(stream.next())
  t.equal(error.status, 403)
  t.match(error.message, /PERMISSION_DENIED.*person_restricted/)
})

t.test('a mode that may not answer is fixed by the budget that the shipped catalogue names', async (t) => {
  const api = await modelServerFor(t)
  const world = await gateFor(t, { upstreams: upstreamsTo(api, 'google') })
  const client = new GoogleGenAI({
    apiKey: await world.provider.token('us-citizen'),
    httpOptions: { baseUrl: world.gateway.data, retryOptions: { attempts: 1 } },
  })
  const thinking = (thinkingConfig: object) => ({ ...asking, model: 'muse-spark', config: { thinkingConfig } })
  for (const open of [{}, { thinkingBudget: -1 }, { includeThoughts: true }]) {
    await client.models.generateContent(thinking(open))
    t.match(JSON.parse(api.seen.at(-1)?.body ?? ''), { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } })
  }
  t.match(await raised(client.models.generateContent(thinking({ thinkingBudget: 512 }))), {
    status: 403,
    message: /mode_restricted/,
  })
  t.equal((await raised(client.models.generateContent(thinking({ thinkingLevel: 'LOW' })))).status, 403)
})

t.test('the official Google client works unmodified on Vertex AI', async (t) => {
  const api = await modelServerFor(t)
  const world = await gateFor(t, { upstreams: upstreamsTo(api, 'vertex', 'vertex-anthropic') })
  const client = async (persona: string, place: { project: string; location: string }): Promise<GoogleGenAI> =>
    new GoogleGenAI({
      vertexai: true,
      ...place,
      // In place of Google's own sign-in.
      googleAuthOptions: { authClient: signedIn(await world.provider.token(persona)) as never },
      httpOptions: { baseUrl: world.gateway.data, retryOptions: { attempts: 1 } },
    })
  const here = { project: 'portcullis-demo', location: 'us-central1' }
  const citizen = await client('us-citizen', here)

  await t.test('content is generated, streamed and counted, under the gate’s own token', async (t) => {
    t.equal((await citizen.models.generateContent(asking)).text, 'The gate let it pass.')
    t.match(api.seen.at(-1), {
      path: '/v1beta1/projects/portcullis-demo/locations/us-central1/publishers/google/models/fable-5:generateContent',
      headers: { authorization: 'Bearer the-gateway-s-own-key' },
    })
    let text = ''
    for await (const chunk of await citizen.models.generateContentStream(asking)) text += chunk.text ?? ''
    t.equal(text, 'The gate let it pass.')
    t.equal((await citizen.models.countTokens(asking)).totalTokens, 3)
  })
  await t.test('a refusal raises the client’s own typed error', async (t) => {
    const foreign = await client('foreign-national', here)
    t.match(await raised(foreign.models.generateContent(asking)), { status: 403, message: /person_restricted/ })
  })
  await t.test('a request that names another project or region is not moved but refused', async (t) => {
    const before = api.seen.length
    for (const place of [
      { ...here, location: 'europe-west1' },
      { ...here, project: 'somebody-else' },
    ]) {
      const elsewhere = await client('us-citizen', place)
      t.match(await raised(elsewhere.models.generateContent(asking)), { status: 404, message: /reference_unknown/ })
    }
    const foreign = await client('foreign-national', { ...here, project: 'somebody-else' })
    t.match(
      await raised(foreign.models.generateContent(asking)),
      { status: 403, message: /person_restricted/ },
      'where a model is served is not told to whom it is refused',
    )
    t.equal(api.seen.length, before)
  })
  await t.test('Anthropic’s models answer in Anthropic’s words', async (t) => {
    const path = '/v1/projects/portcullis-demo/locations/us-central1/publishers/anthropic/models'
    const ask = async (persona: string): Promise<Response> =>
      fetch(`${world.gateway.data}${path}/fable-5:rawPredict`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await world.provider.token(persona)}`,
        },
        body: JSON.stringify({
          anthropic_version: 'vertex-2023-10-16',
          max_tokens: 50,
          messages: [{ role: 'user', content: 'hello' }],
        }),
      })
    t.match(await (await ask('us-citizen')).json(), { type: 'message', model: 'fable-5' })
    t.match(await (await ask('foreign-national')).json(), {
      type: 'error',
      error: { type: 'permission_error', details: { error_code: 'person_restricted' } },
    })
  })
})

/** What google-auth-library asks of a client that is signed in already. */
function signedIn(token: string): object {
  return { getRequestHeaders: async () => new Headers({ authorization: `Bearer ${token}` }) }
}
