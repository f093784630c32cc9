// A model API that counts what it uses, and uses as many output tokens as a test says.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface MeteredApi {
  readonly url: string
  /** Bodies that came. */
  readonly seen: Record<string, unknown>[]
  /** Output tokens that it says it used; null: it does not say. */
  usage: number | null
  status: number
  /** Answers wait for it. */
  hold: Promise<void>
}

/** Ends with the test. */
export async function meteredApi(t: { teardown(run: () => Promise<void>): void }): Promise<MeteredApi> {
  const api: MeteredApi = { url: '', seen: [], usage: 10, status: 200, hold: Promise.resolve() }
  const server = createServer((request, response) => {
    answer(api, request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(api, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

async function answer(api: MeteredApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
  api.seen.push(body)
  await api.hold
  const usage = api.usage === null ? {} : { usage: { completion_tokens: api.usage } }
  const isStream = body['stream'] === true
  response.writeHead(api.status, { 'content-type': isStream ? 'text/event-stream' : 'application/json' })
  if (!isStream) {
    response.end(JSON.stringify({ id: 'x', object: 'chat.completion', model: body['model'], choices: [], ...usage }))
    return
  }
  const event = { id: 'x', object: 'chat.completion.chunk', model: body['model'], choices: [] }
  response.end(`data: ${JSON.stringify(event)}\n\ndata: ${JSON.stringify({ ...event, ...usage })}\n\ndata: [DONE]\n\n`)
}
