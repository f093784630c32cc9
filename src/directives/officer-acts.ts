// What officers put in force by hand, and how it changes. Promises: an act is in force before anything is waited for; it is taken back
// only after two different officers asked for it, both their words are on record, and a restart would agree.
//
// Crash order. Beginning: in force → (journal, record) → answer. A disk that fails leaves it in force here, and the answer says that
// a restart would forget it. Lifting: the second word on record → journal → out of force → the lifting on record → answer. A crash
// between journal and record leaves both officers' words on record. Where the last record fails it is lifted all the same, and the
// answer says so.
import type { Clock } from '../vocabulary/clock.ts'
import { type ActEvent, ActRecords } from './act-records.ts'
import { isSameOfficer, type LiftEntry, type Officer, pendingLift, type Stands, type Word } from './officer-entry.ts'
import { type JournalForm, readJournal } from './officer-journal.ts'

export interface ActsOptions<S extends Stands> {
  /** The journal; its folder must exist. */
  readonly path: string
  readonly clock: Clock
  readonly newId: () => string
  /** Puts in force what stands, and nothing else: by its return. Throws where that cannot be. @returns open answers that it cuts */
  readonly apply: (standing: readonly S[]) => Promise<number>
  /** Resolves when it is on record. */
  readonly record: (event: ActEvent<S>) => Promise<void>
  /**
   * Resolves when whatever else must be on disk before a beginning or a lifting is answered is there; called again where it failed.
   * Nothing unless given.
   */
  readonly alsoKept?: (() => Promise<void>) | undefined
  /** Hears of what could not be written down and was answered to nobody. */
  readonly onFault: (error: unknown) => void
}

export interface Begun<S extends Stands> {
  readonly standing: S
  /** False: it stood already. */
  readonly isNew: boolean
  /** Known when it is written. */
  readonly cut: Promise<number>
  /**
   * Resolves when it survives a restart and is on record, also where somebody else began it.
   * @throws Unkept, or LogUnavailable; it is in force all the same
   */
  readonly written: Promise<void>
}

export type Lift<S extends Stands> =
  | { readonly kind: 'unknown' }
  /** The word is kept; another officer's is needed before it expires. */
  | { readonly kind: 'asked'; readonly standing: S }
  /** This officer has asked already, and the word still holds. */
  | { readonly kind: 'same-officer'; readonly standing: S }
  /** `written` resolves when that is on record, and has settled. @throws Unkept, or LogUnavailable; it is lifted all the same. */
  | { readonly kind: 'lifted'; readonly standing: S; readonly written: Promise<void> }

/** One officer's word that something may be lifted. */
export interface LiftWord {
  readonly id: string
  readonly why: string
  readonly by: Officer
}

export interface Acts<S extends Stands, E> {
  /** What is in force, oldest first. */
  standing(): readonly S[]
  /** Every entry that the journal holds or should hold. */
  entries(): readonly E[]
  /** In force at once, before it returns. Throws where it cannot be applied: it does not stand then. */
  begin(isSame: (one: S) => boolean, entry: (id: string, at: number) => E): Begun<S>
  /** @throws Unkept, or LogUnavailable: the word does not count then, and nothing is taken back. Said again of what was lifted: its record. */
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
): Promise<Acts<S, E | LiftEntry>> {
  type Entry = E | LiftEntry
  const { path, clock, newId, apply, record, alsoKept = async () => {}, onFault } = options
  const journal = await readJournal(path, form)
  let { standing } = journal
  let entries: Entry[] = [...journal.entries]
  /** How many of the entries the journal on disk is known to hold, from the first, unless it is failing. */
  let kept = entries.length
  const records = new ActRecords(record, alsoKept)
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
    if (next === undefined && kept === before && !journal.isFailing()) return
    const written = form.compact(next === undefined ? entries : [...entries, next])
    await journal.write(written)
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
    if (same !== undefined) {
      const both = Promise.all([inTurn(() => keep()), records.again(same.id)])
      return { standing: same, isNew: false, cut: Promise.resolve(0), written: both.then(() => {}) }
    }
    const id = newId()
    const entry = entryOf(id, clock.now())
    const next = after(entry)
    const cut = apply([...next.values()])
    standing = next
    entries.push(entry)
    const begun = next.get(id) as S
    const { by, why } = begun
    const recorded = records.write({ kind: 'begun', standing: begun, by, why }, cut)
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
      return await settled(one, records.write({ kind: 'lifted', standing: one, by, why }, cut))
    } finally {
      leaving = null
    }
  }

  const settled = async (standing: S, written: Promise<void>): Promise<Lift<S>> => {
    await written.catch(() => {})
    return { kind: 'lifted', standing, written }
  }

  const askLift = async ({ id, why, by }: LiftWord): Promise<Lift<S>> => {
    const one = standing.get(id)
    const gone = records.lifted(id)
    if (gone !== undefined) return settled(gone, records.again(id))
    if (one === undefined) return { kind: 'unknown' }
    const at = clock.now()
    const first = pendingLift(one, at)
    if (first !== null && isSameOfficer(first.by, by)) return { kind: 'same-officer', standing: one }
    await records.again(id)
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
      if (!standing.has(id)) records.drop(id)
      entries.push(entry)
      inTurn(() => keep()).catch(onFault)
    },
    writeAgain: async () => {
      if (journal.isFailing()) await inTurn(() => keep())
    },
    isFailing: journal.isFailing,
    close: async () => {
      await queue
    },
  }
}
