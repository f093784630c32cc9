// One walk over a body that was read: every model that it names, in order of appearance, or the first thing in it that this
// route refuses. The reader has bounded the depth, so the walk may recurse.

import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { StoredKind, StoredReference } from '../vocabulary/stored-object.ts'
import { type ModelRow, saysStored } from './body-shape.ts'
import { closedFault } from './closed-fault.ts'
import { type CompiledShape, type KeysByParent, type Place, rememberOrdinary, resemblance } from './compiled-shape.ts'
import { pointerOf } from './pointer-of.ts'
import { idAt, readReference } from './read-reference.ts'
import { type Refused, refused } from './refused.ts'

export interface FoundModel {
  readonly pointer: string
  readonly value: JsonValue
  readonly row: ModelRow
  /** The object that holds the model. */
  readonly beside: JsonObject
}

/** Keys that no row names and that could choose a model or a mode for some server behind the gate (threat A23). */
const selectorLike = /model|engine|deploy|fallback|agent|reason|think|effort|template/i
/** RFC 2397, inline. A blank or a capital before it would be another reader's URL. */
const inlineUrl = /^data:/
/** Either alphabet of RFC 4648; no URL is made of it. */
const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/

type Zone = 'control' | 'content'

export interface WalkedBody {
  readonly models: readonly FoundModel[]
  readonly references: readonly StoredReference[]
}

export const tooManyModels: Refused = refused(
  'too_large',
  `a request may name ${limits.modelsPerRequest} models at most`,
)

interface Walk {
  readonly compiled: CompiledShape
  readonly body: JsonObject
  readonly models: FoundModel[]
  readonly references: StoredReference[]
  /** Ids among them, by kind: one that is named again and again costs no more than a look. */
  readonly noted: Map<StoredKind, Set<string>>
  /** The route says who answers for what is stored; otherwise every reference is refused. */
  readonly answers: boolean
  /** Way to where the walk stands. */
  readonly steps: (string | number)[]
}

/**
 * Takes a body's object, the shape of its route and whether that answers for references; gives its models and references in order, or
 * the refusal. Pure and total.
 */
export function walkBody(compiled: CompiledShape, body: JsonObject, answers: boolean): WalkedBody | Refused {
  const walk: Walk = { compiled, body, models: [], references: [], noted: new Map(), answers, steps: [] }
  return closedFault(walk.steps, body, compiled.root.closed) ?? walkObject(walk, body, compiled.root, 'control') ?? walk
}

function walkValue(walk: Walk, value: JsonValue, place: Place | undefined, inherited: Zone): Refused | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const zone = place?.zone ?? inherited
  if (zone === 'data') return undefined
  if (isJsonObject(value)) return walkObject(walk, value, place, zone)
  if (!Array.isArray(value)) return undefined
  const items = place?.items
  for (let index = 0; index < value.length; index++) {
    const item: JsonValue = value[index]
    walk.steps.push(index)
    const fault = (items && placeFault(walk, item, items)) ?? walkValue(walk, item, items, zone)
    if (fault !== undefined) return fault
    walk.steps.pop()
  }
  return undefined
}

function walkObject(walk: Walk, object: JsonObject, place: Place | undefined, zone: Zone): Refused | undefined {
  const parent = lastKey(walk.steps)
  for (const key in object) {
    const value = object[key] as JsonValue
    const member = place?.members.get(key)
    walk.steps.push(key)
    const fault =
      keyFault(walk, key, value, member, zone) ??
      (member?.refers === undefined ? referenceFault(walk, key, value, parent) : undefined) ??
      (member && placeFault(walk, value, member))
    if (fault !== undefined) return fault
    if (member?.model !== undefined) {
      const most = walk.compiled.shape.many ? limits.namesPerBatch : limits.modelsPerRequest
      if (walk.models.length >= most) return tooManyModels
      walk.models.push({ pointer: pointerOf(walk.steps), value, row: member.model, beside: object })
    } else {
      const below = walkValue(walk, value, member, zone)
      if (below !== undefined) return below
    }
    walk.steps.pop()
  }
  return undefined
}

