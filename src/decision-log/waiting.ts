// Waiting: records between `append` and durable storage, bounded in number, bytes and time, and the count of those refused.
// Every promise handed out here is settled exactly once.
import { limits } from '../limits.ts'
import type { LogRecord } from '../vocabulary/record.ts'
import type { Body } from './entry.ts'
import { LogUnavailable, type UnavailableCause } from './unavailable.ts'

export interface Waiter {
  readonly body: Body
  /** Id of the decision that this record opens or closes. */
  readonly opens: string | undefined
  readonly closes: string | undefined
  /** performance.now() after which the caller no longer waits; or `never`. */
  readonly deadline: number
  readonly resolve: () => void
  readonly reject: (error: LogUnavailable) => void
  /** The caller was told that it failed while the bytes were already on their way. */
  gaveUp: boolean
}

/** Deadline of the log's own records and of outcomes: they wait as long as they must, and their refusal is not counted. */
export const never: number = Number.POSITIVE_INFINITY

export class Waiting {
  readonly #timeoutMs: number
  readonly #now: () => string
  #queue: Waiter[] = []
  #queueBytes = 0
  /** Of the queue, those that somebody waits for: all but outcomes. */
  #awaited = 0
  #flight: readonly Waiter[] = []
  #timer: NodeJS.Timeout | undefined
  /** Refused since the last `log.recovered`; instants in RFC 3339. */
  #refused = { count: 0, from: '', to: '' }
  #refusedTotal = 0

  /** `now` gives RFC 3339 for the records. */
  constructor(timeoutMs: number, now: () => string) {
    this.#timeoutMs = timeoutMs
    this.#now = now
  }

  get count(): number {
    return this.#queue.length + this.#flight.length
  }

  get queued(): number {
    return this.#queue.length
  }

  get awaited(): number {
    return this.#awaited
  }

  get isFull(): boolean {
    return this.#queue.length >= limits.appendQueueRecords || this.#queueBytes >= limits.appendQueueBytes
  }

  get refused(): { readonly count: number; readonly from: string; readonly to: string } {
    return { ...this.#refused }
  }

  get refusedTotal(): number {
    return this.#refusedTotal
  }

  /** The first `count` refusals are on record now. */
  forgetRefused(count: number): void {
    this.#refused.count -= count
    this.#refused.from = this.#refused.to
  }

  refuse(why: UnavailableCause, detail: string): LogUnavailable {
    const now = this.#now()
    if (this.#refused.count === 0) this.#refused.from = now
    this.#refused.count += 1
    this.#refused.to = now
    this.#refusedTotal += 1
    return new LogUnavailable(why, detail)
  }

  add(record: LogRecord, body: Body, owner: 'caller' | 'log'): Promise<void> {
    return new Promise((resolve, reject) => {
      const deadline = owner === 'log' ? never : performance.now() + this.#timeoutMs
      this.#queue.push({ ...waiterOf(record, body), deadline, resolve, reject })
      this.#queueBytes += body.bytes
      if (record.k !== 'outcome') this.#awaited += 1
      if (owner === 'caller' && this.#timer === undefined) this.#expireIn(this.#timeoutMs)
    })
  }

  /** Moves up to one group from the queue into flight, behind the log's own records. */
  takeGroup(own: readonly Waiter[]): readonly Waiter[] {
    let count = 0
    let bytes = 0
    for (const { body, closes } of this.#queue) {
      if (count === limits.commitRecords || bytes + body.bytes > limits.commitBytes) break
      count += 1
      if (closes === undefined) this.#awaited -= 1
      bytes += body.bytes
    }
    this.#queueBytes -= bytes
    this.#flight = [...own, ...this.#queue.splice(0, count)]
    return this.#flight
  }

  /** The group in flight is durable. Gives back those whose callers had given up. */
  resolveFlight(): readonly Waiter[] {
    const landed = this.#flight
    this.#flight = []
    for (const waiter of landed) if (!waiter.gaveUp) waiter.resolve()
    return landed.filter((waiter) => waiter.gaveUp)
  }

  /** @param spares nobody, or outcomes, which then wait on: nothing of what was in flight may be on disk */
  rejectAll(why: UnavailableCause, detail: string, spares?: 'but outcomes'): void {
    const all = [...this.#flight, ...this.#queue]
    this.#flight = []
    this.#queue = spares === undefined ? [] : all.filter(({ closes }) => closes !== undefined)
    this.#queueBytes = this.#queue.reduce((sum, { body }) => sum + body.bytes, 0)
    this.#awaited = 0
    const kept = new Set(this.#queue)
    for (const waiter of all) {
      if (waiter.gaveUp || kept.has(waiter)) continue
      waiter.reject(waiter.deadline === never ? new LogUnavailable(why, detail) : this.refuse(why, detail))
    }
  }

  /** @param isAgain a process that was kept from running has been given its time once */
  #expireIn(ms: number, isAgain = false): void {
    const due = performance.now() + ms
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        // Of a process that could not run the timers come before what the disk has done meanwhile: that time was not the disk's.
        const stalledMs = Math.min(performance.now() - due, this.#timeoutMs)
        if (stalledMs < 1 || isAgain) this.#expire()
        else this.#expireIn(stalledMs, true)
      },
      Math.max(1, Math.ceil(ms)),
    )
    this.#timer.unref()
  }

  /** What was not written yet is taken out; what is being written may still land, and its caller no longer waits for it. */
  #expire(): void {
    const now = performance.now()
    const late = new Set([...this.#flight, ...this.#queue].filter(({ deadline, gaveUp }) => deadline <= now && !gaveUp))
    this.#queue = this.#queue.filter((waiter) => {
      if (!late.has(waiter)) return true
      this.#queueBytes -= waiter.body.bytes
      this.#awaited -= 1
      return false
    })
    for (const waiter of late) {
      waiter.gaveUp = true
      waiter.reject(this.refuse('slow', `the disk took longer than ${this.#timeoutMs} ms`))
    }
    let next = never
    for (const { deadline, gaveUp } of [...this.#flight, ...this.#queue]) if (!gaveUp) next = Math.min(next, deadline)
    if (next !== never) this.#expireIn(next - now)
  }
}

/** The log's own record at the head of a group: nobody waits for it. */
export function ownWaiter(record: LogRecord, body: Body): Waiter {
  return { ...waiterOf(record, body), deadline: never, resolve: () => {}, reject: () => {} }
}

function waiterOf(record: LogRecord, body: Body): Pick<Waiter, 'body' | 'opens' | 'closes' | 'gaveUp'> {
  return {
    body,
    opens: record.k === 'decision' ? record.id : undefined,
    closes: record.k === 'outcome' ? record.id : undefined,
    gaveUp: false,
  }
}
