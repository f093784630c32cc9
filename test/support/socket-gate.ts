// A gate before a model API on WebSockets, a client that hears everything, and the invariant that holds while a test runs and after it:
// no upgrade and no frame that names a model reaches the model API before its permit is on disk.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { WebSocket } from 'ws'
import type { World, WorldOptions } from '../../src/demo/world.ts'
import type { DecisionRecord } from '../../src/vocabulary/record.ts'
import { gateFor, recordsIn } from './gate.ts'
import { type SocketApi, startSocketApi } from './socket-api.ts'

interface Test {
  teardown(run: () => Promise<void>): void
}

export interface SocketWorld {
  readonly world: World
  readonly api: SocketApi
}

export async function socketGateFor(t: Test, options: Partial<WorldOptions> = {}): Promise<SocketWorld> {
  const api = await startSocketApi()
  const world = await gateFor(t, { upstreams: upstreamsAt(api.url), ...options })
  const broken: string[] = []
  let naming = 0
  api.onFrame = ({ text }) => {
    if (/"(?:model|effort)"\s*:/.test(text)) naming += 1
    const permits = permitsOnDisk(world)
    if (naming > permits.filter(({ request }) => request.socket !== null).length)
      broken.push('a frame before its permit')
    if (api.sockets.length > permits.length) broken.push('an upgrade before its permit')
  }
  t.teardown(async () => {
    await api.close()
    if (broken.length > 0) throw new Error(broken.join('; '))
  })
  return { world, api }
}

function upstreamsAt(url: string): string {
  return ['openai', 'azure', 'google']
    .map(
      (dialect) => `
  - name: sockets-${dialect}
    dialect: ${dialect}
    url: ${url}
    credential: \${file:upstream-key}
    models: [mythos-5, fable-5, muse-spark, next-1, open-1]`,
    )
    .join('')
}

/** Read at this very moment, while nothing else runs. */
function permitsOnDisk({ log }: Pick<World, 'log'>): readonly DecisionRecord[] {
  const files = (readdirSync(log, { recursive: true }) as string[]).filter((name) => /seg\/\d{16}\.ndjson$/.test(name))
  return recordsIn(files.map((name) => readFileSync(join(log, name), 'utf8')))
    .filter((record) => record.k === 'decision')
    .filter(({ effect }) => effect === 'permit')
}

export interface Client {
  readonly ws: WebSocket
  /** What it heard so far. */
  readonly events: Record<string, unknown>[]
  /** The next event of this type, or the first that was not waited for yet. */
  next(type: string): Promise<Record<string, unknown>>
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  say(event: unknown): void
}

export interface Connecting {
  readonly token: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly protocols?: readonly string[]
}

/** Rejects with the status of a refusal, and its body. */
export class UpgradeRefused extends Error {
  readonly status: number
  readonly body: { readonly error?: { readonly code?: string; readonly decision_id?: string } }
  constructor(status: number, text: string) {
    super(`the upgrade was answered ${status}`)
    this.status = status
    this.body = text === '' ? {} : (JSON.parse(text) as UpgradeRefused['body'])
  }
}

export async function connect(
  { world }: { readonly world: { readonly gateway: Pick<World['gateway'], 'data'> } },
  { token, path = '/v1/realtime?model=fable-5', headers, protocols = [] }: Connecting,
): Promise<Client> {
  const ws = new WebSocket(world.gateway.data.replace(/^http/, 'ws') + path, [...protocols], {
    headers: headers ?? { authorization: `Bearer ${token}` },
    perMessageDeflate: true,
  })
  const events: Client['events'] = []
  const taken = new Set<object>()
  const heard: (() => void)[] = []
  ws.on('message', (data: Buffer) => {
    events.push(JSON.parse(data.toString('utf8')) as Record<string, unknown>)
    for (const wake of heard.splice(0)) wake()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => {
      resolve({ code, reason: String(reason) })
      for (const wake of heard.splice(0)) wake()
    })
  })
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve)
    ws.on('error', reject)
    ws.once('unexpected-response', (_request, response) => {
      textOf(response).then((body) => reject(new UpgradeRefused(response.statusCode ?? 0, body)), reject)
    })
  })
  const next = async (type: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = events.find((event) => event['type'] === type && !taken.has(event))
      if (found !== undefined) {
        taken.add(found)
        return found
      }
      if (ws.readyState === WebSocket.CLOSED) throw new Error(`closed before \`${type}\` came`)
      await new Promise<void>((resolve) => heard.push(resolve))
    }
  }
  const say = (event: unknown): void => ws.send(typeof event === 'string' ? event : JSON.stringify(event))
  return { ws, events, next, closed, say }
}
