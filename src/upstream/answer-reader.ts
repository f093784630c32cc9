// Reads the answers of one connection, byte by byte as they come: heads, bodies and where each ends. Pure: what it finds it tells, and
// what cannot be read in one way alone is a fault, after which nothing of this connection is believed.
import { type AnswerFields, type Framing, readHead } from './answer-head.ts'
import { token, value } from './grammar.ts'

export interface AnswerEvents {
  /** One of the class 1xx, or the one that counts. */
  head(status: number, fields: AnswerFields): void
  /** Some of the body, without its framing, in memory of its own. */
  data(chunk: Buffer): void
  /** @param keepMs as in `Head` */
  end(keepMs: number | null): void
}

/** Bytes of a head, of trailers, and of a line that says how long a chunk is. */
export interface ReaderLimits {
  readonly headBytes: number
  readonly lineBytes: number
}

type State = 'idle' | 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'to-the-end' | 'broken'

const lineEnd = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')
const nothing: Buffer = Buffer.alloc(0)
/** Extensions say nothing to us and are read over (RFC 9112 §7.1.1). Thirteen digits are a number that is exact. */
const chunkSize = new RegExp(`^0*([0-9A-Fa-f]{1,13})[\\t ]*(?:;${value})?$`)
const trailerLine = new RegExp(`^${token}:${value}$`)

export class AnswerReader {
  readonly #events: AnswerEvents
  readonly #limits: ReaderLimits
  #state: State = 'idle'
  #method = ''
  /** What is not read yet, from `#at` on. */
  #bytes: Buffer = nothing
  #at = 0
  /** Of the body, or of the chunk. */
  #left = 0
  #trailers = 0
  #keepMs: number | null = null
  #isPaused = false
  #isReading = false
  #hasEnded = false
  #fault: string | null = null

  constructor(events: AnswerEvents, limits: ReaderLimits) {
    this.#events = events
    this.#limits = limits
  }

  /** A request by this method is sent: its answer comes next. Precondition: idle. */
  expect(method: string): void {
    this.#state = 'head'
    this.#method = method
  }

  /** All of the head has come, not all of the body. */
  get isInBody(): boolean {
    return this.#state !== 'idle' && this.#state !== 'head'
  }

  /** Takes what came: nothing of it is looked at after the call. Returns what is wrong with it, or null. */
  read(bytes: Buffer): string | null {
    this.#bytes = this.#bytes.length > 0 ? Buffer.concat([this.#bytes, bytes]) : bytes
    return this.#readOn()
  }

  /** Tells no more until `resume`. */
  pause(): void {
    this.#isPaused = true
  }

  resume(): string | null {
    this.#isPaused = false
    return this.#readOn()
  }

  /** Nothing more is wanted of this connection. */
  drop(): void {
    this.#state = 'broken'
    this.#bytes = nothing
    this.#at = 0
  }

  /** The other side has ended the connection: what came before is told first, be it only after `resume`. */
  ended(): string | null {
    this.#hasEnded = true
    return this.#readOn()
  }

