// G1 to G7: what a place database and an address can do to a decision. G1's arithmetic stands in addresses.test.ts.
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { Reader } from 'maxmind'
import t from 'tap'
import { examineDatabase } from '../../src/location/examine-database.ts'
import {
  clientAddress,
  type Location,
  type LocationOptions,
  type LookUpFault,
  openLocation,
  trustProxies,
} from '../../src/location/index.ts'
import { readManifest } from '../../src/location/manifest.ts'
import { placeOf } from '../../src/location/place-record.ts'
import type { EventRecord } from '../../src/vocabulary/event.ts'
import { anonymizer, asn, type Bench, bench, changed, city, clock, corrupt, flat, nested, now } from './databases.ts'

const opened: Location[] = []
t.teardown(() => Promise.all(opened.map((location) => location.close())))

async function open(
  b: Bench,
  options: Partial<LocationOptions>,
): Promise<{ location: Location; events: EventRecord[] }> {
  const events: EventRecord[] = []
  const location = await openLocation({
    country: `${b.directory}/absent.mmdb`,
    anonymizer: null,
    demoData: false,
    places: [],
    nat64Prefixes: [],
    clock,
    onEvent: (event) => events.push(event),
    manifest: b.manifest,
    pollMs: 20,
    quietMs: 60,
    ...options,
  })
  opened.push(location)
  return { location, events }
}
const at = (address: string) => ({ kind: 'address', address, proxy: false }) as const
const until = async (holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 250 && !holds(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 20))
}

t.test('G1: an address inside an address has the place of the inner one', async (t) => {
  const b = bench()
  const { location } = await open(b, { country: b.put('c.mmdb', nested()), nat64Prefixes: ['64:ff9b::/96'] })
  for (const [peer, country] of [
    ['::ffff:129.187.1.1', 'DE'],
    ['2002:81bb:101::5', 'DE'],
    ['64:ff9b::81bb:101', 'DE'],
  ] as const)
    t.match(location.locate(clientAddress(peer, [], null)), { state: 'located', country, address: '129.187.1.1' }, peer)
  for (const peer of ['::129.187.1.1', '2001:0:81bb:101::1', '64:ff9b:1::81bb:101', '2002:a00:1::1'])
    t.match(
      location.locate(clientAddress(peer, [], null)),
      { state: 'address-unknown', address: null, country: null },
      peer,
    )
})

t.test('G2: an address that is spelled in another way is unknown or the same', async (t) => {
  const b = bench()
  const { location } = await open(b, { country: b.put('c.mmdb', nested()) })
  const trusted = trustProxies({ cidrs: ['10.0.0.0/8'], header: 'x-forwarded-for' })
  const place = (entry: string) => location.locate(clientAddress('10.0.0.1', ['x-forwarded-for', entry], trusted))
  for (const entry of ['129.187.1.1', '129.187.1.1:80', '::ffff:129.187.1.1', '[::ffff:81bb:101]:80'])
    t.equal(place(entry), place('129.187.1.1'), `${entry}: the identical object`)
  for (const entry of [
    '0201.0273.1.1',
    '0x81.187.1.1',
    '2176516353',
    '129.187.257',
    '129.187.1.1.',
    'fe80::1%eth0',
    '129.187.1.1%1',
  ])
    t.match(place(entry), { state: 'address-unknown', country: null }, entry)
})

t.test('G2: an address that is not in its canonical form is not looked up, whoever states it', async (t) => {
  const b = bench()
  const places = [{ cidr: '10.0.0.0/8', country: 'US', region: null }]
  const { location } = await open(b, { country: b.put('c.mmdb', nested()), places })
  for (const address of [
    '::ffff:129.187.1.1',
    '129.187.1.1:80',
    '2A00:1450::1',
    'localhost',
    '',
    '::ffff:10.0.0.1',
    'fe80::1%a',
  ])
    t.match(location.locate(at(address)), { state: 'address-unknown', address: null }, address)
})

t.test('G3: a corrupt database is refused at the start, and no place is known', async (t) => {
  for (const [name, bytes] of Object.entries(corrupt)) {
    const b = bench()
    const { location, events } = await open(b, { country: b.put('c.mmdb', bytes()) })
    t.equal(location.status().ok, false, name)
    t.match(
      location.locate(at('129.187.1.1')),
      { state: 'unavailable', country: null, databaseDigest: null },
      `${name}: unavailable`,
    )
    t.match(events, [{ k: 'geo.rejected', about: { kind: 'country', why: /./ } }], `${name}: recorded`)
    await location.close()
  }
})

