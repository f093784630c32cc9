// What the route table says of a field that an SDK declares: which fields that could choose a model or a mode, refer to what is
// stored, or reach another host does no row name?

import { compileShape, type Place } from '../../src/request/compiled-shape.ts'
import type { Route } from './asking.ts'
import type { DeclaredObject, DeclaredValue } from './declared-fields.ts'

type Shape = NonNullable<NonNullable<Route['body']>['json']>
type Parts = NonNullable<NonNullable<Route['body']>['multipart']>

/**
 * Names of fields that are looked at: of models and what stands for one, of modes, of ids and stores, of hosts, tools and whatever
 * runs elsewhere. Wide on purpose: what is harmless is said to be, once, with its reason.
 */
const telling = [
  /model|engine|deploy|fallback|agent|assistant|adapter|lora|checkpoint|profile|variant|version|template|preset|routing|route|select/i,
  /reason|think|effort|tier|speed|mode$|latency|performance|quality|beta|feature|program|experiment/i,
  /(?:^|_)ids?$|I[dD]s?$|identifier|arn$|key$|token$|handle|name$|conversation|container|thread|session|previous|cache|store|stored|prompt$/i,
  /guardrail|memory|voice|file|upload|dataset|corpus|index|collection|knowledge/i,
  /ur[il]s?$|s3|bucket|gcs|location|server|host|provider|region|geo|endpoint|domain|mcp|connector|tunnel|account|project|organi[sz]ation|workspace|user/i,
  /tools?$|search|retriev|ground|execut|shell|environment|skill|hosted|webhook|callback|background|output_config|policy/i,
]
export const isTelling = (name: string): boolean => telling.some((each) => each.test(name))

/** Pointers of the telling fields that the shape neither names, refuses nor passes as data; `*` stands for every item. */
export function unclassified(shape: Shape, body: DeclaredValue): readonly string[] {
  const compiled = compileShape(shape)
  const left = new Set<string>()
  const own = new Set([
    ...(shape.stream === 'never' ? [] : ['/stream', '/stream_format']),
    ...(shape.store ? ['/store'] : []),
  ])

  function walk(value: DeclaredValue, place: Place | undefined, pointer: string, above: readonly string[]): void {
    if (place?.zone === 'data' || above.includes(value.key)) return
    const within = [...above, value.key]
    for (const object of value.objects()) {
      if (place?.types !== undefined && !isAccepted(place.types, object)) continue
      for (const [name, member] of object.members) meet(name, member, place, pointer, within)
    }
    for (const item of value.items()) walk(item, place?.items, `${pointer}/*`, within)
  }

  function meet(
    name: string,
    member: DeclaredValue,
    place: Place | undefined,
    pointer: string,
    above: readonly string[],
  ): void {
    const at = `${pointer}/${name}`
    const there = place?.members.get(name)
    if (place?.closed !== undefined && !place.closed.members.includes(name)) return
    if (there?.refused !== undefined && there.refused.value === undefined) return
    if (there?.refers === undefined && compiled.references.has(name)) return
    if (place?.refers?.member === name) return
    const isUrl = compiled.urls.get(name)
    const parent = pointer.split('/').at(-1) ?? null
    const isInline = isUrl !== undefined && (isUrl.has(null) || isUrl.has(parent))
    if (!isNamed(there) && !isInline && !own.has(at) && isTelling(name)) left.add(at)
    walk(member, there, at, above)
  }

  walk(body, compiled.root, '', [])
  return [...left].sort()
}

/** The parts of a body of several: what no row names is refused. */
export function unclassifiedParts({ parts }: Parts, body: DeclaredValue): readonly string[] {
  const texts = new Set(parts.flatMap(({ name, holds }) => (holds === 'text' ? [name] : [])))
  const declared = new Set(body.objects().flatMap(({ members }) => [...members.keys()]))
  return [...declared].filter((name) => texts.has(name) && isTelling(name)).map((name) => `/${name}`)
}

/** A row tells what it is, or what may stand in it. */
function isNamed(place: Place | undefined): boolean {
  if (place === undefined) return false
  const { isKnown, model, refers, values, zone, items } = place
  return (
    isKnown ||
    model !== undefined ||
    refers !== undefined ||
    values !== undefined ||
    zone === 'data' ||
    items?.types !== undefined ||
    items?.closed !== undefined
  )
}

/** Told apart by `type`: what the shape refuses is not walked. */
function isAccepted({ accepted, untyped }: NonNullable<Place['types']>, { types }: DeclaredObject): boolean {
  return types.length === 0 ? untyped !== 'refused' : types.some((type) => accepted.includes(type))
}
