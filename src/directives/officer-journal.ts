// A journal of officers' acts on disk: one line for each act, never changed, each with the digest of the line before it. It is written
// whole beside itself and takes its name when it is complete, so that no crash leaves half a line: whatever cannot be read is damage,
// and nobody can say then what stands. `kill -9` and power cuts leave the journal before an act or the one after it. A write that
// failed is told, and remembered until a later one succeeds: it is for whoever keeps the journal to write again.
import { lstat, readFile, stat } from 'node:fs/promises'
import type { z } from 'zod'
import { canonicalJson, digestOf, isJsonObject, type JsonValue, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { Stands } from './officer-entry.ts'
import { replaceFile } from './replace-file.ts'

/** What a journal holds, and in which words it is spoken of. */
export interface JournalForm<S extends Stands, E extends object> {
  /** `suspensions`; also what the first line follows. */
  readonly name: string
  readonly version: number
  /** Closed, since an entry that is half understood is not understood. */
  readonly schema: z.ZodType<E>
  /** Changes what stands by one more entry. @throws Error with a sentence where the entry cannot follow what stands */
  readonly advance: (standing: Map<string, S>, entry: E) => void
  /** What nobody can say where it is damaged, and what to do then. */
  readonly damage: { readonly unknown: string; readonly toDo: string }
  /** Fewer entries that say the same of what stands. */
  readonly compact: (entries: readonly E[]) => readonly E[]
  /** Code of what it could not take. */
  readonly unkept: string
}

/** What was said could not be written to the journal. */
export class Unkept extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface Journal<S extends Stands, E extends object> {
  readonly entries: readonly E[]
  readonly standing: ReadonlyMap<string, S>
  /**
   * The journal holds these entries when it resolves. To be called by one at a time. Lines that were written before are not made again.
   * @throws Unkept where that cannot be said: it then holds them, or what it held
   */
  readonly write: (entries: readonly E[]) => Promise<void>
  /** The last write failed. */
  readonly isFailing: () => boolean
}

interface Line<E> {
  readonly entry: E
  readonly line: string
  readonly digest: string
}

/**
 * No entries only where there is no file of that name: nothing was ever written here, or somebody removed it knowingly.
 * @throws Error with one sentence that says what to do, for every file that is not exactly what was written
 */
export async function readJournal<S extends Stands, E extends object>(
  path: string,
  form: JournalForm<S, E>,
): Promise<Journal<S, E>> {
  const { name, damage } = form
  const damaged = (why: string): Error =>
    new Error(`the journal of ${name} \`${path}\` ${why}, so that nobody can say ${damage.unknown}; ${damage.toDo}`)
  try {
    await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return journalOf(path, form, [], new Map())
  }
  let content: string
  try {
    const { size } = await stat(path)
    if (size > limits.officerJournalBytes) throw new Error(`is larger than ${limits.officerJournalBytes} bytes`)
    content = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path))
  } catch (error) {
    throw damaged(`cannot be read (${error instanceof Error ? error.message : String(error)})`)
  }
  const lines = content.split('\n')
  if (lines.pop() !== '') throw damaged('was cut short')
  const known: Line<E>[] = []
  const standing = new Map<string, S>()
  let before = genesisOf(form)
  for (const [index, line] of lines.entries()) {
    try {
      const read = readLine(line, before, form)
      form.advance(standing, read.entry)
      known.push(read)
      before = read.digest
    } catch (error) {
      throw damaged(`is damaged in line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return journalOf(path, form, known, standing)
}

function journalOf<S extends Stands, E extends object>(
  path: string,
  form: JournalForm<S, E>,
  read: readonly Line<E>[],
  standing: ReadonlyMap<string, S>,
): Journal<S, E> {
  let known = read
  let isFailing = false
  const replace = async (entries: readonly E[]): Promise<void> => {
    const same = entries.findIndex((entry, index) => known[index]?.entry !== entry)
    const lines = same === -1 ? known.slice(0, entries.length) : known.slice(0, same)
    for (const entry of entries.slice(lines.length)) lines.push(lineOf(entry, lines.at(-1)?.digest ?? genesisOf(form)))
    known = lines
    const bytes = Buffer.from(lines.map(({ line }) => `${line}\n`).join(''))
    // What could not be read again must not be kept.
    if (bytes.length > limits.officerJournalBytes)
      throw new Error(`the journal would be larger than ${limits.officerJournalBytes} bytes`)
    await replaceFile(path, bytes)
  }
  const write = async (entries: readonly E[]): Promise<void> => {
    try {
      await replace(entries)
      isFailing = false
    } catch (error) {
      isFailing = true
      const said = error instanceof Error ? error.message : String(error)
      throw new Unkept(form.unkept, `\`${path}\` cannot be written: ${said}`)
    }
  }
  return { entries: read.map(({ entry }) => entry), standing, write, isFailing: () => isFailing }
}

/** What the first line follows. */
const genesisOf = ({ name, version }: { readonly name: string; readonly version: number }): string =>
  `portcullis-${name}/${version}`

/** The digest tells a line that was changed by accident, and as the next one's `before` a line that is missing. */
function lineOf<E extends object>(entry: E, before: string): Line<E> {
  const said = { before, entry: entry as JsonValue }
  const digest = digestOf(said)
  return { entry, line: canonicalJson({ ...said, digest }), digest }
}

function readLine<S extends Stands, E extends object>(
  line: string,
  before: string,
  { schema }: JournalForm<S, E>,
): Line<E> {
  const reading = readJson(Buffer.from(line))
  if (reading.kind !== 'value') throw new Error(reading.message)
  if (!isJsonObject(reading.value)) throw new Error('it is no entry')
  const entry = schema.safeParse(reading.value['entry'])
  if (!entry.success) throw new Error('it is no entry of this version')
  if (reading.value['before'] !== before) throw new Error('it does not follow the line before it')
  const written = lineOf(entry.data, before)
  if (written.line !== line) throw new Error('it does not have the digest that it states')
  return written
}
