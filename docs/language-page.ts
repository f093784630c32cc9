// docs/directive-language.md, printed from the JSON Schemas of the policy files, which are printed from the shapes that read them.
import { fileSchemas, flow, type JsonSchema } from '../src/policy/read/index.ts'

/** A map that several places share: it has a name and is shown once. */
const isPart = (schema: JsonSchema): boolean => schema.title !== undefined && schema.properties !== undefined

const slug = (title: string): string => title.replaceAll(' ', '-')

/** What to write: words, a form of text, a list, a map. */
function form(schema: JsonSchema): string {
  const { enum: words, const: word, type, items, anyOf, additionalProperties, title } = schema
  if (isPart(schema)) return `[${title}](#${slug(title ?? '')})`
  if (title !== undefined) return title
  if (words !== undefined) return words.map((one) => `\`${String(one)}\``).join(' · ')
  if (word !== undefined) return `\`${word}\``
  if (anyOf !== undefined) return [...new Set(anyOf.map((one) => form(one)))].join(' or ')
  if (items !== undefined) return `list of ${form(items)}`
  if (schema.properties !== undefined) return 'map (below)'
  if (typeof additionalProperties === 'object') return `map of names to ${form(additionalProperties)}`
  return type === 'boolean' ? '`true` · `false`' : String(type)
}

const example = (schema: JsonSchema): string => {
  const all = schema.examples ?? []
  return all.map((one) => `\`${flow(one).replaceAll('|', '\\|')}\``).join('<br>')
}

const rows = (schema: JsonSchema, before = ''): readonly string[] =>
  rowsByKey(schema, before).flatMap(([, lines]) => lines)

/** One row for each key, and below it the rows of a map that has no name of its own. */
function rowsByKey(schema: JsonSchema, before = ''): readonly (readonly [key: string, rows: readonly string[]])[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).map(([name, one]) => {
    const otherwise = one.default
    const needed = required.has(name)
      ? 'required'
      : typeof otherwise === 'string' || typeof otherwise === 'boolean' || typeof otherwise === 'number'
        ? `\`${otherwise}\``
        : 'optional'
    const cells = [`\`${before}${name}\``, needed, form(one), one.description ?? '', example(one)]
    return [name, [`| ${cells.join(' | ')} |`, ...nested(one, `${before}${name}.`)]]
  })
}

/** Keys of unnamed maps inside: of the value itself, of a list's items, of the maps among several forms. */
function nested(schema: JsonSchema, before: string): readonly string[] {
  if (isPart(schema)) return []
  if (schema.properties !== undefined) return rows(schema, before)
  const { items, anyOf, additionalProperties } = schema
  const inside = [items, ...(anyOf ?? [])].filter((one) => one !== undefined)
  const named = typeof additionalProperties === 'object' ? nested(additionalProperties, `${before}<name>.`) : []
  return [...inside.flatMap((one) => nested(one, before)), ...named]
}

const tableOf = (lines: readonly string[]): string =>
  `| key | without it | write | meaning | examples |\n|---|---|---|---|---|\n${lines.join('\n')}`

const table = (schema: JsonSchema): string => tableOf(rows(schema))

/** Keys that several files have word by word, with their rows, in the order in which they are first met; of each the form that most have. */
function sharedKeys(schemas: readonly JsonSchema[]): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>()
  for (const [key, lines] of schemas.flatMap((schema) => rowsByKey(schema))) {
    const forms = counts.get(key) ?? new Map<string, number>()
    counts.set(key, forms.set(lines.join('\n'), (forms.get(lines.join('\n')) ?? 0) + 1))
  }
  const most = [...counts].flatMap(([key, forms]): readonly (readonly [string, string, number])[] => {
    const [first] = [...forms].sort(([, a], [, b]) => b - a)
    return first === undefined ? [] : [[key, ...first]]
  })
  return new Map(most.flatMap(([key, lines, files]) => (files > 1 ? [[key, lines] as const] : [])))
}

