// What is read about revocations on a terminal: exactly what is shut out, since when, by whom, and what remains to be done.
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { inert } from '../vocabulary/inert.ts'

/** One revocation as the admin listener shows it; every text is fit for a terminal. */
export interface ShownRevocation {
  readonly id: string
  readonly kind: string
  /** What it shuts out, in one line. */
  readonly name: string
  readonly why: string
  readonly by: string
  readonly since: string
  /** `-`: never. */
  readonly forgottenAt: string
  readonly lift: {
    readonly by: string
    readonly why: string
    readonly askedAt: string
    readonly expiresAt: string
  } | null
}

export function shownRevocation(value: JsonValue | undefined): ShownRevocation {
  const said = objectOf(value)
  const lift = said['lift']
  return {
    id: textOf(said['id']),
    kind: textOf(objectOf(said['of'])['kind']),
    name: textOf(said['name']),
    why: textOf(said['why']),
    by: officerOf(said['by']),
    since: textOf(said['since']),
    forgottenAt: textOf(said['forgotten_at']),
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

/** What the next officer types. */
export const liftLine = ({ id }: ShownRevocation, admin: string): string =>
  `portcullis revoke lift ${id} --why TEXT --admin ${inert(admin)} --token-file FILE`

/** A block of lines about one revocation, indented. */
export function detailsText(one: ShownRevocation): string {
  const rows: readonly (readonly [string, string])[] = [
    ['id', one.id],
    ['since', one.since],
    ['by', one.by],
    ['why', one.why],
    [
      'forgotten',
      one.forgottenAt === '-' ? 'never' : `after ${one.forgottenAt}, when no token that it reaches lives any more`,
    ],
    ...(one.lift === null
      ? []
      : [
          ['asked', `to be lifted, by ${one.lift.by} at ${one.lift.askedAt}: ${one.lift.why}`] as const,
          ['to lift it', `a second, different officer must ask for it before ${one.lift.expiresAt}`] as const,
        ]),
  ]
  return rows.map(([name, value]) => `  ${name.padEnd(12)}${value}\n`).join('')
}

/** Tab-separated, one revocation a line: id, kind, what, since, by, forgotten at, lift asked by, lift expires at. */
export function plainRevocation({ id, kind, name, since, by, forgottenAt, lift }: ShownRevocation): string {
  return `${[id, kind, name, since, by, forgottenAt, lift?.by ?? '-', lift?.expiresAt ?? '-'].join('\t')}\n`
}

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {})
const textOf = (value: JsonValue | undefined): string => inert(value ?? '-')

function officerOf(value: JsonValue | undefined): string {
  const { subject, issuer } = objectOf(value)
  return `${textOf(subject)} of ${textOf(issuer)}`
}
