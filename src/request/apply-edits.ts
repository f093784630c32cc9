// The only edits that a body undergoes: alias → name to serve, a forced mode, a capped limit, no storing. Each replaces one
// value token or inserts one member in the bytes that were read. The caller reads the result again: it must yield the facts
// that were decided, or nothing is sent.

import { Buffer } from 'node:buffer'
import { type JsonValue, locateJson, setJson } from '../json/index.ts'
import type { ModelRow, OutputRow } from './body-shape.ts'
import type { RouteMatch } from './find-route.ts'

export interface Edits {
  /** Pointer of a model reference, and the name that the upstream knows the model by. */
  readonly model: readonly { readonly pointer: string; readonly name: string }[]
  /** Pointer of a model reference, and the value of the dialect's mode field: `none`, `minimal`, `disabled`, … */
  readonly forceMode: readonly { readonly pointer: string; readonly value: string }[]
  /** Greatest number of output tokens; null: as asked. */
  readonly capOutputTokens: number | null
  readonly noStore: boolean
}

export interface Edited {
  readonly body: Uint8Array
  /** Pointers or field names of edits that could not be made; empty: all were. What could not be made must not be permitted. */
  readonly unmade: readonly string[]
}

type Path = readonly (string | number)[]

/** Takes the match and the bytes that `readOperation` has accepted; gives new bytes. Unedited bytes stay as they were. Pure. */
export function applyEdits({ route }: RouteMatch, body: Uint8Array, edits: Edits): Edited {
  const shape = route.body
  const unmade: string[] = []
  let bytes = body
  const set = (path: Path, value: JsonValue, name: string): void => {
    const edited = setJson(bytes, path, value)
    if (edited === undefined) unmade.push(name)
    else bytes = edited
  }
  for (const { pointer, name } of edits.model) {
    const path = pathOf(pointer)
    // Invariant: an edit replaces a model that stands in the body, and nothing else.
    const isModel = shape?.models.some(({ at }) => fits(at, pointer)) ?? false
    if (!isModel || locateJson(bytes, path) === undefined) unmade.push(pointer)
    else set(path, name, pointer)
  }
  for (const { pointer, value } of edits.forceMode) {
    const row = shape?.models.find(({ at }) => fits(at, pointer))
    const place = row === undefined ? undefined : modePlace(row, pointer, value, bytes)
    if (place === undefined) unmade.push(pointer)
    else set(place.path, place.value, pointer)
  }
  if (edits.capOutputTokens !== null) {
    if (shape === null || shape.output === null) unmade.push('output tokens')
    else
      for (const { path, value } of caps(shape.output, bytes, edits.capOutputTokens)) {
        if (value < 1) unmade.push('output tokens')
        else set(path, value, 'output tokens')
      }
  }
  // A dialect without such a field stores nothing that the request could prevent.
  if (edits.noStore && shape?.store) set(['store'], false, 'store')
  return { body: bytes, unmade }
}

/** Where a mode is written: the field itself, or the object that holds it where the body has none. */
function modePlace(
  { mode }: ModelRow,
  pointer: string,
  value: string,
  bytes: Uint8Array,
): { readonly path: Path; readonly value: JsonValue } | undefined {
  if (mode === null || (mode.forceable !== null && !mode.forceable.includes(value))) return undefined
  const holder = mode.from === 'body' ? [] : pathOf(pointer).slice(0, -1)
  const [first, ...inner] = mode.path
  if (first === undefined) return undefined
  const path = [...holder, first]
  if (inner.length === 0) return { path, value }
  const span = locateJson(bytes, path)
  const isObject = span !== undefined && bytes[span.start] === 0x7b
  if (mode.forced === 'value' && isObject) return { path: [...path, ...inner], value }
  return { path, value: inner.reduceRight<JsonValue>((held, key) => ({ [key]: held }), value) }
}

/** Every limit that is above the cap, and one to insert where the request sets none. */
function caps(output: OutputRow, bytes: Uint8Array, cap: number): readonly { path: Path; value: number }[] {
  const answers = output.answers === null ? 1 : (numberAt(bytes, [output.answers]) ?? 1)
  const perAnswer = Math.floor(cap / Math.max(1, answers))
  const edits: { path: Path; value: number }[] = []
  let isSet = false
  for (const spelling of output.limits) {
    const value = numberAt(bytes, [spelling])
    if (value === undefined) continue
    isSet = true
    if (value > perAnswer) edits.push({ path: [spelling], value: perAnswer })
  }
  if (!isSet) edits.push({ path: [output.limits[0]], value: perAnswer })
  if (output.overrides !== null) {
    for (let index = 0; locateJson(bytes, [output.overrides, index]) !== undefined; index++) {
      const path = [output.overrides, index, output.limits[0]]
      if ((numberAt(bytes, path) ?? 0) > cap) edits.push({ path, value: cap })
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

function fits(pattern: string, pointer: string): boolean {
  const expected = pattern.split('/')
  const steps = pointer.split('/')
  return steps.length === expected.length && expected.every((step, index) => step === '*' || step === steps[index])
}
