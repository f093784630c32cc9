// Show: everything that the logs hold under one id: the decision, or the counted refusals, and what became of it.
import { canonical } from './canonical.ts'
import { type LogFiles, logsOfGate } from './layout.ts'
import { committed, type FoundRecord, logsUnder } from './read-committed.ts'

export interface ShownRecord {
  /** The decision, or the record of counted refusals. */
  readonly decision: FoundRecord
  /** Normally one; none while the answer is still open. */
  readonly outcomes: readonly FoundRecord[]
}

/** Undefined: no log under the directory has the id. Throws where there is no log. */
export async function showRecord(options: { directory: string; id: string }): Promise<ShownRecord | undefined> {
  return findRecord(logsUnder(options.directory), options.id)
}

/** The same in the logs of one gate alone, whichever of its processes wrote it. */
export async function findInGate(
  { path, origin }: { readonly path: string; readonly origin: string },
  id: string,
): Promise<ShownRecord | undefined> {
  return findRecord(logsOfGate(path, origin), id)
}

async function findRecord(logs: readonly LogFiles[], id: string): Promise<ShownRecord | undefined> {
  let decision: FoundRecord | undefined
  const outcomes: FoundRecord[] = []
  for (const files of logs) {
    for await (const piece of committed(files, [`"id":${canonical(id)}`])) {
      for (const found of piece) {
        if (found.record['id'] !== id) continue
        if (found.record.k === 'outcome') outcomes.push(found)
        else decision ??= found
      }
    }
  }
  return decision === undefined ? undefined : { decision, outcomes }
}
