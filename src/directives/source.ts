// The policy in force in this process, and how it changes. Promises: the old policy stays whole until the new one is loaded, checked
// beside it and swapped in by one assignment; a bad new one changes nothing and says why; listeners are called after the swap, in the
// order in which they came, and what goes wrong in one of them is its own affair: the policy is in force.
//
// A restart is a reload like any other: the policy that was last in force is recalled from the memory first, and what the source
// holds is checked beside it. Crash order: what is swapped in was kept before, so that a start never finds less than was enforced.
import { limits } from '../limits.ts'
import type { Policy } from '../policy/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { PolicySigner } from '../vocabulary/settings.ts'
import { alarmsOf, approversOf, type PolicyCheck } from './alarms.ts'
import { type About, heldSinceOf, loadedAbout } from './announce.ts'
import { type ApprovalRules, type Refusal, thresholdOf } from './judge-part.ts'
import { keepPolicy, recallPolicy } from './memory.ts'
import { type InForce, nextPolicy, type Offer } from './next-policy.ts'
import { bundleOffer, filesSignature, folderOffer } from './offer.ts'
import type { Pair } from './parts.ts'
import { everyChangeOpens, type PermitsMore } from './permits-more.ts'
import { signatureOf } from './read-folder.ts'
import { detailOf, untrusted, withoutMemory } from './source-words.ts'
import { watchUntilStill } from './still.ts'

/** Never changed in place: whoever holds one decides by it to the end. */
export interface ActivePolicy {
  readonly policy: Policy
  /** `sha256:<hex>` of the canonical bundle. */
  readonly digest: string
  /** `sha256:<hex>` of what is suspended beside it; null: nothing. */
  readonly suspensions: string | null
  readonly serial: number
  /** Of the registers bundle; null: the registers are part of the policy. */
  readonly registersSerial: number | null
  /** When each bundle expires, milliseconds since the epoch; null: it has no end. */
  readonly notAfter: { readonly policy: number | null; readonly registers: number | null }
  /** Nobody approved it by signature. */
  readonly unsigned: boolean
  /** When this process began to enforce it, milliseconds since the epoch. */
  readonly enforcedSince: number
}

export interface PolicySourceEvent {
  /** `approved`: approvals came that were due. `alarm`: something is late; it lifts nothing. */
  readonly kind: 'loaded' | 'rejected' | 'approved' | 'alarm'
  readonly about: About
}

export interface PolicySource {
  /** Undefined: no good policy was ever loaded; nothing may pass. */
  current(): ActivePolicy | undefined
  /** The listener is called after each swap, with the policy that is current then. */
  onChange(listener: (active: ActivePolicy) => void): void
  /** `ok` is false without a policy, while the newest state of the source was rejected, and while one waits longer than `pendingMs`. */
  status(): {
    readonly ok: boolean
    readonly detail: string
    readonly digest: string | null
    readonly serial: number | null
    readonly checks: readonly PolicyCheck[]
  }
  /** Ends the watch and a compilation under way. */
  close(): Promise<void>
}

export interface PolicySourceOptions {
  readonly source: 'directory' | 'bundle'
  readonly path: string
  /** The registers bundle (source `bundle` only); null unless given. */
  readonly registers?: string | null | undefined
  /** Who may approve bundles; nobody is asked unless given. */
  readonly signers?: readonly PolicySigner[] | undefined
  readonly threshold?: number | undefined
  readonly registersThreshold?: number | undefined
  /** Every change counts as one that permits more unless given. */
  readonly permitsMore?: PermitsMore | undefined
  /**
   * The file that keeps the last activated policy over a restart; its folder must exist. null: none, so that a restart believes what
   * the source holds (demo, tests).
   */
  readonly memory: string | null
  readonly clock: Clock
  /** Called after what it tells of. */
  readonly onEvent: (event: PolicySourceEvent) => void
  /** Hears what a listener of `onChange` or `onEvent` threw; a warning of the process unless given. */
  readonly onListenerFault?: ((error: unknown) => void) | undefined
  /** A changed source must have been still for this long before it is read. */
  readonly quietMs: number
  /** A changed source that is not still by then is read all the same; `limits.policyPendingMs` unless given. */
  readonly pendingMs?: number | undefined
  /** Issuer strings by short id in place of those in the folder (directory only). */
  readonly issuers?: Readonly<Record<string, string>> | undefined
}

