// One connection to a model API: one request at a time, and its answer. It is used again only after an answer that said where it ends, was
// read to there, and was not told to be the last. No retries: what broke is told, never asked for again.
import type { Socket } from 'node:net'
import type { Deadline, Deadlines } from '../clock/index.ts'
import { limits } from '../limits.ts'
import { upstreamLimits } from '../upstream-limits.ts'
import type { AnswerFields } from './answer-head.ts'
import { AnswerReader } from './answer-reader.ts'
import type { Connect } from './connect.ts'
import type { UpstreamRequest } from './request-head.ts'

/** What may be done to an answer while it comes; after its end nothing of it has any effect. */
export interface AnswerControl {
  pause(): void
  resume(): void
  /** Ends the connection. `onResponseError` is told of it, unless the answer is over. */
  abort(error: Error): void
}

/** Hears of one request, which ends in exactly one of `onResponseEnd` and `onResponseError`. */
export interface AnswerListener {
  /** Connected, and nothing was sent yet; all of it will be, unless it is aborted here. */
  onRequestStart(control: AnswerControl): void
  /** Any number of times with a status of the class 1xx, then once with the one that counts. */
  onResponseStart(control: AnswerControl, status: number, fields: AnswerFields): void
  /** Some of the body, in memory of its own. */
  onResponseData(control: AnswerControl, chunk: Buffer): void
  onResponseEnd(control: AnswerControl): void
  onResponseError(control: AnswerControl, error: Error): void
}

/** How long is waited for a connection, for the head of an answer, for more of its body. */
export interface Waits {
  readonly connect: Deadlines
  readonly head: Deadlines
  readonly body: Deadlines
}

/** What a connection tells its pool. */
export interface Keeper {
  /** @param keepMs for how long it may be used again; null: the answer did not say; 0: it may not */
  onAnswered(connection: Connection, keepMs: number | null): void
  onGone(connection: Connection): void
}

/** Whatever comes on any connection is read into this, and looked at before anything else is: one at a time, in one thread. */
const readingRoom = Buffer.allocUnsafeSlow(upstreamLimits.readBytes)

/** A request that is under way. */
class Exchange implements AnswerControl {
  readonly request: UpstreamRequest
  readonly head: string
  readonly listener: AnswerListener
  /** Undefined once it is over. */
  connection: Connection | undefined

  constructor(connection: Connection, request: UpstreamRequest, head: string, listener: AnswerListener) {
    this.connection = connection
    this.request = request
    this.head = head
    this.listener = listener
  }

  pause(): void {
    this.connection?.pause()
  }

  resume(): void {
    this.connection?.resume()
  }

  abort(error: Error): void {
    this.connection?.break(error)
  }
}

export class Connection {
  readonly #socket: Socket
  readonly #waits: Waits
  readonly #keeper: Keeper
  readonly #reader: AnswerReader
  #wait: { readonly of: Deadlines; readonly deadline: Deadline } | undefined
  #exchange: Exchange | undefined
  #isConnected = false
  #isPaused = false
  /** What is read was held back, for however long: it says nothing of how the connection is now. */
  #isLate = false
  #hasEnded = false
  #isGone = false

