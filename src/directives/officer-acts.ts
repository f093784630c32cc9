// What officers put in force by hand, and how it changes. Promises: an act is in force before anything is waited for; it is taken back
// only after two different officers asked for it, both their words are on record, and a restart would agree.
//
// Crash order. Beginning: in force → (journal, record) → answer. A disk that fails leaves it in force here, and the answer says that
// a restart would forget it. Lifting: the second word on record → journal → out of force → the lifting on record → answer. A crash
// between journal and record leaves both officers' words on record.
import type { Clock } from '../vocabulary/clock.ts'
import { isSameOfficer, type LiftEntry, type Officer, pendingLift, type Stands, type Word } from './officer-entry.ts'
import { type JournalForm, readJournal } from './officer-journal.ts'

export interface ActEvent<S extends Stands> {
  readonly kind: 'begun' | 'lift-asked' | 'lifted'
  /** As it stands after the act; a lifted one as it stood. */
  readonly standing: S
  readonly by: Officer
  readonly why: string
  /** Open answers that the act cut. */
  readonly cut: number
}

export interface ActsOptions<S extends Stands> {
  /** The journal; its folder must exist. */
  readonly path: string
  readonly clock: Clock
  readonly newId: () => string
  /** Puts in force what stands, and nothing else: by its return. Throws where that cannot be. @returns open answers that it cuts */
  readonly apply: (standing: readonly S[]) => Promise<number>
  /** Resolves when it is on record. */
  readonly record: (event: ActEvent<S>) => Promise<void>
  /** Hears of what could not be written down and was answered to nobody. */
  readonly onFault: (error: unknown) => void
}

export interface Begun<S extends Stands> {
  readonly standing: S
  /** False: it stood already. */
  readonly isNew: boolean
  /** Known when it is written. */
  readonly cut: Promise<number>
  /** Resolves when it survives a restart and is on record. @throws `Unkept`, or LogUnavailable; it is in force all the same. */
  readonly written: Promise<void>
}

export type Lift<S extends Stands> =
  | { readonly kind: 'unknown' }
  /** The word is kept; another officer's is needed before it expires. */
  | { readonly kind: 'asked'; readonly standing: S }
  /** This officer has asked already, and the word still holds. */
  | { readonly kind: 'same-officer'; readonly standing: S }
  | { readonly kind: 'lifted'; readonly standing: S }

/** One officer's word that something may be lifted. */
export interface LiftWord {
  readonly id: string
  readonly why: string
  readonly by: Officer
}

/** What was said could not be written to the journal. */
export class Unkept extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface Acts<S extends Stands, E> {
  /** What is in force, oldest first. */
  standing(): readonly S[]
  /** Every entry that the journal holds or should hold. */
  entries(): readonly E[]
  /** In force at once, before it returns. Throws where it cannot be applied: it does not stand then. */
  begin(isSame: (one: S) => boolean, entry: (id: string, at: number) => E): Begun<S>
  /**
   * @throws Unkept, or LogUnavailable: nothing is taken back then, unless what could not be recorded was the lifting itself: both
   * words are on record by then, and `standing()` says that it is gone.
   */
  askLift(word: LiftWord): Promise<Lift<S>>
  /** Something else that is so from now on, of one that stands; not applied. Written without waiting. */
  note(id: string, entry: (at: number) => E): void
  /** Tries again to write what could not be written. @throws Unkept */
  writeAgain(): Promise<void>
  /** True while something is in force that a restart would forget. */
  isFailing(): boolean
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>
}

