import { isIP } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { canonicalAddress, clientAddress, trustProxies } from '../../src/location/index.ts'
import { forwardingCases } from './forwarding-cases.ts'

const standard = ['10.0.0.0/8', '192.0.2.0/24', '2001:db8:aa::/48']

t.test('H5, H6: forwarding headers', async (t) => {
  t.ok(forwardingCases.length >= 60)
  for (const {
    name,
    peer,
    fields = [],
    header = 'x-forwarded-for',
    others = [],
    trusted,
    client,
    proxy,
  } of forwardingCases) {
    const proxies = trusted === null ? null : trustProxies({ cidrs: trusted ?? standard, header })
    const spelled = header === 'forwarded' ? 'Forwarded' : 'X-Forwarded-For'
    const rawHeaders = ['Host', 'gate.example', ...fields.flatMap((value) => [spelled, value]), ...others]
    const found = clientAddress(peer, rawHeaders, proxies)
    const expected =
      client !== undefined
        ? { kind: 'address', address: client, proxy: false }
        : proxy !== undefined
          ? { kind: 'address', address: proxy, proxy: true }
          : { kind: 'unknown', why: String }
    t.match(found, expected, name)
  }
})

t.test('H5: headers that name an address change nothing for an untrusted peer', async (t) => {
  const names = [
    'X-Forwarded-For',
    'Forwarded',
    'X-Real-IP',
    'X-Client-IP',
    'CF-Connecting-IP',
    'True-Client-IP',
    'Via',
    'X-Cluster-Client-IP',
    'Fastly-Client-IP',
    'X-Originating-IP',
    'X-Remote-Addr',
    'x_forwarded_for',
  ]
  for (const trusted of [null, trustProxies({ cidrs: standard, header: 'x-forwarded-for' })])
    for (const name of names)
      t.match(clientAddress('8.8.8.8', [name, '1.1.1.1'], trusted), { address: '8.8.8.8' }, name)
})

t.test('whatever a client writes before it, the address that a trusted proxy appended is the client', async (t) => {
  const trusted = trustProxies({ cidrs: standard, header: 'x-forwarded-for' })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.string(), (fields, start) => {
        const rawHeaders = fields.flatMap((value) => ['x-forwarded-for', value])
        const found = clientAddress('10.0.0.1', [...rawHeaders, 'x-forwarded-for', `${start}, 8.8.8.8`], trusted)
        return found.kind === 'address' && found.address === '8.8.8.8'
      }),
    ),
  )
})

t.test('whatever a client writes into Forwarded, only the appended address or unknown comes out', async (t) => {
  const trusted = trustProxies({ cidrs: standard, header: 'forwarded' })
  const piece = fc.constantFrom(
    'for=',
    '"',
    '\\',
    ',',
    ';',
    '9.9.9.9',
    ' ',
    '=',
    'by=',
    '[',
    ']',
    ':',
    'a',
    'for="[2a00::9]"',
  )
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, quoted) => {
        const appended = quoted ? 'for="[2a00::1]:80"' : 'for=1.1.1.1'
        const found = clientAddress('10.0.0.1', ['forwarded', pieces.join(''), 'forwarded', appended], trusted)
        return found.kind === 'unknown' || found.address === (quoted ? '2a00::1' : '1.1.1.1')
      }),
      { numRuns: 5_000 },
    ),
  )
})

t.test('a long header takes no long time', async (t) => {
  const trusted = trustProxies({ cidrs: standard, header: 'x-forwarded-for' })
  const began = performance.now()
  for (const value of [
    ' '.repeat(32_000) + 'x',
    '::1,'.repeat(8_000) + '1.1.1.1',
    '10.0.0.1,'.repeat(3_500),
    `${'\t'.repeat(32_000)},`,
  ])
    clientAddress('10.0.0.1', ['x-forwarded-for', value], trusted)
  const forwarded = trustProxies({ cidrs: standard, header: 'forwarded' })
  for (const value of [
    `for="${'\\"'.repeat(15_000)}`,
    'for=1.1.1.1,'.repeat(2_700),
    `for=1.1.1.1${' '.repeat(32_000)}x`,
    'a'.repeat(32_000),
  ])
    clientAddress('10.0.0.1', ['forwarded', value], forwarded)
  t.ok(performance.now() - began < 500)
})

t.test('an address has one canonical text, and it is its own', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const canonical = canonicalAddress(text)
        return canonical !== undefined && isIP(canonical) > 0 && canonicalAddress(canonical) === canonical
      }),
    ),
  )
  for (const [text, canonical] of [
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::FFFF:129.144.52.38', '129.144.52.38'],
    ['0:0:0:0:0:ffff:8190:3426', '129.144.52.38'],
  ] as const)
    t.equal(canonicalAddress(text), canonical)
})
