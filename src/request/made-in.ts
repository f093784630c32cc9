// What an answer, or one event of a stream, tells of that is stored from then on.

import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import type { StoredKind } from '../vocabulary/stored-object.ts'
import { storedId } from './read-reference.ts'
import type { MadeRow } from './stored-row.ts'

export interface Made {
  readonly kind: StoredKind
  readonly id: string
  /** What it is for, where its row says so. */
  readonly purpose?: string
}

/** Takes the rows that apply and a value as the model API sent it; gives every id that stands where they say. Pure and total. */
export function madeIn(rows: readonly MadeRow[], value: JsonObject): readonly Made[] {
  return rows.flatMap(({ kind, at, purpose }) =>
    at.flatMap((pointer) =>
      standingAt(pointer.split('/').slice(1), value).flatMap((id) =>
        typeof id === 'string' && storedId.test(id)
          ? [{ kind, id, ...(purpose === undefined ? {} : { purpose }) }]
          : [],
      ),
    ),
  )
}

function standingAt(
  [step, ...rest]: readonly string[],
  value: JsonValue | undefined,
): readonly (JsonValue | undefined)[] {
  if (step === undefined) return [value]
  if (step === '*') return Array.isArray(value) ? value.flatMap((item: JsonValue) => standingAt(rest, item)) : []
  return isJsonObject(value) ? standingAt(rest, value[step]) : []
}
