import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AccessDeniedException,
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  CountTokensCommand,
  InternalServerException,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ResourceNotFoundException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import t, { type Test } from 'tap'
import type { World } from '../../src/demo/world.ts'
import type { OutcomeRecord } from '../../src/vocabulary/record.ts'
import { type Model, packages } from '../support/ai.ts'
import { accessKey, type BedrockApi, startBedrock } from '../support/bedrock-api.ts'
import { decision, gateFor, records } from '../support/gate.ts'

interface Bedrock {
  readonly world: World
  readonly api: BedrockApi
  readonly client: (persona: string) => Promise<BedrockRuntimeClient>
}

/** The JavaScript client of this service speaks HTTP/2 unless told otherwise, alone among AWS’s clients. */
const http1 = (): NodeHttpHandler => new NodeHttpHandler()

/** A gate in front of the stand-in, which signs its requests or, with a key, carries it. */
async function bedrockFor(
  t: Test,
  options: { readonly now?: number; readonly key?: string; readonly listen?: string } = {},
): Promise<Bedrock> {
  const { key, ...over } = options
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bedrock-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const secret = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text)
    return `\${file:${join(folder, name)}}`
  }
  const signIn =
    key === undefined
      ? `sigv4:
      region: us-east-1
      access-key-id: ${await secret('id', accessKey.id)}
      secret-access-key: ${await secret('secret', accessKey.secret)}
      session-token: ${await secret('session', accessKey.session)}`
      : `credential: ${await secret('key', key)}`
  const api = await startBedrock(t)
  const upstreams = `
  - name: bedrock
    dialect: bedrock
    url: ${api.url}
    ${signIn}
    models: [fable-5, "ft:fable-5:acme:v2", muse-spark, open-1]`
  const world = await gateFor(t, { ...over, upstreams })
  const client = async (persona: string): Promise<BedrockRuntimeClient> => {
    const made = new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: world.gateway.data,
      token: { token: await world.provider.token(persona) },
      authSchemePreference: ['httpBearerAuth'],
      requestHandler: http1(),
    })
    t.teardown(() => made.destroy())
    return made
  }
  return { world, api, client }
}

const messages: ConverseCommandInput['messages'] = [{ role: 'user', content: [{ text: 'hello' }] }]
const asking = { modelId: 'fable-5', messages }
const vendorBody = JSON.stringify({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'hello' }],
})

type ErrorClass = abstract new (...parts: never[]) => Error

async function raised(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  return undefined
}

const asked = { modelId: 'fable-5', body: vendorBody, contentType: 'application/json' }

