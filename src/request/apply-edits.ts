// The only edits that a request undergoes: alias → name to serve or a pinned default, a forced mode, a capped limit, no storing.
// Each replaces one value token or inserts one member in the bytes that were read; a model outside the body is written into the
// path or the query. The caller reads the result again: it must yield the facts that were decided, or nothing is sent.

import { Buffer } from 'node:buffer'
import { type JsonValue, locateJson, setJson } from '../json/index.ts'
import type { ModeField } from '../vocabulary/operation.ts'
import type { ModelRow, ModeRow, OutputRow } from './body-shape.ts'
import { type RouteMatch, writeTarget } from './find-route.ts'
import { fits } from './pointer-pattern.ts'
import { inOneGo, isLong, type Steps } from './steps.ts'

export interface Edits {
  /** Pointer of a model reference, and the name that the upstream knows the model by. */
  readonly model: readonly { readonly pointer: string; readonly name: string }[]
  /** Pointer of a model reference, the dialect's mode field, and its value: `none`, `minimal`, `disabled`, … */
  readonly forceMode: readonly { readonly pointer: string; readonly field: ModeField; readonly value: string }[]
  /** Greatest number of output tokens; null: as asked. */
  readonly capOutputTokens: number | null
  /** Spellings of the limit of which each bounds by itself at this upstream. Absent: what the dialect says. */
  readonly boundBy?: readonly string[] | null
  readonly noStore: boolean
}

export interface Edited {
  /** What is sent to, and how: the match with its edited names. */
  readonly match: RouteMatch
  readonly body: Uint8Array
  /** Pointers or field names of edits that could not be made; empty: all were. What could not be made must not be permitted. */
  readonly unmade: readonly string[]
}

type Path = readonly (string | number)[]

/** As `applyingEdits`, in one go. */
export function applyEdits(received: RouteMatch, body: Uint8Array, edits: Edits): Edited {
  return inOneGo(applyingEdits(received, body, edits))
}

/**
 * Takes the match and the bytes that `readOperation` has accepted; gives new ones. Unedited bytes stay as they were. Pure. Each edit of a
 * long body looks for its place from the beginning, and is a step.
 */
export function* applyingEdits(received: RouteMatch, body: Uint8Array, edits: Edits): Steps<Edited> {
  const { route } = received
  const shape = route.body?.json ?? null
  const unmade: string[] = []
  let match = received
  let bytes = body
  const set = (path: Path, value: JsonValue, name: string): void => {
    const edited = setJson(bytes, path, value)
    if (edited === undefined) unmade.push(name)
    else bytes = edited
  }
  for (const { pointer, name } of edits.model) {
    const renamed = rename(match, pointer, name)
    if (renamed !== undefined) {
      match = renamed
      continue
    }
    if (isLong(bytes)) yield
    const path = pathOf(pointer)
    const row = shape?.models.find(({ at }) => fits(at, pointer))
    const isThere = locateJson(bytes, path) !== undefined
    // Invariant: an edit replaces a model that stands in the body, or inserts a default where the row has one, and nothing else.
    if (isThere ? row === undefined : row?.required !== 'or-default') unmade.push(pointer)
    else set(path, `${row?.prefix ?? ''}${name}`, pointer)
  }
  for (const { pointer, field, value } of edits.forceMode) {
    if (isLong(bytes)) yield
    const row = [...route.models, ...(shape?.models ?? [])].find(({ at }) => fits(at, pointer))
    const place = row === undefined ? undefined : modePlace(row, pointer, { field, value }, bytes)
    if (place === undefined) unmade.push(pointer)
    else set(place.path, place.value, pointer)
  }
  if (edits.capOutputTokens !== null) {
    if (shape === null || shape.output === null) unmade.push('output tokens')
    else
      for (const { path, value } of yield* caps(shape.output, bytes, edits)) {
        if (isLong(bytes)) yield
        const place = grown(bytes, path, value)
        if (value >= 1) set(place.path, place.value, 'output tokens')
        else if (!unmade.includes('output tokens')) unmade.push('output tokens')
      }
  }
  if (isLong(bytes)) yield
  // A dialect without such a field stores nothing that the request could prevent.
  if (edits.noStore && shape?.store) set(['store'], false, 'store')
  return { match, body: bytes, unmade }
}

/** The match with another name in the path or the query; undefined where no model stands there. Headers are not edited. */
export function rename(match: RouteMatch, pointer: string, name: string): RouteMatch | undefined {
  const [kind, key] = pointer.split(':')
  if (key === undefined || !(pointer in match.named) || (kind !== 'path' && kind !== 'query')) return undefined
  // Invariant: what is written is what would be read, so that no name of a catalogue can leave its segment.
  const pattern = kind === 'path' ? match.route.segments[key]?.pattern : match.route.query[key]
  if (pattern?.test(name) !== true) return undefined
  const params = kind === 'path' ? { ...match.params, [key]: name } : match.params
  const query = kind === 'query' ? { ...match.query, [key]: name } : match.query
  const named = { ...match.named, [pointer]: name }
  return { ...match, params, query, named, target: writeTarget(match.steps, params, query) }
}

