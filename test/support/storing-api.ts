// A model API that stores: what requests make is there for whoever has its key, which all callers of a gate share. It says in one
// list what reached it. Shapes as the official SDKs read them; it checks nothing, so that every refusal is the gate's.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly body: string
}

export interface StoringApi {
  readonly url: string
  /** Everything that reached it, oldest first. */
  readonly seen: Seen[]
  /** What every file holds; null: the description of itself. */
  content: string | null
  /** It breaks off every answer before the first byte. */
  answerNothing: boolean
  close(): Promise<void>
}

type Stored = Record<string, unknown> & { readonly id: string }

/** The section `upstreams` of portcullis.yaml that leads to it. */
export function storingUpstreams({ url }: StoringApi): string {
  const models = '[mythos-5, fable-5, muse-spark, next-1, list-1, open-1]'
  return ['openai', 'azure', 'anthropic']
    .map((dialect) => `\n  - { name: storing-${dialect}, dialect: ${dialect}, url: "${url}", models: ${models} }`)
    .join('')
}

export async function startStoringApi(t: { teardown(run: () => Promise<void>): void }): Promise<StoringApi> {
  const seen: Seen[] = []
  const objects = new Map<string, Stored>()
  let last = 0
  const keep = (prefix: string, object: Record<string, unknown>): Stored => {
    const id = `${prefix}_${++last}`
    const stored = { ...object, id }
    objects.set(id, stored)
    return stored
  }

  const server = createServer((request, response) => {
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { method = '', url = '' } = request
    seen.push({ method, path: url, body })
    if (api.answerNothing) return void request.socket.destroy()
    const path = url
      .replace(/\?.*/, '')
      .replace(/^\/(?:openai\/)?v1\//, '')
      .replace('chat/', '')
    const said = body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : {}
    const [collection = '', id, part, item] = path.split('/')
    if (method === 'POST' && collection === 'responses' && id === undefined) return respond(said, response)
    if (method === 'POST' && id === undefined) return json(response, make(collection, said))
    const object = objects.get(id ?? '')
    if (object === undefined) return json(response, { error: { message: 'not there', type: 'x', code: 'absent' } }, 404)
    if (object['object'] === 'batches') {
      object['output_file_id'] ??= keep('file', { object: 'files' }).id
    }
    if (part === 'content' && api.content !== null) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      return void response.end(api.content)
    }
    if (item !== undefined) return json(response, method === 'DELETE' ? object : objects.get(item))
    if (method === 'DELETE') {
      objects.delete(object.id)
      return json(response, { id: object.id, object: `${String(object['object'])}.deleted`, deleted: true })
    }
    if (part === 'items' && method === 'POST') {
      const items = (said['items'] as object[]).map((one) => keep('item', { type: 'message', ...one }))
      return json(response, { object: 'list', data: items, has_more: false })
    }
    if (part === 'items') return json(response, { object: 'list', data: [{ id: 'msg_1' }], has_more: false })
    if (part === 'messages') return json(response, { object: 'list', data: [], has_more: false })
    if (part === 'input_items') return json(response, { object: 'list', data: [], has_more: false })
    return json(response, part === 'cancel' ? { ...object, status: 'cancelled' } : object)
  }

  function make(collection: string, said: Record<string, unknown>): Stored {
    return keep(collection, { ...said, object: collection })
  }

  function respond(said: Record<string, unknown>, response: ServerResponse): void {
    const item = keep('msg', {
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'stored text', annotations: [] }],
    })
    const { model, previous_response_id = null } = said
    const whole = { object: 'response', model, previous_response_id, created_at: 0, error: null, tools: [] }
    const kept = keep('resp', { ...whole, status: 'completed', output: [item] })
    if (said['stream'] !== true) return json(response, kept)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const event = (type: string, about: object, sequence_number: number): void => {
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...about })}\n\n`)
    }
    event('response.created', { response: { ...kept, status: 'in_progress', output: [] } }, 0)
    event('response.output_item.added', { output_index: 0, item }, 1)
    event('response.output_text.delta', { item_id: item.id, output_index: 0, content_index: 0, delta: 'stored' }, 2)
    event('response.completed', { response: kept }, 3)
    response.end()
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  t.teardown(close)
  const api: StoringApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    content: null,
    answerNothing: false,
    close,
  }
  return api
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
