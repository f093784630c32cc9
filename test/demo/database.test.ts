import fc from 'fast-check'
import { Reader } from 'maxmind'
import t from 'tap'
import { demoDatabase, demoPlaces, type MmdbRecord, writeDatabase } from '../../src/demo/database.ts'

const record = { country: { iso_code: 'DE' } }

t.test('every demo place is an address that the demo’s database knows', async (t) => {
  const reader = new Reader<never>(demoDatabase(Date.parse('2026-06-20T12:00:00Z')))
  t.equal(reader.metadata.databaseType, 'Portcullis-Demo-Country')
  t.same(reader.metadata.buildEpoch, new Date('2026-06-19T12:00:00Z'))
  for (const name of ['us', 'germany', 'iran']) t.ok(name in demoPlaces, name)
  for (const [name, address] of Object.entries(demoPlaces))
    t.match(reader.get(address), { country: { iso_code: /^[A-Z]{2}$/ } }, name)
  t.match(reader.get(demoPlaces['crimea'] ?? ''), { subdivisions: [{ iso_code: '43' }] })
  t.equal(reader.get('9.9.9.9'), null)
})

t.test('what was written for an address is what a reader finds there', async (t) => {
  const address = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 255 })))
  const range = fc.tuple(address, fc.integer({ min: 1, max: 32 }))
  const bits = (octets: readonly number[]): string => octets.map((octet) => octet.toString(2).padStart(8, '0')).join('')
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 20 }),
        fc.array(address, { minLength: 1 }),
        fc.constantFrom(24, 28, 32),
        fc.constantFrom(4, 6),
        (ranges, asked, recordSize, ipVersion) => {
          // One range once: of two that are equal neither is more specific.
          const unique = new Map(
            ranges.map(([octets, length]) => [bits(octets).slice(0, length), `${octets.join('.')}/${length}`]),
          )
          const records: MmdbRecord[] = [...unique].map(([prefix, cidr]) => ({ cidr, data: { prefix } }))
          const reader = new Reader<never>(
            writeDatabase({
              type: 'T',
              buildEpoch: 1,
              ipVersion: ipVersion,
              recordSize: recordSize,
              records,
            }),
          )
          const all = [...asked, ...ranges.map(([octets]) => octets)]
          return all.every((octets) => {
            const longest = [...unique.keys()]
              .filter((prefix) => bits(octets).startsWith(prefix))
              .toSorted((a, b) => b.length - a.length)[0]
            const found = reader.get(octets.join('.')) as { prefix: string } | null
            return found === null ? longest === undefined : found.prefix === longest
          })
        },
      ),
    ),
  )
})

t.test('every kind and size of value comes back as it was', async (t) => {
  const data = {
    short: 'a',
    long: 'x'.repeat(28) + 'y',
    longer: 'z'.repeat(300),
    longest: 'w'.repeat(70_000),
    zero: 0,
    small: 255,
    large: 4_294_967_295,
    fraction: -1.5,
    huge: 2n ** 127n,
    yes: true,
    no: false,
    list: Array.from({ length: 40 }, (_, index) => index),
    map: Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`key-${index}`, { again: 'a text that is repeated' }]),
    ),
  }
  const records = [
    { cidr: '1.0.0.0/8', data },
    { cidr: '2.0.0.0/8', data: { ...data, other: 'a text that is repeated' } },
  ]
  const reader = new Reader<never>(writeDatabase({ type: 'T', buildEpoch: 1, ipVersion: 4, recordSize: 32, records }))
  t.same(reader.get('1.2.3.4'), data)
  t.same(reader.get('2.2.3.4'), { ...data, other: 'a text that is repeated' })
})

t.test('IPv4 under its aliases is the same subtree', async (t) => {
  const reader = new Reader<never>(
    writeDatabase({
      type: 'T',
      buildEpoch: 1,
      ipVersion: 6,
      ipv4Aliases: true,
      records: [{ cidr: '129.187.0.0/16', data: record }],
    }),
  )
  for (const address of ['129.187.1.1', '::129.187.1.1', '::ffff:81bb:101', '2002:81bb:101::1'])
    t.same(reader.get(address), record, address)
})

t.test('what does not fit is refused', async (t) => {
  const write = (cidr: string, ipVersion: 4 | 6 = 6) =>
    writeDatabase({ type: 'T', buildEpoch: 1, ipVersion, records: [{ cidr, data: record }] })
  for (const cidr of ['2a00::/16', 'x/8']) t.throws(() => write(cidr, 4), RangeError, cidr)
  for (const cidr of ['1.2.3/8', '1.2.3.4', '1.2.3.4/0', 'localhost/8']) t.throws(() => write(cidr), RangeError, cidr)
  const much = Array.from({ length: 256 }, (_, index) => ({
    cidr: `${index}.0.0.0/8`,
    data: `${index}`.padEnd(70_000, 'x'),
  }))
  t.throws(
    () => writeDatabase({ type: 'T', buildEpoch: 1, ipVersion: 4, recordSize: 24, records: much }),
    /more than 24 bits/,
  )
})
