// `geo check`: the same examination that the gate makes, told in full.
import type { Clock } from '../vocabulary/clock.ts'
import { type CanaryResult, examineDatabase } from './examine-database.ts'
import { readManifest } from './manifest.ts'
import { readWholeFile } from './read-whole-file.ts'

export interface DatabaseReport {
  readonly file: string
  readonly digest: string
  readonly bytes: number
  /** Null from here where the metadata cannot be read. */
  readonly type: string | null
  readonly kind: 'country' | 'anonymizer' | null
  readonly builtAt: string | null
  readonly ageDays: number | null
  readonly description: string | null
  readonly licence: string | null
  readonly ipVersion: 4 | 6 | null
  readonly nodes: number | null
  readonly networks: number
  readonly records: number
  readonly countries: number
  readonly resolvesRegions: boolean
  readonly canaries: readonly CanaryResult[]
  /** Why the gate would refuse it; empty: it would not. */
  readonly faults: readonly string[]
}

export interface InspectOptions {
  readonly clock: Clock
  readonly demoData?: boolean
  readonly manifest?: string
}

/** Rejects where the file or the manifest cannot be read at all; what is wrong inside the file stands in `faults`. */
export async function inspectDatabase(path: string, options: InspectOptions): Promise<DatabaseReport> {
  const manifest = await readManifest(options.manifest)
  const file = await readWholeFile(path)
  const now = options.clock.now()
  const examined = await examineDatabase(file, { manifest, now, demoData: options.demoData ?? false })
  const { metadata, entry } = examined
  return {
    file: path,
    digest: examined.digest,
    bytes: examined.bytes,
    type: metadata?.type ?? null,
    kind: entry?.kind ?? null,
    builtAt: metadata === null ? null : new Date(metadata.builtAt).toISOString(),
    ageDays: metadata === null ? null : Math.floor((now - metadata.builtAt) / 86_400_000),
    description: metadata?.description ?? null,
    licence: entry?.licence ?? null,
    ipVersion: metadata?.ipVersion ?? null,
    nodes: metadata?.nodeCount ?? null,
    networks: examined.networks,
    records: examined.records,
    countries: examined.countries,
    resolvesRegions: examined.resolvesRegions,
    canaries: examined.canaries,
    faults: examined.faults,
  }
}
