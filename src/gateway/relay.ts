// Steps 7 to 9, forward, watch, outcome: what the permit holds goes to the model API, and its answer comes back, watched.
//
// A stream is released in whole events; any other answer is held until it is whole, so that the model it names is checked
// before anybody sees it. Before anything is released the live registry is asked, so that nothing passes at or after the
// instant at which a directive takes effect. An abort on either side ends the other.
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
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
import { dialects } from '../request/index.ts'
import type { Decision } from '../vocabulary/decision.ts'
import { type AnswerReading, createAnswerReading } from './answer-reading.ts'
import { createEventEdges } from './event-edges.ts'
import { refuse } from './refuse.ts'
import { releasedHeaders } from './released-headers.ts'

/** How a forwarded request ended; becomes its outcome record. */
export interface Answered {
  readonly ending: Ending
  readonly reason: Reason | null
  readonly upstreamStatus: number | null
  readonly status: number | null
  readonly bytes: number
  readonly outputTokens: number | null
  readonly servedModel: string | null
  readonly lastByteAt: number | null
}

export class Relay implements Dispatcher.DispatchHandler {
  readonly ended: Promise<Answered>
  readonly #gate: Gate
  readonly #forwarding: Forwarding
  readonly #client: ServerResponse
  readonly #live: OpenAnswer
  readonly #resolve: (answered: Answered) => void
  readonly #reading: AnswerReading
  readonly #edges = createEventEdges()
  /** The whole answer so far, where it is held. */
  readonly #held: Buffer[] = []
  #heldBytes = 0
  #phase: 'waiting' | 'holding' | 'streaming' | 'ended' = 'waiting'
  #controller: Dispatcher.DispatchController | undefined
  #headers: Record<string, string> = {}
  #upstreamStatus: number | null = null
  #bytes = 0
  #lastByteAt: number | null = null
  #failure: string | null = null

  constructor(gate: Gate, forwarding: Forwarding, client: ServerResponse) {
    const { promise, resolve } = Promise.withResolvers<Answered>()
    this.ended = promise
    this.#resolve = resolve
    this.#gate = gate
    this.#forwarding = forwarding
    this.#client = client
    this.#reading = createAnswerReading(forwarding.dialect)
    this.#live = gate.live.open(
      { id: forwarding.id, facts: forwarding.facts, cut: (decision) => this.#cut(decision) },
      forwarding.decision.validUntil,
    )
    client.once('close', () => {
      if (!client.writableFinished) this.#end('client_abort', null)
    })
  }

  /** Asked right before anything is sent: time has passed, and perhaps a policy, since the decision was recorded. */
  mayStart(): boolean {
    const { policies } = this.#gate
    return policies.current() === this.#forwarding.active ? this.#live.check() : this.#live.recheck()
  }

  // ── the model API's side ──

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (!this.mayStart()) controller.abort(new Error('the answer ended before it began'))
  }

  onRequestUpgrade(): void {
    this.fail('it switched protocols unasked')
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#phase !== 'waiting' || status < 200) return
    this.#upstreamStatus = status
    if (status >= 300 && status < 400) return this.fail('it redirected')
    const coding = headers['content-encoding']
    if (coding !== undefined && coding !== 'identity')
      return this.fail('it answered in a coding that was not asked for')
    this.#headers = { ...releasedHeaders(headers), 'portcullis-decision': this.#forwarding.id }
    if (!headers['content-type']?.startsWith('text/event-stream')) {
      this.#phase = 'holding'
      return
    }
    if (!this.#live.check()) return
    this.#phase = 'streaming'
    this.#client.writeHead(status, this.#headers)
    this.#client.flushHeaders()
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#phase === 'holding') {
      this.#heldBytes += chunk.length
      if (this.#heldBytes > limits.answerBytes) return this.fail('its answer is longer than can be held')
      this.#held.push(chunk)
    } else if (this.#phase === 'streaming') {
      const events = this.#edges.push(chunk)
      if (this.#edges.held() > limits.sseEventBytes) return this.fail('an event is longer than can be held')
      if (events !== null) this.#release(events, controller)
    }
  }

  onResponseEnd(): void {
    if (this.#phase === 'streaming') {
      const rest = this.#edges.rest()
      if (rest.length > 0) this.#release(rest, undefined)
      if (!this.#isOver()) {
        this.#client.end()
        this.#end('completed', null)
      }
    } else if (this.#phase === 'holding') this.#answerWhole()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error.message)
  }

  // ── the caller's side ──

  #release(events: Buffer, controller: Dispatcher.DispatchController | undefined): void {
    if (!this.#live.check()) return
    this.#reading.readEvents(events)
    if (!this.#servedAsDecided()) return
    this.#bytes += events.length
    this.#lastByteAt = this.#gate.clock.now()
    if (this.#client.write(events) || controller === undefined) return
    controller.pause()
    this.#client.once('drain', () => controller.resume())
  }

  #answerWhole(): void {
    if (!this.#live.check()) return
    const whole = Buffer.concat(this.#held, this.#heldBytes)
    this.#reading.readWhole(whole)
    if (!this.#servedAsDecided()) return
    this.#bytes = whole.length
    this.#lastByteAt = this.#gate.clock.now()
    this.#client.writeHead(this.#upstreamStatus ?? 502, { ...this.#headers, 'content-length': whole.length })
    this.#client.end(whole)
    this.#end('completed', null)
  }

  /** The upstream's own word on what it served, against what was decided. */
  #servedAsDecided(): boolean {
    const served = this.#reading.servedModel()
    if (served === null || judgeServed(this.#gate, this.#forwarding, served) !== 'mismatch') return true
    this.#stop('model_mismatch', 'model_mismatch')
    return false
  }

  #cut(decision: Decision): void {
    if (this.#isOver()) return
    this.#gate.observe.cut(decision.reason)
    this.#stop('cut', decision.reason, decision)
  }

  /** The model API did not answer, or not in a way that can be relayed. */
  fail(why: string): void {
    if (this.#isOver()) return
    this.#failure = why
    this.#stop('upstream_failed', 'upstream_unavailable')
  }

  /** Why the model API could not be relayed, for the operators' log; null where it could. */
  failure(): string | null {
    return this.#failure
  }

  /** Ends the answer early with the dialect's own error: as a refusal while nothing was sent, as an event afterwards. */
  #stop(ending: Ending, reason: Reason, decision?: Decision): void {
    const { dialect, id, operationId } = this.#forwarding
    const refused = refusedAfterPermit(this.#gate, this.#forwarding, reason, decision)
    if (this.#client.headersSent) {
      const sequence = this.#reading.nextSequence()
      this.#client.end(dialects[dialect].streamError(refused.refusal, { operationId, sequence }))
    } else if (!this.#client.destroyed) refuse(this.#client, refused)
    this.#end(ending, reason)
    this.#controller?.abort(new Error(`${ending}: ${reason} (${id})`))
  }

  #isOver(): boolean {
    return this.#phase === 'ended'
  }

  #end(ending: Ending, reason: Reason | null): void {
    if (this.#phase === 'ended') return
    this.#phase = 'ended'
    this.#live.close()
    this.#resolve({
      ending,
      reason,
      upstreamStatus: this.#upstreamStatus,
      status: this.#client.headersSent ? this.#client.statusCode : null,
      bytes: this.#bytes,
      outputTokens: this.#reading.outputTokens(),
      servedModel: this.#reading.servedModel(),
      lastByteAt: this.#lastByteAt,
    })
    if (ending === 'client_abort') this.#controller?.abort(new Error('the client left'))
  }
}
