// What an officer reads about suspensions: exactly what is closed, since when, by whom, and what remains to be done.
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { inert } from '../vocabulary/inert.ts'

/** One suspension as the admin listener shows it; every text is fit for a terminal. */
export interface ShownSuspension {
  readonly id: string
  readonly of: string
  readonly models: readonly string[]
  readonly why: string
  readonly by: string
  readonly since: string
  readonly lift: {
    readonly by: string
    readonly why: string
    readonly askedAt: string
    readonly expiresAt: string
  } | null
}

export function shownSuspension(value: JsonValue | undefined): ShownSuspension {
  const said = objectOf(value)
  const lift = said['lift']
  return {
    id: textOf(said['id']),
    of: textOf(said['of']),
    models: textsOf(said['models']),
    why: textOf(said['why']),
    by: officerOf(said['by']),
    since: textOf(said['since']),
    lift: isJsonObject(lift)
      ? {
          by: officerOf(lift['by']),
          why: textOf(lift['why']),
          askedAt: textOf(lift['asked_at']),
          expiresAt: textOf(lift['expires_at']),
        }
      : null,
  }
}

export const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.map((one) => inert(one)) : []

/** `family:fable-5` as people say it. */
export function spoken(of: string): string {
  const [, kind, name] = /^(family|model):(.*)$/s.exec(of) ?? []
  if (kind === undefined) return of === 'all' ? 'everything' : of
  return `the ${kind} ${name}`
}

/** What the next officer types. */
export const resumeLine = ({ id }: ShownSuspension, admin: string): string =>
  `portcullis resume ${id} --why TEXT --admin ${inert(admin)} --token-file FILE`

/** Ids of models in one line. */
export const modelsText = (models: readonly string[]): string =>
  models.length === 0 ? 'no model that the catalogue in force has' : models.join(', ')

/** A block of lines about one suspension, indented. */
export function detailsText(one: ShownSuspension): string {
  const rows: readonly (readonly [string, string])[] = [
    ['id', one.id],
    ['closes', modelsText(one.models)],
    ['since', one.since],
    ['by', one.by],
    ['why', one.why],
    ...(one.lift === null
      ? [['to open it', 'two different officers must ask for it'] as const]
      : [
          ['asked', `to be opened, by ${one.lift.by} at ${one.lift.askedAt}: ${one.lift.why}`] as const,
          ['to open it', `a second, different officer must ask for it before ${one.lift.expiresAt}`] as const,
        ]),
  ]
  return rows.map(([name, value]) => `  ${name.padEnd(12)}${value}\n`).join('')
}

/** Tab-separated, one suspension a line: id, of, models, since, by, lift asked by, lift expires at. */
export function plainSuspension({ id, of, models, since, by, lift }: ShownSuspension): string {
  return `${[id, of, models.join(','), since, by, lift?.by ?? '-', lift?.expiresAt ?? '-'].join('\t')}\n`
}

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {})
const textOf = (value: JsonValue | undefined): string => inert(value ?? '-')

function officerOf(value: JsonValue | undefined): string {
  const { subject, issuer } = objectOf(value)
  return `${textOf(subject)} of ${textOf(issuer)}`
}
