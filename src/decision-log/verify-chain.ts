// Verify, the inner loop: bytes → leaf → chain → commit → root, for the segments of one log from its very first record.
// Shares entry format and tree arithmetic with the writer, nothing else. Lines are checked in the bytes, without parsing
// what a signed root covers anyway: that is what makes 200 000 records a second possible.
import { type FileHandle, open } from 'node:fs/promises'
import { commitLine, genesisPrev, leafIn, readEntry } from './entry.ts'
import type { SegmentFile } from './layout.ts'
import { Block, repeatsIn } from './repeats.ts'
import { Tree } from './tree.ts'
import type { CheckpointHistory, HistoryEntry } from './verify-history.ts'

/** A root that somebody signed for. `what` names the note in a fault. */
export interface Expected {
  readonly size: number
  readonly root: Buffer
  readonly what: string
}

export interface ChainReport {
  /** Committed lines, and how many of them are records (the others are commits). */
  readonly size: number
  readonly records: number
  /** The same for what the newest signed root that was met covers. */
  readonly covered: number
  readonly coveredRecords: number
  /** The newest note of the history that was met: it may cover more, if its signature is right. */
  readonly met: { readonly note: string; readonly size: number; readonly records: number } | undefined
  /** First fault, or undefined. Nothing behind it is looked at. */
  readonly fault: string | undefined
  /** Bytes behind the last commit: being written at this moment, or left by a crash. */
  readonly tailBytes: number
  /** Origins that `log.opened` records name as registered. */
  readonly named: ReadonlySet<string>
}

const chunkBytes = 4 << 20
const commitHead = '{"k":"commit"'
const eventHead = '{"about":'

export class ChainWalk {
  readonly #origin: string
  readonly #expected: ReadonlyMap<number, readonly Expected[]>
  readonly #history: CheckpointHistory | undefined
  readonly #newest: number
  readonly #onBytes: (bytes: number) => void
  readonly #tree = new Tree()
  readonly #named = new Set<string>()
  readonly #block = new Block()
  /** Of the segment that is read. */
  #firstSeq = 0
  #prev = genesisPrev
  #records = 0
  #size = 0
  #sizeRecords = 0
  #covered = 0
  #coveredRecords = 0
  #tailBytes = 0
  #met: ChainReport['met']
  #fault: string | undefined

  constructor(
    origin: string,
    { expected, history }: { expected: readonly Expected[]; history: CheckpointHistory | undefined },
    onBytes: (bytes: number) => void,
  ) {
    this.#origin = origin
    this.#history = history
    this.#expected = Map.groupBy(expected, ({ size }) => size)
    this.#newest = Math.max(0, ...this.#expected.keys())
    this.#onBytes = onBytes
  }

  async over(segments: readonly SegmentFile[]): Promise<ChainReport> {
    this.#fault = this.#meetRoots()
    for (const segment of segments) {
      if (this.#fault !== undefined) break
      if (segment.firstSeq !== this.#tree.size) {
        this.#fault = `${segment.name} begins at ${segment.firstSeq}, but the segment before it ends at ${this.#tree.size - 1}`
        break
      }
      if (this.#tailBytes > 0) {
        this.#fault = `${segment.name} follows a segment that does not end in a commit`
        break
      }
      await this.#segment(segment)
    }
    this.#fault ??= this.#missed()
    return {
      size: this.#size,
      records: this.#sizeRecords,
      covered: this.#covered,
      coveredRecords: this.#coveredRecords,
      met: this.#met,
      fault: this.#fault,
      tailBytes: this.#tailBytes,
      named: this.#named,
    }
  }

  async #segment(segment: SegmentFile): Promise<void> {
    this.#firstSeq = segment.firstSeq
    const file = await open(segment.path, 'r')
    try {
      await this.#lines(file, segment.name)
    } finally {
      await file.close()
    }
  }

