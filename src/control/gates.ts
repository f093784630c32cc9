// What each gate of the fleet enforces, as it says itself, and how long a publication took to reach them all: the exposure window. Pure
// state: it is told again by the gates after a restart.
import type { Report } from '../fleet/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import { limits } from '../limits.ts'

export interface GateState {
  readonly gate: string
  readonly policySerial: number
  readonly registerSerial: number
  readonly policyDigest: string | null
  readonly suspensionDigest: string
  /** Since when it enforces this policy, by its own clock; null: it enforces none, or has not said since control started. */
  readonly since: number | null
  readonly confirmedUntil: number | null
  /** When it was last heard of; null: not since control started. */
  readonly heardAt: number | null
}

/** `shut`: its lease has run out, so that it serves nothing that a directive with `refuse` covers. */
export type Standing = 'enforced' | 'behind' | 'shut'

export interface Wanted {
  readonly policyDigest: string
  readonly suspensionDigest: string
}

export class Gates {
  readonly #states = new Map<string, GateState>()

  /** @param known names of the journal */
  constructor(known: readonly string[]) {
    for (const gate of known) this.#states.set(gate, unheard(gate))
  }

  /** @returns whether it is a gate that was not known; null: there are too many */
  heard(report: Report, now: number): boolean | null {
    const isNew = !this.#states.has(report.gate)
    if (isNew && this.#states.size >= fleetLimits.gates) return null
    this.#states.set(report.gate, { ...report, heardAt: now })
    return isNew
  }

  all(): readonly GateState[] {
    return [...this.#states.values()].toSorted((a, b) => (a.gate < b.gate ? -1 : 1))
  }
}

const unheard = (gate: string): GateState => ({
  gate,
  policySerial: 0,
  registerSerial: 0,
  policyDigest: null,
  suspensionDigest: '',
  since: null,
  confirmedUntil: null,
  heardAt: null,
})

/** @param leaseEnd until when a gate that heard nothing new may have gone on with what was before */
export function standingOf(
  { policyDigest, suspensionDigest, confirmedUntil, heardAt }: GateState,
  wanted: Wanted,
  { now, leaseEnd }: { readonly now: number; readonly leaseEnd: number },
): Standing {
  // One that was never heard of may go on with what it was told before control started.
  if (heardAt === null) return now >= leaseEnd ? 'shut' : 'behind'
  const isSame = policyDigest === wanted.policyDigest && suspensionDigest === wanted.suspensionDigest
  if (isSame) return now >= (confirmedUntil ?? 0) + limits.clockUncertaintyMs ? 'shut' : 'enforced'
  return now >= Math.max(leaseEnd, confirmedUntil ?? 0) ? 'shut' : 'behind'
}
