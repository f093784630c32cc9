// A model API on WebSockets, in the test's own process: the events of OpenAI's Realtime and Responses and of Gemini's Live, as far as the
// official SDKs read them, and exactly what reached it. The answers mean nothing.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export interface SeenFrame {
  readonly text: string
  readonly isBinary: boolean
}

export interface SeenSocket {
  readonly path: string
  readonly rawHeaders: readonly string[]
  readonly frames: SeenFrame[]
  readonly ws: WebSocket
  closedWith: number | null
}

export interface SocketApiOptions {
  /** Answers the upgrade with this status instead, and a `Location` where it redirects. */
  reject?: number
  /** The model that it says it runs; nothing: the one that was asked for. */
  served?: string
  /** Bytes of text in an answer. */
  answerBytes?: number
  /** It says nothing by itself. */
  silent?: boolean
}

export interface SocketApi {
  readonly url: string
  readonly sockets: readonly SeenSocket[]
  /** Ordinary requests that reached it. */
  requests(): number
  readonly options: SocketApiOptions
  /** Called with every frame, before it is answered. */
  onFrame: (frame: SeenFrame) => void
  close(): Promise<void>
}

/** Google sends JSON as bytes. */
function sayLive(ws: WebSocket, text: string, served: string | undefined): void {
  const say = (message: object): void => ws.send(Buffer.from(JSON.stringify(message)))
  if (text.startsWith('{"setup"')) say({ setupComplete: {}, ...(served === undefined ? {} : { modelVersion: served }) })
  if (!text.startsWith('{"clientContent"')) return
  say({ serverContent: { modelTurn: { role: 'model', parts: [{ text: 'The gate let it pass.' }] } } })
  say({ serverContent: { turnComplete: true }, usageMetadata: { promptTokenCount: 1, responseTokenCount: 7 } })
}

export async function startSocketApi(): Promise<SocketApi> {
  const sockets: SeenSocket[] = []
  const options: SocketApiOptions = {}
  let answers = 0
  let requests = 0
  const http = createServer((_request, response) => {
    requests += 1
    response.writeHead(404).end()
  })
  const server = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request: IncomingMessage, connection, head) => {
    if (options.reject !== undefined) {
      connection.end(
        `HTTP/1.1 ${options.reject} No\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      )
      return
    }
    server.handleUpgrade(request, connection, head, (ws) => converse(ws, request))
  })

  function converse(ws: WebSocket, { url = '', rawHeaders }: IncomingMessage): void {
    const seen: SeenSocket = { path: url, rawHeaders, frames: [], ws, closedWith: null }
    sockets.push(seen)
    const say = (event: object): void => ws.send(JSON.stringify(event))
    const query = new URLSearchParams(url.split('?')[1])
    let model = query.get('model') ?? query.get('deployment') ?? ''
    let event = 0
    const id = (): string => `event_${++event}`
    const isRealtime = url.includes('/realtime')
    const isLive = url.includes('/ws/google.')
    ws.on('error', () => {})
    ws.on('close', (code) => (seen.closedWith = code))
    ws.on('message', (data: Buffer, isBinary) => {
      const frame = { text: data.toString('utf8'), isBinary }
      seen.frames.push(frame)
      api.onFrame(frame)
      if (options.silent) return
      if (isLive) return sayLive(ws, frame.text, options.served)
      const {
        type,
        session,
        model: named,
      } = JSON.parse(frame.text) as {
        type: string
        session?: object
        model?: string
      }
      if (type === 'session.update') say({ type: 'session.updated', event_id: id(), session })
      if (type !== 'response.create') return
      model = named ?? model
      const response = {
        id: `resp_${++answers}`,
        object: 'response',
        model: options.served ?? model,
        output: [],
        usage: null,
      }
      const text = 'x'.repeat(options.answerBytes ?? 8)
      say({ type: 'response.created', event_id: id(), sequence_number: 0, response })
      say({ type: 'response.output_text.delta', event_id: id(), sequence_number: 1, delta: text })
      const done = { ...response, status: 'completed', usage: { input_tokens: 1, output_tokens: 7, total_tokens: 8 } }
      say({
        type: isRealtime ? 'response.done' : 'response.completed',
        event_id: id(),
        sequence_number: 2,
        response: done,
      })
    })
    if (isRealtime && !options.silent) {
      say({ type: 'session.created', event_id: id(), session: { type: 'realtime', model: options.served ?? model } })
    }
  }

  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const api: SocketApi = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    sockets,
    requests: () => requests,
    options,
    onFrame: () => {},
    async close() {
      for (const { ws } of sockets) ws.terminate()
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
  return api
}
