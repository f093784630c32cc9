// The policy source as it is opened: what is in force is recalled, what the source holds is read and watched, and whoever asks hears how
// it stands. How one policy comes after another is succession.ts.
//
// A restart is a reload like any other: the policy that was last in force is recalled from the memory first, and what the source
// holds is checked beside it.
import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { PolicySigner } from '../vocabulary/settings.ts'
import type { ActivePolicy } from './active-policy.ts'
import type { PolicyCheck } from './alarms.ts'
import type { PolicySourceEvent } from './announce.ts'
import type { ApprovalRules } from './judge-part.ts'
import { bundleOffer, filesSignature, folderOffer } from './offer.ts'
import { everyChangeOpens, type PermitsMore } from './permits-more.ts'
import { signatureOf } from './read-folder.ts'
import { soundAlarms, statusOf } from './standing-policy.ts'
import { watchUntilStill } from './still.ts'
import { Succession } from './succession.ts'

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
  /** The first wait after a comparison that gave no answer; `limits.policyCompareAgainMs` unless given. */
  readonly compareAgainMs?: number | undefined
  /** Issuer strings by short id in place of those in the folder (directory only). */
  readonly issuers?: Readonly<Record<string, string>> | undefined
}

/** Resolves when the first reading is done, whether it gave a policy or not. */
export async function openPolicySource(options: PolicySourceOptions): Promise<PolicySource> {
  const { source, path, registers = null, memory, clock, onEvent, onListenerFault = warnOfListener } = options
  const { pendingMs = limits.policyPendingMs, permitsMore = everyChangeOpens, compareAgainMs } = options
  const { signers = [], threshold = 2, registersThreshold = 1 } = options
  const rules: ApprovalRules = { signers, threshold, registersThreshold }
  const paths = registers === null ? [path] : [path, registers]
  const stopped = new AbortController()
  const { signal } = stopped
  const signature = source === 'directory' ? () => signatureOf(path) : () => filesSignature(paths)
  const succession = new Succession({
    path,
    rules,
    permitsMore,
    memory,
    clock,
    onEvent,
    onListenerFault,
    compareAgainMs,
    signature,
    signal,
    read: (inForce) => (source === 'directory' ? folderOffer(options, inForce, signal) : bundleOffer(path, registers)),
  })

  const canRemember = await succession.recall()
  const first = await signature()
  const isTaken = canRemember && (await succession.take(first, false))
  const watching = canRemember
    ? watchUntilStill({
        paths,
        signature,
        onStill: (known, waitIsOver) =>
          succession.take(known, waitIsOver).catch((error: unknown) => {
            succession.reject([{ code: 'policy_faulty', reasons: [String(error)] }])
            return true
          }),
        quietMs: options.quietMs,
        pendingMs,
        // A first reading that was overtaken by a change is done again.
        known: isTaken ? first : '',
      })
    : undefined

  const alarms = soundAlarms(succession, rules, clock)
  const isOverdue = (): boolean => (watching?.pendingMs() ?? 0) >= pendingMs

  return {
    current: () => succession.active,
    onChange: (listener) => succession.onChange(listener),
    status: () =>
      statusOf(succession, alarms.checks(), {
        before: succession.isConfirmed || succession.active === undefined ? [] : ['kept from before the start'],
        after: isOverdue() ? [`a newer state has been waiting for ${seconds(watching?.pendingMs() ?? 0)} s`] : [],
      }),
    close: async () => {
      stopped.abort()
      alarms.stop()
      await watching?.stop()
    },
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1_000)

const warnOfListener = (error: unknown): void =>
  process.emitWarning(`a listener to the policy failed: ${error instanceof Error ? error.stack : String(error)}`)
