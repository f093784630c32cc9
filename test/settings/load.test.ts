import { join } from 'node:path'
import t from 'tap'
import { loadSettings, SettingsError } from '../../src/settings/index.ts'
import { sections, settingsFolder } from './folder.ts'

t.test('a small file gives every setting, with defaults for what it does not say', async (t) => {
  const folder = settingsFolder(t)
  const { digest, ...settings } = folder.load()
  t.match(digest, /^sha256:[0-9a-f]{64}$/)
  t.strictSame(settings, {
    listen: { host: '127.0.0.1', port: 8080, tls: null, use451: false, http2: false },
    admin: { host: '127.0.0.1', port: 8081, tls: null },
    issuers: [
      {
        issuer: 'https://login.example',
        audience: 'https://gate.example',
        algorithms: ['ES256'],
        tokenType: 'at+jwt',
        maxTokenAgeS: 3600,
        mapping: {},
        assurance: [],
        organization: 'when-claimed',
        stepUp: null,
        roles: null,
      },
    ],
    upstreams: [
      {
        name: 'one',
        dialect: 'openai',
        url: 'https://api.example',
        credential: 'sk-from-the-environment',
        sigv4: null,
        timeouts: { connectMs: 5_000, headersMs: 600_000, bodyIdleMs: 300_000 },
        path: {},
        outputLimit: null,
        models: ['mythos-5'],
      },
    ],
    trustedProxies: null,
    defaultModels: [],
    places: [],
    geo: { country: join(folder.path, 'country.mmdb'), anonymizer: null, demoData: false, nat64Prefixes: [] },
    policy: {
      source: 'directory',
      path: join(folder.path, 'policies'),
      registers: null,
      unsignedAccepted: true,
      signers: [],
      threshold: 2,
      registersThreshold: 1,
    },
    redis: null,
    fleet: null,
    log: {
      path: join(folder.path, 'state/log'),
      keyFile: join(folder.path, 'state/log-key.pem'),
      appendTimeoutMs: 2_000,
    },
    limits: { bodyBytes: 4_194_304, uploadBytes: 54_525_952, inFlight: 1_024, connections: 4_096 },
    clock: { uncertaintyMs: 250 },
    workers: 1,
  })
})

t.test('every key can be set', async (t) => {
  const folder = settingsFolder(t)
  folder.write('anonymizer.mmdb', 'x')
  const settings = folder.load({
    listen: 'listen: { address: "[::1]:0", use-451: true }',
    admin: 'admin: { address: 0.0.0.0:9090, insecure-plaintext: accepted }',
    issuers: `issuers:
  - issuer: http://127.0.0.1:4000
    audience: gate
    algorithms: [EdDSA, RS256]
    token-type: JWT
    max-token-age: 10m
    mapping: { organization: org_id, nationalities: /claims/nationalities }
    assurance: [high]
    organization: always-asserted
    step-up: { acr-values: [loa3] }
    roles: { claim: groups, values: { gate-operators: operator, "NO": auditor } }`,
    'trusted-proxies': 'trusted-proxies: { cidrs: [10.0.0.0/8, "2001:db8::1"], header: forwarded }',
    places: 'places: [{ cidr: 192.0.2.0/24, country: "NO" }, { cidr: 198.51.100.0/24, country: UA, region: UA-43 }]',
    'default-models': 'default-models: [{ operation: openai.moderations.create, model: open-1 }]',
    geo: 'geo: { country: country.mmdb, anonymizer: anonymizer.mmdb, demo-data: accepted, nat64-prefixes: ["64:ff9b::/96"] }',
    redis: 'redis: { url: "rediss://u:${FLEET_KEY}@redis.example:6380/1", command-timeout: 30ms }',
    fleet: 'fleet: { key: "${FLEET_KEY}" }',
    log: 'log: { path: /var/log/portcullis, key: key.pem, append-timeout: 500ms }',
    limits: 'limits: { body-bytes: 1MiB, upload-bytes: 2MiB, in-flight: 7, connections: 9 }',
    clock: 'clock: { uncertainty: 0ms }',
  })
  t.match(settings, {
    listen: { host: '::1', port: 0, use451: true },
    admin: { host: '0.0.0.0' },
    trustedProxies: { cidrs: ['10.0.0.0/8', '2001:db8::1/128'], header: 'forwarded' },
    places: [
      { cidr: '192.0.2.0/24', country: 'NO', region: null },
      { cidr: '198.51.100.0/24', country: 'UA', region: 'UA-43' },
    ],
    defaultModels: [{ operation: 'openai.moderations.create', model: 'open-1' }],
    geo: { demoData: true, nat64Prefixes: ['64:ff9b::/96'] },
    log: { path: '/var/log/portcullis', keyFile: join(folder.path, 'key.pem'), appendTimeoutMs: 500 },
    limits: { bodyBytes: 1_048_576, uploadBytes: 2_097_152, inFlight: 7, connections: 9 },
    clock: { uncertaintyMs: 0 },
    redis: { commandTimeoutMs: 30 },
  })
  t.equal(settings.redis?.key.length, 32)
  t.match(settings.issuers[0], {
    maxTokenAgeS: 600,
    mapping: { organization: 'org_id', nationalities: '/claims/nationalities' },
    stepUp: { acrValues: ['loa3'] },
    roles: { claim: 'groups', values: { 'gate-operators': 'operator', NO: 'auditor' } },
  })
})

