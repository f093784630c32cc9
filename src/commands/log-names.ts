// Names that occur: where nothing matches a model, a directive or a subject that a query names, those that records do have. A name that
// does occur is told of nothing: then the other conditions leave nothing over.
import { type LogQuery, queryLog } from '../decision-log/index.ts'
import { inert } from '../vocabulary/inert.ts'

const most = 20

interface Asked {
  readonly option: string
  readonly name: string
  readonly namesIn: (record: Fields) => readonly unknown[]
}

type Fields = Readonly<Record<string, unknown>>

/** A sentence for each name that no record of these kinds and this time has. Reads the log once more. */
export async function namesThatOccur(query: LogQuery): Promise<readonly string[]> {
  const { directory, kinds, since, until, model, directive, subject } = query
  const asked: readonly Asked[] = [
    ...(model === undefined ? [] : [{ option: 'model', name: model, namesIn: models }]),
    ...(directive === undefined ? [] : [{ option: 'directive', name: directive, namesIn: directives }]),
    ...(subject === undefined ? [] : [{ option: 'subject', name: subject, namesIn: subjects }]),
  ]
  if (asked.length === 0) return []
  const found = asked.map(() => new Set<string>())
  const all = { directory, ...(kinds === undefined ? {} : { kinds }), since, until, whatIf: true }
  for await (const { record } of queryLog(all)) {
    for (const [index, { namesIn }] of asked.entries()) {
      const names = found[index]
      // Whoever can write to the directory can plant names without end.
      if (names !== undefined && names.size < 10_000)
        for (const name of namesIn(record)) if (typeof name === 'string') names.add(name)
    }
  }
  return asked.flatMap(({ option, name }, index) => sentence(option, name, found[index] ?? new Set()))
}

function sentence(option: string, name: string, names: ReadonlySet<string>): readonly string[] {
  if (names.has(name)) return []
  const how = option === 'subject' ? ' (pseudonyms, as `log hash` makes them)' : ''
  const sorted = [...names].sort()
  const shown = sorted.slice(0, most).map((one) => `\`${inert(one).slice(0, 200)}\``)
  const rest = sorted.length > most ? ` and ${sorted.length - most} more` : ''
  const there = sorted.length === 0 ? 'there is none at all' : `there is ${shown.join(', ')}${rest}`
  return [`no such record has the ${option} \`${inert(name)}\`${how}: ${there}`]
}

const models = (record: Fields): readonly unknown[] =>
  items(record['models']).flatMap(({ model, name }) => [model, name])

const directives = (record: Fields): readonly unknown[] =>
  items(record['determinations']).map(({ directive }) => directive)

const subjects = (record: Fields): readonly unknown[] =>
  items([record['subject']]).flatMap(({ subject, actor, organization }) => [subject, actor, organization])

/** What stands in a record may be of any shape. */
const items = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.map((item: unknown) => (item ?? {}) as Fields) : []
