// One end of a relayed WebSocket. Messages are handed on one after the other; while one is under way, and while the other end has
// enough to send, nothing more is read from the peer. What is held, be it a message in fragments, is taken from the memory budget.
import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import { limits } from '../limits.ts'
import type { MemoryBudget } from './memory-budget.ts'

export interface EndEvents {
  /** The next message waits until this one is through. */
  readonly message: (data: Buffer, isBinary: boolean) => Promise<void>
  /** The peer has closed, or its connection broke (1006); after its last message. */
  readonly closed: (code: number) => void
  /** A message could not be handed on: a defect. */
  readonly failed: (error: unknown) => void
  /** The peer broke RFC 6455 or a limit; the socket is being closed with the code that says so. */
  readonly broken: (code: string) => void
}

/** Bytes of a frame's head: two, and four of the mask that a client's frames have. */
const headBytes = { client: 6, server: 2 } as const

export class SocketEnd {
  readonly #ws: WebSocket
  readonly #events: EndEvents
  readonly #memory: MemoryBudget
  readonly #headBytes: number
  readonly #queue: { readonly data: Buffer; readonly isBinary: boolean }[] = []
  /** Bytes of the message that is not whole yet. */
  #partial = 0
  #late: NodeJS.Timeout | undefined
  #isBusy = false
  #closedWith: number | null = null
  #isOver = false
  #isAlive = true
  #second = 0
  #framesInSecond = 0

  /** @param connection what `ws` reads from */
  constructor(
    ws: WebSocket,
    peer: keyof typeof headBytes,
    connection: Socket,
    memory: MemoryBudget,
    events: EndEvents,
  ) {
    this.#ws = ws
    this.#events = events
    this.#memory = memory
    this.#headBytes = headBytes[peer]
    connection.prependListener('data', (chunk: Buffer) => this.#arrived(chunk.length))
    ws.on('message', (data, isBinary) => this.#received(data as Buffer, isBinary))
    const control = (data: Buffer): void => this.#settlePartial(data.length + this.#headBytes)
    ws.on('ping', control)
    ws.on('pong', (data) => {
      this.#isAlive = true
      control(data)
    })
    ws.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('WS_ERR_') && !this.#isOver) events.broken(error.code)
    })
    ws.on('close', (code) => {
      this.#closedWith = code
      if (!this.#isBusy) this.#finish()
    })
    ws.resume()
  }

  /** @returns when there is room for more. Who takes nothing for `limits.writeStallMs` is cut off. */
  send(data: Uint8Array, isBinary: boolean): Promise<void> {
    if (this.#ws.readyState !== WebSocket.OPEN) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ws.send(data, { binary: isBinary, compress: false }, () => resolve())
    if (this.#ws.bufferedAmount <= limits.socketBufferBytes) return Promise.resolve()
    const stall = setTimeout(() => this.terminate(), limits.writeStallMs)
    return promise.finally(() => clearTimeout(stall))
  }

  /** Bytes of ours that the kernel does not have yet. */
  unsent(): number {
    return this.#ws.bufferedAmount
  }

  /** Says goodbye; who does not answer is cut off. What is still received is nobody's. */
  close(code: number, reason = ''): void {
    this.#over()
    this.#ws.close(code, reason)
  }

  /** Ends the connection at once, unsent bytes and all. */
  terminate(): void {
    this.#ws.terminate()
  }

  /** Asks the peer for a sign of life. @returns false where it gave none since the last time */
  ping(): boolean {
    // While it is not read, its answer cannot be seen.
    const wasAlive = this.#isAlive || this.#isBusy
    this.#isAlive = false
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping()
    return wasAlive
  }

  // ── what comes in ──

  #arrived(bytes: number): void {
    if (this.#isOver) return
    if (!this.#memory.take(bytes)) return this.#give('WS_ERR_NO_MEMORY')
    this.#partial += bytes
    this.#late ??= setTimeout(() => this.#tooLate(), limits.requestTimeoutMs)
  }

  #settlePartial(bytes: number): void {
    const settled = Math.min(bytes, this.#partial)
    this.#partial -= settled
    this.#memory.free(settled)
    if (this.#partial > 0) return
    clearTimeout(this.#late)
    this.#late = undefined
  }

  #tooLate(): void {
    this.#late = undefined
    if (!this.#isBusy) return this.#give('WS_ERR_TIMEOUT')
    this.#late = setTimeout(() => this.#tooLate(), limits.requestTimeoutMs)
  }

  #give(code: string): void {
    this.#events.broken(code)
    this.terminate()
  }

  #received(data: Buffer, isBinary: boolean): void {
    this.#settlePartial(this.#partial)
    if (this.#isOver) return
    if (!this.#memory.take(data.length)) return this.#give('WS_ERR_NO_MEMORY')
    this.#queue.push({ data, isBinary })
    if (!this.#isBusy) void this.#drain()
  }

  async #drain(): Promise<void> {
    this.#isBusy = true
    this.#ws.pause()
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (!this.#isOver) {
        await this.#pace()
        await this.#events.message(next.data, next.isBinary).catch(this.#events.failed)
      }
      this.#memory.free(next.data.length)
    }
    this.#isBusy = false
    this.#ws.resume()
    if (this.#closedWith !== null) this.#finish()
  }

  /** Holds back who sends too many frames in a second until it is over. */
  async #pace(): Promise<void> {
    const now = performance.now()
    if (now - this.#second >= 1_000) {
      this.#second = now
      this.#framesInSecond = 0
    }
    this.#framesInSecond += 1
    if (this.#framesInSecond <= limits.socketFramesPerS) return
    await new Promise((resolve) => setTimeout(resolve, 1_000 - (now - this.#second)))
  }

  #finish(): void {
    const code = this.#closedWith ?? 1006
    const wasOver = this.#isOver
    this.#over()
    this.#settlePartial(this.#partial)
    if (!wasOver) this.#events.closed(code)
  }

  #over(): void {
    this.#isOver = true
    clearTimeout(this.#late)
  }
}
