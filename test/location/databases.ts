// Databases for tests, in the shapes that vendors ship, with a manifest that knows their types.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MmdbContents, type MmdbRecord, writeDatabase } from '../../src/demo/database.ts'

export const now: number = Date.parse('2026-06-20T12:00:00Z')
export const clock: { now(): number } = { now: () => now }
const dayS = 86_400

const nestedRecords: readonly MmdbRecord[] = [
  {
    cidr: '8.8.8.0/24',
    data: { continent: { code: 'NA' }, country: { iso_code: 'US', names: { en: 'United States' } } },
  },
  {
    cidr: '129.187.0.0/16',
    data: { country: { iso_code: 'DE', names: { en: 'Germany' } }, registered_country: { iso_code: 'DE' } },
  },
  // a US base in Germany: it is in Germany
  {
    cidr: '129.187.9.0/24',
    data: {
      country: { iso_code: 'DE' },
      registered_country: { iso_code: 'US' },
      represented_country: { iso_code: 'US', type: 'military' },
    },
  },
  // registered and nothing else, as anycast and satellite networks are
  { cidr: '1.1.1.0/24', data: { registered_country: { iso_code: 'AU' }, continent: { code: 'OC' } } },
  { cidr: '2.2.2.0/24', data: { continent: { code: 'EU' } } },
  { cidr: '3.3.3.0/24', data: { country: { iso_code: 'EU' }, continent: { code: 'EU' } } },
  { cidr: '194.225.0.0/16', data: { country: { iso_code: 'IR' } } },
  {
    cidr: '2a00:1450::/32',
    data: { country: { iso_code: 'IE' }, location: { latitude: 53.3, longitude: -6.2, accuracy_radius: 200 } },
  },
]

const cityRecords: readonly MmdbRecord[] = [
  ...nestedRecords,
  {
    cidr: '194.44.0.0/16',
    data: { country: { iso_code: 'UA' }, subdivisions: [{ iso_code: '30', names: { en: 'Kyiv City' } }] },
  },
  {
    cidr: '194.44.240.0/20',
    data: { country: { iso_code: 'UA' }, subdivisions: [{ iso_code: '43', names: { en: 'Crimea' } }] },
  },
  { cidr: '194.44.230.0/24', data: { country: { iso_code: 'UA' } } },
  {
    cidr: '128.232.0.0/16',
    data: { country: { iso_code: 'GB' }, subdivisions: [{ iso_code: 'ENG' }, { iso_code: 'WSM' }] },
  },
]

const flatRecords: readonly MmdbRecord[] = [
  { cidr: '8.8.8.0/24', data: { country_code: 'US' } },
  { cidr: '129.187.0.0/16', data: { country_code: 'DE' } },
  { cidr: '194.225.0.0/16', data: { country_code: 'IR' } },
  { cidr: '1.1.1.0/24', data: { country_code: '' } },
  { cidr: '3.3.3.0/24', data: { country_code: 'ZZ' } },
  { cidr: '2a00:1450::/32', data: { country_code: 'IE' } },
]

const anonymizerRecords: readonly MmdbRecord[] = [
  { cidr: '8.8.8.1/32', data: { is_anonymous: true, is_anonymous_vpn: true } },
  { cidr: '8.8.8.2/32', data: { is_anonymous: true, is_tor_exit_node: true } },
  { cidr: '8.8.8.3/32', data: { is_anonymous: true, is_public_proxy: true } },
  { cidr: '8.8.8.4/32', data: { is_anonymous: true, is_residential_proxy: true } },
  { cidr: '8.8.8.5/32', data: { is_anonymous: true, is_hosting_provider: true } },
  { cidr: '8.8.8.6/32', data: { is_anonymous: true, is_anonymous_vpn: true, is_tor_exit_node: true } },
]

type Overrides = Partial<MmdbContents>
const write =
  (type: string, records: readonly MmdbRecord[]) =>
  (overrides: Overrides = {}): Buffer =>
    writeDatabase({ type, ipVersion: 6, buildEpoch: now / 1_000 - dayS, records, ipv4Aliases: true, ...overrides })

export const nested: (overrides?: Overrides) => Buffer = write('Test-Country', nestedRecords)
export const city: (overrides?: Overrides) => Buffer = write('Test-City', cityRecords)
export const flat: (overrides?: Overrides) => Buffer = write('Test-Flat', flatRecords)
export const anonymizer: (overrides?: Overrides) => Buffer = write('Test-Anonymizer', anonymizerRecords)
export const asn: (overrides?: Overrides) => Buffer = write('GeoLite2-ASN', [
  { cidr: '8.8.8.0/24', data: { autonomous_system_number: 15169, autonomous_system_organization: 'GOOGLE' } },
])

