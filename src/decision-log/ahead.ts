// Ahead: a file of fixed size in which each group of records is on disk before the segment is. To write over bytes that a file has already
// is one journey to the disk; to make a file longer is two with most file systems, and a request waits for it (bench `latency`).
//
// It is no part of the record: what stands in it stands in the newest segment too, or will after the next start (`recover.ts`).
//
// Invariant: a group is written over only after the segment that it belongs to was synced with it. For that there are two halves: when one
// is full the other is begun, and a sync of the segment; that sync is over before this half is written over in its turn.
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Disk, openWrittenThrough, syncDirectory, writeAll, writeSynced } from './durable.ts'
import { type Entry, leafOf, readEntry } from './entry.ts'
import { readIfThere } from './roster.ts'

/** Of one half: some hundred requests with their outcomes, and far more than nearly every group. */
const halfBytes = 524_288
export const aheadBytes: number = 2 * halfBytes

/** To write to, in full size. Nothing in it may be needed any more: a file of another size is filled anew. */
export async function openAhead(path: string): Promise<number> {
  if (!existsSync(path) || statSync(path).size !== aheadBytes) {
    writeSynced(path, (fd) => writeFileSync(fd, Buffer.alloc(aheadBytes, '\n')))
    await syncDirectory(dirname(path))
  }
  return openWrittenThrough(path)
}

/** By number and leaf before, the lines that stand in it, of this lap and of the one before. */
export type LinesAhead = ReadonlyMap<string, readonly { readonly entry: Entry; readonly text: string }[]>

const placeOf = (seq: number, prev: string): string => `${seq} ${prev}`

export function linesAhead(path: string): LinesAhead {
  const lines = readIfThere(path)?.match(/[^\n]+/g) ?? []
  const sound = lines.flatMap((text) => {
    const entry = readEntry(text)
    return entry === undefined ? [] : [{ entry, text }]
  })
  return Map.groupBy(sound, ({ entry }) => placeOf(entry.seq, entry.prev))
}

/**
 * The whole group that follows a line. In this file a line stands where an older one stood: of a write that was cut off one may begin as
 * one record and end as another. Only the lines behind it, down to the commit, tell which is true.
 */
export function groupAhead(lines: LinesAhead, seq: number, prev: string): readonly string[] | undefined {
  for (const { entry, text } of lines.get(placeOf(seq, prev)) ?? []) {
    const rest = entry.k === 'commit' ? [] : groupAhead(lines, seq + 1, leafOf(text))
    if (rest !== undefined) return [text, ...rest]
  }
  return undefined
}

export class Ahead {
  readonly #fd: number
  readonly #disk: Disk
  readonly #syncSegment: () => Promise<void>
  #half: 0 | 1 = 0
  /** Bytes of this half, from its start on, that are kept; and those of the last group, behind them. */
  #kept = 0
  #last = 0
  /** The segment is synced with all that the half which is not being written has. */
  #synced: Promise<void> = Promise.resolve()

  /** @param syncSegment with every group that was kept; it may be asked for while one is being written */
  constructor(fd: number, disk: Disk, syncSegment: () => Promise<void>) {
    this.#fd = fd
    this.#disk = disk
    this.#syncSegment = syncSegment
  }

  /** On disk when it resolves; false: it is too long and has to be synced where it belongs. To be kept or dropped before the next one. */
  async write(bytes: Buffer): Promise<boolean> {
    this.#last = 0
    if (bytes.length > halfBytes) return false
    if (this.#kept + bytes.length > halfBytes) await this.#turn()
    this.#last = bytes.length
    await this.#put(bytes)
    return true
  }

  keep(): void {
    this.#kept += this.#last
  }

  /** What was not stored is not to come back with the next start. Rejects for good. */
  async drop(): Promise<void> {
    await this.#put(Buffer.alloc(this.#last, '\n'))
  }

  #put(bytes: Buffer): Promise<void> {
    return writeAll(this.#disk.writeThrough, this.#fd, bytes, this.#half * halfBytes + this.#kept)
  }

  async #turn(): Promise<void> {
    await this.#synced
    this.#half = this.#half === 0 ? 1 : 0
    this.#kept = 0
    this.#synced = this.#syncSegment()
    // Whoever turns next hears of it.
    this.#synced.catch(() => {})
  }
}
