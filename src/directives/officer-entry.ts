// What officers put in force by hand: suspensions and revocations alike. Who acts, why, and how an act is taken back. Pure.
//
// Invariant: what stands is only ever taken away by the words of two different officers, of which the first has not expired.
import { z } from 'zod'
import { limits } from '../limits.ts'

/** Who acts, by issuer and subject of the token. Not a pseudonym: two officers must be told apart whatever becomes of the log's keys. */
export interface Officer {
  readonly issuer: string
  readonly subject: string
}

/** What every act that stands has. */
export interface Stands {
  /** UUIDv7. */
  readonly id: string
  readonly why: string
  readonly by: Officer
  /** Milliseconds since the epoch. */
  readonly since: number
  /** The first officer's word that it may be lifted; worth nothing from `until` on. */
  readonly lift: { readonly by: Officer; readonly why: string; readonly at: number; readonly until: number } | null
}

/** Part of every entry of a journal. */
export interface Act {
  /** Of what it begins, changes or lifts. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** An act with an officer's word. */
export interface Word extends Act {
  readonly why: string
  readonly by: Officer
}

export type LiftEntry = (Word & { readonly act: 'lift-asked' }) | (Word & { readonly act: 'lifted' })

/** Shapes that the journals' schemas are made of. */
export const text: z.ZodString = z.string().min(1)
export const actShape: { readonly id: z.ZodString; readonly at: z.ZodInt } = { id: text, at: z.int().nonnegative() }
const officer: z.ZodType<Officer> = z.strictObject({ issuer: text, subject: text })
export const wordShape: typeof actShape & { readonly why: z.ZodString; readonly by: z.ZodType<Officer> } = {
  id: text,
  at: actShape.at,
  why: text,
  by: officer,
}

/** Follows a word that something may be lifted. @throws Error with a sentence where the word cannot follow what stands */
export function advanceLift<S extends Stands>(standing: Map<string, S>, entry: LiftEntry): void {
  const { id, at, why, by } = entry
  const one = standing.get(id)
  if (one === undefined) throw new Error(`\`${entry.act}\` is said of ${id}, which does not stand`)
  if (entry.act === 'lift-asked') {
    standing.set(id, { ...one, lift: { by, why, at, until: at + limits.liftAskedMs } })
    return
  }
  const first = pendingLift(one, at)
  if (first === null) throw new Error(`${id} is lifted by one officer alone`)
  if (isSameOfficer(first.by, by)) throw new Error(`${id} is lifted by one officer twice`)
  standing.delete(id)
}

/** The first officer's word, as long as it is worth something. `now` in milliseconds since the epoch. */
export const pendingLift = ({ lift }: Pick<Stands, 'lift'>, now: number): Stands['lift'] =>
  lift !== null && now < lift.until ? lift : null

export const isSameOfficer = (a: Officer, b: Officer): boolean => a.issuer === b.issuer && a.subject === b.subject
