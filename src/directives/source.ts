// The policy in force in this process, and how it changes. Promises: the old policy stays whole until the new one is loaded, checked
// against the vanish rule and swapped in by one assignment; a bad new one changes nothing and says why; listeners are called after
// the swap, in the order in which they came, and what goes wrong in one of them is its own affair: the policy is in force.
import { stat } from 'node:fs/promises'
import { digestOf, type JsonObject } from '../json/index.ts'
import { loadPolicy, type Policy, PolicyError } from '../policy/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import { readBundleFile, readBundleJson } from './bundle-file.ts'
import { compileDirectory } from './compile-directory.ts'
import { signatureOf } from './read-folder.ts'
import { watchUntilStill } from './still.ts'
import { vanishedFrom } from './vanished.ts'

/** Never changed in place: whoever holds one decides by it to the end. */
export interface ActivePolicy {
  readonly policy: Policy
  /** `sha256:<hex>` of the canonical bundle. */
  readonly digest: string
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
  /** `ok` is false without a policy, and while the newest state of the source is one that was rejected. */
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
  readonly clock: Clock
  /** Called after what it tells of. */
  readonly onEvent: (event: PolicySourceEvent) => void
  /** Hears what a listener of `onChange` or `onEvent` threw; a warning of the process unless given. */
  readonly onListenerFault?: ((error: unknown) => void) | undefined
  /** A changed source must have been still for this long before it is read. */
  readonly quietMs: number
  /** Issuer strings by short id in place of those in the folder (directory only). */
  readonly issuers?: Readonly<Record<string, string>> | undefined
}

/** A candidate: a bundle that could be read, or why not. */
type Candidate =
  | { readonly kind: 'bundle'; readonly bundle: JsonObject }
  | { readonly kind: 'faults'; readonly reasons: readonly string[] }

/** Resolves when the first reading is done, whether it gave a policy or not. */
export async function openPolicySource(options: PolicySourceOptions): Promise<PolicySource> {
  const { source, path, clock, onEvent, onListenerFault = warnOfListener } = options
  const listeners: ((active: ActivePolicy) => void)[] = []
  const stopped = new AbortController()
  let active: ActivePolicy | undefined
  let rejected: readonly string[] | undefined

  const read = source === 'directory' ? readDirectory : readFile
  const signature = source === 'directory' ? () => signatureOf(path) : () => fileSignature(path)

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

  const take = async (known: string): Promise<void> => {
    const candidate = await read(options, active, stopped.signal)
    if (stopped.signal.aborted) return
    // The tree moved under the reader: what it read may never have existed. The watch sees the change and comes again.
    if ((await signature()) !== known) return
    if (candidate.kind === 'faults') return reject(candidate.reasons, 'policy_faulty')
    const next = load(candidate.bundle)
    if (next.kind === 'faults') return reject(next.reasons, 'policy_faulty')
    if (active !== undefined) {
      if (sameButSerial(next.bundle, active)) {
        rejected = undefined
        return
      }
      const vanished = vanishedFrom(active.policy, next.policy, clock.now())
      if (vanished.length > 0) return reject(vanished, 'directive_vanished')
      if (next.policy.bundle.serial <= active.serial) {
        return reject([`serial ${next.policy.bundle.serial} is not above ${active.serial}`], 'serial_not_higher')
      }
    }
    const before = active
    const { serial, directives, sources } = next.policy.bundle
    const swapped = { policy: next.policy, digest: next.digest, serial, unsigned: true, enforcedSince: clock.now() }
    active = swapped
    rejected = undefined
    const about = {
      digest: next.digest,
      serial,
      unsigned: true,
      path,
      files: sources.length,
      directives: directives.length,
    }
    told(() => onEvent({ kind: 'loaded', about: { ...about, before: before?.digest ?? null } }))
    for (const listener of listeners) told(() => listener(swapped))
  }

  const first = await signature()
  await take(first)
  const stop = watchUntilStill({
    path,
    signature,
    onStill: (known) => take(known).catch((error: unknown) => reject([String(error)], 'policy_faulty')),
    quietMs: options.quietMs,
    // A first reading that was overtaken by a change is done again.
    known: active === undefined && rejected === undefined ? '' : first,
  })

  return {
    current: () => active,
    onChange: (listener) => {
      listeners.push(listener)
    },
    status: () => ({
      ok: active !== undefined && rejected === undefined,
      detail: detailOf(active, rejected),
      digest: active?.digest ?? null,
      serial: active?.serial ?? null,
    }),
    close: async () => {
      stopped.abort()
      await stop()
    },
  }
}

async function readDirectory(
  { path, issuers }: PolicySourceOptions,
  active: ActivePolicy | undefined,
  signal: AbortSignal,
): Promise<Candidate> {
  const outcome = await compileDirectory({ folder: path, serial: (active?.serial ?? 0) + 1, issuers }, signal)
  if (outcome.kind === 'faults') {
    return { kind: 'faults', reasons: outcome.faults.filter(({ severity }) => severity === 'error').map(oneLine) }
  }
  const reading = readBundleJson(Buffer.from(outcome.text))
  return reading.kind === 'value'
    ? { kind: 'bundle', bundle: reading.value as JsonObject }
    : { kind: 'faults', reasons: [`the compiled bundle cannot be read: ${reading.message}`] }
}

async function readFile({ path }: PolicySourceOptions): Promise<Candidate> {
  const reading = await readBundleFile(path)
  return reading.kind === 'bundle'
    ? { kind: 'bundle', bundle: reading.bundle as JsonObject }
    : { kind: 'faults', reasons: [`\`${path}\` ${reading.message}`] }
}

type Loaded =
  | { readonly kind: 'policy'; readonly policy: Policy; readonly bundle: JsonObject; readonly digest: string }
  | { readonly kind: 'faults'; readonly reasons: readonly string[] }

function load(bundle: JsonObject): Loaded {
  try {
    return { kind: 'policy', policy: loadPolicy(bundle), bundle, digest: digestOf(bundle) }
  } catch (error) {
    return { kind: 'faults', reasons: error instanceof PolicyError ? error.faults : [String(error)] }
  }
}

/** A file that was touched or rewritten with the same words is no new policy. */
const sameButSerial = (bundle: JsonObject, active: ActivePolicy): boolean =>
  digestOf({ ...bundle, serial: active.serial }) === active.digest

async function fileSignature(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch (error) {
    return `unreadable ${String((error as NodeJS.ErrnoException).code)}`
  }
}

const oneLine = (fault: {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}) => `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`

const warnOfListener = (error: unknown): void =>
  process.emitWarning(`a listener to the policy failed: ${error instanceof Error ? error.stack : String(error)}`)

function detailOf(active: ActivePolicy | undefined, rejected: readonly string[] | undefined): string {
  const signature = active?.unsigned === true ? ', unsigned' : ''
  const kept = active === undefined ? 'no policy is loaded' : `serial ${active.serial}, ${active.digest}${signature}`
  return rejected === undefined ? kept : `${kept}; the newest state was rejected: ${rejected[0] ?? 'no reason'}`
}
