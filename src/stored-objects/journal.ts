// The journal of stored objects on disk: one line for each object that was kept or forgotten, with a checksum before it. What was
// acknowledged is on disk (`fdatasync`, many lines at once); a line that a crash cut short was not, and is dropped at the next start.
// Anything else that cannot be read is damage, and ends the start: half a registry would be a registry that nobody can explain.

import { hash } from 'node:crypto'
import { type FileHandle, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import { limits } from '../limits.ts'
import { type Entry, entrySchema } from './stored-objects.ts'

export type Line = { readonly put: Entry } | { readonly drop: string }

const lineSchema: z.ZodType<Line> = z.union([
  z.strictObject({ put: entrySchema }),
  z.strictObject({ drop: z.string() }),
])

const whatToDo =
  'put it back from a copy, or move it away and start: every stored object is then unknown, and requests that refer to one are refused'

/** @throws Error with one sentence that says what to do, for every file that is not what was written but for a last line cut short */
export async function readJournal(path: string): Promise<readonly Line[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new Error(`the journal of stored objects \`${path}\` cannot be read (${String(error)}); ${whatToDo}`, {
      cause: error,
    })
  }
  const lines = text.split('\n')
  const read = lines.map(readLine)
  const end = read.findLastIndex((line) => line !== undefined) + 1
  const damaged = read.slice(0, end).findIndex((line) => line === undefined)
  if (damaged >= 0) {
    throw new Error(`the journal of stored objects \`${path}\` is damaged in line ${damaged + 1}; ${whatToDo}`)
  }
  return read.slice(0, end).flatMap((line) => line ?? [])
}

function textOf(line: Line): string {
  const json = JSON.stringify(line)
  return `${sumOf(json)} ${json}\n`
}

function readLine(text: string): Line | undefined {
  const json = text.slice(sumChars + 1)
  if (text[sumChars] !== ' ' || text.slice(0, sumChars) !== sumOf(json)) return undefined
  return lineSchema.safeParse(JSON.parse(json)).data
}

const sumChars = 16
const sumOf = (json: string): string => hash('sha256', json).slice(0, sumChars)

/** The writer: lines in the order of the calls, as many with one `fdatasync` as have come together. */
export class Journal {
  readonly #path: string
  #file: FileHandle
  #waiting: { readonly text: string; readonly settle: PromiseWithResolvers<void> }[] = []
  #writing: Promise<void> | undefined
  /** Set by the first failure: what is on disk is then unknown, and a failed `fdatasync` is never tried again. */
  #broken: Error | undefined

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  /** Begins a new file with these entries in place of the old one. */
  static async over(path: string, entries: Iterable<Entry>): Promise<Journal> {
    return new Journal(path, await fresh(path, entries))
  }

  /** Resolves when the lines are on disk. */
  async append(lines: readonly Line[]): Promise<void> {
    const settle = Promise.withResolvers<void>()
    if (this.#waiting.length >= limits.storedWaiting) throw new Error('too much waits to be kept')
    this.#waiting.push({ text: lines.map(textOf).join(''), settle })
    this.#writing ??= this.#write()
    return settle.promise
  }

  /** The same entries in a shorter file; nothing else may be under way to it meanwhile, which `#write` sees to. */
  async compact(entries: () => Iterable<Entry>): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    if (this.#broken !== undefined) return
    this.#writing = this.#replace(entries)
    await this.#writing
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#file.close()
  }

  async #replace(entries: () => Iterable<Entry>): Promise<void> {
    try {
      const file = await fresh(this.#path, entries())
      await this.#file.close()
      this.#file = file
    } catch (error) {
      this.#broken = error as Error
    }
    await this.#write()
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        if (this.#broken !== undefined) throw this.#broken
        await this.#file.appendFile(batch.map(({ text }) => text).join(''))
        await this.#file.datasync()
        for (const { settle } of batch) settle.resolve()
      } catch (error) {
        this.#broken = error as Error
        for (const { settle } of batch) settle.reject(error)
      }
    }
    this.#writing = undefined
  }
}

const pieceChars = 262_144

/** A file with these entries that has taken the name, and is on disk with it; open for appending. */
async function fresh(path: string, entries: Iterable<Entry>): Promise<FileHandle> {
  const temporary = `${path}.tmp`
  const file = await open(temporary, 'w', 0o600)
  try {
    let text = ''
    for (const entry of entries) {
      text += textOf({ put: entry })
      if (text.length < pieceChars) continue
      await file.appendFile(text)
      text = ''
    }
    await file.appendFile(text)
    await file.sync()
    await rename(temporary, path)
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}
