// What is suspended here, and how it changes. Promises: a suspension closes before anything is waited for; it is open again only after
// two different officers asked for it, both their words are on record, and a restart would agree; nothing lapses.
//
// Crash order. Closing: in force → (journal, record) → answer. A disk that fails leaves it in force here, and the answer says that
// a restart would open it. Lifting: the second word on record → journal → open → the lifting on record → answer. A crash between
// journal and record leaves both officers' words on record.
import { digestOf } from '../json/index.ts'
import type { Suspension } from '../policy/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import {
  after,
  type ClosedModel,
  isSameOfficer,
  type JournalEntry,
  type Officer,
  pendingLift,
  type Standing,
} from './suspension-entry.ts'
import { readJournal, writeJournal } from './suspension-journal.ts'

export interface SuspensionEvent {
  readonly kind: 'begun' | 'lift-asked' | 'lifted'
  /** As it stands after the act; a lifted one as it stood. */
  readonly standing: Standing
  readonly by: Officer
  readonly why: string
  /** Open answers that the act cut. */
  readonly cut: number
}

export interface SuspensionsOptions {
  /** The journal; its folder must exist. */
  readonly path: string
  readonly clock: Clock
  readonly newId: () => string
  /** Puts in force what stands, and nothing else. Throws where that cannot be; else it is in force. @returns open answers cut */
  readonly apply: (standing: readonly Standing[]) => number
  /** Resolves when it is on record. */
  readonly record: (event: SuspensionEvent) => Promise<void>
  /** Hears of what could not be written down and was answered to nobody. */
  readonly onFault: (error: unknown) => void
}

export interface Begun {
  readonly standing: Standing
  /** False: it was suspended already. */
  readonly isNew: boolean
  readonly cut: number
  /** Resolves when it survives a restart and is on record. @throws SuspensionUnkept, or LogUnavailable; it is in force all the same. */
  readonly written: Promise<void>
}

export type Lift =
  | { readonly kind: 'unknown' }
  /** The word is kept; another officer's is needed before it expires. */
  | { readonly kind: 'asked'; readonly standing: Standing }
  /** This officer has asked already, and the word still holds. */
  | { readonly kind: 'same-officer'; readonly standing: Standing }
  | { readonly kind: 'lifted'; readonly standing: Standing }

export interface Suspensions {
  /** What is in force, oldest first. */
  standing(): readonly Standing[]
  /** Closes at once, before it returns. Throws where it cannot be laid over the policy: nothing is suspended then. */
  begin(act: { of: Suspension['of']; models: readonly ClosedModel[]; why: string; by: Officer }): Begun
  /**
   * One officer's word. @throws SuspensionUnkept, or LogUnavailable: nothing is opened then, unless what could not be recorded was the
   * lifting itself: both words are on record by then, and `standing()` says that it is open.
   */
  askLift(act: { id: string; why: string; by: Officer }): Promise<Lift>
  /** Remembers models that a suspension closes in a newer catalogue, and what they are called there. */
  reach(id: string, models: readonly ClosedModel[]): void
  /** Tries again to write what could not be written. @throws SuspensionUnkept */
  writeAgain(): Promise<void>
  /** `ok` is false while something is closed here that a restart would open. */
  status(): { readonly ok: boolean; readonly detail: string }
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>
}

/** What was said could not be written to the journal. */
export class SuspensionUnkept extends Error {
  readonly code = 'suspension_unkept'
}

