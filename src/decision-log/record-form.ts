// The form of a record: its fields in the order of its line, in stretches between the gaps where stands what is known only when its batch
// is formed. Most records are like the last one of their kind: a stretch whose values are all the same has the same text, and that is
// most of a record whose decision many share.
import { canonical, isSame, keyText, RecordFault } from './canonical.ts'
import { type Repeatable, repeating } from './repeats.ts'

export const recordVersion = 1

const ownKeys = ['prev', 'seq', 'v'] as const

/** What stands between two stretches. */
export type Gap = 'prev' | 'seq' | Repeatable

interface Form {
  /** As records of this kind have them, in their order. */
  readonly keys: readonly string[]
  readonly stretches: readonly Stretch[]
}

/** The form of the last record of each kind: nearly all that follow have it too. Kinds are few. */
const forms = new Map<unknown, Form>()

/** Throws `RecordFault` for keys that are not plain ASCII, and for the log's own. */
export function formOf(fields: Readonly<Record<string, unknown>>): Form {
  const keys = Object.keys(fields)
  const kind = fields['k']
  const known = forms.get(kind)
  if (known !== undefined && isSame(known.keys, keys)) return known
  for (const key of ownKeys) if (key in fields) throw new RecordFault(`\`${key}\` is added by the log`)
  const form = { keys, stretches: stretchesOf(keys, kind === 'decision') }
  if (forms.size < 1_000) forms.set(kind, form)
  return form
}

function stretchesOf(keys: readonly string[], repeats: boolean): readonly Stretch[] {
  const stretches: Stretch[] = []
  let members: Member[] = []
  let text = '{'
  for (const key of [...keys, ...ownKeys].toSorted()) {
    text += `${keyText(key)}:`
    if (key === 'prev' || key === 'seq' || (repeats && repeating.has(key))) {
      stretches.push(new Stretch(members, text, key))
      members = []
      text = ','
    } else if (key === 'v') {
      text += `${recordVersion},`
    } else {
      members.push({ before: text, key })
      text = ','
    }
  }
  stretches.push(new Stretch(members, text.replace(/,$/, '}'), null))
  return stretches
}

interface Member {
  /** What stands between its value and the one before: `,"at":` */
  readonly before: string
  readonly key: string
}

/** Equal to no value. */
const none = Symbol('none')

class Stretch {
  readonly #members: readonly Member[]
  readonly #end: string
  /** The field in the gap behind it; null: it is the last. */
  readonly #gap: string | null
  /** Of the record before; `none` for what might have changed since. */
  readonly #values: unknown[]
  #text = ''
  #gapValue: unknown = none
  #repeatable: Gap = 'prev'

  constructor(members: readonly Member[], end: string, gap: string | null) {
    this.#members = members
    this.#end = end
    this.#gap = gap
    this.#values = members.map(() => none)
  }

  textFrom(fields: Readonly<Record<string, unknown>>): string {
    if (this.#text === '' || !this.#isAsBefore(fields)) this.#text = this.#textOf(fields)
    return this.#text
  }

  gapBehind(fields: Readonly<Record<string, unknown>>): Gap | undefined {
    const field = this.#gap
    if (field === null) return undefined
    if (field === 'prev' || field === 'seq') return field
    const value = fields[field]
    if (value !== this.#gapValue) {
      this.#gapValue = none
      this.#repeatable = { field, text: canonical(value) }
      this.#gapValue = kept(value)
    }
    return this.#repeatable
  }

  #isAsBefore(fields: Readonly<Record<string, unknown>>): boolean {
    const values = this.#values
    for (let i = 0; i < values.length; i++) {
      const { key } = this.#members[i] as Member
      if (fields[key] !== values[i]) return false
    }
    return true
  }

  #textOf(fields: Readonly<Record<string, unknown>>): string {
    // What throws on its way leaves nothing behind that is taken for a text.
    this.#text = ''
    let text = ''
    for (let i = 0; i < this.#values.length; i++) {
      const { before, key } = this.#members[i] as Member
      const value = fields[key]
      text += before + canonical(value)
      this.#values[i] = kept(value)
    }
    return text + this.#end
  }
}

/** A value whose text is its text for ever. */
function kept(value: unknown): unknown {
  return typeof value !== 'object' || value === null || Object.isFrozen(value) ? value : none
}
