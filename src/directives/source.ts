// The policy in force in this process, and how it changes. Promises: the old policy stays whole until the new one is loaded, checked
// beside it and swapped in by one assignment; a bad new one changes nothing and says why; listeners are called after the swap, in the
// order in which they came, and what goes wrong in one of them is its own affair: the policy is in force.
//
// A restart is a reload like any other: the policy that was last in force is recalled from the memory first, and what the source
// holds is checked beside it. Crash order: what is swapped in was kept before, so that a start never finds less than was enforced.
import { digestOf, type JsonObject } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { Policy } from '../policy/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import { type Candidate, fileSignature, type LoadedPolicy, readFilePolicy, readFolderPolicy } from './candidate.ts'
import { changedInPlace } from './changed.ts'
import { keepPolicy, recallPolicy } from './memory.ts'
import { signatureOf } from './read-folder.ts'
import { watchUntilStill } from './still.ts'
import { vanishedFrom } from './vanished.ts'

/** Never changed in place: whoever holds one decides by it to the end. */
export interface ActivePolicy {
  readonly policy: Policy
  /** `sha256:<hex>` of the canonical bundle. */
  readonly digest: string
  /** `sha256:<hex>` of what is suspended beside it; null: nothing. */
  readonly suspensions: string | null
  readonly serial: number
  /** Nobody approved it by signature. */
  readonly unsigned: boolean
  /** When this process began to enforce it, milliseconds since the epoch. */
  readonly enforcedSince: number
}

export interface PolicySourceEvent {
  readonly kind: 'loaded' | 'rejected'
  readonly about: Readonly<Record<string, string | number | boolean | null | readonly string[]>>
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
  }
  /** Ends the watch and a compilation under way. */
  close(): Promise<void>
}

