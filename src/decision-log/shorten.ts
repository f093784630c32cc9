// Shorten: a record beyond `limits.recordBytes` loses none of its fields; its longest values are replaced by their length and
// keyed digest, `{"$trunc":{"hmac","len"}}`, so that whoever has the value can show that it is the one (threat L14).
import { limits } from '../limits.ts'
import { canonical, RecordFault } from './canonical.ts'
import { type Body, layOut } from './entry.ts'
import type { Pseudonymise } from './keys.ts'

/** Strings above the first bound go first; what is still too long loses those above the next. */
const stringBytes = [4096, 1024, 256] as const

export function bodyOf(record: object, pseudonymise: Pseudonymise): Body {
  const body = layOut(record)
  return body.bytes <= limits.recordBytes ? body : shortened(record, pseudonymise)
}

function shortened(record: object, pseudonymise: Pseudonymise): Body {
  const mark = (text: string) => ({
    $trunc: { hmac: pseudonymise('$trunc', text), len: Buffer.byteLength(text) },
  })
  let shorter = record
  for (const bound of stringBytes) {
    shorter = withoutLongStrings(shorter, bound, mark) as object
    const body = layOut(shorter)
    if (body.bytes <= limits.recordBytes) return body
  }
  // Many values instead of long ones: whole fields, the largest first. Identity, instant and outcome are never among them,
  // since they are short by now.
  const fields: Record<string, unknown> = { ...shorter }
  const bySize = Object.keys(fields)
    .map((key) => ({ key, text: canonical(fields[key]) }))
    .toSorted((a, b) => b.text.length - a.text.length)
  for (const { key, text } of bySize) {
    fields[key] = mark(text)
    const body = layOut(fields)
    if (body.bytes <= limits.recordBytes) return body
  }
  throw new RecordFault(`a record of ${bySize.length} fields cannot be made to fit`)
}

function withoutLongStrings(value: unknown, bound: number, mark: (text: string) => unknown): unknown {
  if (typeof value === 'string') return Buffer.byteLength(value) > bound ? mark(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => withoutLongStrings(item, bound, mark))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutLongStrings(item, bound, mark)]))
}