async function outcome(world: World, id: string): Promise<OutcomeRecord | undefined> {
  for (let tries = 0; tries < 100; tries++) {
    const found = (await records(world)).find((record) => record.k === 'outcome' && record.id === id)
    if (found !== undefined) return found as OutcomeRecord
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return undefined
}

t.test('the official client of Bedrock Runtime works unmodified, and every request goes out signed', async (t) => {
  const { world, api, client } = await bedrockFor(t)
  const citizen = await client('us-citizen')

  await t.test('Converse', async (t) => {
    const answer = await citizen.send(new ConverseCommand(asking))
    t.match(answer.output?.message?.content, [{ text: 'hello from the model' }])
    t.equal(answer.usage?.outputTokens, 7)
    const id = (await records(world)).findLast(({ k }) => k === 'decision')
    t.match(await outcome(world, (id as { id: string }).id), {
      ending: 'completed',
      outputTokens: 7,
      servedModel: null,
    })
  })
  await t.test('ConverseStream', async (t) => {
    const answer = await citizen.send(new ConverseStreamCommand(asking))
    const events: string[] = []
    let text = ''
    for await (const event of answer.stream ?? []) {
      events.push(...Object.keys(event))
      text += event.contentBlockDelta?.delta?.text ?? ''
    }
    t.equal(text, 'word 0 word 1 word 2 ')
    t.equal(events.at(-1), 'metadata')
  })
  await t.test('InvokeModel, also where its body is called octets', async (t) => {
    for (const contentType of ['application/json', undefined]) {
      const answer = await citizen.send(new InvokeModelCommand({ modelId: 'fable-5', body: vendorBody, contentType }))
      t.match(JSON.parse(Buffer.from(answer.body).toString()), { model: 'fable-5' })
    }
  })
  await t.test('InvokeModel with bodies of other vendors, byte for byte', async (t) => {
    const bodies = [
      { schemaVersion: 'messages-v1', messages, inferenceConfig: { max_new_tokens: 9 } },
      { inputText: 'hello', textGenerationConfig: { maxTokenCount: 9 } },
      { prompt: 'hello', max_gen_len: 9 },
      { message: 'hello', max_tokens: 9 },
    ].map((body) => JSON.stringify(body))
    for (const body of bodies) {
      await citizen.send(new InvokeModelCommand({ modelId: 'fable-5', body, contentType: 'application/json' }))
      t.equal(api.requests.at(-1)?.body, body)
    }
  })
  await t.test('InvokeModelWithResponseStream', async (t) => {
    const answer = await citizen.send(new InvokeModelWithResponseStreamCommand(asked))
    t.equal(answer.contentType, 'application/json')
    const types: string[] = []
    for await (const { chunk } of answer.body ?? []) {
      types.push((JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as { type: string }).type)
    }
    t.equal(types.at(-1), 'message_stop')
    const last = (await records(world)).findLast(({ k }) => k === 'decision') as { id: string }
    t.match(await outcome(world, last.id), { ending: 'completed', outputTokens: 7, servedModel: 'fable-5' })
  })
  await t.test('CountTokens', async (t) => {
    const asked = { modelId: 'fable-5', input: { converse: { messages } } }
    t.equal((await citizen.send(new CountTokensCommand(asked))).inputTokens, 3)
  })
  await t.test('a name with a colon is escaped in the path, and the signature holds for it', async (t) => {
    await citizen.send(new ConverseCommand({ ...asking, modelId: 'ft:fable-5:acme:v2' }))
    t.equal(api.requests.at(-1)?.target, '/model/ft%3Afable-5%3Aacme%3Av2/converse')
  })
  t.strictSame([...new Set(api.requests.map(({ signIn }) => signIn))], ['signed'])
  t.match(api.requests[0]?.headers, { 'x-amz-security-token': accessKey.session, 'content-type': 'application/json' })
  t.notMatch(JSON.stringify(api.requests), /"authorization":"Bearer/)
  t.notMatch(JSON.stringify(await records(world)), /canary/i, 'no record holds anything of the access key')
})

t.test('a Bedrock API key of the gateway is carried as it is', async (t) => {
  const { api, client } = await bedrockFor(t, { key: 'the-key-of-the-gateway' })
  await (await client('us-citizen')).send(new ConverseCommand(asking))
  t.equal(api.requests[0]?.signIn, 'bearer:the-key-of-the-gateway')
  t.notOk('x-amz-date' in (api.requests[0]?.headers ?? {}))
})

t.test('a refusal raises the client’s own typed error, reaches nobody and is not tried again', async (t) => {
  const { world, api, client } = await bedrockFor(t)
  const foreign = await client('foreign-national')
  const citizen = await client('us-citizen')
  const before = (await records(world)).length

  const denied = await raised(() => foreign.send(new ConverseCommand(asking)))
  t.ok(denied instanceof AccessDeniedException, String(denied))
  if (!(denied instanceof AccessDeniedException)) return
  t.match(denied, { code: 'person_restricted', $metadata: { httpStatusCode: 403, attempts: 1 } })
  const id = denied.$metadata.requestId ?? ''
  t.equal((denied as { decision_id?: string }).decision_id, id)
  t.match(await decision(world, id), {
    effect: 'deny',
    reason: 'person_restricted',
    request: { operation: 'bedrock.converse' },
  })

  const profile = { ...asking, modelId: 'us.fable-5' }
  const stored = { ...asking, promptVariables: { a: { text: 'x' } } }
  const unsaid = { modelId: 'fable-5', body: '{"input":"x"}' }
  const cases: readonly (readonly [() => Promise<unknown>, ErrorClass, string])[] = [
    [() => foreign.send(new ConverseStreamCommand(asking)), AccessDeniedException, 'person_restricted'],
    [() => foreign.send(new InvokeModelCommand(asked)), AccessDeniedException, 'person_restricted'],
    [() => citizen.send(new ConverseCommand(profile)), ResourceNotFoundException, 'model_unknown'],
    [() => citizen.send(new ConverseCommand(stored)), ResourceNotFoundException, 'reference_unknown'],
    [() => citizen.send(new InvokeModelCommand(unsaid)), ValidationException, 'request_unreadable'],
  ]
  for (const [work, type, code] of cases) {
    const error = await raised(work)
    t.ok(error instanceof type, `${type.name}: ${String(error)}`)
    t.match(error, { code, $metadata: { attempts: 1 } })
  }
  const unverified = await raised(async () => (await client('unverified')).send(new ConverseCommand(asking)))
  t.match(unverified, { name: 'UnrecognizedClientException', code: 'evidence_missing', $metadata: { attempts: 1 } })
  t.equal(api.requests.length, 0)
  t.ok((await records(world)).length > before)
})

t.test('a client that is left to its HTTP/2 is told that HTTP/1.1 is required, and reaches nobody', async (t) => {
  const { world, api } = await bedrockFor(t)
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: world.gateway.data,
    token: { token: await world.provider.token('us-citizen') },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
  })
  t.teardown(() => client.destroy())
  for (const command of [new ConverseCommand(asking), new ConverseStreamCommand(asking)]) {
    const error = await raised(() => client.send(command as ConverseCommand))
    t.match((error as Error).message, 'HTTP_1_1_REQUIRED')
  }
  t.equal(api.requests.length, 0)
})

