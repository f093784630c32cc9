// schemas/*.json, printed from the shapes by which the compiler reads policy files.
import { anyFileSchema, fileSchemas } from '../src/policy/read/index.ts'

/** Text by path, relative to the repository's root. */
export const schemaFiles: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(fileSchemas().map(({ name, schema }) => [`schemas/${name}.json`, () => text(schema)])),
  'schemas/policy-file.json': () => text(anyFileSchema()),
}

const text = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`