t.test('G3: a corrupt database is refused at a reload, and the old one is kept', async (t) => {
  const b = bench()
  const path = b.put('c.mmdb', nested())
  const { location, events } = await open(b, { country: path })
  const before = location.locate(at('129.187.1.1'))
  for (const [name, bytes] of Object.entries(corrupt)) {
    await writeFile(path, bytes())
    const status = await location.reload()
    t.match(status, { ok: true, country: { rejected: /./ }, detail: /the newer file is refused/ }, name)
    t.equal(location.locate(at('129.187.1.1')), before, `${name}: the identical place`)
    t.match(events.at(-1), { k: 'geo.rejected', about: { kept: before.databaseDigest } })
  }
  const newer = nested({ buildEpoch: now / 1_000 - 60 })
  await writeFile(path, newer)
  t.match(await location.reload(), { ok: true, country: { rejected: null, builtAt: now - 60_000 } })
  t.not(location.locate(at('129.187.1.1')).databaseDigest, before.databaseDigest)
})

t.test('G3: maxmind alone would have answered from some of them', async (t) => {
  const answering = Object.entries(corrupt).filter(([, bytes]) => {
    try {
      return new Reader(bytes()).get('8.8.8.8') !== undefined
    } catch {
      return false
    }
  })
  t.ok(answering.length > 5, `${answering.length} of ${Object.keys(corrupt).length}`)
})

t.test('G3: an older database, or another one of the same instant, does not replace a newer one', async (t) => {
  const b = bench()
  const path = b.put('c.mmdb', nested())
  const { location } = await open(b, { country: path })
  for (const [bytes, why] of [
    [nested({ buildEpoch: now / 1_000 - 90_000 }), /not after the one in use/],
    [nested({ description: 'another' }), /not after the one in use/],
    [city({ buildEpoch: now / 1_000 - 60 }), /needs a restart/],
  ] as const) {
    await writeFile(path, bytes)
    t.match((await location.reload()).country.rejected, why)
  }
  await writeFile(path, nested())
  t.equal((await location.reload()).country.rejected, null, 'the one in use put back is no fault')
})

t.test('G3: a file from the future is taken when its time has come', async (t) => {
  const b = bench()
  let instant = now
  const path = b.put('c.mmdb', nested({ buildEpoch: now / 1_000 + 60 }))
  const { location } = await open(b, { country: path, clock: { now: () => instant } })
  t.match(location.status(), { ok: false, detail: /lies in the future/ })
  instant += 60_000
  await until(() => location.status().ok)
  t.ok(location.status().ok)
})

t.test('G3: a digest can be pinned', async (t) => {
  const b = bench()
  const path = b.put('c.mmdb', nested())
  const manifest = JSON.parse(await readFile(b.manifest, 'utf8'))
  manifest.databases[0].digests = [`sha256:${'0'.repeat(64)}`]
  const { location } = await open(
    { ...b, manifest: b.put('m.json', Buffer.from(JSON.stringify(manifest))) },
    { country: path },
  )
  t.match(location.status(), { ok: false, detail: /not one that the manifest pins/ })
})

t.test('G4: a database that is written slowly is not read before it is whole', async (t) => {
  const b = bench()
  const path = b.put('c.mmdb', nested())
  const { location, events } = await open(b, { country: path, quietMs: 500 })
  const newer = nested({ buildEpoch: now / 1_000 - 60 })
  for (let end = 0; end < newer.length; end += Math.ceil(newer.length / 12)) {
    await writeFile(path, newer.subarray(0, end))
    await new Promise((resolve) => setTimeout(resolve, 25))
    t.match(location.locate(at('129.187.1.1')), { state: 'located', country: 'DE' })
  }
  await writeFile(path, newer)
  await until(() => location.status().country.builtAt === now - 60_000)
  t.same(
    events.map(({ k }) => k),
    ['geo.loaded', 'geo.loaded'],
    'no half file was ever examined',
  )
})

