// From node:http to an Arrival. The body is read here, whole or not at all.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Arrival, BodyReading } from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import type { MemoryBudget } from './memory-budget.ts'

export interface ArrivalParts {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly memory: MemoryBudget
  readonly admit: () => boolean
}

/** @param onHeld hears how many bytes of the budget the body took: the caller gives them back when the request has ended */
export function arrivalOf(
  { request, response, memory, admit }: ArrivalParts,
  onHeld: (bytes: number) => void,
): Arrival {
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    peer: request.socket.remoteAddress ?? '',
    admit,
    isGone: () => response.destroyed || response.closed,
    readBody: (limit, copies) => {
      // Only a request that may go on is told so (RFC 9110 §10.1.1): not one whose body is refused by its length alone.
      const onAwaited = (): void => {
        if (request.headers.expect !== undefined) response.writeContinue()
      }
      return readBody(request, { limit, copies, memory, onHeld, onAwaited })
    },
  }
}

interface ReadOptions {
  readonly limit: number
  readonly copies: number
  readonly memory: MemoryBudget
  readonly onHeld: (bytes: number) => void
  readonly onAwaited: () => void
}

/** Never rejects: a body that breaks off, drips or is too long is a refusal with its reason. */
function readBody(
  request: IncomingMessage,
  { limit, copies, memory, onHeld, onAwaited }: ReadOptions,
): Promise<BodyReading> {
  const { promise, resolve } = Promise.withResolvers<BodyReading>()
  // One buffer that grows: a body in a million chunks costs no more than a body in one.
  let bytes: Buffer = Buffer.alloc(0)
  let length = 0
  const end = (reading: BodyReading): void => {
    clearTimeout(timer)
    request.off('data', onData).off('end', onEnd).off('error', onBreak).off('close', onBreak)
    resolve(reading)
  }
  const refuse = (reason: Exclude<BodyReading, { kind: 'body' }>['reason'], message: string): void => {
    request.pause()
    end({ kind: 'refused', reason, message })
  }
  /** @returns whether so many bytes fit */
  const grow = (wanted: number): boolean => {
    if (wanted <= bytes.length) return true
    const size = Math.min(limit, Math.max(wanted, bytes.length * 2, smallestBuffer))
    const more = (size - bytes.length) * copies
    if (!memory.take(more)) return false
    onHeld(more)
    const grown = Buffer.allocUnsafe(size)
    bytes.copy(grown, 0, 0, length)
    bytes = grown
    return true
  }
  const onData = (chunk: Buffer): void => {
    if (length + chunk.length > limit) return refuse('too_large', `the body is longer than ${limit} bytes`)
    if (!grow(length + chunk.length)) return refuse('overloaded', 'too many bytes of requests are held')
    chunk.copy(bytes, length)
    length += chunk.length
  }
  const onEnd = (): void => end({ kind: 'body', bytes: bytes.subarray(0, length) })
  const onBreak = (): void => refuse('request_unreadable', 'the body broke off')
  const timer = setTimeout(() => refuse('timeout', 'the body did not arrive in time'), limits.requestTimeoutMs)

  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limit) refuse('too_large', `the body is declared longer than ${limit} bytes`)
  else if (request.destroyed) onBreak()
  else {
    onAwaited()
    request.on('data', onData).on('end', onEnd).on('error', onBreak).on('close', onBreak)
  }
  return promise
}

const smallestBuffer = 1024
