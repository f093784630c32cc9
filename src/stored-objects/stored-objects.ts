// The registry of stored objects: id → who made it, where it is, under which decision, with which models. All callers share one
// credential at the provider, so that what the gate does not bind to its maker would be open to everybody.
//
// Invariant: it is state, not a cache. What it does not have is unknown, and what is unknown is refused: a registry that lost
// something refuses more, never less.

import * as z from 'zod'
import { limits } from '../limits.ts'
import type { StoredModel, StoredName, StoredObject } from '../vocabulary/stored-object.ts'

export interface Kept {
  readonly name: StoredName
  readonly object: StoredObject
}

export interface StoredObjects {
  /** Undefined: nobody made it, somebody else did, it was forgotten, or it is too old. Rejects where the registry cannot be asked. */
  find(name: StoredName): Promise<StoredObject | undefined>
  /** Resolves when they are kept, over a crash of this process; an object of the same name is replaced. */
  keep(objects: readonly Kept[]): Promise<void>
  /**
   * Adds models to an object that grows (a conversation), in one step with looking at it. `gone`: there is no such object, or it
   * would have more than one object may. `grown`: it has models that are in neither list, nothing is added.
   * @param from the models that it had when it was decided
   */
  widen(
    name: StoredName,
    models: { readonly from: readonly StoredModel[]; readonly more: readonly StoredModel[] },
  ): Promise<'widened' | 'gone' | 'grown'>
  forget(name: StoredName): Promise<void>
  close(): Promise<void>
}

/** An object under its key, as it lies on disk or, sealed, in Redis. Ids, subjects and organizations are in neither. */
export interface Entry {
  readonly key: string
  readonly maker: string
  readonly object: StoredObject
}

export const entrySchema: z.ZodType<Entry> = z.strictObject({
  key: z.string(),
  maker: z.string(),
  object: z.strictObject({
    upstream: z.string(),
    models: z.array(z.strictObject({ model: z.string(), variant: z.string().nullable(), mode: z.string().nullable() })),
    purpose: z.string().nullable(),
    decision: z.string(),
    parents: z.array(z.string()),
    digest: z.string().nullable(),
    madeAt: z.number(),
  }),
})

/** The models of both, each once. */
export function union(some: readonly StoredModel[], more: readonly StoredModel[]): readonly StoredModel[] {
  const each = new Map([...some, ...more].map((one) => [JSON.stringify([one.model, one.variant, one.mode]), one]))
  return [...each.values()]
}

/** The models after both; or why they must not become those. */
export function widened(
  now: readonly StoredModel[],
  { from, more }: { readonly from: readonly StoredModel[]; readonly more: readonly StoredModel[] },
): readonly StoredModel[] | 'gone' | 'grown' {
  const decided = union(from, more)
  if (union(decided, now).length > decided.length) return 'grown'
  const models = union(now, more)
  return models.length > limits.storedModels ? 'gone' : models
}
