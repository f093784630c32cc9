// Raw bytes to a gate, and a model API that answers in raw bytes: what no HTTP client would send, and no honest server.
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { World, WorldOptions } from '../../src/demo/world.ts'
import type { OutcomeRecord } from '../../src/vocabulary/record.ts'
import { decisions, gateFor, records } from '../support/gate.ts'

interface Test {
  teardown(run: () => Promise<void>): void
}

export interface Line {
  readonly socket: Socket
  /** All that came back so far, byte for character. */
  text(): string
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits ten seconds at most; what it gives is to be tested. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return true
    await pause(25)
  }
  return false
}

export async function dial({ gateway }: World): Promise<Line> {
  const { hostname, port } = new URL(gateway.data)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (chunk) => (text += chunk.toString('latin1')))
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, text: () => text }
}

/** Sends bytes on a connection of their own; gives all that comes back until so many answers are whole, or the connection ends. */
export async function say(world: World, bytes: string | Buffer, answers = 1): Promise<string> {
  const { socket, text } = await dial(world)
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  await until(() => socket.closed || statuses(text()).length >= answers)
  socket.destroy()
  return text()
}

/** Status of each answer that is whole, in order; those of the 1xx class are none. */
export function statuses(text: string): readonly number[] {
  const found: number[] = []
  let rest = text
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return found
    const head = rest.slice(0, end)
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1])
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0)
    const body = rest.slice(end + 4)
    if (/^transfer-encoding: chunked$/im.test(head)) {
      const last = body.indexOf('0\r\n\r\n')
      if (last < 0) return found
      rest = body.slice(last + 5)
    } else {
      if (body.length < length) return found
      rest = body.slice(length)
    }
    if (status >= 200) found.push(status)
  }
}

/** The code of a refusal, or the status of what is none. */
export function codeOf(answer: string): string {
  return /"(?:error_)?code":"([a-z_]+)"/.exec(answer)?.[1] ?? String(statuses(answer)[0] ?? 'no answer')
}

export const messages: readonly object[] = [{ role: 'user', content: 'hello' }]

/** How many requests have reached the stand-in since this was asked the last time. */
export function counting({ modelApi }: World): () => Promise<number> {
  let before = 0
  return async () => {
    const now = await modelApi.count()
    const more = now - before
    before = now
    return more
  }
}

export interface RawRequest {
  readonly line?: string
  /** Each with its line end. */
  readonly headers?: string
  readonly body?: string
  /** Absent: the length of the body. */
  readonly framing?: string
}

/** A chat completion as bytes, with what is to be odd about it. */
export function post(token: string | null, over: RawRequest = {}): string {
  const { line = 'POST /v1/chat/completions HTTP/1.1', headers = '' } = over
  const body = over.body ?? JSON.stringify({ model: 'open-1', messages })
  const framing = over.framing ?? `Content-Length: ${Buffer.byteLength(body, 'latin1')}\r\n`
  const credential = token === null ? '' : `Authorization: Bearer ${token}\r\n`
  return `${line}\r\nHost: gate.example\r\n${credential}Content-Type: application/json\r\n${framing}${headers}\r\n${body}`
}

/** One or more requests as bytes, for what is not a POST with a JSON body. */
export function get(token: string | null, target: string, headers = '', method = 'GET'): string {
  const credential = token === null ? '' : `Authorization: Bearer ${token}\r\n`
  return `${method} ${target} HTTP/1.1\r\nHost: gate.example\r\n${credential}${headers}\r\n`
}

export interface Heard {
  readonly socket: Socket
  /** Head and body, byte for character. */
  readonly text: string
  /** How many came before on all connections. */
  readonly nth: number
}

export interface ModelApiInBytes {
  readonly port: number
  readonly heard: readonly Heard[]
  readonly connections: () => number
  readonly open: () => number
}

/** A whole answer that the relay takes. */
export function answered(body: object = { model: 'open-1' }, headers = ''): string {
  const text = JSON.stringify(body)
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n${headers}\r\n${text}`
}

export type Script = (heard: Heard) => void

/**
 * A gate before a model API that says, to each whole request, what the script writes.
 * @param settings further lines under the upstream, each indented by four
 */
export async function gateBefore(
  t: Test,
  script: Script,
  {
    upstream = '',
    make = createServer,
    dialects = ['openai'],
    fable,
    scheme = 'http',
    logger,
    listen = '',
  }: Before = {},
): Promise<{ world: World; api: ModelApiInBytes }> {
  const heard: Heard[] = []
  const open = new Set<Socket>()
  let connections = 0
  const server = make((socket) => {
    connections += 1
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => {})
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (let end = wholeRequest(text); end > 0; end = wholeRequest(text)) {
        const one = { socket, text: text.slice(0, end), nth: heard.length }
        text = text.slice(end)
        heard.push(one)
        script(one)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  server.unref()
  const { port } = server.address() as { port: number }
  const each = (dialect: string, host: string, models: string): string => `
  - name: ${dialect}-${host}
    dialect: ${dialect}
    url: ${scheme}://${host}:${port}
    credential: \${file:upstream-key}
    models: [${models}]${upstream}`
  const upstreams = dialects
    .map((dialect) =>
      fable === undefined
        ? each(dialect, '127.0.0.1', 'open-1, fable-5, list-1, muse-spark')
        : each(dialect, '127.0.0.1', 'open-1') + each(dialect, fable, 'fable-5'),
    )
    .join('')
  const world = await gateFor(t, { upstreams, listen, ...(logger === undefined ? {} : { logger }) })
  t.teardown(async () => {
    const permits = (await decisions(world)).filter(({ effect }) => effect === 'permit')
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
    if (heard.length > permits.length)
      throw new Error(`forwarded without a permit: ${heard.length} > ${permits.length}`)
  })
  return { world, api: { port, heard, connections: () => connections, open: () => open.size } }
}

export interface Before {
  readonly upstream?: string
  readonly make?: (listener: (socket: Socket) => void) => Server
  readonly dialects?: readonly string[]
  readonly logger?: WorldOptions['logger']
  /** A line to add to the section `listen`. */
  readonly listen?: string
  /** Where `fable-5` is asked for at another host than the other models. */
  readonly fable?: string
  readonly scheme?: 'http' | 'https'
}

/** Length of the first whole request, 0 where none is whole. The gate frames what it sends by length alone. */
function wholeRequest(text: string): number {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return 0
  const length = Number(/^content-length: (\d+)$/im.exec(text.slice(0, end))?.[1] ?? 0)
  return text.length >= end + 4 + length ? end + 4 + length : 0
}

/** Outcomes so far, once there are as many as asked for. */
export async function outcomes(world: World, count: number): Promise<readonly OutcomeRecord[]> {
  let found: readonly OutcomeRecord[] = []
  await until(async () => {
    found = (await records(world)).filter((record) => record.k === 'outcome')
    return found.length >= count
  })
  return found
}
