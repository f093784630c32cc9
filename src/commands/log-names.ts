// What a log does have, where nothing matches: of a model, a directive or a subject that no record names, the names that occur; of a log
// without decisions, its other kinds. A name that does occur is told of nothing: then the other conditions leave nothing over.
import {
  type Condition,
  conditions,
  directivesIn,
  kindsThatHave,
  kindsToAsk,
  type LogQuery,
  modelsIn,
  namesNotAllModels,
  queryLog,
  subjectsIn,
} from '../decision-log/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { recordKinds } from '../vocabulary/record-words.ts'

const most = 20

/** Conditions of which the names that occur are told. */
const named = { model: modelsIn, directive: directivesIn, subject: subjectsIn } as const
type Named = keyof typeof named
const namedConditions = Object.keys(named) as readonly Named[]

const code = (name: string): string => `\`${inert(name).slice(0, 200)}\``
const noneOf = (kinds: readonly string[]): string => listing(kinds.map((kind) => `no ${code(kind)}`))
const article = (word: string): string => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`)

function listing(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

export const conditionsOf = (query: Omit<LogQuery, 'directory'>): readonly Condition[] =>
  conditions.filter((condition) => query[condition] !== undefined)

/** @throws Error with a sentence, where none of these kinds can meet the conditions: an empty answer would seem to say something */
export function refuseUnmet(asked: readonly Condition[], kinds: readonly string[]): void {
  const meets = (kind: string, condition: Condition) => kindsThatHave(condition).some((able) => able === kind)
  if (kinds.some((kind) => asked.every((condition) => meets(kind, condition)))) return
  const unmet = asked.find((condition) => !kinds.some((kind) => meets(kind, condition)))
  if (unmet === undefined)
    throw new Error(
      `none of the kinds asked has all of ${listing(asked.map((one) => `\`--${one}\``))}: ask them one by one`,
    )
  const able = kindsThatHave(unmet).map(code).join(', ')
  throw new Error(`${noneOf(kinds)} has ${article(unmet)}: \`--${unmet}\` asks ${able}`)
}

/** Whose acts were left out, though the question names a person or a model, for another condition of it. */
export function actsLeftOut(asked: readonly Condition[]): readonly string[] {
  const lean = asked.filter((condition) => condition === 'model' || condition === 'subject')
  if (lean.length === 0 || kindsToAsk(lean).every((kind) => kindsToAsk(asked).includes(kind))) return []
  const [other = ''] = asked.filter((condition) => kindsToAsk([...lean, condition]).length < kindsToAsk(lean).length)
  return [`acts of officers were not looked at: they have no \`--${other}\`; ask without it`]
}

/** A sentence for each name that no record of these kinds and this time has. Reads the log once more. */
export async function namesThatOccur(query: LogQuery, kinds: readonly string[]): Promise<readonly string[]> {
  const asked = namedConditions.filter((condition) => query[condition] !== undefined)
  if (asked.length === 0) return []
  const found = new Map(asked.map((condition) => [condition, new Set<string>()]))
  let unnamed = 0
  const { directory, since, until } = query
  for await (const { record } of queryLog({ directory, kinds, since, until, whatIf: true })) {
    if (query.model !== undefined && namesNotAllModels(record)) unnamed += 1
    for (const [condition, names] of found) {
      // Whoever can write to the directory can plant names without end.
      if (names.size < 10_000)
        for (const name of named[condition](record)) if (typeof name === 'string') names.add(name)
    }
  }
  const looked = { kinds, when: whenOf(query) }
  return [
    ...asked.flatMap((condition) =>
      sentence(condition, query[condition] ?? '', found.get(condition) ?? new Set(), looked),
    ),
    ...(unnamed === 0 ? [] : [unnamedText(unnamed)]),
  ]
}

const unnamedText = (count: number): string =>
  count === 1
    ? '1 record of a suspension closed more models than it names: `about.of` says which'
    : `${count} records of suspensions closed more models than they name: \`about.of\` says which`

interface Looked {
  readonly kinds: readonly string[]
  readonly when: string
}

const whenOf = ({ since, until }: LogQuery): string =>
  since === undefined && until === undefined ? '' : ' at that time'

function sentence(condition: Named, name: string, names: ReadonlySet<string>, looked: Looked): readonly string[] {
  if (names.has(name)) return []
  const how = condition === 'subject' ? ' (pseudonyms, as `log hash` makes them)' : ''
  const sorted = [...names].sort()
  const shown = sorted.slice(0, most).map(code)
  const rest = sorted.length > most ? ` and ${sorted.length - most} more` : ''
  const there = sorted.length === 0 ? noneAtAll(condition, looked) : `there is ${shown.join(', ')}${rest}`
  return [`no such record has the ${condition} \`${inert(name)}\`${how}: ${there}`]
}

/** Said of what was looked at alone. */
function noneAtAll(condition: Named, { kinds, when }: Looked): string {
  const able = kindsThatHave(condition)
  const looked = able.filter((kind) => kinds.includes(kind))
  const others = able.filter((kind) => !kinds.includes(kind)).map(code)
  const more = others.length === 0 ? '' : `; other kinds that have one: ${others.join(', ')}`
  return `${noneOf(looked)} here${when} has one at all${more}`
}

/** Of a log without a decision at that time, what `--kind` can ask. Empty: it has one, or nothing at all. Reads on to the first decision. */
export async function otherKinds(query: LogQuery): Promise<string> {
  const { directory, since, until } = query
  const found = new Set<string>()
  for await (const { record } of queryLog({ directory, kinds: recordKinds, since, until, whatIf: true })) {
    if (record.k === 'decision') return ''
    found.add(record.k)
  }
  if (found.size === 0) return ''
  return `: there is none${whenOf(query)}; \`--kind\` asks other records: ${[...found].sort().map(code).join(', ')}`
}
