// How much a request lets a model put out, from every place where it can say so.

import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { OutputRow } from './body-shape.ts'
import { type Refused, refused } from './refused.ts'

/**
 * The greatest number of tokens that the request lets the model put out; null where it sets no limit. Zero is none: some servers go on
 * without end by it.
 */
export function readLimit(row: OutputRow, body: JsonObject): number | null | Refused {
  const { limits: spellings, answers, overrides } = row
  let limit: number | null = null
  for (const spelling of spellings) {
    const value = readCount(body, spelling)
    if (value !== null && typeof value === 'object') return value
    if (value === null) continue
    if (limit !== null && limit !== value) {
      return refused('request_ambiguous', `\`${spellings.join('` and `')}\` say different limits`)
    }
    limit = value
  }
  const count = answers === null ? 1 : (readCount(body, answers) ?? 1)
  if (typeof count === 'object') return count
  if (limit !== null) limit *= Math.max(1, count)
  const items: JsonValue = overrides === null ? null : (valueAt(body, overrides) ?? null)
  const overriding: readonly JsonValue[] = Array.isArray(items) ? items : []
  for (const item of overriding) {
    const value = isJsonObject(item) ? readCount(item, spellings[0]) : null
    if (value !== null && typeof value === 'object') return value
    if (value === 0) return null
    if (value !== null && limit !== null) limit = Math.max(limit, value)
  }
  return limit === 0 ? null : limit
}

function readCount(object: JsonObject, pointer: string): number | null | Refused {
  const value = valueAt(object, pointer) ?? null
  if (value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= limits.outputTokens) return value
  return refused('request_unreadable', `\`${pointer}\` must be a whole number`)
}

/** Undefined: it, or an object on the way to it, is not there. */
function valueAt(object: JsonObject, pointer: string): JsonValue | undefined {
  let at: JsonValue | undefined = object
  for (const step of pointer.split('/').slice(1)) {
    if (!isJsonObject(at)) return undefined
    at = at[step]
  }
  return at
}