/** Resolves when the first reading is done, whether it gave a policy or not. */
export async function openPolicySource(options: PolicySourceOptions): Promise<PolicySource> {
  const { source, path, registers = null, memory, clock, onEvent, onListenerFault = warnOfListener } = options
  const { pendingMs = limits.policyPendingMs, permitsMore = everyChangeOpens } = options
  const { signers = [], threshold = 2, registersThreshold = 1 } = options
  const rules: ApprovalRules = { signers, threshold, registersThreshold }
  const paths = registers === null ? [path] : [path, registers]
  const listeners: ((active: ActivePolicy) => void)[] = []
  const stopped = new AbortController()
  const { signal } = stopped
  let inForce: InForce | undefined
  let active: ActivePolicy | undefined
  let rejected: readonly string[] | undefined
  /** The source held what is in force since this process began; before, it is what was recalled. */
  let isConfirmed = false

  const signature = source === 'directory' ? () => signatureOf(path) : () => filesSignature(paths)
  const read = (): Promise<Offer> =>
    source === 'directory' ? folderOffer(options, inForce, signal) : bundleOffer(path, registers)

  /** Whoever is told of a swap cannot undo it, nor pass for a fault of the policy, nor keep the news from the others. */
  const told = (tell: () => void): void => {
    try {
      tell()
    } catch (error) {
      onListenerFault(error)
    }
  }

  const reject = (refusals: readonly Refusal[]): void => {
    rejected = refusals.flatMap(({ reasons }) => reasons)
    for (const { code, reasons } of refusals) {
      const about = { code, path, reasons: reasons.slice(0, 20), kept: inForce?.digest ?? null }
      told(() => onEvent({ kind: 'rejected', about }))
    }
  }

  const confirm = (after: InForce, before: InForce | undefined): void => {
    rejected = undefined
    isConfirmed = true
    told(() => onEvent({ kind: 'loaded', about: loadedAbout(after, before, { path, signers }) }))
  }

  /** False: a restart could not find it, so that it does not come into force. */
  const kept = async (next: InForce): Promise<boolean> => {
    try {
      if (memory) await keepPolicy(memory, next)
      return true
    } catch (error) {
      const message = `it cannot be kept in \`${memory}\`, so that a restart could lift it: ${String(error)}`
      // It is tried again and again, and told once.
      if (rejected?.[0] !== message) reject([{ code: 'memory_unwritable', reasons: [message] }])
      return false
    }
  }

  const approve = async (pair: Pair, before: InForce): Promise<boolean> => {
    const isEnough = (kind: 'policy' | 'registers'): boolean => {
      const part = pair[kind]
      return part === null || approversOf(part, signers).length >= thresholdOf(part.statement, rules)
    }
    const due = {
      policy: isEnough('policy') ? null : before.due.policy,
      registers: isEnough('registers') ? null : before.due.registers,
    }
    const after: InForce = { ...before, pair, due }
    if (!(await kept(after))) return false
    inForce = after
    const { changed: _, exposure: __, ...about } = loadedAbout(after, after, { path, signers })
    told(() => onEvent({ kind: 'approved', about }))
    return true
  }

  const settle = (refusals: readonly Refusal[]): void => {
    if (refusals.length > 0) reject(refusals)
    // Told once for each process, so that its log says what it enforces.
    else if (isConfirmed || inForce === undefined) rejected = undefined
    else confirm(inForce, inForce)
  }

  /** False: what was read is no answer to what the source holds now, or could not be kept; to be done again. */
  const take = async (known: string, waitIsOver: boolean): Promise<boolean> => {
    const offer = await read()
    if (signal.aborted) return true
    // The tree moved under the reader: what it read may never have existed. The watch comes again, until the wait is over.
    if ((await signature()) !== known && !waitIsOver) return false
    for (;;) {
      const { next, refusals, approved } = await nextPolicy(offer, inForce, {
        rules,
        permitsMore,
        now: clock.now(),
        signal,
      })
      if (signal.aborted) return true
      if (approved !== null && inForce !== undefined && !(await approve(approved, inForce))) return false
      if (next === null) {
        settle(refusals)
        return true
      }
      const now = clock.now()
      const [before, after] = [inForce, { ...next, heldSince: heldSinceOf(next.policy, inForce, now), isTrusted: true }]
      if (!(await kept(after))) return false
      inForce = after
      const swapped = activated(after, rules, now)
      active = swapped
      confirm(after, before)
      for (const listener of listeners) told(() => listener(swapped))
      // Once more: of two bundles one may have come into force, and the other has to say why it did not.
    }
  }

  /** False: nobody can say what was in force, so that nothing may be. */
  const recall = async (): Promise<boolean> => {
    if (!memory) return true
    const recalled = await recallPolicy(memory, rules)
    if (recalled.kind === 'fault') {
      const reason = `the policy that was in force cannot be recalled: ${recalled.message}; ${withoutMemory}`
      reject([{ code: 'memory_faulty', reasons: [reason] }])
    } else if (recalled.kind === 'policy') {
      inForce = recalled.inForce
      if (inForce.isTrusted) active = activated(inForce, rules, clock.now())
    }
    return recalled.kind !== 'fault'
  }

  const canRemember = await recall()
  const first = await signature()
  const isTaken = canRemember && (await take(first, false))
  const watching = canRemember
    ? watchUntilStill({
        paths,
        signature,
        onStill: (known, waitIsOver) =>
          take(known, waitIsOver).catch((error: unknown) => {
            reject([{ code: 'policy_faulty', reasons: [String(error)] }])
            return true
          }),
        quietMs: options.quietMs,
        pendingMs,
        // A first reading that was overtaken by a change is done again.
        known: isTaken ? first : '',
      })
    : undefined

  const checks = (): readonly PolicyCheck[] => alarmsOf(inForce, rules, clock.now())
  const late = new Set<string>()
  const sound = (): void => {
    for (const { name, ok, detail } of checks()) {
      if (ok) late.delete(name)
      else if (!late.has(name)) {
        late.add(name)
        const { digest = null, pair } = inForce ?? {}
        const about = { check: name, detail, digest, serial: pair?.policy.statement.serial ?? null }
        told(() => onEvent({ kind: 'alarm', about }))
      }
    }
  }
  sound()
  const alarms = setInterval(sound, limits.policyAlarmMs).unref()

  const isOverdue = (): boolean => (watching?.pendingMs() ?? 0) >= pendingMs

  return {
    current: () => active,
    onChange: (listener) => {
      listeners.push(listener)
    },
    status: () => {
      const doubts = [
        ...(isConfirmed || active === undefined ? [] : ['kept from before the start']),
        ...(active !== undefined || inForce === undefined ? [] : [untrusted]),
        ...(rejected === undefined ? [] : [`the newest state was rejected: ${rejected[0] ?? 'no reason'}`]),
        ...(isOverdue() ? [`a newer state has been waiting for ${seconds(watching?.pendingMs() ?? 0)} s`] : []),
      ]
      return {
        ok: active !== undefined && doubts.length === 0,
        detail: [detailOf(active), ...doubts].join('; '),
        digest: active?.digest ?? null,
        serial: active?.serial ?? null,
        checks: checks(),
      }
    },
    close: async () => {
      stopped.abort()
      clearInterval(alarms)
      await watching?.stop()
    },
  }
}

const activated = ({ policy, digest, pair }: InForce, { signers }: ApprovalRules, now: number): ActivePolicy => ({
  policy,
  digest,
  suspensions: null,
  serial: pair.policy.statement.serial,
  registersSerial: pair.registers?.statement.serial ?? null,
  notAfter: {
    policy: pair.policy.statement.notAfter,
    registers: pair.registers?.statement.notAfter ?? null,
  },
  unsigned: signers.length === 0,
  enforcedSince: now,
})

const seconds = (ms: number): number => Math.floor(ms / 1_000)

const warnOfListener = (error: unknown): void =>
  process.emitWarning(`a listener to the policy failed: ${error instanceof Error ? error.stack : String(error)}`)
