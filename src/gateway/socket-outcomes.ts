// What passed over one WebSocket, and the outcome records that say so: one for the upgrade and one for each frame that was decided.
import type { Ending, Reason, Refused } from '../enforcement/index.ts'
import type { Parts } from './parts.ts'
import { type Answered, recordOutcome } from './record-outcome.ts'
import type { SocketReading } from './socket-reading.ts'
import type { Counted, Standing } from './standing-decisions.ts'

/** How a conversation, or one decision of it, ended. */
export interface SocketEnding {
  readonly ending: Ending
  readonly reason: Reason | null
}

export class SocketOutcomes {
  /** Of the model API's answer to the upgrade; null: it gave none. */
  upstreamStatus: number | null = null
  /** The client's side is open. */
  isOpen = false
  readonly #parts: Parts
  readonly #reading: SocketReading
  #bytes = 0
  #lastByteAt: number | null = null
  readonly #recorded: Promise<void>[] = []

  constructor(parts: Parts, reading: SocketReading) {
    this.#parts = parts
    this.#reading = reading
  }

  /** An event goes to the client. */
  released(bytes: number): void {
    this.#bytes += bytes
    this.#lastByteAt = this.#parts.gate.clock.now()
  }

  counted(): Counted {
    return { at: this.#parts.gate.clock.now(), bytes: this.#bytes, tokens: this.#reading.outputTokens() }
  }

  ofDecision({ id, since }: Standing, over: SocketEnding): void {
    const { at, bytes, tokens } = this.counted()
    this.#parts.gate.observe.ended(over.ending, Math.max(0, at - since.at) / 1_000)
    this.#record(id, over, bytes - since.bytes, tokens === null ? null : tokens - (since.tokens ?? 0))
  }

  /** Of an upgrade that no policy was asked about. */
  ofUpgrade(id: string, over: SocketEnding): void {
    this.#record(id, over, this.#bytes, this.#reading.outputTokens())
  }

  ofRefusal({ recorded, refusal }: Refused): void {
    if (recorded === null) return
    const own = { upstreamStatus: null, bytes: 0, outputTokens: null, servedModel: null, lastByteAt: null }
    this.#write({ ...own, id: recorded, ending: 'refused', reason: null, status: refusal.status })
  }

  /** Resolves when all of them were tried. */
  async written(): Promise<void> {
    await Promise.all(this.#recorded)
  }

  #record(id: string, { ending, reason }: SocketEnding, bytes: number, outputTokens: number | null): void {
    this.#write({
      id,
      ending,
      reason,
      upstreamStatus: this.upstreamStatus,
      status: this.isOpen ? 101 : null,
      bytes,
      outputTokens,
      servedModel: this.#reading.served(),
      lastByteAt: this.#lastByteAt,
    })
  }

  #write(answered: Answered): void {
    this.#recorded.push(recordOutcome(this.#parts, answered))
  }
}