t.test('the same client is served where HTTP/2 is let in, streaming and not, many at once', async (t) => {
  const { world, api } = await bedrockFor(t, { listen: 'http2: true' })
  const clientOf = async (persona: string): Promise<BedrockRuntimeClient> => {
    const client = new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: world.gateway.data,
      token: { token: await world.provider.token(persona) },
      authSchemePreference: ['httpBearerAuth'],
      maxAttempts: 1,
    })
    t.teardown(() => client.destroy())
    return client
  }
  const citizen = await clientOf('us-citizen')
  t.match(await citizen.send(new ConverseCommand(asking)), { $metadata: { httpStatusCode: 200 } })
  let text = ''
  await textOf(citizen, (more) => {
    text += more
  })
  t.equal(text, 'word 0 word 1 word 2 ')
  await Promise.all(Array.from({ length: 20 }, () => citizen.send(new InvokeModelCommand(asked))))
  t.equal(api.requests.length, 22)
  const error = await raised(async () => (await clientOf('foreign-national')).send(new ConverseCommand(asking)))
  t.ok(error instanceof AccessDeniedException, String(error))
  t.equal(api.requests.length, 22)
})

t.test('a client that signs with a key of AWS is told what to set', async (t) => {
  const { world, api } = await bedrockFor(t)
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: world.gateway.data,
    credentials: { accessKeyId: 'AKIDOFTHECALLER', secretAccessKey: 'secret' },
    authSchemePreference: ['sigv4'],
    requestHandler: http1(),
  })
  t.teardown(() => client.destroy())
  const error = await raised(() => client.send(new ConverseCommand(asking)))
  t.ok(error instanceof ValidationException, String(error))
  t.match((error as Error).message, 'AWS_BEARER_TOKEN_BEDROCK')
  t.equal(api.requests.length, 0)
  t.notMatch(JSON.stringify(await records(world)), 'AKIDOFTHECALLER')
})

