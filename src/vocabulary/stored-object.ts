// Stored objects: what a request leaves at a model provider, under an id by which a later request can refer to it.

import type { Dialect } from './operation.ts'

export const storedKinds = ['response', 'item', 'conversation', 'completion', 'file', 'batch', 'message-batch'] as const
export type StoredKind = (typeof storedKinds)[number]

/** What a file is for that a batch made. */
export const batchResults = 'batch-results'

/** One place at which a request refers to something stored. */
export interface StoredReference {
  /** RFC 6901 pointer into the body, or `path:NAME`. */
  readonly pointer: string
  readonly kind: StoredKind
  readonly id: string
  /** What the object must have been made for; null: for anything. */
  readonly purpose: string | null
}

/** Who made an object: nobody else can name it. */
export interface Maker {
  readonly issuer: string
  readonly subject: string
  /** Of the token that it was made with; null: it named none. */
  readonly organization: string | null
}

/** All that names an object. Two makers who say the same id name two objects. */
export interface StoredName {
  readonly dialect: Dialect
  readonly kind: StoredKind
  readonly id: string
  readonly maker: Maker
}

/** A model that had a part in an object, as it was decided. */
export interface StoredModel {
  /** Canonical id. */
  readonly model: string
  readonly variant: string | null
  /** Null: a model without modes. */
  readonly mode: string | null
}

export interface StoredObject {
  /** Name of the upstream that has it. */
  readonly upstream: string
  /** Every model that had a part in it, those of what it was made from included; empty: the caller's own content. */
  readonly models: readonly StoredModel[]
  /** `batch:` and an operation: a file of requests for it. `batchResults`: their answers. Null: neither. */
  readonly purpose: string | null
  /** Id of the decision under which it was made. */
  readonly decision: string
  /** Decisions under which that was made which it was made from. */
  readonly parents: readonly string[]
  /** SHA-256 of what was sent to be stored, where that was read as a whole; null elsewhere. */
  readonly digest: string | null
  /** Milliseconds since the epoch. */
  readonly madeAt: number
}
