// Entry: the bytes of one line of the log. Pure; shared by the writer and the verifier, as are `canonical.ts`,
// `record-form.ts`, `repeats.ts` and `tree.ts`, and nothing else is.
// A line is canonical JSON (RFC 8785) with `v`, `seq` and `prev` added; its leaf is SHA-256(0x00 || line without its LF).
import { hash } from 'node:crypto'
import { formOf, type Gap, recordVersion } from './record-form.ts'
import type { Repeatable } from './repeats.ts'

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

/** What every line has once it is read back; the rest of the record is beside it. */
export interface Entry {
  readonly k: string
  readonly v: number
  readonly seq: number
  readonly prev: string
  readonly [field: string]: unknown
}

/** Throws `RecordFault` for what no record may hold: undefined, NaN, functions, keys that are not plain ASCII, the log's own keys. */
export function layOut(record: object): Body {
  const fields = record as Readonly<Record<string, unknown>>
  const { stretches } = formOf(fields)
  const texts: string[] = []
  const gaps: Gap[] = []
  let length = addedLength
  for (const stretch of stretches) {
    const text = stretch.textFrom(fields)
    texts.push(text)
    length += text.length
    const gap = stretch.gapBehind(fields)
    if (gap === undefined) break
    gaps.push(gap)
    if (typeof gap === 'object') length += gap.text.length
  }
  // Counted only where it matters: a short record is taken for characters of three bytes each.
  return { texts, gaps, bytes: length < 4_096 ? length * 3 : bytesOf(texts, gaps) }
}

/** Of `prev` with its quotes, and of `seq`. */
const addedLength = 45 + 16

function bytesOf(texts: readonly string[], gaps: readonly Gap[]): number {
  const all = [...texts, ...gaps.map((gap) => (typeof gap === 'string' ? '' : gap.text))]
  return all.reduce((sum, text) => sum + Buffer.byteLength(text), addedLength)
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
    entry.v === recordVersion &&
    Number.isSafeInteger(entry.seq) &&
    typeof entry.prev === 'string' &&
    typeof entry.k === 'string' &&
    (entry.k !== 'commit' || line === commitLine(entry.seq, entry.prev))
  return sound ? entry : undefined
}
