// Which mode a request chooses, from the field or the alternative fields in which its dialect can say so.

import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import type { ModeSelector } from '../vocabulary/operation.ts'
import type { ModeRow } from './body-shape.ts'
import { type Refused, refused } from './refused.ts'

const word = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Takes the row and the object from which its path begins; gives the field that counts and its value, as a catalogue writes it, with
 * the fields of other vendors.
 */
export function readMode(row: ModeRow, from: JsonObject): ModeSelector | Refused {
  const first = readOne(row, from)
  if ('kind' in first || row.beside === undefined) return first
  const others = readMode(row.beside, from)
  if ('kind' in others) return others
  const { beside = [], field, value } = others
  return { ...first, beside: [{ field, value }, ...beside] }
}

/** A field, or the one of several alternatives that stands. */
function readOne(row: ModeRow, from: JsonObject): ModeSelector | Refused {
  let said: ModeSelector | undefined
  for (let each: ModeRow | undefined = row; each !== undefined; each = each.or) {
    const value = valueOf(each, from)
    if (value === undefined) continue
    if (typeof value === 'object' && value !== null) return value
    if (said !== undefined) {
      return refused('request_ambiguous', `\`${row.path.join('.')}\` and \`${each.path.join('.')}\` both choose a mode`)
    }
    said = { field: each.field, value }
  }
  return said ?? { field: row.field, value: null }
}

/** Undefined: the field is absent. Null: it leaves the choice to the model. */
function valueOf({ path, required, holds, open = [] }: ModeRow, from: JsonObject): string | null | undefined | Refused {
  const unreadable = refused('request_unreadable', `\`${path.join('.')}\` cannot be read`)
  let at: JsonValue | undefined = from
  for (const [depth, step] of path.entries()) {
    if (!isJsonObject(at)) return unreadable
    at = at[step]
    if (at === undefined || at === null) {
      return required && depth === path.length - 1 && depth > 0 ? unreadable : undefined
    }
  }
  const value = textOf(at, holds)
  if (value === undefined) return unreadable
  return open.includes(value) ? null : value
}

function textOf(value: JsonValue | undefined, holds: ModeRow['holds']): string | undefined {
  if (holds === 'number') {
    const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)
    return isWhole ? String(value) : undefined
  }
  if (holds === 'flag-or-word' && typeof value === 'boolean') return String(value)
  if (typeof value !== 'string' || !word.test(value)) return undefined
  return holds === 'any-case' ? value.toLowerCase() : value
}
