// What each gate of the fleet enforces, as it says itself, and how long a publication took to reach them all: the exposure window. Pure
// state: it is told again by the gates after a restart.
import type { Report } from '../fleet/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import { limits } from '../limits.ts'

/** What it said last; of one that has not said anything since control started, that it enforces nothing. */
export interface GateState extends Report {
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

  readonly #startedAt: number

  /** @param known names of the journal @param startedAt when control started, ms since the epoch */
  constructor(known: readonly string[], startedAt: number) {
    this.#startedAt = startedAt
    for (const gate of known) this.#states.set(gate, unheard(gate))
  }

  /** @returns whether it is a gate that was not known; null: there are too many */
  heard(report: Report, now: number): boolean | null {
    const isNew = !this.#states.has(report.gate)
    if (isNew && this.#states.size >= fleetLimits.gates) return null
    this.#states.set(report.gate, { ...report, heardAt: now })
    return isNew
  }

  #all(): readonly GateState[] {
    return [...this.#states.values()].toSorted((a, b) => (a.gate < b.gate ? -1 : 1))
  }

  /** @param changedAt when what is wanted was said first: a statement of before was signed by then, or before control started */
  standings(
    wanted: Wanted,
    { now, changedAt, leaseMs }: { readonly now: number; readonly changedAt: number; readonly leaseMs: number },
  ): readonly (GateState & { readonly standing: Standing })[] {
    const endAfter = (instant: number): number => instant + leaseMs + limits.clockUncertaintyMs
    return this.#all().map((gate) => {
      const leaseEnd = endAfter(gate.heardAt === null ? Math.max(changedAt, this.#startedAt) : changedAt)
      return { ...gate, standing: standingOf(gate, wanted, { now, leaseEnd }) }
    })
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
function standingOf(
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
