// A reference to what is stored, from the place where it stands.

import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import type { StoredReference } from '../vocabulary/stored-object.ts'
import type { ReferenceRow } from './body-shape.ts'
import { type Refused, refused } from './refused.ts'

/** Ids as the providers make them; nothing else can be one, and nothing else is looked up, recorded or put into a path. */
export const storedId: RegExp = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/

/** What stands where the id should. */
export function idAt({ member }: ReferenceRow, value: JsonValue): JsonValue | undefined {
  return member !== undefined && isJsonObject(value) ? value[member] : value
}

/** Takes what stands at the place, and the whole body; gives the reference, or the refusal. Pure and total. */
export function readReference(
  row: ReferenceRow,
  pointer: string,
  value: JsonValue,
  body: JsonObject,
): StoredReference | Refused {
  const { kind, batchFor } = row
  const id = idAt(row, value)
  if (typeof id !== 'string' || !storedId.test(id)) {
    return refused('reference_unknown', `\`${pointer}\` holds no id`)
  }
  if (batchFor === undefined) return { pointer, kind, id, purpose: null }
  const said = body[batchFor.slice(1)]
  if (typeof said !== 'string' || said.length > 128) {
    return refused('request_unreadable', `\`${batchFor}\` must be a string`)
  }
  return { pointer, kind, id, purpose: `batch:${said}` }
}
