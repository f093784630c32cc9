// JSON Schema (draft 2020-12) of a shape, for editors: of what people write, from the very shape that reads it.
import { z } from 'zod'

/** The keywords that are read here again, among all that a schema may have. */
export interface JsonSchema {
  readonly $schema?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
  readonly anyOf?: readonly JsonSchema[]
  readonly [keyword: string]: unknown
}

const made = new WeakMap<z.ZodType, JsonSchema>()

/** Closed as the reader is. Scalars are typed as YAML 1.2 types them in an editor: `1` is a number there and `true` a boolean. */
export function schemaOf(shape: z.ZodType): JsonSchema {
  const known = made.get(shape)
  if (known !== undefined) return known
  const schema = z.toJSONSchema(shape, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => complete(zodSchema, jsonSchema as Record<string, unknown>),
  }) as JsonSchema
  made.set(shape, schema)
  return schema
}

/**
 * What zod leaves out because a value is transformed on reading: the form that people write (`written`), values as they write them
 * (`samples`), and what holds where the key is absent (`otherwise`).
 */
function complete(zod: z.core.$ZodType, schema: Record<string, unknown>): void {
  const { written, samples, otherwise } = schema
  for (const own of ['written', 'samples', 'otherwise']) delete schema[own]
  if (written instanceof z.ZodType) {
    const { $schema: _, ...inner } = schemaOf(written)
    const { written: __, samples: ___, otherwise: ____, ...said } = z.globalRegistry.get(zod) ?? {}
    for (const hidden of Object.keys(schema)) delete schema[hidden]
    Object.assign(schema, inner, said)
  }
  // A key is text, however it looks.
  const { propertyNames } = schema
  if (propertyNames !== undefined) schema['propertyNames'] = { ...(propertyNames as JsonSchema), type: 'string' }
  if (samples !== undefined) schema['examples'] = samples
  const { def } = zod._zod as unknown as { readonly def: { readonly type: string; readonly defaultValue?: unknown } }
  if (def.type === 'default' && typeof def.defaultValue !== 'object') schema['default'] = def.defaultValue
  if (otherwise !== undefined) schema['default'] = otherwise
}

/** The schema of what stands at a path; undefined: nothing may stand there. */
export function schemaAt(schema: JsonSchema, path: readonly (string | number)[]): JsonSchema | undefined {
  const [step, ...rest] = path
  if (step === undefined) return schema
  const { properties, items, additionalProperties, anyOf } = schema
  if (typeof step === 'number') {
    const found = items === undefined ? undefined : schemaAt(items, rest)
    if (found !== undefined) return found
  } else if (properties !== undefined && Object.hasOwn(properties, step)) {
    return schemaAt(properties[step] ?? {}, rest)
  } else if (typeof additionalProperties === 'object') {
    return schemaAt(additionalProperties, rest)
  }
  for (const one of anyOf ?? []) {
    const found = schemaAt(one, path)
    if (found !== undefined) return found
  }
  return undefined
}