/** @throws Error with one sentence where the journal is damaged: then nobody can say what stands, and nothing may start. */
export async function openActs<S extends Stands, E extends { readonly act: string }>(
  options: ActsOptions<S>,
  form: JournalForm<S, E | LiftEntry>,
  unkept: string,
): Promise<Acts<S, E | LiftEntry>> {
  type Entry = E | LiftEntry
  const { path, clock, newId, apply, record, onFault } = options
  const journal = await readJournal(path, form)
  let { standing } = journal
  let entries: Entry[] = [...journal.entries]
  /** How many of the entries the journal on disk is known to hold, from the first; and whether the last try to write more failed. */
  let [kept, isFailing] = [entries.length, false]
  /** The one that is being lifted: whoever begins the same now means a new one. */
  let leaving: string | null = null
  /** Acts that take anything back, and writes, follow each other; beginning waits for nobody. */
  let queue: Promise<unknown> = Promise.resolve()

  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(act)
    queue = turn.catch(() => {})
    return turn
  }

  /** Writes what is in force and not yet kept, with one more entry that is not in force before it is kept. Only in turn. */
  const keep = async (next?: Entry): Promise<void> => {
    const before = entries.length
    if (next === undefined && kept === before && !isFailing) return
    const written = form.compact(next === undefined ? entries : [...entries, next])
    try {
      await journal.write(written)
    } catch (error) {
      isFailing = true
      const said = error instanceof Error ? error.message : String(error)
      throw new Unkept(unkept, `\`${path}\` cannot be written: ${said}`)
    }
    isFailing = false
    kept = written.length
    // Others may have begun meanwhile; the journal keeps the order in which it was written.
    entries = [...written, ...entries.slice(before)]
  }

  const after = (entry: Entry): ReadonlyMap<string, S> => {
    const next = new Map(standing)
    form.advance(next, entry)
    return next
  }
  const list = (): readonly S[] => [...standing.values()]

  const begin: Acts<S, Entry>['begin'] = (isSame, entryOf) => {
    const same = list().find((one) => one.id !== leaving && isSame(one))
    if (same !== undefined)
      return { standing: same, isNew: false, cut: Promise.resolve(0), written: inTurn(() => keep()) }
    const id = newId()
    const entry = entryOf(id, clock.now())
    const next = after(entry)
    const cut = apply([...next.values()])
    standing = next
    entries.push(entry)
    const begun = next.get(id) as S
    const { by, why } = begun
    const recorded = cut.then((answers) => record({ kind: 'begun', standing: begun, by, why, cut: answers }))
    const written = Promise.all([inTurn(() => keep()), recorded]).then(() => {})
    // Whoever began it may have left before it fails.
    written.catch(() => {})
    return { standing: begun, isNew: true, cut, written }
  }

  const lift = async (one: S, word: Word): Promise<Lift<S>> => {
    const { id, why, by } = word
    const lifted: LiftEntry = { act: 'lifted', ...word }
    await record({ kind: 'lift-asked', standing: one, by, why, cut: 0 })
    leaving = id
    try {
      await keep(lifted)
      const next = after(lifted)
      const cut = apply([...next.values()])
      standing = next
      await record({ kind: 'lifted', standing: one, by, why, cut: await cut })
    } finally {
      leaving = null
    }
    return { kind: 'lifted', standing: one }
  }

  const askLift = async ({ id, why, by }: LiftWord): Promise<Lift<S>> => {
    const one = standing.get(id)
    if (one === undefined) return { kind: 'unknown' }
    const at = clock.now()
    const first = pendingLift(one, at)
    if (first !== null && isSameOfficer(first.by, by)) return { kind: 'same-officer', standing: one }
    if (first !== null) return lift(one, { id, at, why, by })
    const asked: LiftEntry = { act: 'lift-asked', id, at, why, by }
    const pending = after(asked).get(id) as S
    await record({ kind: 'lift-asked', standing: pending, by, why, cut: 0 })
    await keep(asked)
    standing = after(asked)
    return { kind: 'asked', standing: pending }
  }

  return {
    standing: list,
    entries: () => entries,
    begin,
    askLift: (word) => inTurn(() => askLift(word)),
    note: (id, entryOf) => {
      if (!standing.has(id) || id === leaving) return
      const entry = entryOf(clock.now())
      standing = after(entry)
      entries.push(entry)
      inTurn(() => keep()).catch(onFault)
    },
    writeAgain: async () => {
      if (isFailing) await inTurn(() => keep())
    },
    isFailing: () => isFailing,
    close: async () => {
      await queue
    },
  }
}