/** A file's own keys, and by their names those that it has as others have them. */
function fileSection(
  { name, schema }: ReturnType<typeof fileSchemas>[number],
  shared: ReadonlyMap<string, string>,
): string {
  const all = rowsByKey(schema)
  const isShared = ([key, lines]: (typeof all)[number]): boolean => shared.get(key) === lines.join('\n')
  const own = all.filter((one) => !isShared(one)).flatMap(([, lines]) => lines)
  const named = (isRequired: boolean): readonly string[] =>
    all
      .filter((one) => isShared(one) && (schema.required ?? []).includes(one[0]) === isRequired)
      .map(([key]) => `\`${key}\``)
  const lists = [
    ...(named(true).length === 0 ? [] : [`required ${named(true).join(', ')}`]),
    ...(named(false).length === 0 ? [] : [`optional ${named(false).join(', ')}`]),
  ]
  const link = lists.length === 0 ? '' : `\n\n[As other files have them](#keys-of-several-files): ${lists.join('; ')}.`
  return `### ${name}\n\n${schema.description}\n\n${tableOf(own)}${link}`
}

/** Named maps, in the order in which they are first met; each has one form wherever it stands. */
function partsOf(schema: JsonSchema, found: Map<string, JsonSchema>, top = true): void {
  if (!top && isPart(schema)) found.set(schema.title ?? '', schema)
  const { items, anyOf, additionalProperties } = schema
  const inside = [...Object.values(schema.properties ?? {}), items, additionalProperties, ...(anyOf ?? [])]
  for (const one of inside) if (typeof one === 'object') partsOf(one, found, false)
}

/** What the words of the column `write` stand for. */
const forms = `| form | written |
|---|---|
| text | prose or a name, not empty |
| id | lower-case letters and digits, joined by \`-\` or \`.\` |
| model name | printable ASCII without blanks; case counts |
| instant | with its offset, always: \`2026-06-12T21:21:00Z\`. Intervals include their start and not their end |
| day | \`2026-12-12\`: a reminder or a date of record, never a boundary |
| length of time | a whole number with \`d\`, \`h\`, \`m\` or \`s\`: \`30d\` |
| whole number | above zero: \`64000\`, \`1_000_000\` |
| digest | \`sha256:\` and 64 hexadecimal digits |
| country code | ISO 3166-1 alpha-2 in upper case: \`IR\` |
| country or region code | the same, or ISO 3166-2: \`UA-43\`. A region that does not exist is refused |
| list id or code | the id of a named list (lower case), or such a code (upper case) |
| place | \`home\` (a US address), a country or region code, \`nowhere-in-database\`, \`no-address\` or \`no-database\` |
| answer | \`permit\`, or \`deny\` with its [reason](reasons.md), as in \`deny person_restricted\`; with the status where it matters: \`deny evidence_missing 401\` |
| subject | \`issuer-id/sub\`, with the short id of the issuers file |`

/** The page as Markdown. A test holds docs/directive-language.md against it. */
export function languagePage(): string {
  const files = fileSchemas()
  const parts = new Map<string, JsonSchema>()
  for (const { schema } of files) partsOf(schema, parts)
  const kinds = files.map(
    ({ name, kinds: named, schema }) =>
      `| [${name}](#${name}) | ${named.map((kind) => `\`${kind}\``).join(' · ')} | ${schema.description} |`,
  )
  const shared = sharedKeys(files.map(({ schema }) => schema))
  const fileSections = files.map((file) => fileSection(file, shared))
  const partSections = [...parts].map(([title, schema]) => `### ${title}\n\n${table(schema)}`)
  return `# The directive language

Printed by \`npm run pages\` from the shapes that read policy files (\`src/policy/read\`); a test fails when the two differ. Editors get the
same from \`schemas/\`: begin a file with \`# yaml-language-server: $schema=../../schemas/restriction.json\`, or open this repository in
Visual Studio Code with the YAML extension, and keys are completed, explained and checked as you type. What an editor cannot see
(names in other files, examples, what can never match) \`portcullis policy check\` tells, with file, line and column.

What all of it means, with examples that are decided: [semantics](semantics.md).

## Files

A policy is a folder of YAML files, in any layout: a file is what its \`kind\` says.

| file | \`kind\` | is |
|---|---|---|
${kinds.join('\n')}

- Every value is its text: \`NO\` is Norway, \`010\` is \`010\`; what it means is the key's matter alone.
- One file is one document. No anchors, aliases, tags, merge keys, \`%\` directives or duplicate keys; UTF-8; the last line ends with a
  line break.
- Every key that is not listed here is an error, and so is an empty list.
- \`examples\` is the last key, so that a file that was cut short is refused and never passes for a shorter one.

## How values are written

${forms}

## Keys, file by file

The column *without it* says \`required\`, or what holds where the key is absent.

${fileSections.join('\n\n')}

## Keys of several files

${tableOf([...shared.values()])}

## Parts that several files share

${partSections.join('\n\n')}
`
}
