// What an officer reads about suspensions: exactly what is closed, since when, by whom, and what remains to be done.
import type { JsonValue } from '../json/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { blockOf, liftRows, objectOf, type ShownAct, shownAct, textOf } from './shown-act.ts'

/** One suspension as the admin listener shows it. */
export interface ShownSuspension extends ShownAct {
  readonly of: string
  readonly models: readonly string[]
}

export function shownSuspension(value: JsonValue | undefined): ShownSuspension {
  const said = objectOf(value)
  return { ...shownAct(said), of: textOf(said['of']), models: textsOf(said['models']) }
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
export const detailsText = (one: ShownSuspension): string =>
  blockOf([
    ['id', one.id],
    ['closes', modelsText(one.models)],
    ['since', one.since],
    ['by', one.by],
    ['why', one.why],
    ...(one.lift === null
      ? [['to open it', 'two different officers must ask for it'] as const]
      : liftRows(one.lift, 'open')),
  ])

/** Tab-separated, one suspension a line: id, of, models, since, by, lift asked by, lift expires at. */
export function plainSuspension({ id, of, models, since, by, lift }: ShownSuspension): string {
  return `${[id, of, models.join(','), since, by, lift?.by ?? '-', lift?.expiresAt ?? '-'].join('\t')}\n`
}
