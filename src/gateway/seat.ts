// Seat: what one of several workers of a gate knows of the others. Each is a whole gate, with a log and a memory of its own; what a gate
// says of itself (`/readyz`, `/metrics`) is asked of all of them by way of their supervisor.
import type { Check } from '../admin/index.ts'

export interface Seat {
  /** From 1: names its log, its folder and, behind the gate's name, itself to the fleet's control. */
  readonly number: number
  /** The gate's name in its fleet. */
  readonly gate: string
  /** Asked once all is open and before the first connection is taken; rejects where it is not to be. */
  readonly beforeListening: (checks: () => readonly Check[]) => Promise<void>
  /** Of all workers, as one. Each rejects where the supervisor does not answer in time. */
  readonly checks: () => Promise<readonly Check[]>
  readonly metricsText: () => Promise<string>
}
