// Requests as the server would hand them over, for the tests of this room.

import { Buffer } from 'node:buffer'
import {
  findRoute,
  type OperationReading,
  type RequestStart,
  type RouteMatch,
  readOperation,
  type routes,
} from '../../src/request/index.ts'

export type Route = (typeof routes)[number]

export const json: readonly string[] = ['Host', 'gate.example', 'Content-Type', 'application/json']
export const version: readonly string[] = ['anthropic-version', '2023-06-01']

/** Of a WebSocket's upgrade. */
export const handshake: readonly string[] = [
  ['Connection', 'keep-alive, Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
].flat()

export const paths = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
  count: '/v1/messages/count_tokens',
} as const

export function start(over: Partial<RequestStart> = {}): RequestStart {
  return { method: 'POST', target: paths.chat, httpVersion: '1.1', rawHeaders: json, ...over }
}

export function matchOf(over: Partial<RequestStart> = {}): RouteMatch {
  const route = findRoute(start(over))
  if (route.kind !== 'route') throw new Error(`no route: ${route.message}`)
  return route
}

export function readBody(api: keyof typeof paths, body: unknown): OperationReading {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readOperation(matchOf({ target: paths[api] }), Buffer.from(text))
}

/** The path of a row with the example of each of its segments. */
export function pathOf({ path, segments }: Route): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => segments[name]?.example ?? '')
}

/** The reason of a refusal, or `operation`. */
export function outcome(reading: OperationReading): string {
  return reading.kind === 'operation' ? 'operation' : reading.reason
}

/** The least body of each API that is accepted. */
export const least = {
  chat: { model: 'fable-5', messages: [{ role: 'user', content: 'hello' }] },
  responses: { model: 'fable-5', input: 'hello' },
  messages: { model: 'fable-5', max_tokens: 16, messages: [{ role: 'user', content: 'hello' }] },
  count: { model: 'fable-5', messages: [{ role: 'user', content: 'hello' }] },
} as const

export type Api = keyof typeof least

/** The least body of an API with further members. */
export function withPart(api: Api, part: object): object {
  return { ...least[api], ...part }
}