function keyFault(
  { compiled, steps }: Walk,
  key: string,
  value: JsonValue,
  member: Place | undefined,
  zone: Zone,
): Refused | undefined {
  if (member?.isKnown || compiled.ordinary.has(key)) return undefined
  if (!compiled.names.has(key)) {
    const taken = resemblance(compiled, key)
    if (taken === 'no-plain-word') {
      return refused('request_ambiguous', `in \`${pointerOf(steps.slice(0, -1))}\` stands a key that is no plain word`)
    }
    if (taken === 'a-named-key') {
      return refused(
        'request_ambiguous',
        `\`${pointerOf(steps)}\` differs from a known field by case or punctuation alone`,
      )
    }
  }
  if (!selectorLike.test(key)) rememberOrdinary(compiled, key)
  // A name that a row knows elsewhere may still mean something to another reader where it stands.
  else if (zone === 'control' && value !== null) {
    return refused(
      'request_ambiguous',
      `\`${pointerOf(steps)}\` looks as if it chose a model or a mode and is not known here`,
    )
  }
  return undefined
}

function referenceFault(
  { compiled, steps }: Walk,
  key: string,
  value: JsonValue,
  parent: string | undefined,
): Refused | undefined {
  if (value === null) return undefined
  if (compiled.references.has(key)) {
    return refused('reference_unknown', `\`${pointerOf(steps)}\` refers to something that is not known here`)
  }
  const isInline = typeof value === 'string' && inlineUrl.test(value)
  if (stands(compiled.urls, key, parent) && !isJsonObject(value) && !isInline) {
    return refused(
      'reference_unknown',
      `\`${pointerOf(steps)}\` is no \`data:\` URL: remote content is not fetched from here`,
    )
  }
  if (stands(compiled.inline, key, parent) && !isInline && !(typeof value === 'string' && base64.test(value))) {
    return refused(
      'reference_unknown',
      `\`${pointerOf(steps)}\` is neither base64 nor a \`data:\` URL: remote content is not fetched from here`,
    )
  }
  return undefined
}

function stands(keys: KeysByParent, key: string, parent: string | undefined): boolean {
  const parents = keys.get(key)
  return parents !== undefined && (parents.has(null) || parents.has(parent ?? null))
}

/** What the rows say of a value at their place. */
function placeFault(walk: Walk, value: JsonValue, place: Place): Refused | undefined {
  const { refused: row, types } = place
  if (row !== undefined && value !== null && (row.value === undefined || row.value === value)) {
    return refused(row.reason, `\`${pointerOf(walk.steps)}\`: ${row.says}`)
  }
  return (
    storedFault(walk, value, place) ??
    kindFault(walk, value, place) ??
    holderFault(walk, value, place) ??
    closedFault(walk.steps, value, place.closed) ??
    valueFault(walk, value, place) ??
    (types && isJsonObject(value) ? typeFault(walk, value, place) : undefined) ??
    carriedFault(walk, value, place)
  )
}

/** One object for an array of one, or the reverse: rows of the one would not be met in the other. */
function kindFault({ steps }: Walk, value: JsonValue, { items, members, isEither }: Place): Refused | undefined {
  if (isEither) return undefined
  if (items !== undefined && isJsonObject(value)) {
    return refused('request_unreadable', `\`${pointerOf(steps)}\` must be an array`)
  }
  if (items === undefined && members.size > 0 && Array.isArray(value)) {
    return refused('request_unreadable', `\`${pointerOf(steps)}\` must be an object`)
  }
  return undefined
}

function valueFault({ steps }: Walk, value: JsonValue, { values, items }: Place): Refused | undefined {
  if (items?.values !== undefined && value !== null && !Array.isArray(value)) {
    return refused('request_unreadable', `\`${pointerOf(steps)}\` must be an array`)
  }
  if (values === undefined || (typeof value === 'string' && values.accepted.includes(value))) return undefined
  return refused('request_unreadable', `\`${pointerOf(steps)}\`: ${values.says}`)
}

