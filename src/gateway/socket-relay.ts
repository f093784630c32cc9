// Steps 7 to 9 for a WebSocket: the gate speaks with the client and, once something was permitted, with the model API, and is never a
// tunnel. A message of the client is read before it goes on, and decided where it names a model or a mode; before a message of either
// side goes on the live registry is asked. What ends one side ends the other.
import {
  type Conversation,
  type Dispatch,
  type Ending,
  enforceFrame,
  type Forwarding,
  type Opened,
  type Reason,
  type Refused,
  refusedAfterPermit,
} from '../enforcement/index.ts'
import type { JsonObject } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { SocketWords } from '../request/index.ts'
import type { Decision } from '../vocabulary/decision.ts'
import type { UpstreamSettings } from '../vocabulary/settings.ts'
import { closeCodeOf, isOrderly, passedCode, reasonOfFault } from './close-codes.ts'
import type { Parts } from './parts.ts'
import { SocketEnd } from './socket-end.ts'
import { connectUpstream, HandshakeFailed, type Shaken } from './socket-handshakes.ts'
import { type SocketEnding, SocketOutcomes } from './socket-outcomes.ts'
import { createSocketReading, type SocketReading } from './socket-reading.ts'
import { type Standing, StandingDecisions } from './standing-decisions.ts'

export class SocketRelay {
  readonly ended: Promise<SocketEnding>
  readonly #resolve: (ending: SocketEnding) => void
  readonly #parts: Parts
  readonly #opened: Opened | Forwarding
  readonly #conversation: Conversation
  readonly #words: SocketWords
  readonly #standing: StandingDecisions
  readonly #reading: SocketReading
  readonly #outcomes: SocketOutcomes
  readonly #leaving = new AbortController()
  /** Resolves when the client's side is open, or never will be. */
  readonly #taken = Promise.withResolvers<void>()
  #client: SocketEnd | null = null
  #upstream: SocketEnd | null = null
  #connected: UpstreamSettings | null = null
  /** The last decision by which something is made: it keeps what those before it make, too. */
  #making: Standing | null = null
  /** The message of the client that is on its way: its outcome is recorded before the conversation has ended. */
  #frame: Promise<void> = Promise.resolve()
  #isFirst = true
  #over: SocketEnding | null = null
  /** What the client is told; null: nothing but the close code. */
  #refused: Refused | null = null
  #lastMessageAt = performance.now()
  #failure: string | null = null
  #signs: NodeJS.Timeout | undefined