t.test('the provider’s own errors pass as they are; those about the gateway’s key do not', async (t) => {
  const { api, client } = await bedrockFor(t)
  const citizen = await client('us-citizen')
  api.set({ failWith: { status: 400, type: 'ValidationException:http://internal.amazon.com/coral/' } })
  const invalid = await raised(() => citizen.send(new ConverseCommand(asking)))
  t.ok(invalid instanceof ValidationException, String(invalid))
  t.match(invalid, { message: 'as the provider says it', $metadata: { requestId: 'of-the-provider' } })
  api.set({ failWith: { status: 429, type: 'ThrottlingException' } })
  t.ok((await raised(() => citizen.send(new ConverseCommand(asking)))) instanceof ThrottlingException)
  api.set({ failWith: { status: 403, type: 'InvalidSignatureException' } })
  const signIn = await raised(() => citizen.send(new ConverseCommand(asking)))
  t.ok(signIn instanceof InternalServerException, String(signIn))
  t.match(signIn, { code: 'upstream_unavailable' })
})

t.test('a stream that is cut ends in a typed error after whole events', async (t) => {
  const letter = Date.parse('2026-06-12T21:21:00Z')
  const { world, api, client } = await bedrockFor(t, { now: letter - 600_000 })
  api.set({ chunks: 400, chunkDelayMs: 20 })
  const foreign = await client('foreign-national')
  let begun = 0
  const drain = async (stream: AsyncIterable<unknown>): Promise<[number, unknown]> => {
    let events = 0
    try {
      for await (const _ of stream) {
        // The clock is put to just before the letter once both are under way, however long that took.
        if (++events === 3 && ++begun === 2) await world.setNow(letter - 1_000)
      }
    } catch (error) {
      return [events, error]
    }
    return [events, undefined]
  }
  const ended = await Promise.all([
    foreign.send(new ConverseStreamCommand(asking)).then(({ stream }) => drain(stream ?? (async function* () {})())),
    foreign
      .send(new InvokeModelWithResponseStreamCommand(asked))
      .then(({ body }) => drain(body ?? (async function* () {})())),
  ])
  for (const [events, error] of ended) {
    t.ok(events > 5, 'it was served until then')
    t.ok(error instanceof ValidationException, String(error))
    t.match((error as Error).message, /^person_restricted: /)
  }
})

async function textOf(client: BedrockRuntimeClient, onText: (text: string) => void): Promise<void> {
  const { stream } = await client.send(new ConverseStreamCommand(asking))
  for await (const event of stream ?? []) onText(event.contentBlockDelta?.delta?.text ?? '')
}

t.test('a stream of damaged or unfinished messages ends in an error, and nothing of them is released', async (t) => {
  const { world, api, client } = await bedrockFor(t)
  const citizen = await client('us-citizen')
  const flipped = (message: Buffer): Buffer => {
    const bent = Buffer.from(message)
    bent.writeUInt8(bent.readUInt8(bent.length - 10) ^ 1, bent.length - 10)
    return bent
  }
  const bends: readonly ((message: Buffer, index: number) => Buffer)[] = [
    (message, index) => (index === 3 ? flipped(message) : message),
    (message, index) => (index === 3 ? Buffer.concat([Buffer.from([0xff, 0, 0, 0]), message]) : message),
    (message, index) => (index === 6 ? message.subarray(0, -1) : message),
  ]
  for (const bend of bends) {
    api.set({ bend, chunkDelayMs: 30 })
    let text = ''
    const error = await raised(() =>
      textOf(citizen, (more) => {
        text += more
      }),
    )
    t.ok(error instanceof Error, String(error))
    t.notMatch(text, bend === bends[2] ? 'word 3' : 'word 2')
    const last = (await records(world)).findLast(({ k }) => k === 'decision') as { id: string }
    t.match(await outcome(world, last.id), { ending: 'upstream_failed', reason: 'upstream_unavailable' })
  }
})

