// Append: group commit. Promises: a record that was acknowledged is in synced storage (P1, P2); sequence numbers have no gap and nothing
// that was accepted is dropped (P3). What becomes of the bytes is `store.ts`'s.
//
// No timer forms the groups of what anybody waits for: while one sync runs the next group collects by itself, so latency is one to two
// syncs and throughput is whatever fits between them. Nobody waits for an outcome: it shares the group of the next decision, or makes
// one of its own after `processLimits.outcomeRideMs`. One group is on its way at a time.
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { limits } from '../limits.ts'
import { processLimits } from '../process-limits.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import type { EventRecord } from '../vocabulary/event.ts'
import type { LogRecord, OutcomeRecord } from '../vocabulary/record.ts'
import { type AppendState, refusals } from './append-state.ts'
import { refusedOutcome } from './closing-outcome.ts'
import { isOutOfRoom } from './durable.ts'
import type { Body } from './entry.ts'
import { type Group, GroupBuffer } from './group.ts'
import type { Pseudonymise } from './keys.ts'
import { sealingRecords, type Tail } from './segment.ts'
import { bodyOf } from './shorten.ts'
import type { Store } from './store.ts'
import { ownWaiter, type Waiter, Waiting } from './waiting.ts'

export interface AppenderOptions {
  readonly tail: Tail
  readonly store: Store
  readonly clock: Clock
  readonly pseudonymise: Pseudonymise
  readonly appendTimeoutMs: number
  /** A group is durable and `tail` tells of it. */
  readonly onCommit: () => void
  readonly onPoisoned: (error: Error) => void
}

export class Appender {
  readonly #options: AppenderOptions
  readonly #tail: Tail
  readonly #waiting: Waiting
  readonly #buffer = new GroupBuffer()
  #state: AppendState = 'open'
  #running: Promise<void> | undefined
  #probeTimer: NodeJS.Timeout | undefined
  /** Until when an outcome waits for a decision to share its group with; and whether one has waited so long. */
  #rideTimer: NodeJS.Timeout | undefined
  #isRideOver = false

  constructor(options: AppenderOptions) {
    this.#options = options
    this.#tail = options.tail
    this.#waiting = new Waiting(options.appendTimeoutMs, () => this.#now())
  }

  get state(): AppendState {
    return this.#state
  }

