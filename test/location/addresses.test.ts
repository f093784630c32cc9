import fc from 'fast-check'
import t from 'tap'
import { cidrSet, keyOf, readCidr } from '../../src/location/cidr.ts'
import { canonicalAddress } from '../../src/location/index.ts'
import { operatorPlaces } from '../../src/location/operator-places.ts'
import { isReserved } from '../../src/location/reserved.ts'
import { nat64, usableAddress } from '../../src/location/usable-address.ts'

t.test('G1: addresses inside addresses', async (t) => {
  const none = nat64([])
  const own = nat64([
    '64:ff9b::/96',
    '2a00:64::/32',
    '2a00:aa:bb00::/40',
    '2a00:dd:ee::/48',
    '2a00:1:2:300::/56',
    '2a00:9:9:9::/64',
  ])
  const rows: [string, string | undefined, string | undefined, string][] = [
    ['8.8.8.8', '8.8.8.8', '8.8.8.8', 'plain IPv4'],
    ['2a00::1', '2a00::1', '2a00::1', 'plain IPv6'],
    ['::ffff:8.8.8.8', '8.8.8.8', '8.8.8.8', 'IPv4-mapped'],
    ['::8.8.8.8', undefined, undefined, 'IPv4-compatible'],
    ['::ffff:0:8.8.8.8', undefined, undefined, 'IPv4-translated (SIIT)'],
    ['2002:808:808::1', '8.8.8.8', '8.8.8.8', '6to4'],
    ['2002:a00:1::1', undefined, undefined, '6to4 around a private address'],
    ['2002:7f00:1::1', undefined, undefined, '6to4 around loopback'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', undefined, undefined, 'Teredo'],
    ['2001:20::1', undefined, undefined, 'ORCHIDv2'],
    ['64:ff9b::808:808', undefined, '8.8.8.8', 'NAT64, well-known prefix'],
    ['64:ff9b::a00:1', undefined, undefined, 'NAT64 around a private address'],
    ['64:ff9b:1::808:808', undefined, undefined, 'NAT64, local prefix that nobody configured'],
    ['2a00:64:808:808::', '2a00:64:808:808::', '8.8.8.8', 'NAT64 /32'],
    ['2a00:aa:bb08:808:8::', '2a00:aa:bb08:808:8::', '8.8.8.8', 'NAT64 /40'],
    ['2a00:dd:ee:808:8:800::', '2a00:dd:ee:808:8:800::', '8.8.8.8', 'NAT64 /48'],
    ['2a00:1:2:308:8:808::', '2a00:1:2:308:8:808::', '8.8.8.8', 'NAT64 /56'],
    ['2a00:9:9:9:8:808:800:0', '2a00:9:9:9:8:808:800:0', '8.8.8.8', 'NAT64 /64'],
    [
      '2a00:9:9:9:108:808:800:0',
      '2a00:9:9:9:108:808:800:0',
      '2a00:9:9:9:108:808:800:0',
      'no NAT64: the reserved octet is set',
    ],
  ]
  for (const [text, without, configured, name] of rows) {
    const address = canonicalAddress(text) ?? ''
    t.equal(usableAddress(address, none), without, name)
    t.equal(usableAddress(address, own), configured, `${name}, prefixes configured`)
  }
  t.throws(() => nat64(['64:ff9b::/95']), RangeError)
  t.throws(() => nat64(['10.0.0.0/8']), RangeError)
})

t.test('G6: addresses that are not in the public internet say nothing', async (t) => {
  const reserved = `0.1.2.3 10.1.2.3 100.64.0.1 127.0.0.1 169.254.1.1 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1
    192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 100::1
    fe80::1 fec0::1 fc00::1 fd00::1 ff02::1 2001:db8::1 2001:2::1 2001:10::1 3fff::1 64:ff9b::1 5f00::1 4000::1 2002::1`
  for (const address of reserved.split(/\s+/)) t.ok(isReserved(address), address)
  const open =
    '1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 192.0.1.1 198.17.0.1 198.20.0.1 223.255.255.255 2001:200::1 2600::1 2a00::1 3ffe::1 3fff:1000::1'
  for (const address of open.split(' ')) t.notOk(isReserved(address), address)
})

t.test('a range is read strictly', async (t) => {
  for (const text of [
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.1/8',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    'fe80::%1/64',
    '2001:db8::/129',
    '2001:db8::1/64',
    '::ffff:10.0.0.0/104',
    'localhost/8',
    '',
    '/8',
    '010.0.0.0/8',
    ' 10.0.0.0/8',
  ])
    t.throws(() => readCidr(text), RangeError, text)
  t.match(readCidr('2001:db8::/32'), { family: 'ipv6', length: 32 })
  t.equal(keyOf(readCidr('2001:DB8:0::/32')), keyOf(readCidr('2001:db8::/32')), 'one key for one range')
})

t.test('a set of ranges holds exactly the addresses whose first bits agree', async (t) => {
  const bits = (groups: number[], width: number): string =>
    groups.map((group) => group.toString(2).padStart(width, '0')).join('')
  const groups = (high: number, count: number) =>
    fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: high })), { minLength: count, maxLength: count })
  const check = (
    a: number[],
    b: number[],
    length: number,
    width: number,
    show: (groups: number[]) => string,
  ): boolean => {
    const prefix = bits(a, width).slice(0, length)
    const network = prefix
      .padEnd(width * a.length, '0')
      .match(new RegExp(`.{${width}}`, 'g'))!
      .map((group) => Number.parseInt(group, 2))
    // half of the addresses share the prefix, so that both answers occur
    const near = (prefix + bits(b, width).slice(length))
      .match(new RegExp(`.{${width}}`, 'g'))!
      .map((group) => Number.parseInt(group, 2))
    const set = cidrSet([`${show(network)}/${length}`])
    return [b, near].every(
      (address) => set.has(canonicalAddress(show(address)) ?? '') === bits(address, width).startsWith(prefix),
    )
  }
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(groups(255, 4), groups(255, 4), fc.integer({ min: 0, max: 32 }), (a, b, length) =>
        check(a, b, length, 8, (x) => x.join('.')),
      ),
      { numRuns: 2_000 },
    ),
  )
  const v6 = (x: number[]): string => x.map((group) => group.toString(16)).join(':')
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(groups(65_535, 8), groups(65_535, 8), fc.integer({ min: 0, max: 128 }), (a, b, length) => {
        // mapped addresses and ranges are IPv4 here, and ranges of them are refused
        const mapped = (x: number[]): boolean => bits(x, 16).startsWith('0'.repeat(80))
        return mapped(a) || mapped(b) || check(a, b, length, 16, v6)
      }),
      { numRuns: 2_000 },
    ),
  )
})

t.test('of an operator’s ranges the most specific one holds, and none may stand twice', async (t) => {
  const places = operatorPlaces([
    { cidr: '10.0.0.0/8', country: 'US', region: null },
    { cidr: '10.1.0.0/16', country: 'DE', region: 'DE-BY' },
    { cidr: 'fd00::/8', country: 'FR', region: null },
  ])
  t.equal(places.find('10.2.3.4')?.country, 'US')
  t.equal(places.find('10.1.3.4')?.country, 'DE')
  t.equal(places.find('fd00::1')?.country, 'FR')
  t.equal(places.find('11.0.0.1'), undefined)
  const twice = [
    { cidr: '::/0', country: 'US', region: null },
    { cidr: '0::/0', country: 'DE', region: null },
  ]
  t.throws(() => operatorPlaces(twice), /twice/)
})
