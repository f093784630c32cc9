// Reads the schema itself: which keys stand where, how they are written, what they default to. For messages and for the page.
import { z } from 'zod'

export interface SchemaNode {
  readonly kind: 'map' | 'list' | 'record' | 'value'
  readonly description: string | null
  /** How a value is written; null for maps and lists. */
  readonly shape: string | null
  readonly optional: boolean
  /** The text that stands when the key is absent; null: none, or a map that is made of defaults. */
  readonly fallback: string | null
  readonly children: Readonly<Record<string, z.ZodType>>
  readonly item: z.ZodType | null
}

export function nodeOf(schema: z.ZodType): SchemaNode {
  let at = schema
  let description: string | null = null
  let shape: string | null = null
  let optional = false
  let fallback: string | null = null
  for (;;) {
    const meta = at.meta()
    description ??= meta?.description ?? null
    shape ??= typeof meta?.['shape'] === 'string' ? meta['shape'] : null
    if (at instanceof z.ZodOptional) optional = true
    if (at instanceof z.ZodPrefault) {
      optional = true
      const value: unknown = at.def.defaultValue
      fallback = typeof value === 'string' ? value : Array.isArray(value) ? '[]' : null
    }
    if (at instanceof z.ZodOptional || at instanceof z.ZodPrefault) at = at.def.innerType as z.ZodType
    else if (at instanceof z.ZodPipe) at = at.def.in as z.ZodType
    else break
  }
  const common = { description, shape, optional, fallback, children: {}, item: null }
  if (at instanceof z.ZodObject) return { ...common, kind: 'map', children: at.shape }
  if (at instanceof z.ZodArray) return { ...common, kind: 'list', item: at.def.element as z.ZodType }
  if (at instanceof z.ZodRecord) return { ...common, kind: 'record', item: at.def.valueType as z.ZodType }
  return { ...common, kind: 'value' }
}

function schemaAt(schema: z.ZodType, path: readonly (string | number)[]): z.ZodType | undefined {
  let at: z.ZodType | undefined = schema
  for (const step of path) {
    if (at === undefined) return undefined
    const node = nodeOf(at)
    at = node.item ?? (Object.hasOwn(node.children, step) ? node.children[step] : undefined)
  }
  return at
}

/** The keys of the map at a path; none where no map stands there. */
export function keysAt(schema: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  const at = schemaAt(schema, path)
  return at === undefined ? [] : Object.keys(nodeOf(at).children)
}

/** How the value at a path is written, in words. */
export function shapeAt(schema: z.ZodType, path: readonly (string | number)[]): string | undefined {
  const at = schemaAt(schema, path)
  if (at === undefined) return undefined
  const node = nodeOf(at)
  if (node.kind === 'map' || node.kind === 'record') {
    const keys = Object.keys(node.children).filter((key) => !nodeOf(node.children[key] as z.ZodType).optional)
    return keys.length === 0 ? 'a map of keys' : `a map with ${keys.map((key) => `\`${key}\``).join(', ')}`
  }
  return node.kind === 'list' ? 'a list' : (node.shape ?? undefined)
}
