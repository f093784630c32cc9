// What is read about revocations on a terminal: exactly what is shut out, since when, by whom, and what remains to be done.
import type { JsonValue } from '../json/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { blockOf, liftRows, objectOf, type ShownAct, shownAct, textOf } from './shown-act.ts'

/** One revocation as the admin listener shows it. */
export interface ShownRevocation extends ShownAct {
  readonly kind: string
  /** What it shuts out, in one line. */
  readonly name: string
  /** `-`: never. */
  readonly forgottenAt: string
}

export function shownRevocation(value: JsonValue | undefined): ShownRevocation {
  const said = objectOf(value)
  return {
    ...shownAct(said),
    kind: textOf(objectOf(said['of'])['kind']),
    name: textOf(said['name']),
    forgottenAt: textOf(said['forgotten_at']),
  }
}

/** What the next officer types. */
export const liftLine = ({ id }: ShownRevocation, admin: string): string =>
  `portcullis revoke lift ${id} --why TEXT --admin ${inert(admin)} --token-file FILE`

/** A block of lines about one revocation, indented. */
export const detailsText = (one: ShownRevocation): string =>
  blockOf([
    ['id', one.id],
    ['since', one.since],
    ['by', one.by],
    ['why', one.why],
    [
      'forgotten',
      one.forgottenAt === '-' ? 'never' : `after ${one.forgottenAt}, when no token that it reaches lives any more`,
    ],
    ...(one.lift === null ? [] : liftRows(one.lift, 'lift')),
  ])

/** Tab-separated, one revocation a line: id, kind, what, since, by, forgotten at, lift asked by, lift expires at. */
export function plainRevocation({ id, kind, name, since, by, forgottenAt, lift }: ShownRevocation): string {
  return `${[id, kind, name, since, by, forgottenAt, lift?.by ?? '-', lift?.expiresAt ?? '-'].join('\t')}\n`
}