const entry = (type: string, kind: string, shape: string, least: object = {}): object => ({
  type,
  kind,
  shape,
  licence: 'test',
  'at-least': { bytes: 300, networks: 3, countries: kind === 'country' ? 3 : 0, ...least },
  canaries: [kind],
})

/** A directory of its own with a manifest and a way to put files there. */
export interface Bench {
  readonly directory: string
  readonly manifest: string
  put(name: string, bytes: Buffer): string
}

export function bench(): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-location-'))
  const manifest = join(directory, 'manifest.json')
  writeFileSync(
    manifest,
    JSON.stringify({
      about: 'test',
      databases: [
        entry('Test-Country', 'country', 'nested'),
        entry('Test-City', 'country', 'nested'),
        entry('Test-Flat', 'country', 'flat'),
        entry('Test-Anonymizer', 'anonymizer', 'flat'),
        entry('Portcullis-Demo-Country', 'country', 'nested', {}),
      ],
      canaries: {
        country: [
          { address: '129.187.10.25', expect: { country: 'DE' }, why: 'test' },
          { address: '194.225.70.10', expect: { country: 'IR' }, why: 'test' },
        ],
        anonymizer: [
          { address: '8.8.8.1', expect: { anonymizer: 'vpn' }, why: 'test' },
          { address: '9.9.9.9', expect: { anonymizer: 'none' }, why: 'test' },
        ],
      },
    }),
  )
  return {
    directory,
    manifest,
    put(name, bytes) {
      const path = join(directory, name)
      writeFileSync(path, bytes)
      return path
    },
  }
}

/** A database that was complete once: bytes changed, removed, or of another kind. Every one must be refused. */
export const corrupt: Readonly<Record<string, () => Buffer>> = {
  'an empty file': () => Buffer.alloc(0),
  'a text file': () => Buffer.from('<html>quota exceeded</html>'.repeat(100)),
  'cut in half': () => nested().subarray(0, nested().length / 2),
  'its last byte missing': () => nested().subarray(0, -1),
  'a byte too long': () => Buffer.concat([nested(), Buffer.from([0])]),
  'its first node missing': () => nested().subarray(6),
  'zeros instead of the tree': () => Buffer.from(nested()).fill(0, 0, 600),
  'ones instead of the tree': () => Buffer.from(nested()).fill(255, 0, 600),
  'zeros instead of the data': () => Buffer.from(nested()).fill(0, treeEnd(nested()), nested().length - 260),
  'no separator after the tree': () => changed(nested(), treeEnd(nested()) - 1, 1),
  'a root that points to itself': () => Buffer.from(nested()).fill(0, 0, 6),
  'an ASN database': () => asn(),
  'a type that nobody knows': () => nested({ type: 'Somebody-Country' }),
  'built tomorrow': () => nested({ buildEpoch: now / 1_000 + dayS }),
  'nearly empty': () => nested({ records: nestedRecords.slice(0, 2) }),
  'countries swapped': () => replaced(nested(), 'DE', 'FR'),
  'no country in it': () =>
    nested({ records: nestedRecords.map(({ cidr }) => ({ cidr, data: { continent: { code: 'EU' } } })) }),
  'countries in small letters': () => replaced(nested(), 'IE', 'ie'),
  'a country that is a number': () =>
    nested({ records: [...nestedRecords, { cidr: '5.5.5.0/24', data: { country: { iso_code: 276 } } }] }),
  'a country that is a text': () =>
    nested({ records: [...nestedRecords, { cidr: '5.5.5.0/24', data: { country: 'Germany' } }] }),
  'a record that is a text': () => nested({ records: [...nestedRecords, { cidr: '5.5.5.0/24', data: 'US' }] }),
  'a record that is a big number': () =>
    nested({ records: [...nestedRecords, { cidr: '5.5.5.0/24', data: 2n ** 100n }] }),
  'subdivisions that are a map': () =>
    nested({
      records: [
        ...nestedRecords,
        { cidr: '5.5.5.0/24', data: { country: { iso_code: 'US' }, subdivisions: { iso_code: 'CA' } } },
      ],
    }),
  'the flat shape under a nested type': () => flat({ type: 'Test-Country' }),
  'the nested shape under a flat type': () => nested({ type: 'Test-Flat' }),
}

/** Offset of the first byte of the data section. */
export function treeEnd(file: Buffer): number {
  const separator = file.indexOf(Buffer.alloc(16))
  return separator + 16
}

export function changed(file: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(file)
  copy[offset] = value
  return copy
}

function replaced(file: Buffer, from: string, to: string): Buffer {
  return Buffer.from(file.toString('latin1').replaceAll(from, to), 'latin1')
}
