// Verify, the history: every checkpoint that a log ever had, read beside the records, one at a time, however long it is.
// Signatures are not checked here: all must agree with the records under the newest checkpoint, whose signature is.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type Checkpoint, readCheckpointText } from './note.ts'

export interface HistoryEntry {
  readonly checkpoint: Checkpoint
  readonly note: string
}

const chunkBytes = 262_144

export class CheckpointHistory {
  readonly #fd: number
  /** As it was when it was opened: what is written meanwhile belongs to a later look. */
  readonly #end: number
  #position = 0
  #lines: string[] = []
  #carried = ''
  #head: HistoryEntry | 'malformed' | undefined
  readonly #isEmpty: boolean

  /** Undefined: there is none. */
  static open(file: string): CheckpointHistory | undefined {
    try {
      return new CheckpointHistory(openSync(file, 'r'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  private constructor(fd: number) {
    this.#fd = fd
    this.#end = fstatSync(fd).size
    this.advance()
    this.#isEmpty = this.#head === undefined
  }

  /** The next entry; `malformed` where the line holds none; undefined at the end. */
  get head(): HistoryEntry | 'malformed' | undefined {
    return this.#head
  }

  advance(): void {
    // What follows the last LF is a line that a crash cut short, or that is being written.
    while (this.#lines.length === 0 && this.#position < this.#end) this.#read()
    const line = this.#lines.pop()
    this.#head = line === undefined ? undefined : (entryIn(line) ?? 'malformed')
  }

  /** As it was when it was opened. */
  get isEmpty(): boolean {
    return this.#isEmpty
  }

  close(): void {
    closeSync(this.#fd)
  }

  #read(): void {
    const chunk = Buffer.alloc(Math.min(chunkBytes, this.#end - this.#position))
    const bytes = readSync(this.#fd, chunk, 0, chunk.length, this.#position)
    if (bytes === 0) this.#position = this.#end
    this.#position += bytes
    // Bytes are decoded line by line, so that no character is cut in two where a chunk ends.
    const text = this.#carried + chunk.toString('latin1', 0, bytes)
    const lines = text.split('\n')
    this.#carried = lines.pop() ?? ''
    this.#lines = lines.map((line) => Buffer.from(line, 'latin1').toString('utf8')).toReversed()
  }
}

function entryIn(line: string): HistoryEntry | undefined {
  try {
    const note: unknown = JSON.parse(line)
    if (typeof note !== 'string') return undefined
    const checkpoint = readCheckpointText(note.slice(0, note.lastIndexOf('\n\n') + 1))
    return checkpoint === undefined ? undefined : { checkpoint, note }
  } catch {
    return undefined
  }
}
