// A stand-in for the model APIs that the demo's own does not speak: Gemini, Vertex AI with Anthropic's models, Ollama, and a server of
// OpenAI's API beside OpenAI. It promises their shapes, as the official SDKs read them; the answers mean nothing.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Dialect } from '../../src/vocabulary/operation.ts'
import { pathAnswer } from './model-answers.ts'

export interface Seen {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface ModelServer {
  readonly url: string
  /** What came, oldest first. */
  readonly seen: Seen[]
  /** Events of a stream that are sent before it stands still for ever; null: all of them, and its end. */
  standsStillAfter: number | null
  /** The model that answers say served them; null: the one that was asked for. */
  servedModel: string | null
}

interface Test {
  teardown(run: () => unknown): void
}

/** Ends with the test. */
export async function modelServerFor(t: Test): Promise<ModelServer> {
  const server = createServer((request, response) => {
    answer(state, request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const state: ModelServer = { url, seen: [], standsStillAfter: null, servedModel: null }
  return state
}

async function answer(state: ModelServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString()
  const path = request.url ?? ''
  state.seen.push({ method: request.method ?? '', path, headers: request.headers, body })
  const answer = pathAnswer(path, JSON.parse(body === '' ? '{}' : body) as Record<string, unknown>, state.servedModel)
  if (answer === undefined) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { 'content-type': answer.type })
  const events = answer.parts.slice(0, state.standsStillAfter ?? answer.parts.length)
  for (const event of events) response.write(event)
  if (state.standsStillAfter === null) response.end()
}

/** The section `upstreams` of a gate that asks it in these dialects. */
export function upstreamsTo({ url }: ModelServer, ...spoken: readonly Dialect[]): string {
  return spoken
    .map(
      (dialect) => `
  - name: stand-in-${dialect}
    dialect: ${dialect}
    url: ${url}
    credential: \${file:upstream-key}${dialect.startsWith('vertex') ? vertexPlace : ''}
    models: [mythos-5, fable-5, "ft:fable-5:acme:v2", muse-spark, next-1, list-1, open-1]`,
    )
    .join('')
}

const vertexPlace = `
    project: portcullis-demo
    location: us-central1`
