import t from 'tap'
import { demoDatabase } from '../../src/demo/database.ts'
import { openLocation } from '../../src/location/index.ts'
import { anonymizer, type Bench, bench, clock, nested, now } from './databases.ts'

const options = (b: Bench) => ({
  country: b.put('c.mmdb', nested()),
  anonymizer: null,
  demoData: false,
  places: [],
  nat64Prefixes: [],
  clock,
  onEvent: () => {},
  manifest: b.manifest,
})
const germany = { kind: 'address', address: '129.187.10.25', proxy: false } as const

t.test('the same address gives the identical place, frozen', async (t) => {
  const location = await openLocation(options(bench()))
  const place = location.locate(germany)
  t.equal(location.locate({ ...germany }), place)
  t.ok(Object.isFrozen(place))
  t.match(place, {
    address: '129.187.10.25',
    source: 'database',
    databaseBuiltAt: now - 86_400_000,
    databaseDigest: /^sha256:[0-9a-f]{64}$/,
  })
  await location.close()
})

t.test('the status is the identical object until a database changes', async (t) => {
  const b = bench()
  const location = await openLocation({ ...options(b), anonymizer: b.put('a.mmdb', anonymizer()) })
  const status = location.status()
  t.equal(location.status(), status)
  t.match(status, {
    ok: true,
    digest: /^sha256:/,
    country: { type: 'Test-Country' },
    anonymizer: { type: 'Test-Anonymizer' },
  })
  b.put('a.mmdb', anonymizer({ buildEpoch: now / 1_000 - 60 }))
  const next = await location.reload()
  t.not(next.digest, status.digest, 'either database changes the digest')
  t.equal(next.country, status.country)
  await location.close()
})

t.test('demo data is refused unless it is accepted', async (t) => {
  const b = bench()
  const country = b.put('d.mmdb', demoDatabase(now))
  const refused = await openLocation({ ...options(b), country })
  t.match(refused.status(), { ok: false, detail: /demo data/ })
  t.match(refused.locate(germany), { state: 'unavailable' })
  const accepted = await openLocation({ ...options(b), country, demoData: true })
  t.match(accepted.locate(germany), { state: 'located', country: 'DE' })
  await Promise.all([refused.close(), accepted.close()])
})

t.test(
  'the demo takes a database’s age as fixed, whatever its clock does, and places change once a day at most',
  async (t) => {
    const b = bench()
    const dayMs = 86_400_000
    let instant = Date.parse('2026-06-09T23:59:59Z')
    const country = b.put('d.mmdb', demoDatabase(Date.parse('2026-07-30T00:00:00Z')))
    const location = await openLocation({
      ...options(b),
      country,
      demoData: true,
      ageTakenAsMs: dayMs,
      clock: { now: () => instant },
    })
    const first = location.locate(germany)
    t.equal(first.databaseBuiltAt, Date.parse('2026-06-08T00:00:00Z'))
    t.equal(location.locate(germany), first)
    instant = Date.parse('2026-09-10T08:00:00Z')
    t.equal(location.locate(germany).databaseBuiltAt, Date.parse('2026-09-09T00:00:00Z'))
    await location.close()
  },
)

t.test('settings that cannot be read are an error at the start', async (t) => {
  const b = bench()
  await t.rejects(
    openLocation({ ...options(b), places: [{ cidr: '10.0.0.1/8', country: 'US', region: null }] }),
    RangeError,
  )
  await t.rejects(openLocation({ ...options(b), nat64Prefixes: ['64:ff9b::/97'] }), RangeError)
  await t.rejects(openLocation({ ...options(b), manifest: b.put('m.json', Buffer.from('{"about":"x"}')) }), /manifest/)
  await t.rejects(openLocation({ ...options(b), manifest: '/nowhere.json' }), /ENOENT/)
})

t.test('the manifest of the checkout is valid and knows the demo’s type', async (t) => {
  const b = bench()
  const { manifest: _, ...rest } = options(b)
  const location = await openLocation({ ...rest, country: b.put('d.mmdb', demoDatabase(now)), demoData: true })
  t.equal(location.status().ok, true, location.status().detail)
  const other = await openLocation(rest)
  t.match(other.status(), { ok: false, detail: /`Test-Country` does not stand in the manifest \(GeoLite2-Country/ })
  await Promise.all([location.close(), other.close()])
})
