// What a terminal shows of an officer's act, be it a suspension or a revocation: every text is fit for it.
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { inert } from '../vocabulary/inert.ts'

export interface ShownAct {
  readonly id: string
  readonly why: string
  /** `<subject> of <issuer>` */
  readonly by: string
  readonly since: string
  /** The first officer's word that it may be lifted; null: nobody has asked. */
  readonly lift: {
    readonly by: string
    readonly why: string
    readonly askedAt: string
    readonly expiresAt: string
  } | null
}

/** @param said as the admin listener tells it */
export function shownAct(said: JsonObject): ShownAct {
  const { lift } = said
  return {
    id: textOf(said['id']),
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

export type Row = readonly [name: string, value: string]

/** A block of lines, indented. */
export const blockOf = (rows: readonly Row[]): string =>
  rows.map(([name, value]) => `  ${name.padEnd(12)}${value}\n`).join('')

/** What the first officer asked for, and until when the second may. @param verb `open`, `lift` */
export const liftRows = (lift: NonNullable<ShownAct['lift']>, verb: 'open' | 'lift'): readonly Row[] => [
  ['asked', `to be ${verb === 'open' ? 'opened' : 'lifted'}, by ${lift.by} at ${lift.askedAt}: ${lift.why}`],
  [`to ${verb} it`, `a second, different officer must ask for it before ${lift.expiresAt}`],
]

export const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {})
export const textOf = (value: JsonValue | undefined): string => inert(value ?? '-')

function officerOf(value: JsonValue | undefined): string {
  const { subject, issuer } = objectOf(value)
  return `${textOf(subject)} of ${textOf(issuer)}`
}

/** Open answers that an act cut; null: it was said to a fleet, whose gates cut what is open there. */
export const cutOf = ({ cut }: JsonObject): number | null => (typeof cut === 'number' ? cut : null)

/** @param none what is said of 0 */
export function cutText(cut: number | null, none: string): string {
  if (cut === null)
    return 'Every gate follows, or is shut within the lease: `portcullis policy status` says which have.\n'
  if (cut === 0) return `${none}\n`
  return cut === 1 ? 'One open answer was cut.\n' : `${cut} open answers were cut.\n`
}
