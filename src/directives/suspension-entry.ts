// What the journal of suspensions holds: one entry for each act, and what stands after each of them. Pure.
import { z } from 'zod'
import type { Suspension } from '../policy/index.ts'
import {
  type Act,
  actShape,
  advanceLift,
  type LiftEntry,
  type Stands,
  text,
  type Word,
  wordShape,
} from './officer-entry.ts'
import type { JournalForm } from './officer-journal.ts'

/** A model as the catalogue had it when it was closed. */
export interface ClosedModel {
  /** Canonical. */
  readonly id: string
  /** By which else it could be asked for; sorted. By these it is known again where its id is gone. */
  readonly names: readonly string[]
  /** What the model API calls it, where that is said; sorted. By these it is known again wherever they stand. */
  readonly servedAs: readonly string[]
}

/** A suspension in force. */
export interface Standing extends Stands {
  readonly of: Suspension['of']
  /** `of` in one word: `all`, `family:fable-5`, `model:fable-5`. */
  readonly name: string
  /** Every model that it has closed so far, in order of id. A catalogue that files one elsewhere or renames it does not open it. */
  readonly models: readonly ClosedModel[]
}

/** Begins, and changes, a suspension; its lifting is as for every act of an officer. */
export type SuspensionEntry =
  | (Word & { readonly act: 'begun'; readonly of: Suspension['of']; readonly models: readonly ClosedModel[] })
  /** Every model from here on: a newer catalogue has more of what is suspended, or calls them otherwise. */
  | (Act & { readonly act: 'reached'; readonly models: readonly ClosedModel[] })

type JournalEntry = SuspensionEntry | LiftEntry

/** The journal of suspensions. */
export const suspensionForm: JournalForm<Standing, JournalEntry> = {
  name: 'suspensions',
  version: 1,
  schema: schema(),
  advance,
  damage: {
    unknown: 'what is closed',
    toDo: 'put it back from a copy, or, knowing that what it closed will be open, move it away, start, and suspend again what has to be closed',
  },
  // All that was ever suspended here: it is little, and worth keeping.
  compact: (entries) => entries,
  unkept: 'suspension_unkept',
}

function schema(): z.ZodType<JournalEntry> {
  const models = z.array(z.strictObject({ id: text, names: z.array(text), servedAs: z.array(text) }))
  const of = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('family'), family: text }),
    z.strictObject({ kind: z.literal('model'), model: text }),
  ])
  return z.discriminatedUnion('act', [
    z.strictObject({ act: z.literal('begun'), ...wordShape, of, models }),
    z.strictObject({ act: z.literal('reached'), ...actShape, models }),
    z.strictObject({ act: z.literal('lift-asked'), ...wordShape }),
    z.strictObject({ act: z.literal('lifted'), ...wordShape }),
  ])
}

function advance(standing: Map<string, Standing>, entry: JournalEntry): void {
  switch (entry.act) {
    case 'begun': {
      const { id, at, of, models, why, by } = entry
      if (standing.has(id)) throw new Error(`the suspension ${id} begins twice`)
      standing.set(id, { id, of, name: nameOfSuspended(of), models, why, by, since: at, lift: null })
      return
    }
    case 'reached': {
      const one = standing.get(entry.id)
      if (one === undefined) throw new Error(`\`reached\` is said of ${entry.id}, which does not stand`)
      standing.set(entry.id, { ...one, models: entry.models })
      return
    }
    case 'lift-asked':
    case 'lifted':
      advanceLift(standing, entry)
  }
}

function nameOfSuspended(of: Suspension['of']): string {
  switch (of.kind) {
    case 'all':
      return 'all'
    case 'family':
      return `family:${of.family}`
    case 'model':
      return `model:${of.model}`
  }
}
