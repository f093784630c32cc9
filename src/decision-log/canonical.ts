// Canonical: the text of one value of a record. RFC 8785 (JCS) and stricter in two ways, so that any language can reproduce a line: numbers
// are integers below 2^53 (others become strings), and characters that could deceive a reader's terminal stand as their escape in the text.
// Not src/json's canonicalJson: this runs twice per request, and refuses or rewrites what a record must not hold.
import { disarm } from '../vocabulary/inert.ts'

export class RecordFault extends Error {
  readonly code = 'record_fault'
}

/** Canonical text of a value under the rules above. */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
      if (Number.isSafeInteger(value)) return String(value === 0 ? 0 : value)
      if (Number.isFinite(value)) return `"${value}"`
      throw new RecordFault('a number is not finite')
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? 'null' : Object.isFrozen(value) ? frozenText(value) : text(value)
    default:
      throw new RecordFault(`a ${typeof value} has no place in a record`)
  }
}

const text = (value: object): string => (Array.isArray(value) ? list(value) : members(value as Record<string, unknown>))

/** Who freezes a value freezes it to the bottom (vocabulary/deep-freeze.ts), so that its text is its text for ever. */
const frozenTexts = new WeakMap<object, string>()
function frozenText(value: object): string {
  const known = frozenTexts.get(value)
  if (known !== undefined) return known
  const made = text(value)
  frozenTexts.set(value, made)
  return made
}

// Concatenation in loops on purpose: twice as fast as map and join on a record of ours (15 µs against 30).
function list(items: readonly unknown[]): string {
  let text = '['
  for (let i = 0; i < items.length; i++) text += i === 0 ? canonical(items[i]) : `,${canonical(items[i])}`
  return `${text}]`
}

function members(value: Record<string, unknown>): string {
  // UTF-16 code unit order, RFC 8785 §3.2.3; the same as byte order, since keys are ASCII.
  const keys = inOrder(Object.keys(value))
  let text = '{'
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string
    text += `${i === 0 ? '' : ','}${keyText(key)}:${canonical(value[key])}`
  }
  return `${text}}`
}

/** Of the last object with so many members: records have the same few over and over. */
const orders: { readonly keys: readonly string[]; readonly sorted: readonly string[] }[] = []
function inOrder(keys: readonly string[]): readonly string[] {
  const known = orders[keys.length]
  if (known !== undefined && isSame(known.keys, keys)) return known.sorted
  const sorted = keys.toSorted()
  if (keys.length < 32) orders[keys.length] = { keys, sorted }
  return sorted
}

export function isSame(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false
  return true
}

const plainKey = /^[ !#-[\]-~]*$/
/** Of the few names that records have. Bounded, in case somebody makes names of values. */
const keyTexts = new Map<string, string>()
export function keyText(key: string): string {
  const known = keyTexts.get(key)
  if (known !== undefined) return known
  if (!plainKey.test(key)) throw new RecordFault('a key is not plain ASCII')
  const text = `"${key}"`
  if (keyTexts.size < 1_000) keyTexts.set(key, text)
  return text
}

const notPlain = /[^ !#-[\]-~]/
function quote(text: string): string {
  return notPlain.test(text) ? JSON.stringify(disarm(text)) : `"${text}"`
}