  constructor(connect: Connect, waits: Waits, keeper: Keeper) {
    const socket = connect({
      buffer: readingRoom,
      callback: (length) => {
        this.#guarded(() => this.#reader.read(readingRoom.subarray(0, length)))
        return !this.#isPaused
      },
    })
    this.#socket = socket
    this.#waits = waits
    this.#keeper = keeper
    this.#reader = new AnswerReader(
      {
        head: (status, fields) => this.#exchange?.listener.onResponseStart(this.#exchange, status, fields),
        data: (chunk) => this.#exchange?.listener.onResponseData(this.#exchange, chunk),
        end: (keepMs) => this.#answered(keepMs),
      },
      upstreamLimits,
    )
    socket.setNoDelay(true)
    socket.setKeepAlive(true, upstreamLimits.probeMs)
    socket.on('encrypted' in socket ? 'secureConnect' : 'connect', () => this.#connected())
    socket.on('end', () => this.#ended())
    socket.on('error', (error: Error) => this.#failed(error))
    socket.on('close', () => this.#ended())
    this.#waitFor(waits.connect, 'it could not be connected to in time')
  }

  /**
   * Precondition: it is new, or `onAnswered` was told and nothing was sent since.
   * @param head of the request, in Latin-1
   */
  send(request: UpstreamRequest, head: string, listener: AnswerListener): AnswerControl {
    const exchange = new Exchange(this, request, head, listener)
    this.#exchange = exchange
    if (this.#isConnected) this.#start(exchange)
    return exchange
  }

  /** All of the last request has left: another may follow it. */
  get isSent(): boolean {
    return this.#socket.writableLength === 0
  }

  pause(): void {
    this.#isPaused = true
    this.#reader.pause()
    this.#socket.pause()
    // Whoever rests is waited for by whoever made it rest.
    this.#endWait()
  }

  resume(): void {
    if (!this.#isPaused || this.#isGone) return
    this.#isPaused = false
    this.#isLate = true
    this.#guarded(() => this.#reader.resume())
    this.#isLate = false
    if (!this.#isPaused) this.#socket.resume()
  }

  break(error: Error): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#endWait()
    this.#reader.drop()
    this.#socket.destroy()
    this.#keeper.onGone(this)
    const exchange = this.#over()
    exchange?.listener.onResponseError(exchange, error)
  }

  /** Over TLS the end may be here while whoever rests has not heard all that came before it. */
  #ended(): void {
    this.#hasEnded = true
    this.#guarded(() => this.#reader.ended())
  }

  #failed(error: Error): void {
    // Behind its end there is nothing left that could fail: but what came before it may still have to be heard.
    if (this.#hasEnded) return
    // Of a name with several addresses none could be connected to: an error that says nothing itself.
    const all = error instanceof AggregateError ? error.errors.map(String).join(', ') : ''
    this.break(all === '' ? error : new Error(all, { cause: error }))
  }

  #connected(): void {
    this.#isConnected = true
    this.#endWait()
    if (this.#exchange !== undefined) this.#start(this.#exchange)
  }

  #start(exchange: Exchange): void {
    const { request, head, listener } = exchange
    this.#guarded(() => {
      listener.onRequestStart(exchange)
      if (this.#exchange !== exchange) return null
      this.#reader.expect(request.method)
      this.#write(head, request.body)
      return null
    })
  }

  /** Head and a short body leave in one write where both are text: Latin-1, which has a character for each byte. */
  #write(head: string, body: Uint8Array | null): void {
    if (body === null) return void this.#socket.write(head, 'latin1')
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    if (bytes.length <= limits.oneWriteBytes) return void this.#socket.write(head + bytes.toString('latin1'), 'latin1')
    this.#socket.cork()
    this.#socket.write(head, 'latin1')
    this.#socket.write(bytes)
    this.#socket.uncork()
  }

  /** @param act tells what is wrong, or null. What it throws is a defect of whoever listens; the answer ends with it. */
  #guarded(act: () => string | null): void {
    try {
      const fault = act()
      if (fault !== null) return this.break(new Error(fault))
    } catch (error) {
      return this.break(error instanceof Error ? error : new Error(String(error)))
    }
    this.#waitForMore()
  }

  #waitForMore(): void {
    if (this.#exchange === undefined || this.#isPaused || !this.#isConnected) return
    if (this.#reader.isInBody) this.#waitFor(this.#waits.body, 'it did not go on with its answer in time')
    else if (this.#wait === undefined) this.#waitFor(this.#waits.head, 'it did not begin to answer in time')
  }

  #answered(keepMs: number | null): void {
    const exchange = this.#over()
    this.#endWait()
    exchange?.listener.onResponseEnd(exchange)
    this.#keeper.onAnswered(this, this.#isLate ? 0 : keepMs)
  }

  #over(): Exchange | undefined {
    const exchange = this.#exchange
    if (exchange !== undefined) exchange.connection = undefined
    this.#exchange = undefined
    return exchange
  }

  #waitFor(of: Deadlines, why: string): void {
    this.#endWait()
    this.#wait = { of, deadline: of.begin(() => this.break(new Error(why))) }
  }

  #endWait(): void {
    this.#wait?.of.end(this.#wait.deadline)
    this.#wait = undefined
  }
}
