// Repeats: much of a decision is what stands in the one before it: who asked, from where, what was found, under which policy. Such a
// field is written once; where it would stand again, the line has `{"as":<seq>}`: the same as this field of the line with that number.
// Part of the format, as is `entry.ts`: writer, readers and the verifier share it.
//
// Invariant: the line that is named is a decision that stands before, in the same segment and the same block of it, and has the field
// itself. So a segment can be read alone, nothing is followed twice, and whoever reads keeps one block at most.
import { limits } from '../limits.ts'

/** Fields of a decision that may stand as a repeat. */
export const repeating: ReadonlySet<string> = new Set([
  'determinations',
  'models',
  'place',
  'policy',
  'request',
  'settings',
  'subject',
])

/** A field whose text may have stood before. */
export interface Repeatable {
  readonly field: string
  /** Canonical. */
  readonly text: string
}

/** Below, a repeat saves nothing. Above, one would keep long texts for what rarely comes twice. Characters. */
const least = 32
const most = 8_192

/** Number of the block in its segment. */
export const blockOf = (seq: number, firstSeq: number): number => Math.floor((seq - firstSeq) / limits.repeatLines)

/** The writer's side: where in this block each text stands. */
export class Written {
  readonly #places = new Map<string, Map<string, number>>()
  #segment = -1
  #block = -1
  #kept = 0
  #next = -1

  /** Lines will be written from `seq` on. Where that is not behind the last one, what came there was never written. */
  continueAt(seq: number, firstSeq: number): void {
    if (seq !== this.#next || firstSeq !== this.#segment) this.#forget()
    this.#segment = firstSeq
  }

  /** The text, or the repeat of it. Lines come in order. */
  at(seq: number, { field, text }: Repeatable): string {
    if (text.length < least || text.length > most) return text
    const places = this.#of(field)
    const place = places.get(text)
    if (place !== undefined) return `{"as":${place}}`
    if (this.#kept + text.length <= limits.repeatCharacters) {
      this.#kept += text.length
      places.set(text, seq)
    }
    return text
  }

  /** The line `seq` stands. */
  after(seq: number): void {
    this.#next = seq + 1
    const block = blockOf(seq + 1, this.#segment)
    if (block !== this.#block) this.#forget()
    this.#block = block
  }

  #of(field: string): Map<string, number> {
    const known = this.#places.get(field)
    if (known !== undefined) return known
    const made = new Map<string, number>()
    this.#places.set(field, made)
    return made
  }

  #forget(): void {
    this.#places.clear()
    this.#kept = 0
  }
}

/** A field of a line that stands in another one. */
export interface Repeat {
  readonly field: string
  readonly seq: number
}

const mark = ':{"as":'
const none: readonly Repeat[] = []

/** In text of strings a quotation mark is escaped: what looks like a member is one. */
export function repeatsIn(line: string): readonly Repeat[] {
  let at = line.indexOf(mark)
  if (at < 0) return none
  const found: Repeat[] = []
  for (; at >= 0; at = line.indexOf(mark, at + mark.length)) {
    const field = line.slice(line.lastIndexOf('"', at - 2) + 1, at - 1)
    const seq = line.slice(at + mark.length, line.indexOf('}', at))
    if (repeating.has(field)) found.push({ field, seq: Number(seq) })
  }
  return found
}

/** The reader's side: the decisions of one block, by number. */
export class Block {
  readonly #lines = new Map<number, string>()
  /** Lines that were found to have a field themselves. */
  readonly #standing = new Map<string, Map<number, string>>(Array.from(repeating, (field) => [field, new Map()]))
  #firstSeq = -1
  #number = -1

  /** Every line of a segment, in order. */
  add(seq: number, firstSeq: number, line: string): void {
    const number = blockOf(seq, firstSeq)
    if (number !== this.#number || firstSeq !== this.#firstSeq) this.#forget()
    this.#number = number
    this.#firstSeq = firstSeq
    if (line.includes('"k":"decision"')) this.#lines.set(seq, line)
  }

  /** The line that a repeat names; undefined: it names none that has the field itself. */
  lineOf({ field, seq }: Repeat): string | undefined {
    const known = this.#standing.get(field)?.get(seq)
    if (known !== undefined) return known
    const line = this.#lines.get(seq)
    if (line === undefined || !line.includes(`"${field}":`) || line.includes(`"${field}"${mark}`)) return undefined
    this.#standing.get(field)?.set(seq, line)
    return line
  }

  #forget(): void {
    this.#lines.clear()
    for (const lines of this.#standing.values()) lines.clear()
  }
}
