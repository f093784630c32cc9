// One act of officers for people: every record that has its id: when it began, who asked to take it back, when it was taken back.
import { type FoundRecord, queryLog } from '../decision-log/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { recordKinds } from '../vocabulary/record-words.ts'
import { type Format, print } from './log-command.ts'
import { positionText } from './log-facts.ts'
import { recordAsText } from './log-table.ts'

/** In the order of their instants; none: no log under the directory has the id in an act. */
export const actsOf = (directory: string, id: string): Promise<readonly FoundRecord[]> =>
  Array.fromAsync(queryLog({ directory, id, kinds: recordKinds.filter((kind) => kind.includes('.')) }))

export async function printActs(acts: readonly FoundRecord[], format: Format): Promise<void> {
  if (format === 'json') await print(actsAsJson(acts))
  else if (format === 'plain') for (const { line } of acts) await print(inert(line))
  else await print(acts.map((found) => recordAsText(found, { record: positionText(found) })).join('\n\n'))
}

/** One document; where a record cannot be written as JSON, their lines as text. */
function actsAsJson(acts: readonly FoundRecord[]): string {
  try {
    return inert(JSON.stringify({ acts: acts.map(({ origin, covered, record }) => ({ origin, covered, record })) }))
  } catch {
    return inert(JSON.stringify({ lines: acts.map(({ line }) => line) }))
  }
}