export interface PolicySourceOptions {
  readonly source: 'directory' | 'bundle'
  readonly path: string
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

/** Why a candidate does not activate. */
interface Objection {
  readonly code: 'directive_vanished' | 'changed_without_version' | 'serial_not_higher'
  readonly reasons: readonly string[]
}

/** Resolves when the first reading is done, whether it gave a policy or not. */
export async function openPolicySource(options: PolicySourceOptions): Promise<PolicySource> {
  const { source, path, memory, clock, onEvent, onListenerFault = warnOfListener } = options
  const { pendingMs = limits.policyPendingMs } = options
  const listeners: ((active: ActivePolicy) => void)[] = []
  const stopped = new AbortController()
  let active: ActivePolicy | undefined
  let rejected: readonly string[] | undefined
  /** The source held what is in force since this process began; before, `active` is what was recalled. */
  let isConfirmed = false

  const signature = source === 'directory' ? () => signatureOf(path) : () => fileSignature(path)
  const read = (): Promise<Candidate> =>
    source === 'directory' ? readFolderPolicy(options, (active?.serial ?? 0) + 1, stopped.signal) : readFilePolicy(path)

  /** Whoever is told of a swap cannot undo it, nor pass for a fault of the policy, nor keep the news from the others. */
  const told = (tell: () => void): void => {
    try {
      tell()
    } catch (error) {
      onListenerFault(error)
    }
  }

  const reject = (reasons: readonly string[], code: string): void => {
    rejected = reasons
    const about = { code, path, reasons: reasons.slice(0, 20), kept: active?.digest ?? null }
    told(() => onEvent({ kind: 'rejected', about }))
  }

  const confirm = ({ policy, digest, serial, unsigned }: ActivePolicy, before: string | null): void => {
    rejected = undefined
    isConfirmed = true
    const { directives, sources } = policy.bundle
    const about = { digest, serial, unsigned, path, files: sources.length, directives: directives.length, before }
    told(() => onEvent({ kind: 'loaded', about }))
  }

  /** False: what was read is no answer to what the source holds now, or could not be kept; to be done again. */
  const take = async (known: string, waitIsOver: boolean): Promise<boolean> => {
    const next = await read()
    if (stopped.signal.aborted) return true
    // The tree moved under the reader: what it read may never have existed. The watch comes again, until the wait is over.
    if ((await signature()) !== known && !waitIsOver) return false
    if (next.kind === 'faults') {
      reject(next.reasons, 'policy_faulty')
      return true
    }
    if (active !== undefined && isSame(next, active, source)) {
      // Told once for each process, so that its log says what it enforces.
      if (isConfirmed) rejected = undefined
      else confirm(active, active.digest)
      return true
    }
    const objection = active && objectionTo(next, active, clock.now())
    if (objection !== undefined) {
      reject(objection.reasons, objection.code)
      return true
    }
    try {
      if (memory) await keepPolicy(memory, next.bundle)
    } catch (error) {
      const message = `it cannot be kept in \`${memory}\`, so that a restart could lift it: ${String(error)}`
      // It is tried again and again, and told once.
      if (rejected?.[0] !== message) reject([message], 'memory_unwritable')
      return false
    }
    const before = active?.digest ?? null
    const swapped = activated(next, clock.now())
    active = swapped
    confirm(swapped, before)
    for (const listener of listeners) told(() => listener(swapped))
    return true
  }

  /** False: nobody can say what was in force, so that nothing may be. */
  const recall = async (): Promise<boolean> => {
    if (!memory) return true
    const recalled = await recallPolicy(memory)
    if (recalled.kind === 'faults') {
      const [why = 'no reason'] = recalled.reasons
      reject([`the policy that was in force cannot be recalled: ${why}; ${withoutMemory}`], 'memory_faulty')
    } else if (recalled.kind === 'policy') active = activated(recalled, clock.now())
    return recalled.kind !== 'faults'
  }

  const canRemember = await recall()
  const first = await signature()
  const isTaken = canRemember && (await take(first, false))
  const watching = canRemember
    ? watchUntilStill({
        path,
        signature,
        onStill: (known, waitIsOver) =>
          take(known, waitIsOver).catch((error: unknown) => {
            reject([String(error)], 'policy_faulty')
            return true
          }),
        quietMs: options.quietMs,
        pendingMs,
        // A first reading that was overtaken by a change is done again.
        known: isTaken ? first : '',
      })
    : undefined

  const isOverdue = (): boolean => (watching?.pendingMs() ?? 0) >= pendingMs

  return {
    current: () => active,
    onChange: (listener) => {
      listeners.push(listener)
    },
    status: () => {
      const doubts = [
        ...(isConfirmed || active === undefined ? [] : ['kept from before the start']),
        ...(rejected === undefined ? [] : [`the newest state was rejected: ${rejected[0] ?? 'no reason'}`]),
        ...(isOverdue() ? [`a newer state has been waiting for ${seconds(watching?.pendingMs() ?? 0)} s`] : []),
      ]
      return {
        ok: active !== undefined && doubts.length === 0,
        detail: [detailOf(active), ...doubts].join('; '),
        digest: active?.digest ?? null,
        serial: active?.serial ?? null,
      }
    },
    close: async () => {
      stopped.abort()
      await watching?.stop()
    },
  }
}

const withoutMemory =
  'put it back, or, knowing that directives which were in force may then be missing unseen, remove it; then start again'

const activated = ({ policy, digest }: LoadedPolicy, now: number): ActivePolicy => ({
  policy,
  digest,
  suspensions: null,
  serial: policy.bundle.serial,
  unsigned: true,
  enforcedSince: now,
})

/** A folder that was rewritten with the same words is no new policy; a bundle with another serial was published anew. */
function isSame(next: LoadedPolicy, active: ActivePolicy, source: PolicySourceOptions['source']): boolean {
  const bundle: JsonObject = source === 'directory' ? { ...next.bundle, serial: active.serial } : next.bundle
  return digestOf(bundle) === active.digest
}

function objectionTo({ policy }: LoadedPolicy, active: ActivePolicy, now: number): Objection | undefined {
  const changed = changedInPlace(active.policy, policy, now)
  if (changed.length > 0) return { code: 'changed_without_version', reasons: changed }
  const vanished = vanishedFrom(active.policy, policy, now)
  if (vanished.length > 0) return { code: 'directive_vanished', reasons: vanished }
  const { serial } = policy.bundle
  if (serial > active.serial) return undefined
  return { code: 'serial_not_higher', reasons: [`serial ${serial} is not above ${active.serial}`] }
}

const seconds = (ms: number): number => Math.floor(ms / 1_000)

const warnOfListener = (error: unknown): void =>
  process.emitWarning(`a listener to the policy failed: ${error instanceof Error ? error.stack : String(error)}`)

function detailOf(active: ActivePolicy | undefined): string {
  if (active === undefined) return 'no policy is loaded'
  return `serial ${active.serial}, ${active.digest}${active.unsigned ? ', unsigned' : ''}`
}
