// Succession: from the policy in force to the next one. Promises: the old policy stays whole until the new one is loaded, checked
// beside it and swapped in by one assignment; a bad new one changes nothing and says why; listeners are called after the swap, in the
// order in which they came, and what goes wrong in one of them is its own affair: the policy is in force.
//
// Crash order: what is swapped in was kept before, so that a start never finds less than was enforced.
import type { Clock } from '../vocabulary/clock.ts'
import { type ActivePolicy, activated } from './active-policy.ts'
import { Again } from './again.ts'
import { approversOf } from './alarms.ts'
import { heldSinceOf, loadedAbout, type PolicySourceEvent } from './announce.ts'
import { type ApprovalRules, type Refusal, thresholdOf } from './judge-part.ts'
import { keepPolicy, recallPolicy } from './memory.ts'
import { type InForce, type LoadedPair, nextPolicy, type Offer } from './next-policy.ts'
import type { Pair } from './parts.ts'
import type { PermitsMore } from './permits-more.ts'
import { withoutMemory } from './source-words.ts'

export interface SuccessionOptions {
  /** As events name the source. */
  readonly path: string
  readonly rules: ApprovalRules
  readonly permitsMore: PermitsMore
  readonly memory: string | null
  readonly clock: Clock
  readonly onEvent: (event: PolicySourceEvent) => void
  readonly onListenerFault: (error: unknown) => void
  /** The first wait after a comparison without an answer; `limits.policyCompareAgainMs` unless given. */
  readonly compareAgainMs: number | undefined
  /** What the source holds now, and what tells one state of it from another. */
  readonly read: (inForce: InForce | undefined) => Promise<Offer>
  readonly signature: () => Promise<string>
  /** Asked before anything comes into force; false: it does not, and whoever answers has said why. Whatever is good does unless given. */
  readonly mayComeIntoForce?: (next: LoadedPair, before: InForce | undefined) => Promise<boolean>
  /** The end of the source. */
  readonly signal: AbortSignal
}

export class Succession {
  readonly #options: SuccessionOptions
  readonly #listeners: ((active: ActivePolicy) => void)[] = []
  readonly #again: Again
  #inForce: InForce | undefined
  #active: ActivePolicy | undefined
  #rejected: readonly string[] | undefined
  #isConfirmed = false
  /** The state of the source of which it was told last that it cannot be kept. */
  #unkeptState: string | undefined

  constructor(options: SuccessionOptions) {
    this.#options = options
    this.#again = new Again(options.compareAgainMs)
  }

  get inForce(): InForce | undefined {
    return this.#inForce
  }

  get active(): ActivePolicy | undefined {
    return this.#active
  }

  /** Why the newest state of the source is not in force; undefined: it is. */
  get rejected(): readonly string[] | undefined {
    return this.#rejected
  }

  /** The source held what is in force since this process began; before, it is what was recalled. */
  get isConfirmed(): boolean {
    return this.#isConfirmed
  }

  onChange(listener: (active: ActivePolicy) => void): void {
    this.#listeners.push(listener)
  }

  /** False: nobody can say what was in force, so that nothing may be. */
  async recall(): Promise<boolean> {
    const { memory, rules, clock } = this.#options
    if (!memory) return true
    const recalled = await recallPolicy(memory, rules)
    if (recalled.kind === 'fault') {
      const reason = `the policy that was in force cannot be recalled: ${recalled.message}; ${withoutMemory}`
      this.reject([{ code: 'memory_faulty', reasons: [reason] }])
    } else if (recalled.kind === 'policy') {
      this.#inForce = recalled.inForce
      if (recalled.inForce.isTrusted) this.#active = activated(recalled.inForce, rules, clock.now())
    }
    return recalled.kind !== 'fault'
  }

