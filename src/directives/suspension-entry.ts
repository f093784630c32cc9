// What the journal of suspensions holds: one entry for each act, and what stands after each of them. Pure.
//
// Invariant: what stands is only ever taken away by the words of two different officers, of which the first has not expired.
import { z } from 'zod'
import { limits } from '../limits.ts'
import type { Suspension } from '../policy/index.ts'

/** Who acts, by issuer and subject of the token. Not a pseudonym: two officers must be told apart whatever becomes of the log's keys. */
export interface Officer {
  readonly issuer: string
  readonly subject: string
}

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
export interface Standing {
  /** UUIDv7. */
  readonly id: string
  readonly of: Suspension['of']
  /** `of` in one word: `all`, `family:fable-5`, `model:fable-5`. */
  readonly name: string
  /** Every model that it has closed so far, in order of id. A catalogue that files one elsewhere or renames it does not open it. */
  readonly models: readonly ClosedModel[]
  readonly why: string
  readonly by: Officer
  /** Milliseconds since the epoch. */
  readonly since: number
  /** The first officer's word that it may be lifted; worth nothing from `until` on. */
  readonly lift: { readonly by: Officer; readonly why: string; readonly at: number; readonly until: number } | null
}

interface Act {
  /** Of the suspension. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

interface Word extends Act {
  readonly why: string
  readonly by: Officer
}

export type JournalEntry =
  | (Word & { readonly act: 'begun'; readonly of: Suspension['of']; readonly models: readonly ClosedModel[] })
  /** Every model from here on: a newer catalogue has more of what is suspended, or calls them otherwise. */
  | (Act & { readonly act: 'reached'; readonly models: readonly ClosedModel[] })
  | (Word & { readonly act: 'lift-asked' })
  | (Word & { readonly act: 'lifted' })

/** Closed, since an entry that is half understood is not understood. */
export const entrySchema: z.ZodType<JournalEntry> = schema()

function schema(): z.ZodType<JournalEntry> {
  const text = z.string().min(1)
  const act = { id: text, at: z.int().nonnegative() }
  const word = { ...act, why: text, by: z.strictObject({ issuer: text, subject: text }) }
  const models = z.array(z.strictObject({ id: text, names: z.array(text), servedAs: z.array(text) }))
  const of = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('family'), family: text }),
    z.strictObject({ kind: z.literal('model'), model: text }),
  ])
  return z.discriminatedUnion('act', [
    z.strictObject({ act: z.literal('begun'), ...word, of, models }),
    z.strictObject({ act: z.literal('reached'), ...act, models }),
    z.strictObject({ act: z.literal('lift-asked'), ...word }),
    z.strictObject({ act: z.literal('lifted'), ...word }),
  ])
}

/** What stands after one more entry. @throws Error with a sentence where the entry cannot follow what stands */
export function after(standing: ReadonlyMap<string, Standing>, entry: JournalEntry): ReadonlyMap<string, Standing> {
  const next = new Map(standing)
  const { id, at } = entry
  if (entry.act === 'begun') {
    if (standing.has(id)) throw new Error(`the suspension ${id} begins twice`)
    const { of, models, why, by } = entry
    return next.set(id, { id, of, name: nameOfSuspended(of), models, why, by, since: at, lift: null })
  }
  const one = standing.get(id)
  if (one === undefined) throw new Error(`there is no suspension ${id} that \`${entry.act}\` could be said of`)
  switch (entry.act) {
    case 'reached':
      return next.set(id, { ...one, models: entry.models })
    case 'lift-asked': {
      const { by, why } = entry
      return next.set(id, { ...one, lift: { by, why, at, until: at + limits.suspensionLiftMs } })
    }
    case 'lifted': {
      const first = pendingLift(one, at)
      if (first === null) throw new Error(`the suspension ${id} is lifted by one officer alone`)
      if (isSameOfficer(first.by, entry.by)) throw new Error(`the suspension ${id} is lifted by one officer twice`)
      next.delete(id)
      return next
    }
  }
}

/** The first officer's word, as long as it is worth something. `now` in milliseconds since the epoch. */
export const pendingLift = ({ lift }: Standing, now: number): Standing['lift'] =>
  lift !== null && now < lift.until ? lift : null

export const isSameOfficer = (a: Officer, b: Officer): boolean => a.issuer === b.issuer && a.subject === b.subject

export function nameOfSuspended(of: Suspension['of']): string {
  switch (of.kind) {
    case 'all':
      return 'all'
    case 'family':
      return `family:${of.family}`
    case 'model':
      return `model:${of.model}`
  }
}
