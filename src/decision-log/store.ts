// Store: how the bytes of a group reach the disk. Each goes into the newest segment and, at the same time, into the file ahead of it (see
// `ahead.ts`); when it is on disk there, it counts. The segment is synced behind that, and before anything is signed over it.
//
// Promises: what could not be stored for want of room alone leaves nothing behind, so that it can be written anew; after any other fault
// nothing is written or synced again, and the log is poisoned.
import { closeSync } from 'node:fs'
import { Ahead, aheadBytes } from './ahead.ts'
import { type Disk, isOutOfRoom, untilFault, writeAll } from './durable.ts'
import { createSegment, retireSegment, type Segment, type Tail, tamperingWith } from './segment.ts'

export interface StoreOptions {
  readonly tail: Tail
  /** Of the segments. */
  readonly directory: string
  /** Of `openAhead`. */
  readonly ahead: { readonly path: string; readonly fd: number }
  readonly disk: Disk
  readonly segmentBytes: number
  readonly segmentMs: number
  /** The log can be trusted no more. May be told several times. */
  readonly onFault: (error: Error) => void
}

export class Store {
  readonly #options: StoreOptions
  readonly #tail: Tail
  readonly #disk: Disk
  readonly #ahead: Ahead
  /** The segment before this one, until the first group of this one is durable. */
  #sealed: Segment | undefined
  /** Bytes that may stand in the segment beyond its position. */
  #flightBytes = 0
  #hasCommitted = false
  /** One at a time; rejected for ever after the first that failed. */
  #syncing: Promise<void> = Promise.resolve()
  #lastMs = 0

  constructor(options: StoreOptions) {
    this.#options = options
    this.#tail = options.tail
    this.#disk = untilFault(options.disk, options.onFault)
    this.#ahead = new Ahead(options.ahead.fd, this.#disk, () => this.sync())
  }

  /** What the last group took to be on disk, milliseconds. */
  get lastMs(): number {
    return this.#lastMs
  }

  /** The segment that the next group seals. */
  get sealed(): Segment | undefined {
    return this.#sealed
  }

  /** False: there is no room, and nothing of it is left. Rejects where the disk cannot be trusted. */
  async put(bytes: Buffer): Promise<boolean> {
    const disk = this.#disk
    const { fd, position } = this.#tail.segment
    const before = performance.now()
    this.#flightBytes = bytes.length
    const [inSegment, ahead] = await Promise.allSettled([
      writeAll(disk.write, fd, bytes, position),
      this.#ahead.write(bytes),
    ])
    const faults = [inSegment, ahead].flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []))
    for (const fault of faults) if (!isOutOfRoom(fault)) throw fault
    if (faults.length > 0) {
      // Cut back to the last group; it will be written anew. Pages that could not be stored go with what is cut off, but the one that the
      // last group ends in: the next write makes it one to be stored again.
      await this.#inTurn(() => disk.cut(fd, position))
      await this.#ahead.drop()
    } else if (ahead.status === 'fulfilled' && !ahead.value) await this.sync()
    this.#flightBytes = 0
    this.#lastMs = performance.now() - before
    return faults.length === 0
  }

  /** What was put is what the log says from now on. */
  keep(bytes: Buffer): void {
    const { segment } = this.#tail
    segment.position += bytes.length
    segment.digest.update(bytes)
    this.#ahead.keep()
    this.#hasCommitted = true
    const sealed = this.#sealed
    this.#sealed = undefined
    // Behind the last sync that may be under way over it.
    if (sealed !== undefined)
      this.#syncing
        .catch(() => {})
        .then(() => retireSegment(sealed))
        .catch(this.#options.onFault)
  }

  /** Resolves when all that was kept before this call is in its segment on disk; rejects for good. */
  sync(): Promise<void> {
    const { fd } = this.#tail.segment
    return this.#inTurn(() => this.#disk.sync(fd))
  }

  /** Of two syncs of one file at once each could be told that of the other. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#syncing = this.#syncing.then(act)
    // Who has to know of it is told by the disk.
    this.#syncing.catch(() => {})
    return this.#syncing
  }

  /** Never before the first group of an opening: only then is it certain that the old segment ends in a commit. */
  mustRotate(): boolean {
    const { segment } = this.#tail
    if (segment.position === 0 || !this.#hasCommitted) return false
    const ageMs = performance.now() - segment.since
    return segment.position >= this.#options.segmentBytes || ageMs >= this.#options.segmentMs
  }

  // Crash order: the old file ends in a commit and is synced; the new name is made durable; its first group carries the seal;
  // only when that is synced does the old file become read-only. A crash between leaves an empty or torn newest file, which
  // recovery sets aside or fills from the file ahead.
  async rotate(): Promise<void> {
    await this.sync()
    const next = await createSegment(this.#options.directory, this.#tail.seq)
    this.#sealed = this.#tail.segment
    this.#tail.segment = next
  }

  /** What has happened to the files behind our back, or undefined. */
  tampering(): string | undefined {
    const { segment } = this.#tail
    return (
      tamperingWith(segment, segment.position, segment.position + this.#flightBytes) ??
      tamperingWith(this.#options.ahead, aheadBytes, aheadBytes)
    )
  }

  /** Nothing may be under way but syncs. */
  async close(): Promise<void> {
    await this.#syncing.catch(() => {})
    for (const file of [this.#sealed, this.#tail.segment, this.#options.ahead])
      if (file !== undefined) closeSync(file.fd)
  }
}
