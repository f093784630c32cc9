// What an operation, or a frame of a WebSocket, has to do with objects that are stored at the provider.

import type { batchResults, StoredKind } from '../vocabulary/stored-object.ts'

/** One kind of object that an answer tells of, and the pointers at which it, or an event of a stream, has the ids. */
export interface MadeRow {
  readonly kind: StoredKind
  readonly at: readonly string[]
  /**
   * Where `/store` of the body says so: unless it is false, or only if it is true. `told`: always; where nothing is stored, who was
   * told the id may still say it again.
   */
  readonly when: 'always' | 'unless-declined' | 'asked' | 'told'
  /** What it is for; absent: what the request says. */
  readonly purpose?: typeof batchResults
}

/** What an operation has to do with stored objects. */
export interface StoredRow {
  /** Ids in the path, by the name of the segment. */
  readonly path: Readonly<Record<string, StoredKind>>
  readonly makes: readonly MadeRow[]
  /** A file part that holds requests, where its part `purpose` says `batch`: each of its lines is read. */
  readonly holdsRequests?: true
  /** Kinds to which the operation adds, where it refers to one: what it adds carries its models. */
  readonly widens: readonly StoredKind[]
  /** Segment of the path whose object is gone once the model API has confirmed it; null: none. */
  readonly forgets: string | null
}