t.test('G4: a writer that dies half-way leaves the old database in use', async (t) => {
  const b = bench()
  const path = b.put('c.mmdb', nested())
  const { location, events } = await open(b, { country: path })
  const newer = nested({ buildEpoch: now / 1_000 - 60 })
  await writeFile(path, newer.subarray(0, newer.length - 100))
  await until(() => events.length === 2)
  t.match(events[1], { k: 'geo.rejected', about: { why: /cut short/ } })
  t.match(location.locate(at('129.187.1.1')), { country: 'DE' })
  t.match(location.status(), { ok: true, country: { builtAt: now - 86_400_000, rejected: /./ } })
  await new Promise((resolve) => setTimeout(resolve, 200))
  t.equal(events.length, 2, 'it is reported once')
})

t.test('G4: a database that is renamed into place or removed is noticed', async (t) => {
  const b = bench()
  const path = b.put('c.mmdb', nested())
  const { location, events } = await open(b, { country: path })
  await rename(b.put('new.mmdb', nested({ buildEpoch: now / 1_000 - 60 })), path)
  await until(() => location.status().country.builtAt === now - 60_000)
  t.equal(location.status().country.builtAt, now - 60_000)
  await rm(path)
  await until(() => events.length === 3)
  t.match(events[2], { k: 'geo.rejected', about: { why: /ENOENT/ } })
  t.match(location.locate(at('129.187.1.1')), { country: 'DE' }, 'what is in memory stays')
})

t.test('G4: no directory, no pipe, nothing at all: refused, not waited for', async (t) => {
  const b = bench()
  t.match((await open(b, { country: b.directory })).location.status(), { ok: false, detail: /not a regular file/ })
  t.match((await open(b, { country: '/dev/zero' })).location.status(), { ok: false, detail: /not a regular file/ })
  t.match((await open(b, {})).location.status(), { ok: false, detail: /ENOENT/ })
})

t.test('G5: a byte that changes in any place is refused, or every canary holds and no look-up throws', async (t) => {
  // The stride is prime, so that it visits scattered bits of the whole file: the same ones in each run.
  const b = bench()
  const manifest = await readManifest(b.manifest)
  const sound = nested()
  let refused = 0
  const rounds = 3_000
  for (let round = 0; round < rounds; round += 1) {
    const bit = (round * 7_919) % (sound.length * 8)
    const bytes = changed(sound, bit >> 3, (sound[bit >> 3] ?? 0) ^ (1 << (bit & 7)))
    const examined = await examineDatabase({ bytes, digest: '', signature: '' }, { manifest, now, demoData: false })
    const { lookup, entry, faults } = examined
    if (faults.length > 0) {
      refused += 1
      continue
    }
    const shape = entry?.shape ?? 'nested'
    const place = (address: string) => placeOf(lookup?.(address), shape).country
    if (place('129.187.10.25') !== 'DE' || place('194.225.70.10') !== 'IR') t.fail(`bit ${bit}: a canary does not hold`)
    for (const address of ['8.8.8.8', '1.1.1.1', '2a00:1450::1', '223.1.1.1', '2c00::1', '255.255.255.255'])
      place(address)
  }
  t.ok(refused > rounds / 3, `${refused} of ${rounds} refused`)
})

t.test('G5: a look-up that throws after all is no place, not a crash', async (t) => {
  const b = bench()
  const bytes = nested()
  const faults: LookUpFault[] = []
  const { location } = await open(b, { country: b.put('c.mmdb', bytes), onFault: (fault) => faults.push(fault) })
  const get = t.intercept(Reader.prototype, 'get', {
    configurable: true,
    value: () => {
      throw new RangeError('memory gone bad')
    },
  })
  t.match(location.locate(at('129.187.1.1')), { state: 'unavailable', country: null })
  get.restore()
  const wrong = t.intercept(Reader.prototype, 'get', { configurable: true, value: () => 7n })
  t.match(location.locate(at('129.187.1.2')), { state: 'unavailable', country: null })
  wrong.restore()
  t.match(location.locate(at('129.187.1.3')), { state: 'located', country: 'DE' })
  t.match(faults, [{ error: { message: 'memory gone bad' }, failed: 1 }], 'told, and the second not within the minute')
})

