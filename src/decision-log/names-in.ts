// Names in: where records of each kind have what a question asks for. Decisions say it themselves; what officers did says it in `about`:
// who acted, whom it shut out, which models it closed. Fields are read as they stand: whoever can write to the directory can plant any.
import type { LogRecord } from '../vocabulary/record.ts'
import { recordKinds, recordWords } from '../vocabulary/record-words.ts'

type Fields = Readonly<Record<string, unknown>>
type Kind = LogRecord['k']

/** Conditions that not every kind can meet. */
export const conditions = ['reason', 'effect', 'basis', 'model', 'directive', 'subject'] as const
export type Condition = (typeof conditions)[number]

/** By condition the fields, of which a kind that can meet it has one. `ofIssuer`: of what is revoked, `of` is whom. */
const fieldsFor: Readonly<Record<Condition, readonly string[]>> = {
  reason: ['reason'],
  effect: ['effect'],
  basis: ['basis'],
  model: ['models', 'servedModel'],
  directive: ['determinations'],
  subject: ['subject', 'ofIssuer'],
}

export const kindsThatHave = (condition: Condition): readonly Kind[] =>
  recordKinds.filter((kind) => fieldsFor[condition].some((field) => field in recordWords[kind].fields))

/** What stands beside a record that is found anyway: the decision of an outcome, the act that a reminder repeats every day. */
const companions: ReadonlySet<Kind> = new Set(['outcome', 'suspension.reminded'])

/** Where a question names no kinds: decisions; of a person or a model also what officers did. */
export function kindsToAsk(asked: readonly Condition[]): readonly Kind[] {
  if (!asked.includes('model') && !asked.includes('subject')) return ['decision']
  return recordKinds.filter((kind) => !companions.has(kind) && asked.every((one) => kindsThatHave(one).includes(kind)))
}

/** Canonical ids and names as asked; the name that the model API gave; what a suspension closed. */
export const modelsIn = (record: Fields): readonly unknown[] => [
  ...items(record['models']).flatMap(({ model, name }) => [model, name]),
  ...(record['k'] === 'outcome' ? [record['servedModel']] : []),
  ...listed(aboutOf(record)['models']),
]

/** A suspension names a hundred models at most, and counts the others. */
export function namesNotAllModels(record: Fields): boolean {
  const { more } = aboutOf(record)
  return typeof more === 'number' && more > 0
}

export const directivesIn = (record: Fields): readonly unknown[] =>
  items(record['determinations']).map(({ directive }) => directive)

/** Pseudonyms, and ids of organizations: who asked, for whom, who acted, who was shut out. */
export function subjectsIn(record: Fields): readonly unknown[] {
  const about = aboutOf(record)
  return [
    ...items([record['subject']]).flatMap(({ subject, actor, organization }) => [subject, actor, organization]),
    ...items([record['askedBy']]).map(({ subject }) => subject),
    about['subject'],
    // Of a grant it is the grant's id: nobody.
    ...('ofIssuer' in about && about['kind'] !== 'grant' ? [about['of']] : []),
  ]
}

/** The decision's, the counted refusals', or the act's. */
export const idsIn = (record: Fields): readonly unknown[] => [record['id'], aboutOf(record)['id']]

const aboutOf = ({ about }: Fields): Fields => (typeof about === 'object' && about !== null ? (about as Fields) : {})

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const items = (value: unknown): readonly Fields[] => listed(value).map((item) => (item ?? {}) as Fields)
