// The JSON Schemas that editors are given: valid, closed, complete, and of one mind with the compiler as far as a schema can see.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js'
import { load } from 'js-yaml'
import t from 'tap'
import { schemaFiles } from '../../docs/schema-files.ts'
import { fileSchemas, type JsonSchema } from '../../src/policy/read/index.ts'
import { readYaml } from '../../src/yaml/index.ts'
import { changed, overlayTexts, referenceTexts } from './reference.ts'

const printed = Object.entries(schemaFiles).map(
  ([path, text]) => [path.split('/').at(-1) ?? '', JSON.parse(text()) as JsonSchema] as const,
)
const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  allErrors: true,
  validateFormats: false,
})
for (const [name, schema] of printed) ajv.addSchema(schema, name)
const validator = (name: string): ValidateFunction => {
  const found = ajv.getSchema(name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

const reference = referenceTexts()

/** As an editor reads it: YAML 1.2, with numbers and booleans. */
const seen = (text: string): unknown => load(text)
const schemaOfKind = (kind: unknown): string =>
  `${fileSchemas().find(({ kinds }) => kinds.some((one) => one === kind))?.name}.json`

t.test('each is a valid schema of draft 2020-12', async (t) => {
  for (const [name, schema] of printed) {
    t.equal(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema', name)
    t.ok(ajv.validateSchema(schema), name)
    t.equal(typeof validator(name), 'function', name)
  }
})

t.test(
  'every file of the reference and of the overlays is valid as an editor sees it; those of the reference name their schema',
  async (t) => {
    for (const { path, text } of [...reference, ...overlayTexts()]) {
      const value = seen(text) as { readonly kind: string }
      for (const name of [schemaOfKind(value.kind), 'policy-file.json']) {
        const valid = validator(name)
        t.ok(valid(value), `${path} by ${name}`, { errors: valid.errors?.slice(0, 3) })
      }
      if (!reference.some((one) => one.path === path)) continue
      t.match(
        text,
        new RegExp(`^# yaml-language-server: \\$schema=(\\.\\./)+schemas/${schemaOfKind(value.kind)}\\n`),
        path,
      )
    }
  },
)

interface Found {
  readonly path: string
  readonly schema: JsonSchema
}

/** Every schema within a schema, with the path of keys that leads there. */
function within(schema: JsonSchema, path: string): readonly Found[] {
  const inside = (one: unknown, step: string): readonly Found[] =>
    typeof one === 'object' && one !== null ? within(one as JsonSchema, `${path}${step}`) : []
  return [
    { path, schema },
    ...Object.entries((schema['properties'] as Record<string, unknown> | undefined) ?? {}).flatMap(([key, one]) =>
      inside(one, `.${key}`),
    ),
    ...inside(schema['items'], '[]'),
    ...inside(schema['additionalProperties'], '.*'),
    ...((schema['anyOf'] as readonly unknown[] | undefined) ?? []).flatMap((one) => inside(one, '')),
  ]
}

const all = fileSchemas().flatMap(({ name, schema }) => within(schema, name))

t.test('every map is closed, and every key says what it means', async (t) => {
  const maps = all.filter(({ schema }) => schema['properties'] !== undefined)
  t.ok(maps.length > 100)
  t.same(
    maps.filter(({ schema }) => schema['additionalProperties'] !== false).map(({ path }) => path),
    [],
  )
  const keys = maps.flatMap(({ path, schema }) =>
    Object.entries(schema['properties'] as Record<string, JsonSchema>).map(([key, one]) => ({
      path: `${path}.${key}`,
      one,
    })),
  )
  t.same(
    keys
      .filter(({ one }) => typeof one['description'] !== 'string' || !/^[A-Z`].*\.$/s.test(one['description']))
      .map(({ path }) => path),
    [],
    'a sentence',
  )
})

t.test(
  'every key that must be there has an example or a closed list of words, which its complaint shows',
  async (t) => {
    const silent = all.flatMap(({ path, schema }) => {
      const keys = schema['properties'] ?? {}
      return (schema['required'] ?? [])
        .filter(
          (key) =>
            keys[key] !== undefined && keys[key]['examples'] === undefined && !/\.examples\b|^examples\b/.test(path),
        )
        .map((key) => `${path}.${key}`)
    })
    t.same(silent, [])
  },
)

t.test('every example of a key is valid by its own schema', async (t) => {
  const wrong = all.flatMap(({ path, schema }) =>
    (schema['examples'] ?? []).flatMap((one) => {
      const valid = ajv.compile(schema as AnySchema)
      return valid(one) ? [] : [`${path}: ${JSON.stringify(one)}`]
    }),
  )
  t.same([...new Set(wrong)], [])
})

interface Row {
  readonly says: string
  readonly file: string
  readonly from: string
  readonly to: string
  readonly add?: string
  readonly code: string
}

/** What no schema of one file can see: other files, the calendar, sums, order, examples, and what the tests of a limb need elsewhere. */
const unseen: ReadonlySet<string> = new Set(
  readFileSync(join(import.meta.dirname, 'unseen-by-schemas.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')),
)

const rowsReading = readYaml(readFileSync(join(import.meta.dirname, 'faults.yaml'), 'utf8'))
if (rowsReading.kind !== 'document') throw new Error(JSON.stringify(rowsReading.faults))
const rows = rowsReading.value as readonly Row[]
t.test('what is wrong with the form of a file, the schema refuses too', async (t) => {
  const refused = new Set<string>()
  for (const { says, file, from, to, add = '' } of rows) {
    const texts = changed(reference, file, (text) => text.replace(from, () => to) + add)
    const text = texts.find(({ path }) => path === file)?.text ?? ''
    if (readYaml(text).kind === 'faults') continue
    const before = reference.find(({ path }) => path === file)?.text ?? ''
    const { kind } = seen(before) as { readonly kind: string }
    if (!validator('policy-file.json')(seen(text)) || !validator(schemaOfKind(kind))(seen(text))) refused.add(says)
  }
  const expected = rows.filter(({ says, file, from, to, add = '' }) => {
    const text = changed(reference, file, (one) => one.replace(from, () => to) + add).find(
      ({ path }) => path === file,
    )?.text
    return readYaml(text ?? '').kind === 'document' && !unseen.has(says)
  })
  t.same(
    expected.filter(({ says }) => !refused.has(says)).map(({ says }) => says),
    [],
    'refused, or listed in unseen-by-schemas.txt',
  )
  t.same(
    [...unseen].filter((says) => refused.has(says) || !rows.some((row) => row.says === says)),
    [],
    'the list holds no more than it must',
  )
})
