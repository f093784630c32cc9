// Objects in which some members alone may stand, and some must.

import { isJsonObject, type JsonValue } from '../json/index.ts'
import type { ClosedRow } from './body-shape.ts'
import { pointerOf } from './pointer-of.ts'
import { type Refused, refused } from './refused.ts'

/** Takes the way to the value, the value, and the row, if there is one. */
export function closedFault(
  steps: readonly (string | number)[],
  value: JsonValue,
  closed: ClosedRow | undefined,
): Refused | undefined {
  if (closed === undefined) return undefined
  const { members, must = [], says } = closed
  if (!isJsonObject(value)) {
    // What must say something of itself and is no object says nothing.
    const isLeftOut = value === null && typeof steps.at(-1) === 'string'
    return must.length === 0 || isLeftOut
      ? undefined
      : refused('request_unreadable', `\`${pointerOf(steps)}\` must be an object`)
  }
  const where = (): string => (steps.length === 0 ? 'the body' : `\`${pointerOf(steps)}\``)
  const missing = must.find((key) => !(key in value))
  if (missing !== undefined) return refused('request_unreadable', `${where()} has no \`${missing}\`: ${says}`)
  const other = Object.keys(value).find((key) => value[key] !== null && !members.includes(key))
  return other === undefined ? undefined : refused('reference_unknown', `${where()}: ${says}`)
}
