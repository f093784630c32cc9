// How the log stands towards what is to be appended, and what it says where that is no.
import type { UnavailableCause } from './unavailable.ts'

/**
 * `full`: waits for room · `probing`: tries one record · `closing`: takes nothing new · `stopped`: writes nothing any more · `poisoned`: for
 * good, the process must end.
 */
export type AppendState = 'open' | 'full' | 'probing' | 'closing' | 'stopped' | 'poisoned'

export const refusals: Readonly<Record<Exclude<AppendState, 'open'>, readonly [UnavailableCause, string]>> = {
  full: ['no_space', 'the disk is full, or too many files are open'],
  probing: ['no_space', 'the disk is full, or too many files are open'],
  closing: ['closed', 'it is closed'],
  stopped: ['closed', 'it is closed'],
  poisoned: ['poisoned', 'its disk failed'],
}
