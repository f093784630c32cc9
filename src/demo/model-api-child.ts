// The process of the stand-in model API. The providers' shapes come from @copilotkit/aimock, which speaks both dialects as the
// official SDKs read them. What is added: a record of what came over the socket (aimock's journal normalises bodies and blanks
// credentials), a count, `count_tokens`, and commands over the IPC channel.
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FixtureOpts, LLMock } from '@copilotkit/aimock'

export interface ApiOptions {
  /** Pause before each event of a stream, milliseconds. Default 0. */
  readonly chunkDelayMs?: number
  /** Pause before the answer, milliseconds. Default 0. */
  readonly answerDelayMs?: number
  /** Pieces of text in an answer; a stream has an event for each, and some around them. Default 8. */
  readonly chunks?: number
  /** The model that the answer says it comes from; default: the one that was asked for. */
  readonly servedModel?: string
  /** Answers every request with an error in the dialect's shape. */
  readonly failWith?: { readonly status: number; readonly message?: string }
}

export interface SeenRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[]
  /** Lower-case names; of repeated fields what Node makes of them. */
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** `open`: still being answered; `aborted`: the other side went away before the end. */
  readonly ending: 'open' | 'finished' | 'aborted'
}

export type Command =
  | { readonly kind: 'start' | 'requests' | 'reset' }
  | { readonly kind: 'set'; readonly options: ApiOptions }

export interface Answer {
  readonly id: number
  readonly url: string
  readonly count: number
  readonly requests: readonly SeenRequest[]
}

const kept = 500
/** Each piece of text is as long as the next, so that aimock cuts the text into exactly these. */
const words = ['the ', 'gate', ' let', ' it ', 'pass', ' so ', 'here', ' is ', 'the ', 'text', '.\n  ']

let count = 0
let requests: { seen: Omit<SeenRequest, 'body'> & { ending: SeenRequest['ending'] }; chunks: Buffer[] }[] = []
const api = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent', journalMaxEntries: 1 })
let url = ''

// Before any handler of aimock's: the request as the parser gave it.
subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
  if (request.method !== 'POST' || !request.url?.startsWith('/v1/')) return
  count += 1
  const { method, url: path, rawHeaders, headers } = request
  const entry = {
    seen: { method, path, rawHeaders, headers, ending: 'open' as SeenRequest['ending'] },
    chunks: [] as Buffer[],
  }
  requests.push(entry)
  if (requests.length > kept) requests.shift()
  // Node's parser hands the body over by push(); listening to `data` instead would start the flow before aimock listens.
  const push = request.push.bind(request)
  request.push = (chunk: Buffer | null, encoding) => {
    if (chunk !== null) entry.chunks.push(Buffer.from(chunk))
    return push(chunk, encoding)
  }
  response.on('close', () => {
    entry.seen.ending = response.writableFinished ? 'finished' : 'aborted'
  })
})

function configure({ chunkDelayMs = 0, chunks = 8, answerDelayMs = 0, servedModel, failWith }: ApiOptions): void {
  api.clearFixtures()
  if (failWith !== undefined) {
    const { status, message = 'The stand-in was told to fail.' } = failWith
    api.on({}, { error: { message, type: 'stand_in_failure', code: 'stand_in_failure' }, status })
    return
  }
  const content = Array.from({ length: chunks }, (_, index) => words[index % words.length]).join('')
  const pace: FixtureOpts = { chunkSize: 4, latency: chunkDelayMs }
  const answer = { content, ...(servedModel === undefined ? {} : { model: servedModel }) }
  const later = (): Promise<typeof answer> => new Promise((resolve) => setTimeout(resolve, answerDelayMs, answer))
  api.on({}, answerDelayMs === 0 ? answer : later, pace)
}

function json(response: ServerResponse, body: unknown): true {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(body))
  return true
}

api.mount('/count', { handleRequest: async (_, response) => json(response, { requests: count }) })
// aimock does not serve it; Anthropic's SDK does ask. Four bytes a token, as good as any other lie.
api.mount('/v1/messages/count_tokens', {
  async handleRequest(request, response) {
    let bytes = 0
    for await (const chunk of request) bytes += (chunk as Buffer).length
    return json(response, { input_tokens: Math.ceil(bytes / 4) })
  },
})

process.on('message', (message: Command & { id: number }) => {
  void obey(message)
})
// It ends with the demo, however the demo ends; a terminal's Ctrl-C reaches both, and the demo closes first.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit(0))

/** A command that fails ends the process: its parent then knows. */
async function obey(message: Command & { id: number }): Promise<void> {
  switch (message.kind) {
    case 'start':
      configure({})
      url = await api.start()
      break
    case 'reset':
      count = 0
      requests = []
      configure({})
      break
    case 'set':
      configure(message.options)
      break
    case 'requests':
      break
  }
  const answer: Answer = {
    id: message.id,
    url,
    count,
    requests:
      message.kind === 'requests'
        ? requests.map(({ seen, chunks }) => ({ ...seen, body: Buffer.concat(chunks).toString() }))
        : [],
  }
  process.send?.(answer)
}
