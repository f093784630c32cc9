// Append: group commit. Promises: a record that was acknowledged is in synced storage (P1, P2); sequence numbers have no gap and nothing
// that was accepted is dropped (P3); what could not be stored is never synced once more: for want of room alone it is written anew.
//
// No timer forms the groups of what anybody waits for: while one sync runs the next group collects by itself, so latency is one to two
// syncs and throughput is whatever fits between them. Nobody waits for an outcome: it shares the group of the next decision, or makes
// one of its own after `processLimits.outcomeRideMs`. Exactly one sync is outstanding, so at most one thread of libuv's pool waits for it.
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { limits } from '../limits.ts'
import { processLimits } from '../process-limits.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import type { EventRecord } from '../vocabulary/event.ts'
import type { LogRecord, OutcomeRecord } from '../vocabulary/record.ts'
import { type AppendState, refusals } from './append-state.ts'
import { refusedOutcome } from './closing-outcome.ts'
import { type Disk, isOutOfRoom, writeAll } from './durable.ts'
import type { Body } from './entry.ts'
import { type Group, GroupBuffer } from './group.ts'
import type { Pseudonymise } from './keys.ts'
import { createSegment, retireSegment, type Segment, sealingRecords, type Tail } from './segment.ts'
import { bodyOf } from './shorten.ts'
import { ownWaiter, type Waiter, Waiting } from './waiting.ts'

export interface AppenderOptions {
  readonly tail: Tail
  /** Of the segments. */
  readonly directory: string
  readonly clock: Clock
  readonly disk: Disk
  readonly pseudonymise: Pseudonymise
  readonly appendTimeoutMs: number
  readonly segmentBytes: number
  readonly segmentMs: number
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
  /** The segment before this one, until the first group of this one is durable. */
  #sealed: Segment | undefined
  #flightBytes = 0
  #hasCommitted = false
  #syncMs = 0

  constructor(options: AppenderOptions) {
    this.#options = options
    this.#tail = options.tail
    this.#waiting = new Waiting(options.appendTimeoutMs, () => this.#now())
  }

  get state(): AppendState {
    return this.#state
  }

  get figures(): { readonly waiting: number; readonly refused: number; readonly lastSyncMs: number } {
    return { waiting: this.#waiting.count, refused: this.#waiting.refusedTotal, lastSyncMs: this.#syncMs }
  }

  /** Bytes that may stand in the file beyond `tail.segment.position`. */
  get flightBytes(): number {
    return this.#flightBytes
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
      if (this.#mustRotate()) await this.#rotate()
    } catch (error) {
      return isOutOfRoom(error) ? this.#waitForRoom() : this.poison(error as Error)
    }
    const refused = this.#waiting.refused.count
    const waiters = this.#waiting.takeGroup(this.#ownFirst())
    // Where there are more than fit a group, those behind have waited as well.
    this.#isRideOver &&= this.#waiting.queued > 0
    const group = this.#buffer.layOut(
      waiters.map(({ body }) => body),
      this.#tail,
    )
    this.#flightBytes = group.bytes.length
    const durable = await this.#store(group)
    this.#flightBytes = 0
    // A watcher may have found the file tampered with meanwhile; everybody was refused then.
    if (!durable || this.#state === 'poisoned') return
    this.#advance(group, waiters)
    this.#waiting.forgetRefused(refused)
    if (this.#state === 'probing') this.#state = 'open'
    this.#options.onCommit()
  }

  /** False where it could not be written to the disk, and then everybody has been told. */
  async #store({ bytes }: Group): Promise<boolean> {
    const { disk } = this.#options
    const { fd, position } = this.#tail.segment
    const before = performance.now()
    try {
      await writeAll(disk, fd, bytes, position)
    } catch (error) {
      // Never again on this file: the kernel may have dropped the pages and would report success the next time (fsyncgate).
      if (!isOutOfRoom(error)) return this.#failed(error)
      // Cut back to the last group, wait for room, write anew. Pages that could not be stored go with what is cut off, but the one that the
      // last group ends in: the next write makes it one to be stored again.
      try {
        await disk.cut(fd, position)
      } catch (cutError) {
        return this.#failed(cutError)
      }
      this.#waitForRoom()
      return false
    }
    this.#syncMs = performance.now() - before
    return true
  }

  #failed(error: unknown): false {
    this.poison(error as Error)
    return false
  }

  // Crash order: the group is durable. Only now does the tail move, and only then are the callers told.
  #advance(group: Group, waiters: readonly Waiter[]): void {
    const tail = this.#tail
    tail.segment.position += group.bytes.length
    tail.segment.digest.update(group.bytes)
    for (const leaf of group.leaves) tail.tree.append(leaf)
    tail.seq += group.leaves.length
    tail.prev = group.prev
    this.#hasCommitted = true
    for (const { opens, closes } of waiters) {
      if (opens !== undefined) tail.open.add(opens)
      if (closes !== undefined) tail.open.delete(closes)
    }
    if (this.#sealed !== undefined) retireSegment(this.#sealed)
    this.#sealed = undefined
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
    const records = this.#sealed === undefined ? [] : sealingRecords(this.#sealed, this.#tail, at)
    const { count, from, to } = this.#waiting.refused
    if (count > 0) records.push({ k: 'log.recovered', at, about: { refused: count, from, to } })
    return records.map((record) => ownWaiter(record, bodyOf(record, this.#options.pseudonymise)))
  }

  /** Never before the first group of an opening: only then is it certain that the old segment ends in a commit. */
  #mustRotate(): boolean {
    const { segment } = this.#tail
    if (segment.position === 0 || !this.#hasCommitted) return false
    const ageMs = performance.now() - segment.since
    return segment.position >= this.#options.segmentBytes || ageMs >= this.#options.segmentMs
  }

  // Crash order: the old file ends in a commit and is synced; the new name is made durable; its first group carries the seal;
  // only when that is synced does the old file become read-only. A crash between leaves an empty or torn newest file, which
  // recovery sets aside.
  async #rotate(): Promise<void> {
    const next = await createSegment(this.#options.directory, this.#tail.seq)
    this.#sealed = this.#tail.segment
    this.#tail.segment = next
  }

  #now(): string {
    return timestamp(this.#options.clock.now())
  }
}