/** @throws Error with one sentence where the journal is damaged: then nobody can say what is closed, and nothing may start. */
export async function openSuspensions(options: SuspensionsOptions): Promise<Suspensions> {
  const { path, clock, newId, apply, record, onFault } = options
  const journal = await readJournal(path)
  let { standing } = journal
  let entries = [...journal.entries]
  /** How many of the entries the journal on disk is known to hold, from the first; and whether the last try to write more failed. */
  let [kept, isFailing] = [entries.length, false]
  /** The one that is being lifted: whoever suspends the same now means a new one. */
  let leaving: string | null = null
  /** Acts that open anything, and writes, follow each other; closing waits for nobody. */
  let queue: Promise<unknown> = Promise.resolve()

  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(act)
    queue = turn.catch(() => {})
    return turn
  }

  /** Writes what is in force and not yet kept, with one more entry that is not in force before it is kept. Only in turn. */
  const keep = async (next?: JournalEntry): Promise<void> => {
    const before = entries.length
    if (next === undefined && kept === before) return
    try {
      await writeJournal(path, next === undefined ? entries : [...entries, next])
    } catch (error) {
      isFailing = true
      throw new SuspensionUnkept(
        `\`${path}\` cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
    isFailing = false
    kept = before + (next === undefined ? 0 : 1)
    // Others may have begun meanwhile; the journal keeps the order in which it was written.
    if (next !== undefined) entries = [...entries.slice(0, before), next, ...entries.slice(before)]
  }

  const list = (all: ReadonlyMap<string, Standing>): readonly Standing[] => [...all.values()]

  const begin: Suspensions['begin'] = ({ of, models, why, by }) => {
    const same = list(standing).find((one) => one.id !== leaving && digestOf(one.of) === digestOf(of))
    if (same !== undefined) return { standing: same, isNew: false, cut: 0, written: inTurn(() => keep()) }
    const id = newId()
    const entry: JournalEntry = { act: 'begun', id, at: clock.now(), of, models: [...models], why, by }
    const next = after(standing, entry)
    const cut = apply(list(next))
    standing = next
    entries.push(entry)
    const begun = next.get(id) as Standing
    const recorded = record({ kind: 'begun', standing: begun, by, why, cut })
    const written = Promise.all([inTurn(() => keep()), recorded]).then(() => {})
    // Whoever began it may have left before it fails.
    written.catch(() => {})
    return { standing: begun, isNew: true, cut, written }
  }

  const askLift: Suspensions['askLift'] = ({ id, why, by }) =>
    inTurn(async (): Promise<Lift> => {
      const one = standing.get(id)
      if (one === undefined) return { kind: 'unknown' }
      const at = clock.now()
      const first = pendingLift(one, at)
      if (first !== null && isSameOfficer(first.by, by)) return { kind: 'same-officer', standing: one }
      const asked: JournalEntry = { act: 'lift-asked', id, at, why, by }
      if (first === null) {
        const pending = after(standing, asked).get(id) as Standing
        await record({ kind: 'lift-asked', standing: pending, by, why, cut: 0 })
        await keep(asked)
        standing = after(standing, asked)
        return { kind: 'asked', standing: pending }
      }
      const lifted: JournalEntry = { act: 'lifted', id, at, why, by }
      await record({ kind: 'lift-asked', standing: one, by, why, cut: 0 })
      leaving = id
      try {
        await keep(lifted)
        const next = after(standing, lifted)
        const cut = apply(list(next))
        standing = next
        await record({ kind: 'lifted', standing: one, by, why, cut })
      } finally {
        leaving = null
      }
      return { kind: 'lifted', standing: one }
    })

  return {
    standing: () => list(standing),
    begin,
    askLift,
    reach: (id, models) => {
      if (!standing.has(id) || id === leaving) return
      const entry: JournalEntry = { act: 'reached', id, at: clock.now(), models: [...models] }
      standing = after(standing, entry)
      entries.push(entry)
      inTurn(() => keep()).catch(onFault)
    },
    status: () => {
      const names = list(standing).map(({ name }) => name)
      const detail = names.length === 0 ? 'nothing is suspended' : `suspended for everyone: ${names.join(', ')}`
      const warning = `a restart would open some of it, since \`${path}\` cannot be written`
      return isFailing ? { ok: false, detail: `${detail}; ${warning}` } : { ok: true, detail }
    },
    writeAgain: async () => {
      if (isFailing) await inTurn(() => keep())
    },
    close: async () => {
      await queue
    },
  }
}
