// From node:http to an Arrival. The body is read here, whole or not at all.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createDeadlines } from '../clock/index.ts'
import type { Arrival, BodyReading } from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import type { Parts } from './parts.ts'

const bodyDeadlines = createDeadlines(limits.requestTimeoutMs)

/** One request, with what it holds of the gate's memory and places until `release`. */
export class HttpArrival implements Arrival {
  readonly method: string
  readonly target: string
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
  readonly peer: string
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #parts: Parts
  #held = 0
  #hasPlace = false

  constructor(request: IncomingMessage, response: ServerResponse, parts: Parts) {
    this.method = request.method ?? ''
    this.target = request.url ?? ''
    this.httpVersion = request.httpVersion
    this.rawHeaders = request.rawHeaders
    this.peer = request.socket.remoteAddress ?? ''
    this.#request = request
    this.#response = response
    this.#parts = parts
  }

  admit(): boolean {
    const { places } = this.#parts
    this.#hasPlace = places.taken < places.limit
    if (this.#hasPlace) places.taken += 1
    return this.#hasPlace
  }

  isGone(): boolean {
    return this.#response.destroyed || this.#response.closed
  }

  /** Never rejects: a body that breaks off, drips or is too long is a refusal with its reason. */
  readBody(limit: number, copies: 1 | 2): Promise<BodyReading> {
    const request = this.#request
    const { promise, resolve } = Promise.withResolvers<BodyReading>()
    const declared = Number(request.headers['content-length'] ?? 0)
    // One buffer that grows: a body in a million chunks costs no more than a body in one, which is taken as it came.
    let bytes = nothing
    let length = 0
    // The listeners stay: to take them off costs more than to hear what comes after.
    let isOver = false
    const end = (reading: BodyReading): void => {
      isOver = true
      bodyDeadlines.end(deadline)
      resolve(reading)
    }
    const refuse = (reason: Exclude<BodyReading, { kind: 'body' }>['reason'], message: string): void => {
      if (isOver) return
      request.pause()
      end({ kind: 'refused', reason, message })
    }
    /** @returns whether so many bytes fit */
    const grow = (wanted: number): boolean => {
      if (wanted <= bytes.length) return true
      const size = Math.min(limit, Math.max(wanted, bytes.length * 2, smallestBuffer))
      if (!this.#take((size - bytes.length) * copies)) return false
      const grown = Buffer.allocUnsafe(size)
      bytes.copy(grown, 0, 0, length)
      bytes = grown
      return true
    }
    const onData = (chunk: Buffer): void => {
      if (isOver) return
      if (length + chunk.length > limit) return refuse('too_large', `the body is longer than ${limit} bytes`)
      if (length === 0 && chunk.length === declared && this.#take(declared * copies)) bytes = chunk
      else if (!grow(length + chunk.length)) return refuse('overloaded', 'too many bytes of requests are held')
      else chunk.copy(bytes, length)
      length += chunk.length
    }
    const onEnd = (): void => {
      if (!isOver) end({ kind: 'body', bytes: length === bytes.length ? bytes : bytes.subarray(0, length) })
    }
    const onBreak = (): void => refuse('request_unreadable', 'the body broke off')
    const deadline = bodyDeadlines.begin(() => refuse('timeout', 'the body did not arrive in time'))

    if (declared > limit) refuse('too_large', `the body is declared longer than ${limit} bytes`)
    else if (request.destroyed) onBreak()
    else {
      // Only a request that may go on is told so (RFC 9110 §10.1.1): not one whose body is refused by its length alone.
      if (request.headers.expect !== undefined) this.#response.writeContinue()
      request.on('data', onData).on('end', onEnd).on('error', onBreak).on('close', onBreak)
    }
    return promise
  }

  /** The request has ended: what it held is free again. */
  release(): void {
    const { memory, places } = this.#parts
    memory.free(this.#held)
    this.#held = 0
    if (this.#hasPlace) places.taken -= 1
    this.#hasPlace = false
  }

  #take(bytes: number): boolean {
    if (!this.#parts.memory.take(bytes)) return false
    this.#held += bytes
    return true
  }
}

const smallestBuffer = 1024
const nothing: Buffer = Buffer.alloc(0)
