// Reads the records of the logs under a directory, up to the last commit of each, also while they are being written to.
// Nothing is verified here: that is `verifyLog`'s, and every answer says how far the checkpoint reaches.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, readEntry } from './entry.ts'
import { filesOf, type LogFiles, listLogs, listSegments, originOf } from './layout.ts'
import { readCheckpointText } from './note.ts'
import { linesOf } from './read-lines.ts'
import { Block, repeatsIn } from './repeats.ts'
import { readIfThere } from './roster.ts'

export interface FoundRecord {
  readonly origin: string
  readonly seq: number
  /** As it stands in the log, without LF. */
  readonly line: string
  /** Whole: what the line only repeats is taken from where it stands. */
  readonly record: Readonly<Record<string, unknown>> & { readonly k: string }
  /** The newest checkpoint covers it. */
  readonly covered: boolean
}

/** Throws where there is no log: an empty answer must mean that nothing matched. */
export function logsUnder(directory: string): readonly LogFiles[] {
  if (existsSync(join(directory, 'seg')))
    throw new Error(`\`${directory}\` is a single log: give the directory above it`)
  const { present } = listLogs(directory)
  if (present.length === 0) throw new Error(`\`${directory}\` holds no log`)
  return present.map((name) => filesOf(directory, name))
}

/** Lines under the newest checkpoint as the log itself has it; 0: none. */
export function coveredSize(files: LogFiles): number {
  const note = readIfThere(files.checkpoint) ?? ''
  return readCheckpointText(note.slice(0, note.lastIndexOf('\n\n') + 1))?.size ?? 0
}

/** Records that hold every needle, in order, in pieces. Needles are looked for in the lines before anything is parsed. */
export async function* committed(
  files: LogFiles,
  needles: readonly string[],
): AsyncGenerator<readonly FoundRecord[], void> {
  const origin = originOf(files.name)
  const covered = coveredSize(files)
  const block = new Block()
  for (const { path, firstSeq } of listSegments(files.segments)) {
    let seq = firstSeq
    let pending: FoundRecord[] = []
    for await (const lines of linesOf(path)) {
      const found: FoundRecord[] = []
      for (const { text } of lines) {
        block.add(seq, firstSeq, text)
        seq += 1
        if (text.startsWith('{"k":"commit"')) {
          found.push(...pending)
          pending = []
          continue
        }
        const record = wholeRecord(text, block, needles)
        if (record !== undefined)
          pending.push({ origin, seq: record.seq, line: text, record, covered: record.seq < covered })
      }
      yield found
    }
  }
}

/** Undefined: it is no record, or lacks a needle. A repeat that leads nowhere stays as it is: `verifyLog` tells of it. */
function wholeRecord(line: string, block: Block, needles: readonly string[]): Entry | undefined {
  const sources = new Map(repeatsIn(line).map((repeat) => [repeat.field, block.lineOf(repeat)]))
  const holds = (needle: string): boolean =>
    line.includes(needle) || sources.values().some((source) => source?.includes(needle))
  if (!needles.every(holds)) return undefined
  const record = readEntry(line)
  if (record === undefined || sources.size === 0) return record
  const whole: Record<string, unknown> = { ...record }
  for (const [field, source] of sources) {
    const standing = source === undefined ? undefined : readEntry(source)
    if (standing !== undefined) whole[field] = standing[field]
  }
  return whole as Entry
}