  async #lines(file: FileHandle, name: string): Promise<void> {
    // As long as it is now: a log that is being written to would never end.
    let left = (await file.stat()).size
    // The byte before the first line is lent to the leaf's prefix.
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, left) + 1)
    let filled = 1
    let lineNumber = 1
    while (left > 0) {
      if (filled === buffer.length) {
        this.#fault = `${name} line ${lineNumber}: it has no end`
        return
      }
      const { bytesRead } = await file.read(buffer, filled, Math.min(buffer.length - filled, left))
      if (bytesRead === 0) break
      this.#onBytes(bytesRead)
      left -= bytesRead
      filled += bytesRead
      let start = 1
      for (let lf = buffer.indexOf(0x0a, start); lf >= 0 && lf < filled; lf = buffer.indexOf(0x0a, start)) {
        this.#fault = this.#line(buffer, start, lf)
        if (this.#fault !== undefined) {
          this.#fault = `${name} line ${lineNumber}: ${this.#fault}`
          return
        }
        start = lf + 1
        lineNumber += 1
      }
      buffer.copyWithin(1, start, filled)
      filled = 1 + filled - start
    }
    this.#tailBytes += filled - 1
  }

  /** What is wrong with the line, or undefined. */
  #line(bytes: Buffer, start: number, end: number): string | undefined {
    const seq = this.#tree.size
    // Latin-1 for looking only: one byte, one character, no decoding.
    const line = bytes.toString('latin1', start, end)
    const isCommit = line.startsWith(commitHead)
    if (isCommit) {
      if (line !== commitLine(seq, this.#prev)) return `it is not the commit of line ${seq} in this chain`
    } else {
      const fault = this.#link(line) ?? this.#repeats(line)
      if (fault !== undefined) return fault
    }
    this.#block.add(seq, this.#firstSeq, line)
    if (seq >= this.#newest || line.startsWith(eventHead)) {
      const fault = this.#content(bytes.toString('utf8', start, end))
      if (fault !== undefined) return fault
    }
    const leaf = leafIn(bytes, start, end)
    this.#tree.append(leaf)
    this.#prev = leaf
    this.#tailBytes = isCommit ? 0 : this.#tailBytes + end - start + 1
    if (!isCommit) this.#records += 1
    if (isCommit) {
      this.#size = seq + 1
      this.#sizeRecords = this.#records
    }
    return this.#meetRoots()
  }

  /** The line names the leaf before it and its own place. A leaf hash occurs nowhere by chance. */
  #link(line: string): string | undefined {
    const prev = line.indexOf(`"prev":"${this.#prev}"`)
    if (prev < 0) return `record ${this.#tree.size} does not chain to the one before it`
    if (!line.includes(`"seq":${this.#tree.size},`, prev)) return `it is not record ${this.#tree.size}`
    return undefined
  }

  #repeats(line: string): string | undefined {
    for (const repeat of repeatsIn(line)) {
      if (this.#block.lineOf(repeat) === undefined)
        return `its \`${repeat.field}\` is to be found in record ${repeat.seq}, which does not have it`
    }
    return undefined
  }

  #content(text: string): string | undefined {
    const entry = readEntry(text)
    if (entry === undefined || entry.seq !== this.#tree.size || entry.prev !== this.#prev)
      return 'it is not a record of this format'
    const about = entry['about'] as Readonly<Record<string, unknown>> | undefined
    if (entry.k === 'log.opened') {
      if (about?.['origin'] !== this.#origin) return `it opens the log \`${String(about?.['origin'])}\``
      if (about['prevSize'] !== this.#tree.size || about['prevRoot'] !== this.#tree.root().toString('base64'))
        return 'it opens a log of another content before it'
      for (const origin of Array.isArray(about['roster']) ? about['roster'] : []) this.#named.add(String(origin))
    }
    return undefined
  }

  /** A root is compared wherever somebody signed for one. */
  #meetRoots(): string | undefined {
    const size = this.#tree.size
    const due = this.#expected.get(size)
    if (due === undefined && this.#historyAt(size) === undefined) return undefined
    const root = this.#tree.root()
    for (const { what, root: signed } of due ?? [])
      if (!signed.equals(root)) return `${what} was signed over other records than these ${size}`
    for (let entry = this.#historyAt(size); entry !== undefined; entry = this.#historyAt(size)) {
      if (!entry.checkpoint.root.equals(root))
        return `a checkpoint of its history was signed over other records than these ${size}`
      this.#met = { note: entry.note, size, records: this.#records }
      this.#history?.advance()
    }
    if (due !== undefined) {
      this.#covered = size
      this.#coveredRecords = this.#records
    }
    return undefined
  }

  #historyAt(size: number): HistoryEntry | undefined {
    const head = this.#history?.head
    const isDue = typeof head === 'object' && head.checkpoint.size === size && head.checkpoint.origin === this.#origin
    return isDue ? head : undefined
  }

  /** What was signed for and never met. */
  #missed(): string | undefined {
    const size = Math.max(...[...this.#expected.keys()].filter((wanted) => wanted > this.#size))
    if (Number.isFinite(size)) {
      const what = this.#expected.get(size)?.[0]?.what
      return `the log ends behind line ${this.#size - 1}, but ${what} covers ${size} lines: records are missing`
    }
    const head = this.#history?.head
    if (head === undefined) return undefined
    if (head === 'malformed' || head.checkpoint.origin !== this.#origin)
      return 'its history of checkpoints holds what is none of this log'
    return head.checkpoint.size > this.#newest
      ? `its newest checkpoint covers ${this.#newest} lines, its history has one over ${head.checkpoint.size}`
      : `its history of checkpoints is out of order at size ${head.checkpoint.size}`
  }
}
