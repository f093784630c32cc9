// A stand-in for Bedrock Runtime on loopback: its answers and streams in its own encoding, a count of what reached it, and every
// signature made again from the request as it came, by the words of AWS's documentation and without the library that the gate uses.
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EventStreamCodec } from '@smithy/eventstream-codec'

export interface SeenByBedrock {
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** `bearer:KEY`, `signed`, or what is wrong with the signature. */
  readonly signIn: string
}

export interface BedrockOptions {
  readonly chunks?: number
  readonly chunkDelayMs?: number
  /** What a prompt router says that it chose. */
  readonly routedTo?: string
  readonly servedModel?: string
  readonly failWith?: { readonly status: number; readonly type: string }
  /** What becomes of the bytes of a stream's messages before they are sent. */
  readonly bend?: (message: Buffer, index: number) => Buffer
}

export interface BedrockApi {
  readonly url: string
  readonly requests: SeenByBedrock[]
  set(options: BedrockOptions): void
}

export const accessKey = { id: 'AKIDCANARYCANARY', secret: 'canary-secret-access-key', session: 'canary-session-token' }

interface Test {
  teardown(run: () => unknown): void
}

export async function startBedrock(t: Test): Promise<BedrockApi> {
  const requests: SeenByBedrock[] = []
  let options: BedrockOptions = {}
  const server = createServer((request, response) => {
    answer(request, response, requests, options).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, requests, set: (next) => (options = next) }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  requests: SeenByBedrock[],
  options: BedrockOptions,
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts)
  const target = request.url ?? ''
  const headers = request.headers as Record<string, string>
  requests.push({ target, headers, body: body.toString(), signIn: signInOf(request, body) })
  const { failWith, servedModel } = options
  const common = { 'x-amzn-requestid': 'of-the-provider', 'set-cookie': 'a=b', 'x-amzn-bedrock-input-token-count': '3' }
  if (failWith !== undefined) {
    response.writeHead(failWith.status, {
      ...common,
      'content-type': 'application/json',
      'x-amzn-errortype': failWith.type,
    })
    response.end('{"message":"as the provider says it"}')
    return
  }
  const model = servedModel ?? decodeURIComponent(target.split('/')[2] ?? '')
  const operation = target.split('/')[3] ?? ''
  if (operation === 'converse-stream' || operation === 'invoke-with-response-stream') {
    const isConverse = operation === 'converse-stream'
    response.writeHead(200, {
      ...common,
      'content-type': 'application/vnd.amazon.eventstream',
      ...(isConverse ? {} : { 'x-amzn-bedrock-content-type': 'application/json' }),
    })
    const messages = isConverse ? converseStream(options) : invokeStream(model, options)
    for (const [index, message] of messages.entries()) {
      if (response.destroyed) return
      response.write(options.bend?.(message, index) ?? message)
      if (options.chunkDelayMs !== undefined) await new Promise((go) => setTimeout(go, options.chunkDelayMs))
    }
    response.end()
    return
  }
  const usage = { inputTokens: 3, outputTokens: 7, totalTokens: 10 }
  const message = { role: 'assistant', content: [{ text: 'hello from the model' }] }
  const answers: Record<string, object> = {
    converse: { output: { message }, stopReason: 'end_turn', usage, metrics: { latencyMs: 1 }, ...traceOf(options) },
    invoke: { ...vendorMessage(model), content: [{ type: 'text', text: 'hello from the model' }] },
    'count-tokens': { inputTokens: 3 },
  }
  response.writeHead(200, { ...common, 'content-type': 'application/json' })
  response.end(JSON.stringify(answers[operation] ?? {}))
}

const traceOf = ({ routedTo }: BedrockOptions): object =>
  routedTo === undefined ? {} : { trace: { promptRouter: { invokedModelId: routedTo } } }

const vendorMessage = (model: string): object => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model,
  content: [],
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 7 },
})

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
)

/** One message as Bedrock sends it. */
export function eventMessage(type: string, value: object): Buffer {
  const text = (value: string) => ({ type: 'string', value }) as const
  const headers = {
    ':event-type': text(type),
    ':content-type': text('application/json'),
    ':message-type': text('event'),
  }
  return Buffer.from(codec.encode({ headers, body: Buffer.from(JSON.stringify(value)) }))
}

function converseStream(options: BedrockOptions): Buffer[] {
  const deltas = Array.from({ length: options.chunks ?? 3 }, (_, index) =>
    eventMessage('contentBlockDelta', { contentBlockIndex: 0, delta: { text: `word ${index} ` }, p: 'abc' }),
  )
  const usage = { inputTokens: 3, outputTokens: 7, totalTokens: 10 }
  return [
    eventMessage('messageStart', { role: 'assistant' }),
    ...deltas,
    eventMessage('contentBlockStop', { contentBlockIndex: 0 }),
    eventMessage('messageStop', { stopReason: 'end_turn' }),
    eventMessage('metadata', { usage, metrics: { latencyMs: 1 }, ...traceOf(options) }),
  ]
}

function invokeStream(model: string, { chunks = 3 }: BedrockOptions): Buffer[] {
  const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'word ' } }
  const events = [
    { type: 'message_start', message: vendorMessage(model) },
    ...Array.from({ length: chunks }, () => delta),
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } },
    { type: 'message_stop' },
  ]
  return events.map((event) =>
    eventMessage('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64'), p: 'abcd' }),
  )
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()

/** AWS, "Create a signed AWS API request": every step again, from the bytes that came. */
function signInOf(request: IncomingMessage, body: Buffer): string {
  const { authorization = '' } = request.headers
  const bearer = /^Bearer (.*)$/.exec(authorization)?.[1]
  if (bearer !== undefined) return `bearer:${bearer}`
  const found = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
    authorization,
  )
  if (found === null) return 'no signature'
  const [, id, scope = '', names = '', signature] = found
  if (id !== accessKey.id) return 'another key'
  const signed = names.split(';')
  for (const must of ['host', 'x-amz-date', 'x-amz-content-sha256', 'content-type']) {
    if (!signed.includes(must)) return `\`${must}\` is not signed`
  }
  const header = (name: string): string => String(request.headers[name] ?? '')
  if (header('x-amz-content-sha256') !== sha256(body)) return 'another body'
  const path = (request.url ?? '').split('/').map(encodeURIComponent).join('/')
  const canonical = [
    request.method,
    path,
    '',
    ...signed.map((name) => `${name}:${header(name).trim()}`),
    '',
    names,
    sha256(body),
  ].join('\n')
  const [date = '', region = '', service = ''] = scope.split('/')
  const toSign = ['AWS4-HMAC-SHA256', header('x-amz-date'), scope, sha256(canonical)].join('\n')
  const key = hmac(hmac(hmac(hmac(`AWS4${accessKey.secret}`, date), region), service), 'aws4_request')
  return hmac(key, toSign).toString('hex') === signature ? 'signed' : 'another signature'
}
