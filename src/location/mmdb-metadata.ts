// The last part of a MaxMind DB: what the file says of itself (File Format Specification 2.0, "Database Metadata").
import { type Decoded, MmdbFault, type MmdbValue, MmdbValues } from './mmdb-values.ts'

export interface MmdbMetadata {
  readonly type: string
  /** Milliseconds since the epoch. */
  readonly builtAt: number
  readonly description: string
  readonly ipVersion: 4 | 6
  readonly nodeCount: number
  readonly recordSize: 24 | 28 | 32
  /** Bytes of the search tree, which starts the file. */
  readonly treeBytes: number
  /** The data section: after the tree and its 16 zero bytes, before the metadata's marker. */
  readonly dataStart: number
  readonly dataEnd: number
}

const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
/** The format's own bound: the marker stands in the last 128 KiB. */
const greatestMetadata = 131_072

/** Throws MmdbFault where the metadata is absent, incomplete, or contradicts the size of the file. */
export function readMetadata(file: Buffer): MmdbMetadata {
  const at = file.lastIndexOf(marker)
  if (at === -1)
    throw new MmdbFault('the file has no MaxMind DB metadata: it is another kind of file, or was cut short')
  const start = at + marker.length
  if (file.length - at > greatestMetadata) throw new MmdbFault('the metadata is longer than 128 KiB')
  const section = file.subarray(start)
  const { value, end } = decodeMetadata(section)
  if (end !== section.length) throw new MmdbFault(`${section.length - end} bytes follow the metadata`)
  const map = value as { [key: string]: MmdbValue | undefined }
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array)
    throw new MmdbFault('the metadata is not a map')

  if (whole(map, 'binary_format_major_version') !== 2) throw new MmdbFault('the format is not version 2')
  const recordSize = whole(map, 'record_size')
  if (recordSize !== 24 && recordSize !== 28 && recordSize !== 32)
    throw new MmdbFault(`the record size is ${recordSize} bits`)
  const ipVersion = whole(map, 'ip_version')
  if (ipVersion !== 4 && ipVersion !== 6) throw new MmdbFault(`the IP version is ${ipVersion}`)
  const nodeCount = whole(map, 'node_count')
  const type = map['database_type']
  if (typeof type !== 'string' || type === '') throw new MmdbFault('the metadata names no database type')

  const treeBytes = (nodeCount * recordSize) / 4
  const dataStart = treeBytes + 16
  if (nodeCount < 1 || dataStart > at) throw new MmdbFault(`a search tree of ${nodeCount} nodes does not fit the file`)
  if (file.subarray(treeBytes, dataStart).some((byte) => byte !== 0))
    throw new MmdbFault('the bytes between search tree and data are not zero')
  return {
    type,
    builtAt: whole(map, 'build_epoch') * 1_000,
    description: descriptionIn(map['description']),
    ipVersion,
    nodeCount,
    recordSize,
    treeBytes,
    dataStart,
    dataEnd: at,
  }
}

function decodeMetadata(section: Buffer): Decoded {
  try {
    return new MmdbValues(section).decode(0)
  } catch (error) {
    if (!(error instanceof MmdbFault)) throw error
    throw new MmdbFault(`the metadata cannot be read, the file may have been cut short: ${error.message}`)
  }
}

function whole(map: { [key: string]: MmdbValue | undefined }, key: string): number {
  const value = map[key]
  const number = typeof value === 'bigint' ? Number(value) : value
  // 2^40 seconds is the year 36812: whatever is above is no build date, and nothing else here is that large either.
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 2 ** 40)
    throw new MmdbFault(`the metadata's \`${key}\` is absent or no plausible number`)
  return number
}

function descriptionIn(value: MmdbValue | undefined): string {
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array) return ''
  const text = value['en'] ?? Object.values(value)[0]
  return typeof text === 'string' ? text : ''
}
