// Entry: the bytes of one line of the log. Pure; shared by the writer and the verifier, as are `repeats.ts` and `tree.ts`, and nothing else is.
// A line is canonical JSON (RFC 8785) with `v`, `seq` and `prev` added; its leaf is SHA-256(0x00 || line without its LF).
// Stricter than RFC 8785 in two ways, so that any language can reproduce a line: numbers are integers below 2^53 (others
// become strings), and characters that could deceive a reader's terminal stand as their escape in the text.
// Not src/json's canonicalJson: this runs twice per request, and refuses or rewrites what a record must not hold.
import { hash } from 'node:crypto'
import { disarm } from '../vocabulary/inert.ts'
import { mayRepeat, type Repeatable } from './repeats.ts'

export const entryVersion = 1

/** `prev` of the very first line: 32 zero bytes. */
export const genesisPrev: string = Buffer.alloc(32).toString('base64url')

/** A record in canonical form, cut where stands what is known only when its batch is formed. */
export interface Body {
  /** One more than gaps. */
  readonly texts: readonly string[]
  readonly gaps: readonly Gap[]
  /** UTF-8 bytes of the finished line without LF, at most. */
  readonly bytes: number
}

type Gap = 'prev' | 'seq' | Repeatable

/** What every line has once it is read back; the rest of the record is beside it. */
export interface Entry {
  readonly k: string
  readonly v: number
  readonly seq: number
  readonly prev: string
  readonly [field: string]: unknown
}

/** Of `prev` with its quotes, and of `seq`. */
const addedBytes = 45 + 16

/** Throws `RecordFault` for what no record may hold: undefined, NaN, functions, keys that are not plain ASCII, the log's own keys. */
export function layOut(record: object): Body {
  const fields = record as Readonly<Record<string, unknown>>
  const { members, repeats } = formOf(fields)
  const texts: string[] = []
  const gaps: Gap[] = []
  let text = ''
  for (let i = 0; i < members.length; i++) {
    const { key, head } = members[i] as Member
    text += head
    if (key === 'v') text += entryVersion
    else if (key === 'prev' || key === 'seq') {
      texts.push(text)
      gaps.push(key)
      text = ''
    } else {
      const value = canonical(fields[key])
      if (repeats && mayRepeat(key, value)) {
        texts.push(text)
        gaps.push({ field: key, text: value })
        text = ''
      } else text += value
    }
  }
  texts.push(`${text}}`)
  return { texts, gaps, bytes: addedBytes + bytesOf(texts, gaps) }
}

/** Counted only where it matters: a short text is taken for characters of three bytes each. */
function bytesOf(texts: readonly string[], gaps: readonly Gap[]): number {
  const all = [...texts, ...gaps.map((gap) => (typeof gap === 'string' ? '' : gap.text))]
  const most = all.reduce((sum, { length }) => sum + length, 0) * 3
  return most < 8_192 ? most : all.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}

const ownKeys = ['prev', 'seq', 'v'] as const

/** A field of the line, the log's own among them, with what stands before its value: `,"at":` */
interface Member {
  readonly key: string
  readonly head: string
}

interface Form {
  /** As records of this kind have them, in their order. */
  readonly keys: readonly string[]
  /** As the line has them. */
  readonly members: readonly Member[]
  readonly repeats: boolean
}

/** The form of the last record of each kind: nearly all that follow have it too. Kinds are few. */
const forms = new Map<unknown, Form>()

function formOf(fields: Readonly<Record<string, unknown>>): Form {
  const keys = Object.keys(fields)
  const kind = fields['k']
  const known = forms.get(kind)
  if (known !== undefined && isSame(known.keys, keys)) return known
  for (const key of ownKeys) if (key in fields) throw new RecordFault(`\`${key}\` is added by the log`)
  const members = [...keys, ...ownKeys]
    .toSorted()
    .map((key, i) => ({ key, head: `${i === 0 ? '{' : ','}${keyText(key)}:` }))
  const form = { keys, members, repeats: kind === 'decision' }
  if (forms.size < 1_000) forms.set(kind, form)
  return form
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false
  return true
}

/** @param written gives the text of a field that may repeat, or its repeat */
export function finish(
  { texts, gaps }: Body,
  seq: number,
  prev: string,
  written: (field: Repeatable) => string = ({ text }) => text,
): string {
  let line = texts[0] as string
  for (let i = 0; i < gaps.length; i++) {
    const gap = gaps[i] as Gap
    line += (gap === 'prev' ? `"${prev}"` : gap === 'seq' ? seq : written(gap)) + (texts[i + 1] as string)
  }
  return line
}

/** The last line of every group: everything before a valid one is known to be complete. `n`: leaves with this one. */
export function commitLine(seq: number, prev: string): string {
  return `{"k":"commit","n":${seq + 1},"prev":"${prev}","seq":${seq},"v":1}`
}

/** `line` without LF; base64url, as `prev` has it. */
export function leafOf(line: string): string {
  return hash('sha256', `\0${line}`, 'base64url')
}

/** The same for a line inside a larger buffer, without a copy. Precondition: start ≥ 1; the byte before it is borrowed for the prefix. */
export function leafIn(bytes: Buffer, start: number, end: number): string {
  const before = bytes[start - 1] as number
  bytes[start - 1] = 0
  const leaf = hash('sha256', bytes.subarray(start - 1, end), 'base64url')
  bytes[start - 1] = before
  return leaf
}

/** A line as read back, or undefined where it is not one that this version writes. */
export function readEntry(line: string): Entry | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entry = value as Entry
  const sound =
    entry.v === entryVersion &&
    Number.isSafeInteger(entry.seq) &&
    typeof entry.prev === 'string' &&
    typeof entry.k === 'string' &&
    (entry.k !== 'commit' || line === commitLine(entry.seq, entry.prev))
  return sound ? entry : undefined
}

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
  const keys = Object.keys(value).toSorted()
  let text = '{'
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string
    text += `${i === 0 ? '' : ','}${keyText(key)}:${canonical(value[key])}`
  }
  return `${text}}`
}

const plainKey = /^[ !#-[\]-~]*$/
/** Of the few names that records have. Bounded, in case somebody makes names of values. */
const keyTexts = new Map<string, string>()
function keyText(key: string): string {
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