  /**
   * @param known the state of the source
   * @returns false: what was read is no answer to what the source holds now, or could not be kept; to be done again
   */
  async take(known: string, waitIsOver: boolean): Promise<boolean> {
    const { rules, permitsMore, clock, signal, signature, mayComeIntoForce = async () => true } = this.#options
    if (this.#again.waits(known)) return false
    const offer = await this.#options.read(this.#inForce)
    if (signal.aborted) return true
    // The tree moved under the reader: what it read may never have existed. The watch comes again, until the wait is over.
    if ((await signature()) !== known && !waitIsOver) return false
    for (;;) {
      const around = { rules, permitsMore, now: clock.now(), signal }
      const { next, refusals, approved, isOpen } = await nextPolicy(offer, this.#inForce, around)
      if (signal.aborted) return true
      if (approved !== null && this.#inForce !== undefined) {
        if (!(await this.#approve(approved, this.#inForce, known))) return false
        // Once more: what still lacked these approvals may come into force by them.
        continue
      }
      if (next === null) {
        this.#settle(refusals, isOpen && this.#again.isKnown(known))
        if (isOpen) this.#again.putOff(known)
        return !isOpen
      }
      if (!(await mayComeIntoForce(next, this.#inForce))) return true
      const now = clock.now()
      const heldSince = heldSinceOf(next.policy, this.#inForce, now)
      if (!(await this.#swap({ ...next, heldSince, isTrusted: true }, now, known))) return false
      // Once more: of two bundles one may have come into force, and the other has to say why it did not.
    }
  }

  reject(refusals: readonly Refusal[]): void {
    const { path } = this.#options
    this.#rejected = refusals.flatMap(({ reasons }) => reasons)
    for (const { code, reasons } of refusals) {
      this.tell({
        kind: 'rejected',
        about: { code, path, reasons: reasons.slice(0, 20), kept: this.#inForce?.digest ?? null },
      })
    }
  }

  async #swap(after: InForce, now: number, known: string): Promise<boolean> {
    const before = this.#inForce
    if (!(await this.#kept(after, known))) return false
    this.#inForce = after
    const swapped = activated(after, this.#options.rules, now)
    this.#active = swapped
    this.#confirm(after, before)
    for (const listener of this.#listeners) this.#call(() => listener(swapped))
    return true
  }

  #confirm(after: InForce, before: InForce | undefined): void {
    this.#rejected = undefined
    this.#isConfirmed = true
    this.tell({ kind: 'loaded', about: loadedAbout(after, before, this.#announced) })
  }

  /** False: a restart could not find it, so that it does not come into force. */
  async #kept(next: InForce, known: string): Promise<boolean> {
    const { memory } = this.#options
    try {
      if (memory) await keepPolicy(memory, next)
      return true
    } catch (error) {
      const message = `it cannot be kept in \`${memory}\`, so that a restart could lift it: ${String(error)}`
      // The same state of the source is tried again and again, and told of once.
      const isTold = this.#rejected?.[0] === message && this.#unkeptState === known
      this.#unkeptState = known
      if (!isTold) this.reject([{ code: 'memory_unwritable', reasons: [message] }])
      return false
    }
  }

  async #approve(pair: Pair, before: InForce, known: string): Promise<boolean> {
    const { rules } = this.#options
    const isEnough = (kind: 'policy' | 'registers'): boolean => {
      const part = pair[kind]
      return part === null || approversOf(part, rules.signers).length >= thresholdOf(part.statement, rules)
    }
    const due = {
      policy: isEnough('policy') ? null : before.due.policy,
      registers: isEnough('registers') ? null : before.due.registers,
    }
    const after: InForce = { ...before, pair, due }
    if (!(await this.#kept(after, known))) return false
    this.#inForce = after
    const { changed: _, exposure: __, ...about } = loadedAbout(after, after, this.#announced)
    this.tell({ kind: 'approved', about })
    return true
  }

  /** @param isTold the same was said of the same state before */
  #settle(refusals: readonly Refusal[], isTold: boolean): void {
    if (refusals.length > 0) {
      if (!isTold || this.#rejected === undefined) this.reject(refusals)
    }
    // Told once for each process, so that its log says what it enforces.
    else if (this.#isConfirmed || this.#inForce === undefined) this.#rejected = undefined
    else this.#confirm(this.#inForce, this.#inForce)
  }

  get #announced(): Parameters<typeof loadedAbout>[2] {
    return { path: this.#options.path, signers: this.#options.rules.signers }
  }

  tell(event: PolicySourceEvent): void {
    this.#call(() => this.#options.onEvent(event))
  }

  /** Whoever is told of a swap cannot undo it, nor pass for a fault of the policy, nor keep the news from the others. */
  #call(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.#options.onListenerFault(error)
    }
  }
}
