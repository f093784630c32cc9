// The official clients' WebSockets, unmodified, through the gate. OpenAI's speak TLS alone, so that one stands before the gate.
import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { createServer } from 'node:tls'
import { GoogleGenAI, type LiveServerMessage } from '@google/genai'
import OpenAI, { AzureOpenAI } from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { ResponsesWS } from 'openai/resources/responses/ws'
import t from 'tap'
import type { World } from '../../src/demo/world.ts'
import { certificate } from '../support/certificate.ts'
import { decisions } from '../support/gate.ts'
import { socketGateFor } from '../support/socket-gate.ts'

interface Front {
  readonly url: string
  readonly ca: string
  close(): void
}

/** Bytes in, bytes out. */
async function tlsBefore({ gateway }: World): Promise<Front> {
  const { cert, key } = certificate('gate')
  const { hostname, port } = new URL(gateway.data)
  const server = createServer({ cert, key }, (client) => {
    const gate = dial(Number(port), hostname)
    client.pipe(gate).pipe(client)
    client.on('error', () => gate.destroy())
    gate.on('error', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: at } = server.address() as { port: number }
  return { url: `https://127.0.0.1:${at}`, ca: cert, close: () => server.close() }
}

t.test('the official clients’ WebSockets', async (t) => {
  const { world, api } = await socketGateFor(t)
  const front = await tlsBefore(world)
  t.teardown(() => front.close())
  const options = { ca: front.ca }
  const token = (persona: string): Promise<string> => world.provider.token(persona)

  /** Resolves with what ends it: an event of this type, or the error that the client raises. */
  const told = (realtime: OpenAIRealtimeWS, type: 'response.done' | 'session.updated'): Promise<unknown> =>
    new Promise((resolve) => {
      realtime.on('error', (error) => resolve(error))
      realtime.on(type, (event: unknown) => resolve(event))
    })

  await t.test('OpenAI: a realtime session', async (t) => {
    const client = new OpenAI({ baseURL: `${front.url}/v1`, apiKey: await token('us-citizen') })
    const realtime = new OpenAIRealtimeWS({ model: 'fable-5', options }, client)
    const updated = told(realtime, 'session.updated')
    const done = told(realtime, 'response.done')
    await once(realtime.socket, 'open')
    realtime.send({ type: 'session.update', session: { type: 'realtime', instructions: 'be brief', tools: [] } })
    t.match(await updated, { type: 'session.updated' })
    realtime.send({ type: 'response.create' })
    t.match(await done, { type: 'response.done', response: { model: 'fable-5' } })
    realtime.close()
    await once(realtime.socket, 'close')
  })

  await t.test('OpenAI: what is refused is the client’s own error', async (t) => {
    const client = new OpenAI({ baseURL: `${front.url}/v1`, apiKey: await token('foreign-national') })
    const refused = new OpenAIRealtimeWS({ model: 'fable-5', options }, client)
    t.match(String(await told(refused, 'response.done')), 'Unexpected server response: 403')
    const realtime = new OpenAIRealtimeWS({ model: 'open-1', options }, client)
    const error = told(realtime, 'response.done')
    await once(realtime.socket, 'open')
    const transcription = { model: 'fable-5' }
    realtime.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription } } } })
    t.match(await error, { error: { code: 'person_restricted' } })
    const [code] = (await once(realtime.socket, 'close')) as [number]
    t.equal(code, 1008)
  })

  await t.test('OpenAI: responses, one after the other, on one socket', async (t) => {
    const client = new OpenAI({ baseURL: `${front.url}/v1`, apiKey: await token('us-citizen') })
    const socket = new ResponsesWS(client, options)
    const ids: string[] = []
    const ended = new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('response.completed', ({ response }) => {
        ids.push(response.id)
        if (ids.length === 2) return resolve()
        socket.send({ type: 'response.create', model: 'fable-5', input: 'again', previous_response_id: response.id })
      })
    })
    socket.send({ type: 'response.create', model: 'fable-5', input: 'hello', store: false })
    await ended
    t.equal(new Set(ids).size, 2)
    socket.close()
  })

  await t.test('Azure: a realtime session, by its key in `api-key`', async (t) => {
    const apiKey = await token('us-citizen')
    const client = new AzureOpenAI({
      endpoint: front.url,
      apiKey,
      apiVersion: '2025-04-01-preview',
      deployment: 'fable-5',
    })
    const realtime = await OpenAIRealtimeWS.azure(client, { options })
    const done = told(realtime, 'response.done')
    await once(realtime.socket, 'open')
    realtime.send({ type: 'response.create' })
    t.match(await done, { type: 'response.done' })
    realtime.close()
    t.ok(api.sockets.at(-1)?.rawHeaders.includes('the-gateway-s-own-key'), 'under the gate’s own')
    t.match(api.sockets.at(-1)?.path, '/openai/v1/realtime?model=fable-5')
  })

  await t.test('Google: a live conversation, by its key in the query', async (t) => {
    const live = async (persona: string): Promise<GoogleGenAI> =>
      new GoogleGenAI({ apiKey: await token(persona), httpOptions: { baseUrl: world.gateway.data } })
    const messages: LiveServerMessage[] = []
    const turn = Promise.withResolvers<void>()
    const session = await (await live('us-citizen')).live.connect({
      model: 'fable-5',
      config: { responseModalities: ['TEXT' as never], systemInstruction: 'be brief', temperature: 0 },
      callbacks: {
        onmessage: (message) => {
          messages.push(message)
          if (message.serverContent?.turnComplete) turn.resolve()
        },
      },
    })
    session.sendClientContent({ turns: [{ role: 'user', parts: [{ text: 'hello' }] }], turnComplete: true })
    await turn.promise
    t.equal(
      messages.map(({ serverContent }) => serverContent?.modelTurn?.parts?.[0]?.text ?? '').join(''),
      'The gate let it pass.',
    )
    session.sendRealtimeInput({ audio: { mimeType: 'audio/pcm;rate=16000', data: 'AAAA' } })
    session.close()
    const foreign = await live('foreign-national')
    const error = await foreign.live
      .connect({ model: 'fable-5', config: {}, callbacks: { onmessage: () => {} } })
      .catch((error: unknown) => String(error))
    t.match(error, /1008.*person_restricted/)
  })

  await t.test('each of them has its decisions', async (t) => {
    const operations = new Set((await decisions(world)).map(({ request }) => request.operation))
    for (const operation of [
      'openai.realtime.connect',
      'openai.realtime.connect.session.update',
      'openai.responses.connect.response.create',
      'azure.v1.realtime.connect',
      'google.v1.live.sdk.connect.setup',
    ]) {
      t.ok(operations.has(operation), operation)
    }
  })
})