  get figures(): { readonly waiting: number; readonly refused: number; readonly lastSyncMs: number } {
    return { waiting: this.#waiting.count, refused: this.#waiting.refusedTotal, lastSyncMs: this.#options.store.lastMs }
  }

  /**
   * Resolves when the record is durable; rejects with LogUnavailable. An outcome waits as long as it must, for room too: its decision is on
   * record, nobody else can close it, and there are no more of them than requests not on record to their end.
   */
  append(record: LogRecord): Promise<void> {
    const closes = record.k === 'outcome'
    if (this.#state !== 'open' && !(closes && this.#isOutOfRoom()))
      return Promise.reject(this.#waiting.refuse(...refusals[this.#state]))
    if (!closes && this.#waiting.isFull)
      return Promise.reject(this.#waiting.refuse('queue_full', 'too many records wait for the disk'))
    try {
      return this.#enqueue(record, bodyOf(record, this.#options.pseudonymise), closes ? 'log' : 'caller')
    } catch (error) {
      return Promise.reject(this.#waiting.refuse('record_fault', (error as Error).message))
    }
  }

  /** The log's own record: accepted while closing, and it waits as long as it must. */
  appendOwn(record: EventRecord | OutcomeRecord): Promise<void> {
    return this.#enqueue(record, bodyOf(record, this.#options.pseudonymise), 'log')
  }

  /** Takes nothing new and waits until everything accepted is durable or refused. */
  async drain(): Promise<void> {
    clearTimeout(this.#probeTimer)
    for (;;) {
      if (this.#state === 'open') this.#state = 'closing'
      if (this.#mayWrite()) this.#look()
      if (this.#running === undefined) break
      await this.#running
    }
    // What still waits for room.
    this.#waiting.rejectAll(...refusals.closing)
  }

  /** The file is written to no more once this resolves. */
  async stop(): Promise<void> {
    clearTimeout(this.#probeTimer)
    clearTimeout(this.#rideTimer)
    if (this.#state !== 'poisoned') this.#state = 'stopped'
    await this.#running
    this.#waiting.rejectAll(...refusals.stopped)
  }

  /** From now on nothing is recorded by this process. */
  poison(error: Error): void {
    if (this.#state === 'poisoned') return
    this.#state = 'poisoned'
    clearTimeout(this.#probeTimer)
    this.#waiting.rejectAll(...refusals.poisoned)
    this.#options.onPoisoned(error)
  }

  #enqueue(record: LogRecord, body: Body, owner: 'caller' | 'log'): Promise<void> {
    const durable = this.#waiting.add(record, body, owner)
    this.#look()
    return durable
  }

  #look(): void {
    if (this.#isOwed()) this.#start()
    else if (this.#waiting.queued > 0)
      this.#rideTimer ??= setTimeout(() => this.#endRide(), processLimits.outcomeRideMs)
  }

  #endRide(): void {
    this.#rideTimer = undefined
    this.#isRideOver = this.#waiting.queued > 0
    this.#look()
  }

  #start(): void {
    if (this.#running !== undefined) return
    this.#running = this.#run()
      // A fault of our own is no better than one of the disk: nothing is known to be recorded.
      .catch((error: Error) => this.poison(error))
      .finally(() => {
        this.#running = undefined
        // Something may have arrived after the loop's last look.
        if (this.#mayWrite()) this.#look()
      })
  }

  #isOutOfRoom(): boolean {
    return this.#state === 'full' || this.#state === 'probing'
  }

  #mayWrite(): boolean {
    return this.#state === 'open' || this.#state === 'probing' || this.#state === 'closing'
  }

  async #run(): Promise<void> {
    for (;;) {
      // Whatever this turn of the event loop still brings shares the group; it may also bring the end.
      await endOfTurn()
      if (!this.#mayWrite() || !this.#isOwed()) return
      await this.#commitGroup()
    }
  }

  #isOwed(): boolean {
    const waiting = this.#waiting
    if (waiting.awaited > 0 || waiting.refused.count > 0 || this.#state === 'probing') return true
    const mayRide = this.#state !== 'closing' && !this.#isRideOver && waiting.queued < limits.commitRecords
    return waiting.queued > 0 && !mayRide
  }

  async #commitGroup(): Promise<void> {
    try {
      if (this.#options.store.mustRotate()) await this.#options.store.rotate()
    } catch (error) {
      return isOutOfRoom(error) ? this.#waitForRoom() : this.poison(error as Error)
    }
    if (!this.#mayWrite()) return
    const refused = this.#waiting.refused.count
    const waiters = this.#waiting.takeGroup(this.#ownFirst())
    // Where there are more than fit a group, those behind have waited as well.
    this.#isRideOver &&= this.#waiting.queued > 0
    const group = this.#buffer.layOut(
      waiters.map(({ body }) => body),
      this.#tail,
    )
    if (!(await this.#options.store.put(group.bytes))) return this.#waitForRoom()
    // A watcher may have found the file tampered with meanwhile; everybody was refused then.
    if (this.#state === 'poisoned') return
    this.#advance(group, waiters)
    this.#waiting.forgetRefused(refused)
    if (this.#state === 'probing') this.#state = 'open'
    this.#options.onCommit()
  }

  // Crash order: the group is durable. Only now does the tail move, and only then are the callers told.
  #advance(group: Group, waiters: readonly Waiter[]): void {
    const tail = this.#tail
    this.#options.store.keep(group.bytes)
    for (const leaf of group.leaves) tail.tree.append(leaf)
    tail.seq += group.leaves.length
    tail.prev = group.prev
    for (const { opens, closes } of waiters) {
      if (opens !== undefined) tail.open.add(opens)
      if (closes !== undefined) tail.open.delete(closes)
    }
    for (const { opens } of this.#waiting.resolveFlight()) {
      // Rejected only when the disk fails, which everybody learns anyway.
      if (opens !== undefined) this.appendOwn(refusedOutcome(opens, this.#now())).catch(() => {})
    }
  }

  #waitForRoom(): void {
    if (this.#state === 'poisoned' || this.#state === 'stopped') return
    const wasClosing = this.#state === 'closing'
    this.#state = 'full'
    if (wasClosing) return this.#waiting.rejectAll(...refusals.full)
    this.#waiting.rejectAll(...refusals.full, 'but outcomes')
    clearTimeout(this.#probeTimer)
    this.#probeTimer = setTimeout(() => {
      if (this.#state !== 'full') return
      this.#state = 'probing'
      this.#start()
    }, limits.diskProbeMs)
    this.#probeTimer.unref()
  }

  /** What the log itself owes, before all other records. */
  #ownFirst(): Waiter[] {
    const at = this.#now()
    const { sealed } = this.#options.store
    const records = sealed === undefined ? [] : sealingRecords(sealed, this.#tail, at)
    const { count, from, to } = this.#waiting.refused
    if (count > 0) records.push({ k: 'log.recovered', at, about: { refused: count, from, to } })
    return records.map((record) => ownWaiter(record, bodyOf(record, this.#options.pseudonymise)))
  }

  #now(): string {
    return timestamp(this.#options.clock.now())
  }
}