  constructor(parts: Parts, opened: Opened | Forwarding, conversation: Conversation, words: SocketWords) {
    const { promise, resolve } = Promise.withResolvers<SocketEnding>()
    this.ended = promise
    this.#resolve = resolve
    this.#parts = parts
    this.#opened = opened
    this.#conversation = conversation
    this.#words = words
    this.#reading = createSocketReading(words)
    this.#outcomes = new SocketOutcomes(parts, this.#reading)
    this.#standing = new StandingDecisions(parts.gate, {
      cut: (decision) => this.#cut(decision),
      end: () => this.shutDown(),
    })
  }

  /** What the upgrade was permitted, if it names a model: connects to the model API. @returns null, or what the client is told. */
  async begin(forwarding: Forwarding): Promise<Refused | null> {
    await this.#admit(forwarding)
    return this.#over === null
      ? null
      : (this.#refused ?? refusedAfterPermit(this.#parts.gate, forwarding, 'overloaded'))
  }

  /** The client's side is open. */
  take({ ws, connection }: Shaken): void {
    this.#client = new SocketEnd(ws, 'client', connection, this.#parts.memory, {
      message: (data, isBinary) => this.#fromClient(data, isBinary),
      closed: (code) => this.#stop(isOrderly(code) ? 'completed' : 'client_abort', null),
      broken: (code) => {
        this.#parts.metrics.protocolError(code)
        this.#stop('client_abort', reasonOfFault(code))
      },
      failed: (error) => this.#defect(error),
    })
    this.#outcomes.isOpen = true
    if (this.#over !== null) return this.#closeClient()
    this.#taken.resolve()
    this.#signs = setInterval(() => this.#lookForSigns(), limits.socketPingMs)
  }

  /** The client left before its side was open. */
  abandon(): void {
    this.#stop('client_abort', null)
  }

  /** The gate ends. */
  shutDown(): void {
    this.#stop('shutdown', 'overloaded', null, 1012)
  }

  /** Closes it where its caller is shut out, also while nothing was permitted on it yet. @returns whether it did */
  endIfRevoked(): boolean {
    const withdrawn = this.#parts.gate.revoked().of(this.#conversation.caller)
    if (withdrawn === null || this.#over !== null) return false
    this.#parts.gate.observe.cut(withdrawn.reason)
    this.#stopAll('cut', withdrawn.reason)
    return true
  }

  /** Whether nothing was permitted on it so far, so that nothing is lost with it. */
  isIdle(): boolean {
    return this.#standing.size === 0
  }

  // ── the client's side ──

  #fromClient(bytes: Buffer, isBinary: boolean): Promise<void> {
    this.#frame = this.#takeFrame(bytes, isBinary)
    return this.#frame
  }

  async #takeFrame(bytes: Buffer, isBinary: boolean): Promise<void> {
    this.#lastMessageAt = performance.now()
    if (!this.#standing.allHold()) return
    const { gate } = this.#parts
    const frame = { bytes, isBinary, isFirst: this.#isFirst }
    const passage = await enforceFrame(gate, this.#conversation, frame, this.#connected)
    this.#isFirst = false
    if (passage.kind === 'refuse') return this.#refuse(passage)
    if (passage.kind === 'forward') {
      const body = await this.#admit(passage)
      if (body !== null) await this.#upstream?.send(body, isBinary)
      return
    }
    // While it was read, a decision may have ended.
    if (this.#over === null && this.#standing.allHold()) await this.#upstream?.send(bytes, isBinary)
  }

  /** Watches what was permitted, and connects if nobody is yet. @returns what may go to the model API; null: nothing any more. */
  async #admit(forwarding: Forwarding): Promise<Uint8Array | null> {
    const { added, replaced } = this.#standing.add(forwarding, this.#outcomes.counted())
    if (replaced !== null) this.#outcomes.ofDecision(replaced, { ending: 'completed', reason: null })
    if (this.#over !== null) {
      for (const one of this.#standing.close()) this.#outcomes.ofDecision(one, this.#over)
      return null
    }
    if (this.#standing.size > limits.socketDecisions) {
      this.#stop('client_abort', 'too_large', refusedAfterPermit(this.#parts.gate, forwarding, 'too_large'))
      return null
    }
    if (!this.#standing.mayGo(added)) return null
    const dispatch = forwarding.permit.spend()
    if (forwarding.keeping !== null) this.#making = added
    if (this.#upstream === null) await this.#connect(dispatch)
    // Connecting took its time.
    return this.#over === null && this.#standing.allHold() ? dispatch.body : null
  }

  #refuse(refused: Refused): void {
    this.#outcomes.ofRefusal(refused)
    this.#stop('refused', refused.reason, refused)
  }

  // ── the model API's side ──

  async #connect(dispatch: Dispatch): Promise<void> {
    try {
      const { ws, connection } = await connectUpstream(dispatch, this.#leaving.signal)
      this.#outcomes.upstreamStatus = 101
      this.#connected = dispatch.upstream
      this.#upstream = new SocketEnd(ws, 'server', connection, this.#parts.memory, {
        message: (data, isBinary) => this.#fromUpstream(data, isBinary),
        closed: (code) => this.#upstreamClosed(code),
        broken: (code) => this.#fail(`it broke the protocol: ${code}`),
        failed: (error) => this.#defect(error),
      })
    } catch (error) {
      if (error instanceof HandshakeFailed) this.#outcomes.upstreamStatus = error.status
      this.#fail(error instanceof Error ? error.message : String(error))
    }
  }

  async #fromUpstream(event: Buffer, isBinary: boolean): Promise<void> {
    this.#lastMessageAt = performance.now()
    if (this.#over !== null || !this.#standing.allHold()) return
    const { models, value } = this.#reading.read(event, this.#making !== null)
    if (!models.every((name) => this.#standing.allowsServed(name))) {
      return this.#stopAll('model_mismatch', 'model_mismatch')
    }
    if (value !== null) await this.#bind(value)
    // Its client's side opens after this one, and binding takes its time.
    await this.#taken.promise
    if (this.#over !== null || !this.#standing.allHold()) return
    this.#outcomes.released(event.length)
    await this.#client?.send(event, isBinary)
  }

  /** What it makes is bound to its maker before anybody is told of it. */
  async #bind(value: JsonObject): Promise<void> {
    const making = this.#making
    const keeping = making?.forwarding.keeping ?? null
    const made = keeping?.made(value) ?? []
    if (making === null || keeping === null || made.length === 0) return
    try {
      const joined = await keeping.keep(made)
      // A conversation has grown meanwhile: what it grew by is decided, too, before anything that may rest on it goes on.
      if (joined.length > 0) making.live.join(joined)
    } catch (error) {
      // The event goes on: what it made is unknown, hence refused, from then on.
      this.#parts.gate.observe.fault(error, 'what an event made could not be bound to its maker')
    }
  }

  #upstreamClosed(code: number): void {
    if (!isOrderly(code)) this.#failure = `it closed with ${code}`
    if (code === 1006) return this.#stopAll('upstream_failed', 'upstream_unavailable')
    this.#stop(isOrderly(code) ? 'completed' : 'upstream_failed', null, null, passedCode(code))
  }

  #fail(why: string): void {
    this.#failure ??= why
    this.#stopAll('upstream_failed', 'upstream_unavailable')
  }

  /** Why the model API could not be relayed, for the operators' log; null where it could. */
  failure(): string | null {
    return this.#failure
  }

  // ── the end ──

  #cut(decision: Decision): void {
    if (this.#over !== null) return
    this.#parts.gate.observe.cut(decision.reason)
    this.#stopAll('cut', decision.reason, decision)
  }

  /** Nothing is known of what was sent, so everything ends. */
  #defect(error: unknown): void {
    this.#parts.gate.observe.fault(error, 'a WebSocket ended in a fault inside the gate')
    this.#stopAll('cut', 'evaluation_failed')
  }

  /** Ends the conversation and says why, under the decision that opened it. */
  #stopAll(ending: Ending, reason: Reason, decision?: Decision): void {
    this.#stop(ending, reason, refusedAfterPermit(this.#parts.gate, this.#opened, reason, decision))
  }

  #lookForSigns(): void {
    const idleMs = this.isIdle() ? limits.socketFirstFrameMs : limits.socketIdleMs
    if (performance.now() - this.#lastMessageAt > idleMs) this.#stop('client_abort', 'timeout', null, 1001)
    if (this.#client?.ping() === false) this.#stop('client_abort', 'timeout')
    if (this.#upstream?.ping() === false) this.#fail('it gave no sign of life')
  }

  #stop(ending: Ending, reason: Reason | null, refused: Refused | null = null, code = 1000): void {
    if (this.#over !== null) return
    this.#over = { ending, reason }
    this.#refused = refused
    this.#taken.resolve()
    clearInterval(this.#signs)
    this.#leaving.abort()
    if (ending === 'completed' || ending === 'shutdown') this.#upstream?.close(1000)
    else this.#upstream?.terminate()
    this.#closeClient(code)
    for (const one of this.#standing.close()) this.#outcomes.ofDecision(one, this.#over)
    if (this.#opened.kind === 'open') this.#outcomes.ofUpgrade(this.#opened.id, this.#over)
    const written = async (): Promise<void> => {
      await this.#frame.catch(() => {})
      await this.#outcomes.written()
    }
    void written().finally(() => this.#resolve({ ending, reason }))
  }

  /** The dialect's own error event first. What waits in a buffer of ours must not follow: then the connection is all that can be ended. */
  #closeClient(code = 1000): void {
    if (this.#client === null) return
    if (this.#refused === null) return this.#client.close(code)
    if (this.#client.unsent() > 0) return this.#client.terminate()
    const { refusal, reason } = this.#refused
    const event = this.#words.errorEvent(refusal)
    if (event !== null) void this.#client.send(Buffer.from(event), false)
    this.#client.close(closeCodeOf(reason), refusal.code)
  }
}
