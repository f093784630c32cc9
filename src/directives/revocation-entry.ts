// What the journal of revocations holds, and what stands after each entry. Pure.
//
// It stays small: what has no effect any more is forgotten (`lapseOf`), and what was forgotten or lifted is left out once there is more
// of it than of what stands. The number of acts goes on: `epochOf` never goes back.
import { z } from 'zod'
import { limits } from '../limits.ts'
import type { Revoked } from '../vocabulary/revocation.ts'
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

/** A revocation in force. */
export interface Revocation extends Stands {
  readonly of: Revoked
}

export type RevocationEntry =
  | (Word & { readonly act: 'begun'; readonly of: Revoked })
  /** It reaches nothing any more. */
  | (Act & { readonly act: 'forgotten' })
  /** First of all: so many entries that stood here before say nothing of what stands. */
  | { readonly act: 'left-out'; readonly count: number }

type JournalEntry = RevocationEntry | LiftEntry

/** The journal of revocations. */
export const revocationForm: JournalForm<Revocation, JournalEntry> = {
  name: 'revocations',
  version: 1,
  schema: schema(),
  advance,
  damage: {
    unknown: 'what is revoked',
    toDo: 'put it back from a copy, or, knowing that whoever it shut out will be let in, move it away, start, and revoke again what has to be revoked',
  },
  compact,
  unkept: 'revocation_unkept',
}

/** How many acts there were, of which the last may still be unwritten. */
export function epochOf(entries: readonly JournalEntry[]): number {
  const [first] = entries
  return first?.act === 'left-out' ? first.count + entries.length - 1 : entries.length
}

/** When it reaches nothing any more, milliseconds since the epoch; null: never. No token lives longer than `limits.tokenLifetimeS`. */
export function lapseOf({ of, since }: Pick<Revocation, 'of' | 'since'>): number | null {
  switch (of.kind) {
    case 'token':
    case 'token-content':
      return since + limits.revocationKeptMs
    case 'session':
    case 'subject':
    case 'organization':
      return of.issuedUntil === null ? null : Math.max(since, of.issuedUntil) + limits.revocationKeptMs
    case 'grant':
      return null
  }
}

/** What is revoked, as it is written to disk and told to gates. */
export function revokedSchema(): z.ZodType<Revoked> {
  const issued = { issuer: text, issuedUntil: z.int().nonnegative().nullable() }
  return z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('token'), issuer: text, jti: text }),
    z.strictObject({ kind: z.literal('token-content'), digest: text }),
    z.strictObject({ kind: z.literal('session'), session: text, ...issued }),
    z.strictObject({ kind: z.literal('subject'), subject: text, ...issued }),
    z.strictObject({ kind: z.literal('organization'), organization: text, ...issued }),
    z.strictObject({ kind: z.literal('grant'), grant: text }),
  ])
}

function schema(): z.ZodType<JournalEntry> {
  return z.discriminatedUnion('act', [
    z.strictObject({ act: z.literal('begun'), ...wordShape, of: revokedSchema() }),
    z.strictObject({ act: z.literal('forgotten'), ...actShape }),
    z.strictObject({ act: z.literal('left-out'), count: z.int().positive() }),
    z.strictObject({ act: z.literal('lift-asked'), ...wordShape }),
    z.strictObject({ act: z.literal('lifted'), ...wordShape }),
  ])
}

function advance(standing: Map<string, Revocation>, entry: JournalEntry): void {
  switch (entry.act) {
    case 'begun': {
      const { id, at, of, why, by } = entry
      if (standing.has(id)) throw new Error(`the revocation ${id} begins twice`)
      standing.set(id, { id, of, why, by, since: at, lift: null })
      return
    }
    case 'forgotten': {
      const one = standing.get(entry.id)
      if (one === undefined) throw new Error(`\`forgotten\` is said of ${entry.id}, which does not stand`)
      const lapse = lapseOf(one)
      if (lapse === null || entry.at < lapse) throw new Error(`the revocation ${entry.id} is forgotten too early`)
      standing.delete(entry.id)
      return
    }
    case 'left-out':
      if (standing.size > 0) throw new Error('something is left out in the middle')
      return
    case 'lift-asked':
    case 'lifted':
      advanceLift(standing, entry)
  }
}

/** Where most of it says nothing of what stands, without that. */
function compact(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const standing = new Map<string, { lift: JournalEntry | null }>()
  for (const entry of entries) {
    if (entry.act === 'begun') standing.set(entry.id, { lift: null })
    else if (entry.act === 'lift-asked') standing.set(entry.id, { lift: entry })
    else if (entry.act !== 'left-out') standing.delete(entry.id)
  }
  const rest = entries.filter(
    (entry) =>
      (entry.act === 'begun' && standing.has(entry.id)) ||
      (entry.act === 'lift-asked' && standing.get(entry.id)?.lift === entry),
  )
  if (entries.length < 2 * rest.length + leastLeftOut) return entries
  return [{ act: 'left-out', count: epochOf(entries) - rest.length }, ...rest]
}

/** Fewer are not worth a journal that is written anew. */
const leastLeftOut = 100
