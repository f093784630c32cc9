// The journal of a fleet's control: which policy was activated when and by whom, how far its numbers have come, and which gates follow
// it. Written whole and chained like every journal of officers' acts, so that no crash leaves half a line.
//
// Invariant: no number that a statement ever carried comes again with another meaning, whatever became of everything else on this disk.
import { z } from 'zod'
import { type JournalForm, type Officer, readJournal } from '../directives/index.ts'
import type { Numbers } from '../fleet/index.ts'
import { fleetLimits } from '../fleet-limits.ts'

/** A policy that came into force. Instants in milliseconds since the epoch. */
export interface Activation {
  readonly act: 'activated'
  readonly at: number
  readonly policySerial: number
  /** 0: the registers are part of the policy. */
  readonly registerSerial: number
  readonly digest: string
  /** null: it was found in force, after a crash between the two writes. */
  readonly by: Officer | null
}

/** What officers have put in force by hand. */
export type Listed = 'suspended' | 'revoked'

type Entry =
  | Activation
  /** What is suspended, or revoked, has changed. */
  | { readonly act: Listed; readonly at: number; readonly epoch: number; readonly digest: string }
  /** When a gate was heard of; written once in a while. */
  | { readonly act: 'gate'; readonly at: number; readonly gate: string }

const count = z.int().nonnegative()
const text = z.string().min(1)

const form: JournalForm<never, Entry> = {
  name: 'control',
  version: 1,
  schema: z.discriminatedUnion('act', [
    z.strictObject({
      act: z.literal('activated'),
      at: count,
      policySerial: count,
      registerSerial: count,
      digest: text,
      by: z.strictObject({ issuer: text, subject: text }).nullable(),
    }),
    z.strictObject({ act: z.enum(['suspended', 'revoked']), at: count, epoch: count, digest: text }),
    z.strictObject({ act: z.literal('gate'), at: count, gate: text }),
  ]),
  // Nothing stands here that an officer could lift.
  advance: () => {},
  damage: {
    unknown: 'which policy the fleet has to follow',
    toDo: 'put it back from a copy of this folder; without one, stop the gates, move the folder away, start, publish the newest bundle anew, and remove `fleet-seen.json` beside the logs of each gate before it starts',
  },
  compact: (entries) => entries,
  unkept: 'publication_unkept',
}

export interface ControlJournal {
  /** Oldest first. */
  activations(): readonly Activation[]
  /** The highest of each that was ever activated. */
  highest(): Numbers
  /** When the fleet was last told anything else: a publication, or a change of what is suspended or revoked. */
  changedAt(): number
  /** Those that were heard of within `fleetLimits.gateForgottenMs` of the newest entry, each with when it was last. */
  gates(): readonly { readonly gate: string; readonly at: number }[]
  /** Resolves when a restart will find it. @throws Unkept */
  add(entry: Entry): Promise<void>
  /** A gate that has left is waited for by nobody. Resolves when a restart will know. @throws Unkept */
  forget(gate: string): Promise<void>
  /** Resolves when a restart will find all that was added: what could not be written is written again. @throws Unkept */
  kept(): Promise<void>
  /** `ok` is false while a restart would not find all of it. */
  status(): { readonly ok: boolean; readonly detail: string }
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>
}

/** @throws Error with one sentence where the journal is damaged */
export async function openControlJournal(path: string): Promise<ControlJournal> {
  const journal = await readJournal(path, form)
  let { entries } = journal
  let onDisk = entries
  let queue: Promise<unknown> = Promise.resolve()
  const write = async (): Promise<void> => {
    const written = entries
    if (written === onDisk) return
    await journal.write(written)
    onDisk = written
  }
  const kept = (): Promise<void> => {
    const turn = queue.then(write)
    queue = turn.catch(() => {})
    return turn
  }
  const of = <Act extends Entry['act']>(act: Act) =>
    entries.filter((one): one is Extract<Entry, { readonly act: Act }> => one.act === act)
  const most = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0)

  return {
    activations: () => of('activated'),
    highest: () => ({
      policySerial: most(of('activated').map(({ policySerial }) => policySerial)),
      registerSerial: most(of('activated').map(({ registerSerial }) => registerSerial)),
      suspensionEpoch: most(of('suspended').map(({ epoch }) => epoch)),
      revocationEpoch: most(of('revoked').map(({ epoch }) => epoch)),
    }),
    changedAt: () => most([...of('activated'), ...of('suspended'), ...of('revoked')].map(({ at }) => at)),
    gates: () => of('gate'),
    add: (entry) => {
      entries = pruned([...entries, entry])
      return kept()
    },
    forget: (gate) => {
      entries = entries.filter((entry) => entry.act !== 'gate' || entry.gate !== gate)
      return kept()
    },
    kept,
    status: () => {
      const detail = `\`${path}\` cannot be written: a restart would miss what has happened since`
      return journal.isFailing() ? { ok: false, detail } : { ok: true, detail: 'all of it is written down' }
    },
    close: async () => {
      await queue
    },
  }
}

/** The newest of each kind; the newest activation and epoch are the highest. Of each gate one, and none that is not waited for any more. */
function pruned(entries: readonly Entry[]): readonly Entry[] {
  const left: Record<Entry['act'], number> = {
    activated: fleetLimits.activations,
    suspended: 1,
    revoked: 1,
    gate: fleetLimits.gates,
  }
  const now = entries.at(-1)?.at ?? 0
  const named = new Set<string>()
  const isGone = (entry: Entry): boolean => {
    if (entry.act !== 'gate') return false
    const isOld = named.has(entry.gate) || now - entry.at >= fleetLimits.gateForgottenMs
    named.add(entry.gate)
    return isOld
  }
  return entries
    .toReversed()
    .filter((entry) => !isGone(entry) && left[entry.act]-- > 0)
    .toReversed()
}
