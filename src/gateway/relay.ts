// Steps 7 to 9, forward, watch, outcome: what the permit holds goes to the model API, and its answer comes back, watched.
//
// A stream is released in whole events; any other answer is held until it is whole, so that the model it names is checked first. Before
// anything is released the live registry is asked, and an answer stays in it until the kernel has its last byte: nothing passes at or after
// the instant at which a directive takes effect, not even from a buffer of ours (HTTP/2 has one more). An abort on either side ends the other.
import type { ServerResponse } from 'node:http'
import { together } from '../clock/index.ts'
import {
  type Ending,
  type Forwarding,
  type Gate,
  judgeServed,
  type OpenAnswer,
  type Reason,
  refusedAfterPermit,
} from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import { dialects, ownAddresses } from '../request/index.ts'
import type { AnswerControl, AnswerFields, AnswerListener } from '../upstream/index.ts'
import type { Decision } from '../vocabulary/decision.ts'
import { type AnswerHead, readAnswerHead } from './answer-head.ts'
import { type AnswerReading, createAnswerReading } from './answer-reading.ts'
import { type Binding, createBinding } from './binding.ts'
import { ClientWriter, hasUnsent } from './client-writer.ts'
import { withoutAccount } from './error-text.ts'
import { createEventEdges, type EventEdges } from './event-edges.ts'
import { HeldAnswer } from './held-answer.ts'
import type { MemoryBudget } from './memory-budget.ts'
import type { Answered } from './record-outcome.ts'
import { tellStop } from './tell-stop.ts'

/**
 * `waiting` for the head of the answer · `holding` one that is no stream · `streaming` · `finishing`: all is written, not all has
 * left · `ended`.
 */
type RelayPhase = 'waiting' | 'holding' | 'streaming' | 'finishing' | 'ended'

export class Relay implements AnswerListener {
  readonly #outcome = Promise.withResolvers<Answered>()
  readonly ended: Promise<Answered> = this.#outcome.promise
  readonly #gate: Gate
  readonly #forwarding: Forwarding
  readonly #client: ServerResponse
  readonly #live: OpenAnswer
  readonly #reading: AnswerReading
  readonly #binding: Binding
  #edges: EventEdges | undefined
  /** All has come from the model API. */
  #isWhole = false
  readonly #held: HeldAnswer
  #phase: RelayPhase = 'waiting'
  #controller: AnswerControl | undefined
  #wasSent = false
  readonly #writer: ClientWriter
  #head: AnswerHead | undefined
  /** How many of the names in the answer were found to be as decided. */
  #judged = 0
  #upstreamStatus: number | null = null
  #interim = 0
  #bytes = 0
  #lastByteAt: number | null = null
  #failure: string | null = null

  constructor(gate: Gate, forwarding: Forwarding, client: ServerResponse, memory: MemoryBudget) {
    this.#gate = gate
    this.#forwarding = forwarding
    this.#client = client
    this.#held = new HeldAnswer(memory)
    this.#writer = new ClientWriter(client)
    const { id, anchor, facts, decision, keeping, dialect, tells } = forwarding
    this.#binding = createBinding(gate, keeping, (models) => this.#live.join(models))
    this.#reading = createAnswerReading(dialect, this.#binding, tells)
    this.#live = gate.live.open(
      {
        id,
        anchor,
        facts,
        applied: decision.obligations,
        cut: (denial) => this.#cut(denial),
        isUnsent: () => hasUnsent(client),
        end: () => this.#stop('shutdown', 'overloaded'),
      },
      decision.validUntil,
    )
    client.on('close', () => this.#closed())
    // It may have left while its permit was being recorded.
    if (client.destroyed || client.closed) this.#closed()
  }

  /** Asked right before anything is sent: time has passed, and perhaps a policy, since the decision was recorded. */
  mayStart(): boolean {
    const { policies } = this.#gate
    return policies.current() === this.#forwarding.active ? this.#live.check() : this.#live.recheck()
  }

  // ── the model API's side ──

