// Everything that is asked of a database file before it may answer a request. A file can be corrupt and still answer: so the
// whole of it is read here by a strict reader, every record is understood, the reader in use gives the same answers, and
// addresses whose place is known beforehand have that place. What remains possible is a file that is sound and wrong elsewhere;
// against that the manifest can pin digests.
import { Reader } from 'maxmind'
import { limits } from '../limits.ts'
import { breathingSpace } from './breathing-space.ts'
import type { Canary, DatabaseEntry, Manifest } from './manifest.ts'
import { type MmdbMetadata, readMetadata } from './mmdb-metadata.ts'
import { type TreeWalk, walkTree } from './mmdb-tree.ts'
import { MmdbFault, MmdbValues } from './mmdb-values.ts'
import { anonymizerOf, placeOf, RecordFault } from './place-record.ts'
import type { WholeFile } from './read-whole-file.ts'

/** Type of the database that `demo` writes; the gate takes it only where it is told to. */
export const demoType = 'Portcullis-Demo-Country'

export interface CanaryResult {
  readonly address: string
  /** Country, `country region` or anonymizer; `nothing`. */
  readonly expected: string
  readonly found: string
  readonly ok: boolean
}

export interface Examination {
  readonly digest: string
  readonly bytes: number
  /** Null where the file has no readable metadata. */
  readonly metadata: MmdbMetadata | null
  readonly entry: DatabaseEntry | null
  readonly networks: number
  readonly records: number
  /** Distinct countries that its records name. */
  readonly countries: number
  /** Some record names a subdivision. */
  readonly resolvesRegions: boolean
  readonly canaries: readonly CanaryResult[]
  /** Why the gate refuses it; empty: it may be used. */
  readonly faults: readonly string[]
  /** The record of a canonical address, null where it has none. Throws whatever maxmind does. Null where the file is unreadable. */
  readonly lookup: ((address: string) => unknown) | null
}

export interface ExamineOptions {
  readonly manifest: Manifest
  /** Milliseconds since the epoch; null: a build date in the future is accepted (the demo's clock is elsewhere). */
  readonly now: number | null
  readonly demoData: boolean
}

/** Never rejects for what stands in the file: faults are data. */
export async function examineDatabase(file: WholeFile, options: ExamineOptions): Promise<Examination> {
  const faults: string[] = []
  const found = {
    digest: file.digest,
    bytes: file.bytes.length,
    metadata: null as MmdbMetadata | null,
    entry: null as DatabaseEntry | null,
    networks: 0,
    records: 0,
    countries: 0,
    resolvesRegions: false,
    canaries: [] as readonly CanaryResult[],
    faults,
    lookup: null as Examination['lookup'],
  }
  try {
    const metadata = readMetadata(file.bytes)
    found.metadata = metadata
    if (options.now !== null && metadata.builtAt > options.now)
      faults.push(`it was built at ${new Date(metadata.builtAt).toISOString()}, which lies in the future`)
    const listed = options.manifest.find(metadata.type)
    if (listed === undefined) {
      faults.push(`its type \`${metadata.type}\` does not stand in the manifest (${options.manifest.types.join(', ')})`)
      return found
    }
    const { entry } = listed
    found.entry = entry
    if (metadata.type === demoType && !options.demoData)
      faults.push('it is demo data, which is served from only with `geo.demo-data: accepted`')
    if (entry.digests !== undefined && !entry.digests.includes(file.digest))
      faults.push(`its digest ${file.digest} is not one that the manifest pins`)

    const walk = await walkTree(file.bytes, metadata)
    found.networks = walk.networks
    found.records = walk.records.size
    if (walk.unreachedNodes > 0) faults.push(`no address reaches ${walk.unreachedNodes} nodes of its search tree`)
    const reader = new Reader(file.bytes)
    const lookup = (address: string): unknown => reader.get(address)
    const named = await readRecords(file.bytes, metadata, entry, walk, lookup)
    found.countries = named.countries
    found.resolvesRegions = named.resolvesRegions
    for (const [what, least] of Object.entries(entry['at-least'])) {
      const has = found[what as keyof (typeof entry)['at-least']]
      if (has < least) faults.push(`it has ${has} ${what}; a complete \`${entry.type}\` has at least ${least}`)
    }
    found.canaries = listed.canaries.map((canary) => askCanary(canary, entry, lookup))
    for (const { address, expected, found: answer, ok } of found.canaries) {
      if (!ok) faults.push(`the canary ${address} is ${answer}, not ${expected}`)
    }
    found.lookup = lookup
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error))
  }
  return found
}

async function readRecords(
  bytes: Buffer,
  metadata: MmdbMetadata,
  entry: DatabaseEntry,
  walk: TreeWalk,
  lookup: (address: string) => unknown,
): Promise<{ countries: number; resolvesRegions: boolean }> {
  const values = new MmdbValues(bytes.subarray(metadata.dataStart, metadata.dataEnd))
  const countries = new Set<string>()
  let resolvesRegions = false
  const breathe = breathingSpace()
  let read = 0
  for (const [offset, address] of walk.records) {
    read += 1
    if (read % 64 === 0) await breathe()
    const { value } = values.decode(offset)
    const said = meaningOf(value, entry)
    if (entry.kind === 'country') {
      const { country, region } = placeOf(value, entry.shape)
      if (country !== null) countries.add(country)
      if (region !== null) resolvesRegions = true
    }
    if (read <= limits.geoCrossChecks && meaningOf(lookup(address), entry) !== said)
      throw new MmdbFault(`two readers disagree about the record of ${address}`)
  }
  return { countries: countries.size, resolvesRegions }
}

/** What a record says, as one text: `US`, `UA UA-43`, `tor`, `nothing`. Throws RecordFault. */
function meaningOf(record: unknown, entry: DatabaseEntry): string {
  if (entry.kind === 'anonymizer') return anonymizerOf(record)
  const { country, region } = placeOf(record, entry.shape)
  return [country ?? 'nothing', ...(region === null ? [] : [region])].join(' ')
}

function askCanary(
  { address, expect }: Canary,
  entry: DatabaseEntry,
  lookup: (address: string) => unknown,
): CanaryResult {
  const expected =
    'anonymizer' in expect
      ? expect.anonymizer
      : [expect.country ?? 'nothing', ...(expect.region ? [expect.region] : [])].join(' ')
  let found: string
  try {
    found = meaningOf(lookup(address), entry)
    // A canary that names no region does not care about one.
    if ('country' in expect && expect.region === undefined) found = found.split(' ')[0] ?? found
  } catch (error) {
    found = error instanceof RecordFault ? error.message : 'a fault of the reader'
  }
  return { address, expected, found, ok: found === expected }
}
