// Acting: what both kinds of officers' acts ask of whoever opens them, and what every record of one says.
import type { Logger } from 'pino'
import type { ActEvent, Stands } from '../directives/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { Notes, OfficerOnRecord } from './notes.ts'

export interface ActingOptions<S extends Stands> {
  /** Of the journal; it must exist. */
  readonly folder: string
  readonly notes: Notes
  readonly logger: Logger
  readonly clock: Clock
  /** Puts in force what stands, and nothing else: by its return. Throws where that cannot be. @returns open answers that it cuts */
  readonly apply: (standing: readonly S[]) => Promise<number>
  /** Of what is in force then, as decisions name it; null: nothing is. */
  readonly digest: () => string | null
  /** Where it speaks for a fleet, whose gates cut what is open: what else must be on disk before whoever acts is answered. */
  readonly ofFleet?: { readonly kept: () => Promise<void> } | undefined
}

interface Acted<S extends Stands> {
  readonly kind: ActEvent<S>['kind']
  readonly standing: S
  /** Who said it, by their pseudonym, and why. */
  readonly said: { readonly why: string } & OfficerOnRecord
  /** Null: nobody here can count. */
  readonly cut: number | null
}

/** An act on record, as this process can tell of it. */
export const recordedAct =
  <S extends Stands>({ notes, ofFleet }: ActingOptions<S>, record: (acted: Acted<S>) => Promise<void>) =>
  async ({ kind, standing, by, why, cut }: ActEvent<S>): Promise<void> => {
    const said = { why, ...notes.officer(by) }
    await record({ kind, standing, said, cut: ofFleet === undefined ? cut : null })
  }