t.test('G6: the country is where a network is used, and nothing else', async (t) => {
  const b = bench()
  const { location } = await open(b, { country: b.put('c.mmdb', city()) })
  const rows: [string, object, string][] = [
    ['8.8.8.8', { state: 'located', country: 'US', region: null }, 'a country'],
    ['129.187.9.9', { state: 'located', country: 'DE' }, 'a base abroad is abroad'],
    ['1.1.1.1', { state: 'not-found', country: null }, 'registered somewhere is nowhere'],
    ['2.2.2.2', { state: 'not-found', country: null }, 'a continent is nowhere'],
    ['3.3.3.3', { state: 'not-found', country: null }, 'EU is no country'],
    ['9.9.9.9', { state: 'not-found', country: null }, 'not in the database'],
    ['194.44.10.10', { country: 'UA', region: 'UA-30', resolvesRegions: true }, 'a region'],
    ['194.44.240.1', { country: 'UA', region: 'UA-43', resolvesRegions: true }, 'Crimea'],
    ['194.44.230.1', { country: 'UA', region: null, resolvesRegions: true }, 'a network without a region'],
    ['128.232.0.1', { country: 'GB', region: 'GB-ENG' }, 'the larger of two subdivisions'],
    ['10.1.1.1', { state: 'address-unknown', address: null }, 'private'],
    ['100.64.1.1', { state: 'address-unknown', address: null }, 'carrier-grade NAT'],
    ['2a00:1450::1', { country: 'IE' }, 'IPv6'],
  ]
  for (const [address, place, name] of rows) t.match(location.locate(at(address)), place, name)
  t.match(location.locate({ kind: 'unknown', why: '' }), { state: 'address-unknown', address: null })
})

t.test('G6: the flat shape says the same, and resolves no regions', async (t) => {
  const b = bench()
  const { location } = await open(b, { country: b.put('c.mmdb', flat()) })
  t.match(location.locate(at('8.8.8.8')), { country: 'US', region: null, resolvesRegions: false })
  t.match(location.locate(at('1.1.1.1')), { state: 'not-found' })
  t.match(location.locate(at('3.3.3.3')), { state: 'not-found' })
})

t.test(
  'G6: an operator’s place holds for its range, also a private one, and never for a proxy’s clients',
  async (t) => {
    const b = bench()
    const places = [
      { cidr: '10.0.0.0/8', country: 'US', region: null },
      { cidr: '129.187.0.0/24', country: 'FR', region: 'FR-ARA' },
    ]
    const { location } = await open(b, { country: b.put('c.mmdb', nested()), places })
    t.match(location.locate(at('10.1.1.1')), {
      state: 'located',
      country: 'US',
      source: 'operator',
      databaseBuiltAt: null,
      databaseDigest: null,
      resolvesRegions: false,
    })
    t.match(location.locate(at('129.187.0.7')), {
      country: 'FR',
      region: 'FR-ARA',
      source: 'operator',
      resolvesRegions: true,
    })
    t.match(
      location.locate(at('2002:a00:1::1')),
      { state: 'address-unknown' },
      '6to4 around a private address is no way in',
    )
    t.match(
      location.locate({ kind: 'address', address: '10.1.1.1', proxy: true }),
      { country: 'US' },
      'the operator may place a bare proxy',
    )
    t.match(
      location.locate({ kind: 'address', address: '8.8.8.8', proxy: true }),
      { state: 'address-unknown' },
      'the database may not',
    )
  },
)

t.test('G7: an anonymizer is named by its own flag, and hosting is none', async (t) => {
  const b = bench()
  const { location } = await open(b, { country: b.put('c.mmdb', nested()), anonymizer: b.put('a.mmdb', anonymizer()) })
  for (const [address, expected] of [
    ['8.8.8.1', 'vpn'],
    ['8.8.8.2', 'tor'],
    ['8.8.8.3', 'public-proxy'],
    ['8.8.8.4', 'residential-proxy'],
    ['8.8.8.5', 'none'],
    ['8.8.8.6', 'tor'],
    ['8.8.8.8', 'none'],
  ] as const)
    t.match(location.locate(at(address)), { country: 'US', anonymizer: expected }, `${address} ${expected}`)
})

t.test('G7: no anonymizer database is not the same as no anonymizer', async (t) => {
  const b = bench()
  const country = b.put('c.mmdb', nested())
  t.equal((await open(b, { country })).location.locate(at('8.8.8.1')).anonymizer, null)
  for (const bytes of [Buffer.alloc(0), asn(), nested(), anonymizer().subarray(9)]) {
    const { location } = await open(b, { country, anonymizer: b.put('a.mmdb', bytes) })
    t.equal(location.status().ok, false)
    t.match(
      location.locate(at('8.8.8.1')),
      { state: 'unavailable', anonymizer: null },
      'configured and refused: no place at all',
    )
  }
})
