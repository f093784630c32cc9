// The journal of suspensions on disk: one line for each act, never changed, each with the digest of the line before it. It is written
// whole beside itself and takes its name when it is complete, so that no crash leaves half a line: whatever cannot be read is damage,
// and nobody can say then what is closed. `kill -9` and power cuts leave the journal before an act or the one after it.
import { lstat, readFile, stat } from 'node:fs/promises'
import { canonicalJson, digestOf, isJsonObject, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import { replaceFile } from './replace-file.ts'
import { after, entrySchema, type JournalEntry, type Standing } from './suspension-entry.ts'

export interface Journal {
  readonly entries: readonly JournalEntry[]
  readonly standing: ReadonlyMap<string, Standing>
}

/**
 * `[]` only where there is no file of that name: nothing was ever suspended here, or somebody removed it knowingly.
 * @throws Error with one sentence that says what to do, for every file that is not exactly what was written
 */
export async function readJournal(path: string): Promise<Journal> {
  const damaged = (why: string): Error =>
    new Error(`the journal of suspensions \`${path}\` ${why}, so that nobody can say what is closed; ${whatToDo}`)
  try {
    await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { entries: [], standing: new Map() }
  }
  let text: string
  try {
    const { size } = await stat(path)
    if (size > limits.suspensionJournalBytes) throw new Error(`is larger than ${limits.suspensionJournalBytes} bytes`)
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path))
  } catch (error) {
    throw damaged(`cannot be read (${error instanceof Error ? error.message : String(error)})`)
  }
  const lines = text.split('\n')
  if (lines.pop() !== '') throw damaged('was cut short')
  const entries: JournalEntry[] = []
  let standing: ReadonlyMap<string, Standing> = new Map()
  let before = genesis
  for (const [index, line] of lines.entries()) {
    try {
      const { entry, digest } = readLine(line, before)
      standing = after(standing, entry)
      entries.push(entry)
      before = digest
    } catch (error) {
      throw damaged(`is damaged in line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { entries, standing }
}

const whatToDo =
  'put it back from a copy, or, knowing that what it closed will be open, move it away, start, and suspend again what has to be closed'

/** What the first line follows. */
const genesis = 'portcullis-suspensions/1'

/** The journal holds these entries when it resolves. Rejects where that cannot be said: it then holds them, or what it held. */
export async function writeJournal(path: string, entries: readonly JournalEntry[]): Promise<void> {
  let before = genesis
  let text = ''
  for (const entry of entries) {
    const { line, digest } = lineOf(entry, before)
    text += `${line}\n`
    before = digest
  }
  const bytes = Buffer.from(text)
  // What could not be read again must not be kept.
  if (bytes.length > limits.suspensionJournalBytes)
    throw new Error(`the journal would be larger than ${limits.suspensionJournalBytes} bytes`)
  await replaceFile(path, bytes)
}

/** The digest tells a line that was changed by accident, and as the next one's `before` a line that is missing. */
function lineOf(entry: JournalEntry, before: string): { readonly line: string; readonly digest: string } {
  const said = { before, entry }
  const digest = digestOf(said)
  return { line: canonicalJson({ ...said, digest }), digest }
}

function readLine(line: string, before: string): { readonly entry: JournalEntry; readonly digest: string } {
  const reading = readJson(Buffer.from(line))
  if (reading.kind !== 'value') throw new Error(reading.message)
  if (!isJsonObject(reading.value)) throw new Error('it is no entry')
  const entry = entrySchema.safeParse(reading.value['entry'])
  if (!entry.success) throw new Error('it is no entry of this version')
  if (reading.value['before'] !== before) throw new Error('it does not follow the line before it')
  const written = lineOf(entry.data, before)
  if (written.line !== line) throw new Error('it does not have the digest that it states')
  return { entry: entry.data, digest: written.digest }
}
