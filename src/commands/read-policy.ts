// The policy that a command asks (`policy explain`, `prove`, `diff`, `log show --policy`): a folder, compiled in a child process as
// the gate compiles it, or a built bundle.
import { stat } from 'node:fs/promises'
import {
  bundleOf,
  type CompileOutcome,
  compileDirectory,
  type ExampleResult,
  readBundleJson,
  readEnvelope,
} from '../directives/index.ts'
import { digestOf, type JsonValue } from '../json/index.ts'
import { loadPolicy, type Policy } from '../policy/index.ts'
import { systemClock } from '../vocabulary/clock.ts'

export interface AskedPolicy {
  readonly kind: 'policy'
  readonly policy: Policy
  readonly digest: string
  readonly isFolder: boolean
  /** Issuers by the short ids that the folder's files call them by; a bundle has none left. */
  readonly issuers: Readonly<Record<string, string>>
  /** [] of a bundle: its examples held when it was built. */
  readonly examples: readonly ExampleResult[]
}

export type PolicyReading = AskedPolicy | Extract<CompileOutcome, { kind: 'faults' }>

export interface PolicyRequest {
  /** Folder or bundle file. */
  readonly path: string
  /** Only with a folder. */
  readonly overlays?: readonly string[] | undefined
  /** The registers' own bundle; only with a bundle of the kind `policy`. */
  readonly registers?: string | undefined
  /** Serial that the folder is compiled under; 1 unless said. */
  readonly serial?: number | undefined
}

/** @throws Error with a sentence, where a bundle cannot be used */
export async function readPolicy(request: PolicyRequest): Promise<PolicyReading> {
  const found = await stat(request.path).catch(() => undefined)
  return found?.isFile() === true ? readBundle(request) : readFolderPolicy(request)
}

async function readFolderPolicy({ path, overlays, serial = 1, registers }: PolicyRequest): Promise<PolicyReading> {
  if (registers !== undefined) throw new Error('--registers goes with a built bundle: a folder holds its own')
  const now = systemClock.now()
  const outcome = await compileDirectory({ folder: path, serial, overlays, examples: 'told', now })
  if (outcome.kind === 'faults') return outcome
  const reading = readBundleJson(Buffer.from(outcome.text))
  if (reading.kind === 'fault') throw new Error(`the compiled policy cannot be read: ${reading.message}`)
  const { digest, issuers, examples } = outcome
  return { kind: 'policy', policy: loadPolicy(reading.value), digest, isFolder: true, issuers, examples }
}

async function readBundle({ path, registers }: PolicyRequest): Promise<AskedPolicy> {
  const policy = await envelopeAt(path)
  const { kind } = policy.statement
  if (kind === 'registers') throw new Error(`\`${path}\` holds registers alone: name the policy's bundle`)
  if (kind === 'policy' && registers === undefined) {
    throw new Error(
      `\`${path}\` is without its registers: give their bundle as well (--registers; of policy diff: --old-registers or --new-registers)`,
    )
  }
  if (kind === 'whole' && registers !== undefined)
    throw new Error(`\`${path}\` holds its registers: leave out --registers`)
  const kept = registers === undefined ? null : await envelopeAt(registers)
  if (kept !== null && kept.statement.kind !== 'registers') throw new Error(`\`${registers}\` holds no registers`)
  const bundle: JsonValue = bundleOf({ policy, registers: kept })
  return {
    kind: 'policy',
    policy: loadPolicy(bundle),
    digest: digestOf(bundle),
    isFolder: false,
    issuers: {},
    examples: [],
  }
}

async function envelopeAt(path: string): Promise<Parameters<typeof bundleOf>[0]['policy']> {
  const reading = await readEnvelope(path)
  if (reading.kind === 'fault') throw new Error(`\`${path}\` ${reading.message}`)
  return reading.envelope
}
