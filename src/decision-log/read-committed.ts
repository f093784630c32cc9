// Reads the records of the logs under a directory, up to the last commit of each, also while they are being written to.
// Nothing is verified here: that is `verifyLog`'s, and every answer says how far the checkpoint reaches.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readEntry } from './entry.ts'
import { filesOf, type LogFiles, listLogs, listSegments, originOf } from './layout.ts'
import { readCheckpointText } from './note.ts'
import { type Line, linesOf } from './read-lines.ts'
import { readIfThere } from './roster.ts'

export interface FoundRecord {
  readonly origin: string
  readonly seq: number
  /** As it stands in the log, without LF. */
  readonly line: string
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

/** Records whose line holds every needle, in order, in pieces. Needles are looked for before anything is parsed. */
export async function* committed(
  files: LogFiles,
  needles: readonly string[],
): AsyncGenerator<readonly FoundRecord[], void> {
  const origin = originOf(files.name)
  const covered = coveredSize(files)
  let pending: Line[] = []
  for (const { path } of listSegments(files.segments)) {
    for await (const lines of linesOf(path)) {
      const found: FoundRecord[] = []
      for (const line of lines) {
        if (!line.text.startsWith('{"k":"commit"')) {
          pending.push(line)
          continue
        }
        for (const { text } of pending) {
          if (!needles.every((needle) => text.includes(needle))) continue
          const record = readEntry(text)
          if (record === undefined) continue
          found.push({ origin, seq: record.seq, line: text, record, covered: record.seq < covered })
        }
        pending = []
      }
      yield found
    }
  }
}
