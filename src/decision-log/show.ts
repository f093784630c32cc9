// Show: everything that the logs hold under one id: the decision, or the counted refusals, and what became of it.
import { canonical } from './entry.ts'
import { committed, type FoundRecord, logsUnder } from './read-committed.ts'

export interface ShownRecord {
  /** The decision, or the record of counted refusals. */
  readonly decision: FoundRecord
  /** Normally one; none while the answer is still open. */
  readonly outcomes: readonly FoundRecord[]
}

/** Undefined: no log under the directory has the id. Throws where there is no log. */
export async function showRecord(options: { directory: string; id: string }): Promise<ShownRecord | undefined> {
  let decision: FoundRecord | undefined
  const outcomes: FoundRecord[] = []
  for (const files of logsUnder(options.directory)) {
    for await (const piece of committed(files, [`"id":${canonical(options.id)}`])) {
      for (const found of piece) {
        if (found.record['id'] !== options.id) continue
        if (found.record.k === 'outcome') outcomes.push(found)
        else decision ??= found
      }
    }
  }
  return decision === undefined ? undefined : { decision, outcomes }
}
