// The values that the reader makes and the canonical writer takes.

import { limits } from '../limits.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
/** When it was read, it inherits nothing: a name such as `constructor` or `__proto__` is data and nothing else. */
export type JsonObject = { readonly [key: string]: JsonValue }

/**
 * What an object is read into: its prototype is empty, frozen and has none itself. `Object.create(null)` would do the same;
 * but such objects are hash tables to V8, larger and slower to fill.
 */
export const Members = function Members() {} as unknown as new () => Record<string, JsonValue>
Members.prototype = Object.freeze(Object.create(null))

/** What one text may cost. Beyond it the text is refused, never cut short. */
export interface JsonBudget {
  /** Nested arrays and objects; a bare scalar has depth 0. */
  readonly depth: number
  /**
   * Values, array items and object members included. A text with escapes or beyond ASCII counts as three, and so does a number of
   * more than ten characters: they take about as long.
   */
  readonly nodes: number
  /**
   * Keys that were not met before in the text: each costs about as much as twenty values. Those that are longer than 31 bytes, escaped
   * or not ASCII count each time, as do a few that share their hash or stand at the end; which they are depends on the text alone.
   */
  readonly newKeys: number
  /** UTF-8 bytes of one object key after unescaping. */
  readonly keyBytes: number
  /** Refuse numbers that a double does not hold exactly as written, and `-0`. Off: a number is the nearest double. */
  readonly exactNumbers: boolean
}

export const defaultBudget: JsonBudget = {
  depth: limits.jsonDepth,
  nodes: limits.jsonNodes,
  newKeys: limits.jsonNewKeys,
  keyBytes: limits.jsonKeyBytes,
  exactNumbers: false,
}

/** Whether a value is an object in the sense of JSON: not null, not an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