t.test('a fault is shown with file, line, column, the line and a caret', async (t) => {
  const folder = settingsFolder(t)
  const file = join(folder.path, 'portcullis.yaml')
  t.equal(
    folder.message({ clock: 'clock:\n  uncertainty: 10' }),
    `one fault in the settings, nothing was started

${file}:24:16: \`clock.uncertainty\`: \`10\` is no duration: write a duration such as \`250ms\`, \`10s\`, \`5m\`, \`1h\` or \`7d\`
24 |   uncertainty: 10
                    ^`,
  )
})

t.test('all faults come out in one run, in the order of the file', async (t) => {
  const folder = settingsFolder(t)
  const faults = folder.faults({
    listen: 'listen: { address: somewhere, tls: { cert: absent.pem, key: absent.pem } }',
    admin: 'admin: { adress: 127.0.0.1:8081 }',
    issuers: 'issuers: []',
    upstreams:
      'upstreams:\n  - { name: a, dialect: openai, url: "https://x.example/v1", credential: "${ABSENT}", models: [m, m] }',
    geo: null,
    policy: 'policy: { source: bundle, path: policies, signers: [a] }',
    clock: 'clock: text',
  })
  t.strictSame(
    faults.map(({ code, setting }) => `${code} ${setting}`),
    [
      'missing geo',
      'wrong-value listen.address',
      'wrong-value listen.tls.cert',
      'wrong-value listen.tls.key',
      'missing admin.address',
      'unknown-key admin.adress',
      'wrong-value issuers',
      'wrong-value upstreams[0].url',
      'reference upstreams[0].credential',
      'wrong-value upstreams[0].models[1]',
      'wrong-value policy.signers',
      'wrong-value policy.signers[0]',
      'wrong-value clock',
    ],
  )
})

t.test('a file that cannot be read is refused by name', async (t) => {
  const folder = settingsFolder(t)
  const file = (name: string): string => join(folder.path, name)
  folder.write('latin1.yaml', Buffer.from('listen: \xe9', 'latin1'))
  t.throws(() => loadSettings(file('absent.yaml'), {}), {
    message: /absent\.yaml: cannot be read: there is no such file/,
  })
  t.throws(() => loadSettings(folder.path, {}), { message: /is no regular file/ })
  t.throws(() => loadSettings(file('latin1.yaml'), {}), { message: /it is no UTF-8 text/ })
})

t.test('a file that is no YAML of ours is refused with its places', async (t) => {
  const folder = settingsFolder(t)
  const cases = {
    'an anchor': 'clock: &c { uncertainty: 0ms }',
    'a duplicate key': 'clock: { uncertainty: 0ms, uncertainty: 1s }',
    'a tag': 'clock: !!map { uncertainty: 0ms }',
    'an open quote': 'clock: "x',
  }
  for (const [name, clock] of Object.entries(cases)) {
    const [fault] = folder.faults({ clock })
    t.match(fault, { shown: /portcullis\.yaml:\d+:\d+: / }, name)
  }
})

t.test('what the design knows and this version does not serve is refused in so many words', async (t) => {
  const folder = settingsFolder(t)
  const cases: readonly Readonly<Record<string, string>>[] = [
    { 'trusted-proxies': 'trusted-proxies: { cidrs: [10.0.0.0/8], header: forwarded, proxy-protocol: v2 }' },
    { log: `${sections['log']}\n  require-witness: true` },
    { limits: 'limits: { hosted-tools: allow }' },
    { limits: 'limits: { remote-content: allow }' },
  ]
  for (const changes of cases) {
    const faults = folder.faults(changes)
    t.strictSame(
      faults.map(({ code }) => code),
      ['not-built'],
      Object.values(changes).at(-1)?.split('\n').at(-1) ?? '',
    )
    t.match(faults[0]?.message, /is not built yet/)
  }
})

t.test('the digest changes with what can change a decision, and not with secrets or with one machine', async (t) => {
  const folder = settingsFolder(t)
  const base = folder.load().digest
  const same: readonly Readonly<Record<string, string>>[] = [
    { listen: 'listen: { address: 127.0.0.1:9999 }' },
    { log: 'log: { path: elsewhere }' },
  ]
  for (const changes of same) t.equal(folder.load(changes).digest, base)
  t.equal(folder.load({}, { UPSTREAM_KEY: 'another' }).digest, base)
  const different: readonly Readonly<Record<string, string>>[] = [
    { listen: `${sections['listen']}\n  use-451: true` },
    { issuers: `${sections['issuers']}\n    max-token-age: 2h` },
    { issuers: `${sections['issuers']}\n    organization: always-asserted` },
    { upstreams: sections['upstreams']?.replace('api.example', 'api2.example') ?? '' },
    { places: 'places: [{ cidr: 10.0.0.0/8, country: US }]' },
    { 'trusted-proxies': 'trusted-proxies: { cidrs: [10.0.0.0/8], header: forwarded }' },
    { geo: 'geo: { country: country.mmdb, demo-data: accepted }' },
    { clock: 'clock: { uncertainty: 1ms }' },
    { limits: 'limits: { body-bytes: 1MiB }' },
  ]
  const digests = different.map((changes) => folder.load(changes).digest)
  t.equal(new Set([base, ...digests]).size, different.length + 1)
})

t.test('the digest holds no secret', async (t) => {
  const folder = settingsFolder(t)
  const one = folder.load({
    redis: 'redis: { url: "rediss://u:${FLEET_KEY}@redis.example" }',
    fleet: 'fleet: { key: "${FLEET_KEY}" }',
  })
  t.equal(one.digest, folder.load().digest)
})

t.test('an error of the settings has a code', async (t) => {
  const folder = settingsFolder(t)
  try {
    folder.load({ clock: 'clock: x' })
    t.fail('accepted')
  } catch (error) {
    t.ok(error instanceof SettingsError)
    t.match(error, { code: 'settings_invalid' })
  }
})