  /** It is asked, or will be once there is a connection. */
  asked(controller: AnswerControl): void {
    this.#controller = controller
    if (this.#isOver()) controller.abort(answerEnded)
  }

  onRequestStart(controller: AnswerControl): void {
    this.#wasSent = this.mayStart()
    if (this.#wasSent) this.#live.started()
    else controller.abort(answerEnded)
  }

  onResponseStart(_controller: AnswerControl, status: number, headers: AnswerFields): void {
    const isInterim = status < 200
    if (isInterim && ++this.#interim > limits.interimAnswers) this.fail('it says that it will answer, and does not')
    if (isInterim || this.#phase !== 'waiting') return
    this.#upstreamStatus = status
    if (status >= 300) this.#binding.nothing()
    const head = readAnswerHead(status, headers, this.#forwarding)
    if (typeof head === 'string') return this.fail(head)
    this.#head = head
    this.#phase = head.isStream ? 'streaming' : 'holding'
    if (!head.isStream || !this.#live.check()) return
    this.#edges = createEventEdges(dialects[this.#forwarding.dialect].streamType)
    this.#client.writeHead(status, head.headers)
    this.#client.flushHeaders()
  }

  onResponseData(controller: AnswerControl, chunk: Buffer): void {
    if (this.#phase === 'holding') {
      if (!this.#held.take(chunk)) return this.fail('its answer is longer than can be held')
    } else if (this.#phase === 'streaming' && this.#edges !== undefined) {
      const events = this.#edges.push(chunk)
      const fault = this.#edges.fault()
      if (fault !== null) return this.fail(fault)
      if (events !== null) this.#release(events, controller)
    }
  }

  onResponseEnd(): void {
    this.#isWhole = true
    answerSoon(this)
  }

  answer(): void {
    try {
      if (!this.#binding.isUnderWay()) this.#answered()
    } catch (error) {
      this.fail(String(error))
    }
  }

  #answered(): void {
    if (this.#phase === 'streaming' && this.#edges !== undefined) {
      const fault = this.#edges.fault('at-end')
      if (fault !== null) return this.fail(fault)
      const rest = this.#edges.rest()
      if (rest.length > 0) this.#release(rest, undefined)
      if (this.#live.check() && !this.#binding.isUnderWay()) this.#finish()
    } else if (this.#phase === 'holding') this.#answerWhole()
  }

  onResponseError(_controller: AnswerControl, error: Error): void {
    this.fail(error.message)
  }

  /** The model API did not answer, or not in a way that can be relayed. */
  fail(why: string): void {
    if (this.#phase === 'finishing' || this.#isOver()) return
    this.#failure = why
    this.#stop('upstream_failed', 'upstream_unavailable')
  }

  /** Whether the model API may have had any of it. */
  wasSent(): boolean {
    return this.#wasSent
  }

  /** Why the model API could not be relayed, for the operators' log; null where it could. */
  failure(): string | null {
    return this.#failure
  }

  // ── the caller's side ──

  #release(events: Buffer, controller: AnswerControl | undefined): void {
    if (this.#binding.isUnderWay()) throw new Error('events came while those before them were being bound')
    if (!this.#live.check()) return
    this.#reading.readEvents(events)
    if (!this.#servedAsDecided()) return
    const isHeldBack = this.#binding.begin(false, () => {
      if (this.#isOver() || !this.#live.check()) return
      this.#write(events, controller)
      if (this.#isOver()) return
      if (!this.#client.writableNeedDrain) controller?.resume()
      if (this.#isWhole) this.#answered()
    })
    if (isHeldBack) controller?.pause()
    else this.#write(events, controller)
  }

  #write(events: Buffer, controller: AnswerControl | undefined): void {
    this.#bytes += events.length
    this.#lastByteAt = this.#gate.clock.now()
    this.#writer.write(events, controller)
  }

  #answerWhole(): void {
    if (!this.#live.check()) return
    const held = withoutAccount(this.#upstreamStatus ?? 0, this.#held.whole())
    const whole = ownAddresses(held, this.#forwarding.addresses)
    this.#reading.readWhole(whole, this.#head?.type ?? '')
    if (!this.#servedAsDecided()) return
    if (!this.#binding.begin(true, () => this.#releaseWhole(whole))) this.#releaseWhole(whole)
  }

  #releaseWhole(whole: Buffer): void {
    if (this.#isOver() || !this.#live.check()) return
    this.#bytes = whole.length
    this.#lastByteAt = this.#gate.clock.now()
    const headers = this.#head?.headers ?? {}
    headers['content-length'] = whole.length
    this.#client.writeHead(this.#upstreamStatus ?? 502, headers)
    this.#finish(whole)
  }

  /** All is written; the answer is over when the kernel has it all, and then it closes. */
  #finish(last?: Buffer): void {
    this.#phase = 'finishing'
    this.#writer.writeLast(last)
  }

  /** Every model that the answer has named so far, against what was decided. */
  #servedAsDecided(): boolean {
    const { served } = this.#reading
    if (served.size === this.#judged) return true
    for (const name of served) {
      if (judgeServed(this.#forwarding, name) !== 'mismatch') continue
      this.#stop('model_mismatch', 'model_mismatch')
      return false
    }
    this.#judged = served.size
    return true
  }

  #closed(): void {
    if (this.#isOver()) return
    if (!this.#client.writableFinished) return this.#end('client_abort', null)
    this.#lastByteAt = this.#gate.clock.now()
    this.#end('completed', null)
  }

  #cut(decision: Decision): void {
    if (this.#isOver()) return
    this.#gate.observe.cut(decision.reason)
    this.#stop('cut', decision.reason, decision)
  }

  /** Ends the answer early with the dialect's own error: as a refusal while nothing was sent, as an event afterwards. */
  #stop(ending: Ending, reason: Reason, decision?: Decision): void {
    if (this.#isOver()) return
    try {
      const at = { isWritten: this.#phase === 'finishing', sequence: this.#reading.nextSequence() }
      const refused = refusedAfterPermit(this.#gate, this.#forwarding, reason, decision)
      tellStop(this.#client, refused, this.#forwarding, at)
    } catch (error) {
      // Whatever is wrong with the telling: it is over, and what it held is free.
      this.#gate.observe.fault(error, 'an answer could not be ended in words')
      this.#client.destroy()
    }
    this.#end(ending, reason)
    this.#controller?.abort(answerEnded)
  }

  #isOver(): boolean {
    return this.#phase === 'ended'
  }

  #end(ending: Ending, reason: Reason | null): void {
    if (this.#isOver()) return
    this.#phase = 'ended'
    this.#writer.over()
    this.#live.close()
    this.#held.free()
    this.#outcome.resolve({
      id: this.#forwarding.id,
      ending,
      reason,
      upstreamStatus: this.#upstreamStatus,
      status: this.#client.headersSent ? this.#client.statusCode : null,
      bytes: this.#bytes,
      outputTokens: this.#reading.outputTokens(),
      servedModel: this.#reading.lastServed(),
      lastByteAt: this.#lastByteAt,
    })
    if (ending === 'client_abort') this.#controller?.abort(answerEnded)
  }
}

const answerSoon = together((relay: Relay) => relay.answer())

/** One for all: to make an error costs a tenth of ending an answer, and thousands end at once. */
const answerEnded = new Error('the answer has ended')
