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
  readonly revocationDigest: string
}

/** What a gate lacks of what is wanted. */
export type Lacking = 'policy' | 'suspensions' | 'revocations'

export interface Shown extends GateState {
  /** When it was first heard of; null: before control started. */
  readonly listedAt: number | null
  readonly standing: Standing
  readonly lacks: readonly Lacking[]
}

/** When a gate was last heard of, as the journal has it. */
export interface KnownGate {
  readonly gate: string
  readonly at: number
}

interface Kept {
  readonly state: GateState
  /** When it was first heard of; null: it is of the journal. */
  readonly listedAt: number | null
  /** As the journal has it. */
  readonly notedAt: number
}

export class Gates {
  readonly #gates = new Map<string, Kept>()
  readonly #startedAt: number
  readonly #most: number
  #unlistedAt: number | null = null
  #steppedAt = Number.NEGATIVE_INFINITY
  #exposedUntil = Number.NEGATIVE_INFINITY

  /** @param known of the journal @param startedAt when control started, ms since the epoch */
  constructor(known: readonly KnownGate[], startedAt: number, most: number = fleetLimits.gates) {
    this.#startedAt = startedAt
    this.#most = most
    for (const { gate, at } of known) this.#gates.set(gate, { state: unheard(gate), listedAt: null, notedAt: at })
  }

  /** @returns `note`: to be written to the journal; `full`: there are too many, and this one is not listed */
  heard(report: Report, now: number): 'known' | 'note' | 'full' {
    const known = this.#gates.get(report.gate)
    if (known === undefined && this.#gates.size >= this.#most) this.#forget(now)
    if (known === undefined && this.#gates.size >= this.#most) {
      this.#unlistedAt = now
      return 'full'
    }
    const isNoted = known !== undefined && now - known.notedAt < fleetLimits.gateNotedMs
    this.#gates.set(report.gate, {
      state: { ...report, heardAt: now },
      listedAt: known === undefined ? now : known.listedAt,
      notedAt: isNoted ? known.notedAt : now,
    })
    return isNoted ? 'known' : 'note'
  }

  /**
   * It has ended in order, and serves nothing any more.
   * @param policyDigest what is wanted; one that lacked it, or of which nobody knows, went on with something else until now
   * @returns whether it was listed
   */
  left(gate: string, policyDigest: string | null, now: number): boolean {
    const known = this.#gates.get(gate)
    if (known === undefined) return false
    const { state } = known
    const until = state.heardAt !== null && state.policyDigest === policyDigest ? (state.since ?? now) : now
    this.#exposedUntil = Math.max(this.#exposedUntil, until)
    return this.#gates.delete(gate)
  }

  /** When the last of those that have left had, or ceased to lack, what was wanted then. */
  get exposedUntil(): number {
    return this.#exposedUntil
  }

  /** The clock was set: what was signed before it holds for a lease from now on, whatever instants say. */
  stepped(now: number): void {
    this.#steppedAt = now
  }

  /** Whether gates report that are not listed: each does so within a lease. */
  isFull(now: number, leaseMs: number): boolean {
    return this.#unlistedAt !== null && now - this.#unlistedAt < leaseMs
  }

  /** Those that nobody waits for any more. */
  #forget(now: number): void {
    for (const [gate, { state, notedAt }] of this.#gates)
      if (now - Math.max(notedAt, state.heardAt ?? 0) >= fleetLimits.gateForgottenMs) this.#gates.delete(gate)
  }

  /** @param changedAt when what is wanted was said first: a statement of before was signed by then, or before control started */
  standings(
    wanted: Wanted,
    { now, changedAt, leaseMs }: { readonly now: number; readonly changedAt: number; readonly leaseMs: number },
  ): readonly Shown[] {
    this.#forget(now)
    const endAfter = (instant: number): number => instant + leaseMs + limits.clockUncertaintyMs
    const all = [...this.#gates.values()]
      .map(({ state, listedAt }) => ({ ...state, listedAt }))
      .toSorted((a, b) => (a.gate < b.gate ? -1 : 1))
    return all.map((gate) => {
      const saidBefore = Math.max(changedAt, this.#steppedAt)
      const leaseEnd = endAfter(gate.heardAt === null ? Math.max(saidBefore, this.#startedAt) : saidBefore)
      const lacks = lackingIn(gate, wanted)
      return { ...gate, lacks, standing: standingOf(gate, lacks.length === 0, { now, leaseEnd }) }
    })
  }
}

/** One that was not heard of lacks whatever it lacked: nobody knows. */
function lackingIn(gate: GateState, wanted: Wanted): readonly Lacking[] {
  if (gate.heardAt === null) return []
  return [
    ...(gate.policyDigest === wanted.policyDigest ? [] : (['policy'] as const)),
    ...(gate.suspensionDigest === wanted.suspensionDigest ? [] : (['suspensions'] as const)),
    ...(gate.revocationDigest === wanted.revocationDigest ? [] : (['revocations'] as const)),
  ]
}

const unheard = (gate: string): GateState => ({
  gate,
  policySerial: 0,
  registerSerial: 0,
  policyDigest: null,
  suspensionDigest: '',
  revocationDigest: '',
  since: null,
  confirmedUntil: null,
  heardAt: null,
})

/** @param leaseEnd until when a gate that heard nothing new may have gone on with what was before */
function standingOf(
  { confirmedUntil, heardAt }: GateState,
  isSame: boolean,
  { now, leaseEnd }: { readonly now: number; readonly leaseEnd: number },
): Standing {
  // One that was never heard of may go on with what it was told before control started.
  if (heardAt === null) return now >= leaseEnd ? 'shut' : 'behind'
  if (isSame) return now >= (confirmedUntil ?? 0) + limits.clockUncertaintyMs ? 'shut' : 'enforced'
  return now >= Math.max(leaseEnd, confirmedUntil ?? 0) ? 'shut' : 'behind'
}
