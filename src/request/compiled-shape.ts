// A body shape as a tree of places, so that one walk over a body meets every row that concerns it.

import { limits } from '../limits.ts'
import type {
  BodyShape,
  CarriedRow,
  ClosedRow,
  ModelRow,
  ReferenceRow,
  RefusedRow,
  TypesRow,
  ValuesRow,
} from './body-shape.ts'

export interface Place {
  readonly members: Map<string, Place>
  /** Every item, where an array stands here. */
  items: Place | undefined
  /** What stands here and below; inherited where absent. */
  zone: 'data' | 'content' | undefined
  model: ModelRow | undefined
  /** Models that stand in an object here, by key. */
  readonly holds: Map<string, ModelRow>
  types: TypesRow | undefined
  closed: ClosedRow | undefined
  values: ValuesRow | undefined
  refused: RefusedRow | undefined
  refers: ReferenceRow | undefined
  readonly carried: CarriedRow[]
  /** An array or an object may stand here. */
  isEither: boolean
  /** Named by some row, so that a key which looks like a selector is a known one. */
  isKnown: boolean
}

export type KeysByParent = ReadonlyMap<string, ReadonlySet<string | null>>

export interface CompiledShape {
  readonly root: Place
  readonly shape: BodyShape
  readonly references: ReadonlySet<string>
  /** URL keys, with the parents under which they are URLs; null among them: under any. */
  readonly urls: KeysByParent
  /** Keys of content itself, likewise. */
  readonly inline: KeysByParent
  /** Every key that a row names. */
  readonly names: ReadonlySet<string>
  /** The same keys without case and punctuation. */
  readonly skeletons: ReadonlySet<string>
  /** Keys already seen to be plain words that resemble no named one and no selector, or named ones that do not: a memo, bounded. */
  readonly ordinary: Set<string>
}

/** How keys of these APIs are spelt; a look-alike from another alphabet is not. */
const plainKey = /^[A-Za-z0-9_$.-]{1,128}$/

/** What a key that no row names could be taken for. */
export function resemblance(compiled: CompiledShape, key: string): 'none' | 'no-plain-word' | 'a-named-key' {
  if (!plainKey.test(key)) return 'no-plain-word'
  return compiled.skeletons.has(skeletonOf(key)) ? 'a-named-key' : 'none'
}

/** Full, it begins anew: no caller can fill it for good with words that nobody else uses. */
export function rememberOrdinary({ ordinary }: CompiledShape, key: string): void {
  if (ordinary.size >= limits.ordinaryKeys) ordinary.clear()
  ordinary.add(key)
}

/**
 * A key as a lenient reader might take it: case-insensitive (Go's encoding/json), with `_`, `-`, `.` and `$` dropped, digits
 * read as the letters that they resemble. Anything beyond plain ASCII is refused before it gets here.
 */
export function skeletonOf(key: string): string {
  return key
    .toLowerCase()
    .replace(/[_.$-]/g, '')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
}

export function compileShape(shape: BodyShape): CompiledShape {
  const root = emptyPlace()
  const names = new Set<string>(shape.references)
  const place = (pointer: string): Place => {
    let at = root
    for (const step of pointer.split('/').slice(1)) {
      if (step !== '*') names.add(step)
      at = step === '*' ? (at.items ??= emptyPlace()) : memberOf(at, step)
    }
    return at
  }
  for (const pointer of shape.data) place(pointer).zone = 'data'
  for (const pointer of shape.content) place(pointer).zone = 'content'
  for (const row of shape.types) place(row.at).types = row
  for (const row of shape.closed ?? []) {
    place(row.at).closed = row
    for (const member of row.members) names.add(member)
  }
  for (const row of shape.values ?? []) place(row.at).values = row
  for (const pointer of shape.either ?? []) place(pointer).isEither = true
  for (const row of shape.carried) place(row.at).carried.push(row)
  for (const row of shape.stored ?? []) known(place(row.at)).refers = row
  for (const row of shape.refused) known(place(row.at)).refused = row
  for (const pointer of shape.known) known(place(pointer))
  for (const row of shape.models) {
    known(place(row.at)).model = row
    const holder = row.at.slice(0, row.at.lastIndexOf('/'))
    known(place(holder)).holds.set(row.at.slice(holder.length + 1), row)
    for (let mode = row.mode ?? undefined; mode !== undefined; mode = mode.or ?? mode.beside) {
      const from = mode.from === 'body' ? '' : holder
      for (let depth = 1; depth <= mode.path.length; depth++) {
        known(place(`${from}/${mode.path.slice(0, depth).join('/')}`))
      }
    }
    const first = row.at.split('/')[1]
    if (first !== undefined) known(memberOf(root, first)) // `/fallbacks` itself
  }
  const urls = byParent(shape.urls)
  const inline = byParent(shape.inline ?? [])
  for (const name of [...urls.keys(), ...inline.keys(), ...selectors(shape)]) names.add(name)
  return {
    root,
    shape,
    references: new Set(shape.references),
    urls,
    inline,
    names,
    skeletons: new Set([...names].map(skeletonOf)),
    ordinary: new Set(),
  }
}

function byParent(rows: BodyShape['urls']): KeysByParent {
  const keys = new Map<string, Set<string | null>>()
  for (const { parent, key } of rows) keys.set(key, (keys.get(key) ?? new Set<string | null>()).add(parent))
  return keys
}

/** Fields that change what is decided or forced, and the tag of every typed object. */
function selectors(shape: BodyShape): readonly string[] {
  const { output, stream } = shape
  const counts = output === null ? [] : [...output.limits, ...(output.answers === null ? [] : [output.answers])]
  return [
    'type',
    ...(stream === 'asked-as-events' ? ['stream', 'stream_format'] : []),
    ...(stream === 'asked' || stream === 'unless-declined' ? ['stream'] : []),
    ...(shape.store ? ['store'] : []),
    ...counts.flatMap((pointer) => pointer.split('/').slice(1)),
  ]
}

function emptyPlace(): Place {
  return {
    members: new Map(),
    items: undefined,
    zone: undefined,
    model: undefined,
    holds: new Map(),
    types: undefined,
    closed: undefined,
    values: undefined,
    refused: undefined,
    refers: undefined,
    carried: [],
    isEither: false,
    isKnown: false,
  }
}

function memberOf(place: Place, key: string): Place {
  let member = place.members.get(key)
  if (member === undefined) place.members.set(key, (member = emptyPlace()))
  return member
}

function known(place: Place): Place {
  place.isKnown = true
  return place
}