/** Where a mode is written: the field itself, or the object that holds it where the body has none. */
function modePlace(
  row: ModelRow,
  pointer: string,
  { field, value }: { readonly field: ModeField; readonly value: string },
  bytes: Uint8Array,
): { readonly path: Path; readonly value: JsonValue } | undefined {
  const holder = row.mode?.from === 'body' ? [] : pathOf(pointer).slice(0, -1)
  const rows: ModeRow[] = []
  for (let each = row.mode ?? undefined; each !== undefined; each = each.or ?? each.beside)
    if (each.field === field) rows.push(each)
  // Of several places for one field, the one that the request fills.
  const mode = rows.find(({ path }) => locateJson(bytes, [...holder, ...path]) !== undefined) ?? rows[0]
  if (mode === undefined || (mode.forceable !== null && !mode.forceable.includes(value))) return undefined
  const written = writtenMode(mode, value)
  const path = [...holder, ...mode.path]
  const last = mode.path.at(-1)
  if (written === undefined || last === undefined) return undefined
  return mode.forced === 'value' ? grown(bytes, path, written) : grown(bytes, path.slice(0, -1), { [last]: written })
}

/** A mode's value as the API has it; undefined: what the catalogue writes is none. */
function writtenMode({ holds }: ModeRow, value: string): JsonValue | undefined {
  if (holds === 'any-case') return value.toUpperCase()
  if (holds === 'number') return /^(?:0|[1-9]\d{0,8})$/.test(value) ? Number(value) : undefined
  if (holds === 'flag-or-word' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

/** The place itself, or the first on the way to it where no object stands, with all that it is to hold. */
function grown(bytes: Uint8Array, path: Path, value: JsonValue): { readonly path: Path; readonly value: JsonValue } {
  for (let depth = 1; depth < path.length; depth++) {
    const span = locateJson(bytes, path.slice(0, depth))
    if (span !== undefined && (bytes[span.start] === 0x7b || bytes[span.start] === 0x5b)) continue
    return { path: path.slice(0, depth), value: nested(path.slice(depth), value) }
  }
  return { path, value }
}

function nested(path: Path, value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((held, key) => ({ [key]: held }), value)
}

/**
 * Every limit that is above the cap, or zero, which some servers take for none; and what to insert where none stands that is known to
 * bound: one spelling that does, or else all of them, since a server ignores what it does not know.
 */
function* caps(
  output: OutputRow,
  bytes: Uint8Array,
  { capOutputTokens, boundBy = null }: Pick<Edits, 'capOutputTokens' | 'boundBy'>,
): Steps<readonly { path: Path; value: number }[]> {
  if (isLong(bytes)) yield
  const cap = capOutputTokens ?? Number.POSITIVE_INFINITY
  const answers = output.answers === null ? 1 : (numberAt(bytes, pathOf(output.answers)) ?? 1)
  const perAnswer = Math.floor(cap / Math.max(1, answers))
  const edits: { path: Path; value: number }[] = []
  const set = new Set<string>()
  let limit = perAnswer
  for (const spelling of output.limits) {
    const path = pathOf(spelling)
    const value = numberAt(bytes, path)
    if (value === undefined) continue
    set.add(spelling)
    if (value === 0 || value > perAnswer) edits.push({ path, value: perAnswer })
    else limit = value
  }
  const known = output.each || output.limits.length === 1 ? output.limits : boundBy
  const lacking = (known ?? output.limits).filter((spelling) => !set.has(spelling))
  const missing = known === null ? lacking : lacking.length === known.length ? lacking.slice(0, 1) : []
  for (const spelling of missing) edits.push({ path: pathOf(spelling), value: limit })
  const first = pathOf(output.limits[0])
  if (output.overrides !== null) {
    const items = pathOf(output.overrides)
    for (let index = 0; locateJson(bytes, [...items, index]) !== undefined; index++) {
      if (isLong(bytes)) yield
      const path = [...items, index, ...first]
      const value = numberAt(bytes, path)
      if (value !== undefined && (value === 0 || value > cap)) edits.push({ path, value: cap })
    }
  }
  return edits
}

function numberAt(bytes: Uint8Array, path: Path): number | undefined {
  const span = locateJson(bytes, path)
  if (span === undefined) return undefined
  const value: unknown = JSON.parse(Buffer.from(bytes.subarray(span.start, span.end)).toString('latin1'))
  return typeof value === 'number' ? value : undefined
}

/** The way of a pointer that the walk made: digits are indexes, since no row stands under an object of free keys. */
function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => (/^(?:0|[1-9]\d*)$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')))
}
