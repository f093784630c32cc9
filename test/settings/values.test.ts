import t from 'tap'
import { settingsFolder } from './folder.ts'

/** A section as flow map with one text that is refused, and why. */
const cases: readonly (readonly [section: string, why: RegExp])[] = [
  ['clock: { uncertainty: 1.5s }', /is no duration/],
  ['clock: { uncertainty: 2s }', /out of range: at least 0ms, at most 1s/],
  ['limits: { body-bytes: 5MiB }', /out of range/],
  ['limits: { body-bytes: 010 }', /is no size/],
  ['limits: { in-flight: 0 }', /out of range/],
  ['limits: { in-flight: "1e3" }', /is no whole number/],
  ['listen: { address: 127.0.0.1:1, use-451: yes }', /neither `true` nor `false`/],
  ['listen: { address: 127.0.0.1:1, use-451: "TRUE" }', /neither `true` nor `false`/],
  ['listen: { address: 8080 }', /no address to listen on/],
  ['listen: { address: example.com:80 }', /no address to listen on/],
  ['listen: { address: 127.0.0.1:70000 }', /port above 65535/],
  ['listen: { address: "::1:80" }', /no address to listen on/],
  ['listen: [127.0.0.1:1]', /must be a map of keys/],
  ['places: { cidr: 10.0.0.0/8 }', /must be a list/],
  ['places: [{ cidr: 10.0.0.1/8, country: US }]', /bits set beyond its prefix length/],
  ['places: [{ cidr: "2001:db8::1/32", country: US }]', /bits set beyond its prefix length/],
  ['places: [{ cidr: 10.0.0.0/33, country: US }]', /no prefix length of 0 to 32/],
  ['places: [{ cidr: 010.0.0.0/8, country: US }]', /no range of IP addresses/],
  ['places: [{ cidr: "fe80::1%eth0", country: US }]', /no range of IP addresses/],
  ['places: [{ cidr: "::ffff:10.0.0.0/104", country: US }]', /write it as IPv4/],
  ['places: [{ cidr: 10.0.0.0/8, country: us }]', /two capital letters/],
  ['places: [{ cidr: 10.0.0.0/8, country: UK }]', /write `GB`/],
  ['places: [{ cidr: 10.0.0.0/8, country: SU }]', /is no code of ISO 3166-1/],
  ['places: [{ cidr: 10.0.0.0/8, country: QQ }]', /no country of ISO 3166-1/],
  ['places: [{ cidr: 10.0.0.0/8, country: EU }]', /no country of ISO 3166-1/],
  ['places: [{ cidr: 10.0.0.0/8, country: UA, region: "43" }]', /no ISO 3166-2 code/],
  [
    'places: [{ cidr: 10.0.0.0/8, country: UA }, { cidr: 10.0.0.0/8, country: US }]',
    /is the range of `places\[0\]` too/,
  ],
  ['places: [{ cidr: 0.0.0.0/0, country: US }]', /every address there is/],
  ['places: [{ cidr: "::/0", country: US }]', /every address there is/],
  ['places: [{ cidr: 10.0.0.0/8, country: US, region: UA-43 }]', /is no region of `US`/],
  ['trusted-proxies: { cidrs: [], header: forwarded }', /at least one entry/],
  ['trusted-proxies: { cidrs: [10.0.0.0/8], header: x-real-ip }', /is none of/],
  ['admin: { address: 127.0.0.1:8080 }', /is the address of `listen` too/],
  ['admin: { address: 0.0.0.0:8081 }', /takes tokens from other machines in the open/],
  ['admin: { address: 0.0.0.0:8081, insecure-plaintext: true }', /not the word `accepted`/],
  ['policy: { source: directory, path: policies }', /unsigned by nature/],
  ['policy: { source: bundle, path: policies }', /names nobody who could approve it/],
  ['policy: { source: git, path: policies, unsigned: accepted }', /is none of `directory`, `bundle`/],
  ['geo: { country: absent.mmdb }', /there is no such file/],
  ['geo: { country: policies }', /no regular file/],
  ['fleet: { key: "${FLEET_KEY}" }', /is used with `redis` or `control` only/],
  ['redis: { url: "rediss://redis.example" }', /needs `fleet/],
  ['process: { workers: 0 }', /neither `cores` nor a whole number of 1 to 128/],
  ['process: { workers: 129 }', /neither `cores` nor a whole number of 1 to 128/],
  ['process: { workers: 2 }', /write `1`, or let the gate follow a control/],
  // On a machine with one core too: settings are right or wrong wherever they are read.
  ['process: { workers: cores }', /write `1`, or let the gate follow a control/],
]

t.test('values that are not what they must be', async (t) => {
  const folder = settingsFolder(t)
  for (const [section, why] of cases) {
    const key = section.slice(0, section.indexOf(':'))
    const faults = folder.faults({ [key]: section })
    t.equal(faults.length, 1, section)
    t.match(faults[0]?.message, why, section)
    t.ok(faults.every(({ line, column }) => line > 0 && column > 0))
  }
})

const issuer = (more: string): string =>
  `issuers:\n  - { audience: gate, algorithms: [ES256], issuer: "https://login.example", ${more} }`
const issuers: readonly (readonly [text: string, why: RegExp])[] = [
  ['issuers: [{ audience: gate, algorithms: [HS256], issuer: "https://login.example" }]', /is none of/],
  ['issuers: [{ audience: gate, algorithms: [none], issuer: "https://login.example" }]', /is none of/],
  ['issuers: [{ audience: gate, algorithms: [ES256], issuer: "http://login.example" }]', /is not https/],
  ['issuers: [{ audience: gate, algorithms: [ES256], issuer: "http://localhost.example" }]', /is not https/],
  ['issuers: [{ audience: gate, algorithms: [ES256], issuer: "https://a:b@login.example" }]', /user name or password/],
  ['issuers: [{ audience: gate, algorithms: [ES256], issuer: "https://login.example?x" }]', /query or a fragment/],
  ['issuers: [{ audience: gate, algorithms: [ES256], issuer: "ftp://login.example" }]', /no https URL/],
  [issuer('max-token-age: 2d'), /out of range/],
  [issuer('mapping: { nationalities: ctry }'), /no evidence of citizenship/],
  [issuer('mapping: { us-person: address.country_code }'), /no evidence of citizenship/],
  [issuer('mapping: { nationalities: birthplace }'), /no evidence of citizenship/],
  [issuer('mapping: { immigration-status: locale }'), /no evidence of citizenship/],
  [issuer('mapping: { nationality: n }'), /is no setting/],
  [issuer('roles: { claim: r, values: { a: root } }'), /is none of `operator`/],
  [issuer('insecure-plaintext: accepted'), /is no setting/],
]

t.test('issuers that must not be trusted', async (t) => {
  const folder = settingsFolder(t)
  for (const [text, why] of issuers) t.match(folder.faults({ issuers: text }), [{ message: why }], text)
  t.match(
    folder.faults({
      issuers:
        'issuers:\n  - &a\n    issuer: https://login.example\n    audience: gate\n    algorithms: [ES256]'.replace(
          ' &a',
          ' ',
        ) + '\n  - { issuer: "https://login.example", audience: other, algorithms: [ES256] }',
    }),
    [{ setting: 'issuers[1].issuer', message: /is the issuer of `issuers\[0\]` too/ }],
  )
})

const upstream = (more: string): string => `upstreams:\n  - { name: one, dialect: openai, models: [m], ${more} }`

t.test('upstreams are https, without the version, and each model has one', async (t) => {
  const folder = settingsFolder(t)
  t.match(folder.faults({ upstreams: upstream('url: "http://api.example"') }), [{ message: /is not https/ }])
  t.equal(folder.load({ upstreams: upstream('url: "http://[::1]:9"') }).upstreams[0]?.url, 'http://[::1]:9')
  t.equal(
    folder.load({ upstreams: upstream('url: "http://api.example", insecure-plaintext: accepted') }).upstreams[0]?.url,
    'http://api.example',
  )
  t.match(folder.faults({ upstreams: upstream('url: "https://api.example/v1"') }), [
    { message: /ends with the version/ },
  ])
  t.match(folder.faults({ upstreams: upstream('url: "https://api.example/"') }), [{ message: /ends with a slash/ }])
  const second = (dialect: string): string =>
    `${upstream('url: "https://a.example"')}\n  - { name: two, dialect: ${dialect}, url: "https://b.example", models: [x, m] }`
  t.match(folder.faults({ upstreams: second('openai') }), [
    { setting: 'upstreams[1].models[1]', message: /stands at `upstreams\[0\]` too/ },
  ])
  t.equal(folder.load({ upstreams: second('anthropic') }).upstreams.length, 2)
})

t.test('redis is TLS, loopback, or said to be in the open', async (t) => {
  const folder = settingsFolder(t)
  const fleet = { fleet: 'fleet: { key: "${FLEET_KEY}" }' }
  const redis = (text: string): Readonly<Record<string, string>> => ({ ...fleet, redis: `redis: { ${text} }` })
  t.match(folder.faults(redis('url: "redis://redis.example"')), [{ message: /is not `rediss:\/\/`/ }])
  t.match(folder.faults(redis('url: "http://redis.example"')), [{ message: /starts neither with/ }])
  t.match(folder.faults(redis('url: "rediss://redis.example/db"')), [{ message: /no database number/ }])
  for (const text of ['url: "redis://127.0.0.1:6379"', 'url: "redis://redis.example", insecure-plaintext: accepted']) {
    t.ok(folder.load(redis(text)).redis)
  }
})

t.test('Vertex AI has one project and one location, and nothing else has either', async (t) => {
  const folder = settingsFolder(t)
  const place = 'project: acme-ai, location: us-central1'
  const vertex = (more: string): string =>
    `upstreams:\n  - { name: one, dialect: vertex, url: "https://api.example", models: [m]${more} }`
  t.strictSame(folder.load({ upstreams: vertex(`, ${place}`) }).upstreams[0]?.path, {
    project: 'acme-ai',
    location: 'us-central1',
  })
  t.match(folder.faults({ upstreams: vertex(', project: acme-ai') }), [{ message: /needs `location` beside it/ }])
  t.match(folder.faults({ upstreams: upstream(`url: "https://api.example", ${place}`) }), [
    { setting: 'upstreams[0].project', message: /belongs to Vertex AI alone/ },
    { setting: 'upstreams[0].location' },
  ])
})

t.test(
  'a server of OpenAI’s API bounds its output by one field or by either, OpenAI by either, and no other API is asked',
  async (t) => {
    const folder = settingsFolder(t)
    const limited = (dialect: string, field: string): string =>
      `upstreams:\n  - { name: one, dialect: ${dialect}, url: "https://api.example", models: [m], output-limit: ${field} }`
    for (const field of ['either', 'max_tokens', 'max_completion_tokens']) {
      t.equal(folder.load({ upstreams: limited('openai', field) }).upstreams[0]?.outputLimit, field)
    }
    for (const [host, expected] of [
      ['api.openai.com', 'either'],
      ['eu.api.openai.com', 'either'],
      ['api.openai.com.example', null],
      ['api-openai.com', null],
    ] as const) {
      const { upstreams } = folder.load({
        upstreams: `upstreams:\n  - { name: one, dialect: openai, url: "https://${host}", models: [m] }`,
      })
      t.equal(upstreams[0]?.outputLimit, expected, host)
    }
    const said = limited('openai', 'max_tokens').replace('api.example', 'api.openai.com')
    t.equal(folder.load({ upstreams: said }).upstreams[0]?.outputLimit, 'max_tokens', 'what is said goes before')
    t.match(folder.faults({ upstreams: limited('openai', 'num_predict') }), [{ setting: 'upstreams[0].output-limit' }])
    t.match(folder.faults({ upstreams: limited('azure', 'either') }), [
      { message: /belongs to `dialect: openai` alone/ },
    ])
  },
)