  /** What it tells of may make whoever hears it ask to go on: that is done already. */
  #readOn(): string | null {
    if (this.#isReading) return null
    this.#isReading = true
    while (!this.#isPaused && this.#step());
    if (this.#hasEnded && !this.#isPaused) this.#endOfAll()
    this.#isReading = false
    this.#bytes = this.#at < this.#bytes.length ? Buffer.from(this.#bytes.subarray(this.#at)) : nothing
    this.#at = 0
    return this.#fault
  }

  #endOfAll(): void {
    if (this.#state === 'broken') return
    if (this.#state === 'to-the-end') this.#finish()
    this.#break(`it ended the connection${this.#state === 'idle' ? '' : ' before its answer was over'}`)
  }

  /** False: it cannot go on with what there is. */
  #step(): boolean {
    if (this.#state === 'length' && this.#left === 0) {
      this.#finish()
      return true
    }
    if (this.#at >= this.#bytes.length) return false
    switch (this.#state) {
      case 'head':
        return this.#head()
      case 'length':
      case 'chunk':
        return this.#body()
      case 'chunk-size':
        return this.#chunkSize()
      case 'chunk-end':
        return this.#chunkEnd()
      case 'trailers':
        return this.#trailer()
      case 'to-the-end':
        this.#events.data(Buffer.from(this.#take(this.#bytes.length - this.#at)))
        return true
      case 'idle':
        this.#break('it sent what nobody had asked for')
        return false
      case 'broken':
        return false
    }
  }

  #head(): boolean {
    const end = this.#bytes.indexOf(headEnd, this.#at)
    const length = (end < 0 ? this.#bytes.length : end) - this.#at
    if (length > this.#limits.headBytes) return this.#breakStep('the head of its answer is too long')
    if (end < 0) return false
    const head = readHead(this.#bytes.toString('latin1', this.#at, end), this.#method)
    if (typeof head === 'string') return this.#breakStep(head)
    this.#at = end + headEnd.length
    const { status, fields, framing } = head
    if (status <= 101) return this.#breakStep(`it answered ${status}, which nobody had asked for`)
    if (status >= 200) {
      this.#keepMs = head.keepMs
      this.#begin(framing)
    }
    this.#events.head(status, fields)
    return true
  }

  #begin(framing: Framing): void {
    this.#left = framing.kind === 'length' ? framing.bytes : 0
    this.#trailers = 0
    this.#state = framing.kind === 'chunked' ? 'chunk-size' : framing.kind
  }

  #body(): boolean {
    const chunk = this.#take(Math.min(this.#left, this.#bytes.length - this.#at))
    this.#left -= chunk.length
    this.#events.data(Buffer.from(chunk))
    if (this.#left === 0 && this.#state === 'chunk') this.#state = 'chunk-end'
    return true
  }

  #chunkSize(): boolean {
    const line = this.#line()
    if (line === null) return false
    const size = chunkSize.exec(line)
    if (size === null) return this.#breakStep('it sent a chunk of a length that cannot be read')
    this.#left = Number.parseInt(size[1] as string, 16)
    this.#state = this.#left === 0 ? 'trailers' : 'chunk'
    return true
  }

  #chunkEnd(): boolean {
    if (this.#bytes.length - this.#at < lineEnd.length && this.#bytes[this.#at] === lineEnd[0]) return false
    if (this.#take(lineEnd.length).compare(lineEnd) !== 0) return this.#breakStep('it sent a chunk longer than it said')
    this.#state = 'chunk-size'
    return true
  }

  /** Read over: nothing of them is relayed. */
  #trailer(): boolean {
    const line = this.#line()
    if (line === null) return false
    this.#trailers += line.length
    if (this.#trailers > this.#limits.headBytes) return this.#breakStep('the end of its answer is too long')
    if (line === '') this.#finish()
    else if (!trailerLine.test(line)) return this.#breakStep('it sent a trailer field that cannot be read')
    return true
  }

  /** Without its end; null: it is not all there yet, or too long. */
  #line(): string | null {
    const end = this.#bytes.indexOf(lineEnd, this.#at)
    const length = (end < 0 ? this.#bytes.length : end) - this.#at
    if (length > this.#limits.lineBytes) this.#break('it sent a line that is too long')
    if (end < 0 || this.#fault !== null) return null
    const line = this.#bytes.toString('latin1', this.#at, end)
    this.#at = end + lineEnd.length
    return line
  }

  #take(length: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += taken.length
    return taken
  }

  #finish(): void {
    this.#state = 'idle'
    this.#events.end(this.#keepMs)
  }

  #breakStep(why: string): false {
    this.#break(why)
    return false
  }

  #break(why: string): void {
    this.#fault = why
    this.drop()
  }
}
