// What is suspended here, and how it changes: an act of officers (officer-acts.ts) that closes models. Nothing lapses.
import { digestOf } from '../json/index.ts'
import type { Suspension } from '../policy/index.ts'
import type { ActEvent } from './act-records.ts'
import { type ActsOptions, type Begun, type Lift, type LiftWord, openActs } from './officer-acts.ts'
import type { Officer } from './officer-entry.ts'
import { type ClosedModel, type Standing, type SuspensionEntry, suspensionForm } from './suspension-entry.ts'

export type SuspensionEvent = ActEvent<Standing>

export interface Suspensions {
  /** What is in force, oldest first. */
  standing(): readonly Standing[]
  /** Closes at once, before it returns. Throws where it cannot be laid over the policy: nothing is suspended then. */
  begin(act: { of: Suspension['of']; models: readonly ClosedModel[]; why: string; by: Officer }): Begun<Standing>
  /** One officer's word, as `Acts.askLift`. */
  askLift(word: LiftWord): Promise<Lift<Standing>>
  /** Remembers models that a suspension closes in a newer catalogue, and what they are called there. */
  reach(id: string, models: readonly ClosedModel[]): void
  /** Tries again to write what could not be written. @throws Unkept */
  writeAgain(): Promise<void>
  /** `ok` is false while something is closed here that a restart would open. */
  status(): { readonly ok: boolean; readonly detail: string }
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>
}

/** @throws Error with one sentence where the journal is damaged: then nobody can say what is closed, and nothing may start. */
export async function openSuspensions(options: ActsOptions<Standing>): Promise<Suspensions> {
  const acts = await openActs<Standing, SuspensionEntry>(options, suspensionForm)
  const { standing, askLift, writeAgain, close } = acts
  return {
    standing,
    askLift,
    writeAgain,
    close,
    begin: ({ of, models, why, by }) =>
      acts.begin(
        (one) => digestOf(one.of) === digestOf(of),
        (id, at) => ({ act: 'begun', id, at, of, models: [...models], why, by }),
      ),
    reach: (id, models) => acts.note(id, (at) => ({ act: 'reached', id, at, models: [...models] })),
    status: () => {
      const names = standing().map(({ name }) => name)
      const detail = names.length === 0 ? 'nothing is suspended' : `suspended for everyone: ${names.join(', ')}`
      const warning = `a restart would open some of it, since \`${options.path}\` cannot be written`
      return acts.isFailing() ? { ok: false, detail: `${detail}; ${warning}` } : { ok: true, detail }
    },
  }
}
