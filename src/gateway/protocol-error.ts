// What is not HTTP/1.1: answered in one line (HTTP/2 in its own frames), counted, and the connection closed. There is no request here to decide.
import type { Socket } from 'node:net'
import { http2Refusal } from './http2-refusal.ts'
import type { Parts } from './parts.ts'

const answers: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  CONNECT: '405 Method Not Allowed',
}

/** What node's parser says of `PRI * HTTP/2.0`. */
const prefaceOfHttp2 = 'HPE_PAUSED_H2_UPGRADE'

const line = (status: string): string =>
  `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n`

/** @param error node's parse error, or `{code: 'CONNECT'}` */
export function refuseProtocolError(
  error: { code?: string | undefined },
  socket: Socket,
  { metrics, turns }: Parts,
): void {
  const code = error.code ?? 'unknown'
  if (code === 'ECONNRESET' || socket.destroyed) {
    socket.destroy()
    return
  }
  metrics.protocolError(code)
  // In the middle of an answer there is no room for another one.
  if (!socket.writable || turns.isBusy(socket)) socket.destroy()
  else socket.end(code === prefaceOfHttp2 ? http2Refusal : line(answers[code] ?? '400 Bad Request'))
}
