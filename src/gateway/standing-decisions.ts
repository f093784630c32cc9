// What was permitted on one WebSocket and still holds: the upgrade, and the last frame that said each thing. Each is in the live
// registry until its end, so that a change of policy ends the socket whichever of them it concerns, and each has its outcome.
import { type Forwarding, type Gate, judgeServed, type OpenAnswer } from '../enforcement/index.ts'
import type { Decision } from '../vocabulary/decision.ts'

export interface Standing {
  readonly id: string
  readonly forwarding: Forwarding
  readonly live: OpenAnswer
  /** When it was permitted, and what had been counted then. */
  readonly since: Counted
}

export interface Counted {
  readonly at: number
  /** Released to the client, and output tokens. */
  readonly bytes: number
  readonly tokens: number | null
}

export class StandingDecisions {
  readonly #gate: Gate
  readonly #onCut: (decision: Decision) => void
  readonly #onEnd: () => void
  readonly #standing = new Map<string, Standing>()
  /** Names that were judged against all that stands now. */
  readonly #allowed = new Set<string>()

  constructor(gate: Gate, on: { readonly cut: (decision: Decision) => void; readonly end: () => void }) {
    this.#gate = gate
    this.#onCut = on.cut
    this.#onEnd = on.end
  }

  get size(): number {
    return this.#standing.size
  }

  /** Takes what was permitted just now. @returns it, and what it replaces: an earlier frame that said the same. */
  add(forwarding: Forwarding, since: Counted): { readonly added: Standing; readonly replaced: Standing | null } {
    const { id, anchor, facts, decision } = forwarding
    const live = this.#gate.live.open(
      // Frames come from either side at any time: a socket that is denied waits for no turn.
      { id, anchor, facts, applied: decision.obligations, cut: this.#onCut, isUnsent: () => true, end: this.#onEnd },
      decision.validUntil,
    )
    const said = saidBy(facts)
    const replaced = this.#standing.get(said) ?? null
    replaced?.live.close()
    const added = { id, forwarding, live, since }
    this.#standing.set(said, added)
    // What was nobody's model beside those may be an answer to this one.
    this.#allowed.clear()
    return { added, replaced }
  }

  /**
   * Asked right before a frame goes upstream: time has passed, and perhaps a policy, since its decision was recorded. It stays one that
   * starts: a directive that lets what is under way end would otherwise let everything begin that is still said here.
   */
  mayGo({ forwarding, live }: Standing): boolean {
    return this.#gate.policies.current() === forwarding.active ? live.check() : live.recheck()
  }

  /** Whether everything that was permitted still is, at this instant; false once one of them was cut. */
  allHold(): boolean {
    for (const { live } of this.#standing.values()) if (!live.check()) return false
    return true
  }

  /** What the model API says it runs, against all that was decided here. */
  allowsServed(name: string): boolean {
    if (this.#allowed.has(name)) return true
    const judged = [...this.#standing.values()].map(({ forwarding }) => judgeServed(forwarding, name))
    const isAllowed = judged.includes('as-decided') || !judged.includes('mismatch')
    if (isAllowed) this.#allowed.add(name)
    return isAllowed
  }

  /** Takes all of them out of the registry. */
  close(): readonly Standing[] {
    const all = [...this.#standing.values()]
    this.#standing.clear()
    for (const { live } of all) live.close()
    return all
  }
}

/** The same operation on the same models, wherever each of them is named. */
function saidBy({ operation }: Forwarding['facts']): string {
  const models = new Set(operation.models.map(({ name, mode }) => JSON.stringify([name, mode])))
  return JSON.stringify([operation.id, ...[...models].sort()])
}
