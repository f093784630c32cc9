// The JSON Schemas of all policy files: one for each kind, and one that tells the kinds apart, for editors that are given a folder.
import { fileKinds, kinds } from '../folder.ts'
import { type JsonSchema, schemaOf } from './json-schema.ts'

/** Several kinds may have one schema: all grants are written alike. */
export interface FileSchema {
  /** Name of the schema: `restriction`, `grant`, … */
  readonly name: string
  readonly kinds: readonly string[]
  readonly schema: JsonSchema
}

export function fileSchemas(): readonly FileSchema[] {
  const byShape = Map.groupBy(fileKinds, ([, { shape }]) => shape)
  return [...byShape].map(([shape, rows]): FileSchema => {
    const schema = schemaOf(shape)
    return { name: schema.title ?? '', kinds: rows.map(([kind]) => kind), schema }
  })
}

/** Of a file of whatever kind: `kind` first, then the schema of that kind. */
export function anyFileSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'policy file',
    description: 'A file of a policy folder: what else it may say depends on its `kind`.',
    type: 'object',
    properties: { kind: { description: 'What the file is.', enum: kinds } },
    required: ['kind'],
    allOf: fileSchemas().map(({ name, kinds: named }) => ({
      if: { properties: { kind: { enum: named } }, required: ['kind'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { $ref: `${name}.json` },
    })),
  }
}
