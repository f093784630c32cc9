// A candidate for the policy in force: what the source holds now, read, compiled where it is a folder, and made ready to decide. It
// is judged by itself here; what it would change is judged beside the policy in force, in source.ts.
import { stat } from 'node:fs/promises'
import { digestOf, type JsonObject } from '../json/index.ts'
import { loadPolicy, type Policy, PolicyError } from '../policy/index.ts'
import { readBundleFile, readBundleJson } from './bundle-file.ts'
import { compileDirectory } from './compile-directory.ts'

export interface LoadedPolicy {
  readonly policy: Policy
  readonly bundle: JsonObject
  /** `sha256:<hex>` of the canonical bundle. */
  readonly digest: string
}

export type Candidate =
  | ({ readonly kind: 'policy' } & LoadedPolicy)
  | { readonly kind: 'faults'; readonly reasons: readonly string[] }

export interface FolderSource {
  readonly path: string
  readonly issuers?: Readonly<Record<string, string>> | undefined
}

/** @param serial of the bundle that comes of it. `signal` stops the compiler. */
export async function readFolderPolicy(source: FolderSource, serial: number, signal: AbortSignal): Promise<Candidate> {
  const outcome = await compileDirectory({ folder: source.path, serial, issuers: source.issuers }, signal)
  if (outcome.kind === 'faults') {
    return { kind: 'faults', reasons: outcome.faults.filter(({ severity }) => severity === 'error').map(oneLine) }
  }
  const reading = readBundleJson(Buffer.from(outcome.text))
  return reading.kind === 'value'
    ? load(reading.value as JsonObject)
    : { kind: 'faults', reasons: [`the compiled bundle cannot be read: ${reading.message}`] }
}

export async function readFilePolicy(path: string): Promise<Candidate> {
  const reading = await readBundleFile(path)
  return reading.kind === 'bundle'
    ? load(reading.bundle as JsonObject)
    : { kind: 'faults', reasons: [`\`${path}\` ${reading.message}`] }
}

function load(bundle: JsonObject): Candidate {
  try {
    return { kind: 'policy', policy: loadPolicy(bundle), bundle, digest: digestOf(bundle) }
  } catch (error) {
    return { kind: 'faults', reasons: error instanceof PolicyError ? error.faults : [String(error)] }
  }
}

/** What tells one state of a bundle file from another; never rejects. */
export async function fileSignature(path: string): Promise<string> {
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