/** A reference is noted for who answers for it, or refused. */
function storedFault(walk: Walk, value: JsonValue, { refers: row }: Place): Refused | undefined {
  if (row === undefined || value === null) return undefined
  if (row.type !== undefined && !(isJsonObject(value) && value['type'] === row.type)) return undefined
  const id = idAt(row, value)
  if (row.batchFor === undefined && typeof id === 'string' && walk.noted.get(row.kind)?.has(id)) return undefined
  const pointer = pointerOf(walk.steps)
  if (!walk.answers) return refused('reference_unknown', `\`${pointer}\`: ${saysStored}`)
  return note(walk, readReference(row, pointer, value, walk.body))
}

function note({ references, noted }: Walk, reading: StoredReference | Refused): Refused | undefined {
  if ('reason' in reading) return reading
  const { kind, id, purpose } = reading
  if (references.some((known) => known.kind === kind && known.id === id && known.purpose === purpose)) return undefined
  if (references.length >= limits.referencesPerRequest) {
    return refused('too_large', `a request may refer to ${limits.referencesPerRequest} stored objects at most`)
  }
  references.push(reading)
  const ids = noted.get(kind) ?? new Set()
  if (purpose === null) noted.set(kind, ids.add(id))
  return undefined
}

/** An object that must name a model, or an array of such. */
function holderFault(walk: Walk, value: JsonValue, place: Place): Refused | undefined {
  if (place.items !== undefined && value !== null && !Array.isArray(value)) {
    for (const { required } of place.items.holds.values()) {
      if (required === 'with-its-object') {
        return refused('request_unreadable', `\`${pointerOf(walk.steps)}\` must be an array`)
      }
    }
  }
  for (const [key, { required }] of place.holds) {
    if (required === 'with-its-object') {
      if (value === null && lastKey(walk.steps) !== undefined) continue
      if (!isJsonObject(value)) {
        return refused('request_unreadable', `\`${pointerOf(walk.steps)}\` must be an object`)
      }
    }
    if (!isJsonObject(value) || key in value) continue
    const type = value['type']
    if (required === 'with-its-object' || (typeof type === 'string' && isOneOf(required, type))) {
      return refused('model_absent', `\`${pointerOf(walk.steps)}\` must name its model`)
    }
  }
  return undefined
}

function isOneOf(required: ModelRow['required'], type: string): boolean {
  return typeof required === 'object' && required.includes(type)
}

function typeFault(walk: Walk, value: JsonObject, { types }: Place): Refused | undefined {
  if (types === undefined) return undefined
  const type = value['type'] ?? null
  if (type === null) {
    const { untyped } = types
    if (untyped === 'accepted' || (typeof untyped === 'object' && untyped.with in value)) return undefined
    return refused('request_unreadable', `\`${pointerOf(walk.steps)}\` has no type`)
  }
  if (typeof type !== 'string')
    return refused('request_unreadable', `\`${pointerOf(walk.steps)}/type\` must be a string`)
  if (types.accepted.includes(type)) return undefined
  return refused('reference_unknown', `\`${pointerOf(walk.steps)}\`: ${types.says}`)
}

function carriedFault(walk: Walk, value: JsonValue, place: Place): Refused | undefined {
  if (!isJsonObject(value)) return undefined
  for (const { type, member, kind } of place.carried) {
    const held = value[member]
    if (value['type'] === type && (typeof held !== 'string' || held === '')) {
      const pointer = pointerOf(walk.steps)
      if (walk.answers && kind !== undefined) {
        return note(walk, readReference({ at: '', kind, member: 'id' }, pointer, value, walk.body))
      }
      return refused(
        'reference_unknown',
        `\`${pointer}\` lacks \`${member}\`, so that it only refers to what is stored`,
      )
    }
  }
  return undefined
}

function lastKey(steps: readonly (string | number)[]): string | undefined {
  const last = steps.at(-1)
  return typeof last === 'string' ? last : undefined
}
