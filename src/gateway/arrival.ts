// From node:http to an Arrival. The body is read here, whole or not at all.
import type { IncomingMessage } from 'node:http'
import type { Arrival, BodyReading } from '../enforcement/index.ts'
import { limits } from '../limits.ts'

export function arrivalOf(request: IncomingMessage, overloaded: boolean): Arrival {
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    peer: request.socket.remoteAddress ?? '',
    overloaded,
    readBody: (limit) => readBody(request, limit),
  }
}

/** Never rejects: a body that breaks off, drips or is too long is a refusal with its reason. */
function readBody(request: IncomingMessage, limit: number): Promise<BodyReading> {
  const { promise, resolve } = Promise.withResolvers<BodyReading>()
  const chunks: Buffer[] = []
  let length = 0
  const end = (reading: BodyReading): void => {
    clearTimeout(timer)
    request.off('data', onData).off('end', onEnd).off('error', onBreak).off('close', onBreak)
    resolve(reading)
  }
  const refuse = (reason: 'too_large' | 'timeout' | 'request_unreadable', detail: string): void => {
    request.pause()
    end({ kind: 'refused', reason, detail })
  }
  const onData = (chunk: Buffer): void => {
    length += chunk.length
    if (length > limit) refuse('too_large', `the body is longer than ${limit} bytes`)
    else chunks.push(chunk)
  }
  const onEnd = (): void =>
    end({ kind: 'body', bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length) })
  const onBreak = (): void => refuse('request_unreadable', 'the body broke off')
  const timer = setTimeout(() => refuse('timeout', 'the body did not arrive in time'), limits.requestTimeoutMs)

  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limit) refuse('too_large', `the body is declared longer than ${limit} bytes`)
  else if (request.destroyed) onBreak()
  else request.on('data', onData).on('end', onEnd).on('error', onBreak).on('close', onBreak)
  return promise
}
