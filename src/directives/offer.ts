// What the source offers now: bundles as they lie there, or a folder compiled into one. What it would change is judged beside the
// policy in force, in next-policy.ts.
import { stat } from 'node:fs/promises'
import { digestOf, type JsonObject } from '../json/index.ts'
import { compileDirectory, type ShownFault } from './compile-directory.ts'
import { type BundleKind, readBundleJson, readEnvelope, statementOf } from './envelope.ts'
import type { RefusalCode } from './judge-part.ts'
import type { InForce, Offer, Offered } from './next-policy.ts'
import { contentOf } from './parts.ts'

export interface FolderSource {
  readonly path: string
  readonly issuers?: Readonly<Record<string, string>> | undefined
}

const refusal = (code: RefusalCode, ...reasons: readonly string[]) => ({ kind: 'refusal', code, reasons }) as const

/** A folder counts its own reloads; the same words are no new policy. `signal` stops the compiler. */
export async function folderOffer(
  source: FolderSource,
  inForce: InForce | undefined,
  signal: AbortSignal,
): Promise<Offer> {
  const before = inForce?.pair.policy.statement
  const asked = { folder: source.path, serial: 1, issuers: source.issuers, results: false }
  const outcome = await compileDirectory(asked, signal)
  if (outcome.kind === 'faults') {
    const errors = outcome.faults.filter(({ severity }) => severity === 'error')
    // It may have been for want of memory, time or descriptors, and of nothing in the folder.
    const isOpen = errors.some(({ code }) => code === 'compiler-died' || code === 'compile-timeout')
    return { policy: { ...refusal('policy_faulty', ...errors.map(oneLine)), isOpen }, registers: null }
  }
  const reading = readBundleJson(Buffer.from(outcome.text))
  if (reading.kind === 'fault') {
    return {
      policy: refusal('policy_faulty', `the compiled bundle cannot be read: ${reading.message}`),
      registers: null,
    }
  }
  const content = contentOf('whole', reading.value as JsonObject, outcome.registerFiles)
  const isSame = before?.kind === 'whole' && before.digest === digestOf(content)
  const serial = isSame ? before.serial : (before?.serial ?? 0) + 1
  const statement = statementOf(content, { kind: 'whole', serial, author: null, createdAt: 0, notAfter: null })
  return { policy: { kind: 'envelope', envelope: { statement, content, approvals: [] } }, registers: null }
}

/** Never rejects. */
export async function bundleOffer(policy: string, registers: string | null): Promise<Offer> {
  const [first, second] = await Promise.all([
    offered(policy, ['policy', 'whole']),
    registers === null ? null : offered(registers, ['registers']),
  ])
  // One bundle for everything needs none beside it.
  const isWhole = first.kind === 'envelope' && first.envelope.statement.kind === 'whole'
  return { policy: first, registers: isWhole ? null : second }
}

async function offered(path: string, kinds: readonly BundleKind[]): Promise<Offered> {
  const reading = await readEnvelope(path)
  if (reading.kind === 'fault') return refusal(reading.code, `\`${path}\` ${reading.message}`)
  const { kind } = reading.envelope.statement
  return kinds.includes(kind)
    ? reading
    : refusal('bundle_kind', `\`${path}\` holds a bundle of the kind \`${kind}\`, not \`${kinds[0]}\``)
}

/** What tells one state of bundle files from another; never rejects. */
export async function filesSignature(paths: readonly string[]): Promise<string> {
  const signatures = paths.map(async (path) => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
      return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
    } catch (error) {
      return `unreadable ${String((error as NodeJS.ErrnoException).code)}`
    }
  })
  return (await Promise.all(signatures)).join(', ')
}

const oneLine = ({ file, line, column, message }: ShownFault): string => `${file}:${line}:${column}: ${message}`