t.test('a model that a prompt router or the vendor names is held to what was decided', async (t) => {
  const { world, api, client } = await bedrockFor(t)
  const citizen = await client('us-citizen')
  const vendor = async (): Promise<void> => {
    const { body } = await citizen.send(new InvokeModelWithResponseStreamCommand(asked))
    for await (const _ of body ?? []) continue
  }
  const streams = [() => textOf(citizen, () => {}), vendor]
  // A client that is already behind on its reading may see its connection end instead of the message that says why.
  api.set({ routedTo: 'mythos-5', servedModel: 'mythos-5', chunkDelayMs: 30 })
  for (const work of streams) t.match(await raised(work), { message: /^model_mismatch: |aborted/ })
  t.match(await raised(() => citizen.send(new ConverseCommand(asking))), { code: 'model_mismatch' })
  t.match(await raised(() => citizen.send(new InvokeModelCommand(asked))), { code: 'model_mismatch' })
  t.match(
    (await records(world)).find(({ k }) => k === 'outcome'),
    { ending: 'model_mismatch', servedModel: 'mythos-5' },
  )
  api.set({ routedTo: 'fable-5', servedModel: 'fable-5' })
  for (const work of streams) t.equal(await raised(work), undefined)
})

t.test('a mode that is left to the model is forced to the one that is permitted', async (t) => {
  const { api, client } = await bedrockFor(t)
  const citizen = await client('us-citizen')
  await citizen.send(new ConverseCommand({ ...asking, modelId: 'muse-spark' }))
  t.match(JSON.parse(api.requests[0]?.body ?? ''), { additionalModelRequestFields: { thinking: { type: 'disabled' } } })
  t.equal(api.requests[0]?.signIn, 'signed', 'what is signed is what is sent')
})

t.test('a field that the model may not go by takes no mode away: every field of the catalogue is fixed', async (t) => {
  const { api, client } = await bedrockFor(t)
  const citizen = await client('us-citizen')
  const converse = (fields: Record<string, string | Record<string, string>>) =>
    citizen.send(new ConverseCommand({ ...asking, modelId: 'muse-spark', additionalModelRequestFields: fields }))
  const instant = { thinking: { type: 'disabled' }, reasoning_effort: 'minimal' }
  await converse({ thinking: { type: 'disabled' } })
  await converse({ reasoning_effort: 'none' })
  await converse({ thinking: { type: 'enabled' }, reasoning_effort: 'none' })
  const sent = api.requests.map(({ body }) => JSON.parse(body ?? '')['additionalModelRequestFields'])
  t.strictSame(sent[0], instant)
  t.strictSame(sent[1], { ...instant, reasoning_effort: 'minimal' })
  t.strictSame(sent[2], instant)
  t.match(await raised(() => converse({ thinking: { type: 'enabled' }, reasoning_effort: 'high' })), {
    code: 'mode_restricted',
  })
  t.match(
    await raised(() => converse({ ...instant, reasoningConfig: { type: 'disabled' } })),
    { code: 'mode_restricted' },
    'of a field that the catalogue does not list nobody knows what it does',
  )
  t.equal(api.requests.length, 3)
})

t.test('the Vercel AI SDK works unmodified', async (t) => {
  const { world, api } = await bedrockFor(t)
  const { ai, bedrock } = packages
  const model = async (persona: string, name = 'fable-5'): Promise<Model> => {
    const apiKey = await world.provider.token(persona)
    return bedrock.createAmazonBedrock({ baseURL: world.gateway.data, region: 'us-east-1', apiKey })(name)
  }
  const whole = await ai.generateText({ model: await model('us-citizen'), prompt: 'hello', maxOutputTokens: 50 })
  t.equal(whole.text, 'hello from the model')
  let text = ''
  const stream = ai.streamText({ model: await model('us-citizen', 'ft:fable-5:acme:v2'), prompt: 'hello' })
  for await (const part of stream.textStream) text += part
  t.equal(text, 'word 0 word 1 word 2 ')
  const forwarded = api.requests.length
  const error = await raised(async () => ai.generateText({ model: await model('foreign-national'), prompt: 'hello' }))
  t.ok(ai.APICallError.isInstance(error), String(error))
  t.match(error, { statusCode: 403, isRetryable: false, responseBody: /person_restricted/ })
  t.equal(api.requests.length, forwarded)
  t.strictSame([...new Set(api.requests.map(({ signIn }) => signIn))], ['signed'])
})
