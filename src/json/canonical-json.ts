// RFC 8785 (JCS): one spelling for one value, for digests, bundles and cache keys.

import { createHash } from 'node:crypto'
import { type JsonValue, Members } from './json-value.ts'

/** What can be written: JSON values and plain objects whose members are such. `undefined` is a programming error. */
export type Canonicalizable =
  | JsonValue
  | readonly Canonicalizable[]
  | { readonly [key: string]: Canonicalizable }
  | object

/**
 * Writes a value canonically: members in order of UTF-16 units, ECMAScript numbers, least escaping. Throws TypeError for
 * what has no JSON form: `undefined`, a non-finite number, a lone surrogate, a bigint, a function, a class instance.
 */
export function canonicalJson(value: Canonicalizable): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('a number that is not finite has no canonical form')
      return String(value) // RFC 8785 §3.2.2.3; -0 is written 0
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value))
        return `[${Array.from(value, (item: Canonicalizable) => canonicalJson(item)).join(',')}]`
      return canonicalObject(value as Readonly<Record<string, Canonicalizable>>)
    default:
      throw new TypeError(`a value of type ${typeof value} has no canonical form`)
  }
}

function canonicalObject(value: Readonly<Record<string, Canonicalizable>>): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype && prototype !== Members.prototype) {
    throw new TypeError('an instance of a class has no canonical form') // a Date or a Map would come out as {}
  }
  let written = ''
  for (const key of Object.keys(value).toSorted()) {
    const member = value[key]
    if (member === undefined) throw new TypeError('an undefined member has no canonical form')
    written += `${written === '' ? '' : ','}${canonicalString(key)}:${canonicalJson(member)}`
  }
  return `{${written}}`
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('a lone surrogate has no canonical form')
  return JSON.stringify(text) // the escapes of JSON.stringify are those of RFC 8785 §3.2.2.2
}

/** SHA-256 of bytes, or of a text's UTF-8. */
export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

/** `sha256:<hex>` of the canonical form. Throws as `canonicalJson` does. */
export function digestOf(value: Canonicalizable): string {
  return `sha256:${sha256(canonicalJson(value)).toString('hex')}`
}
