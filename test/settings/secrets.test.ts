import { join } from 'node:path'
import t from 'tap'
import { environment, settingsFolder } from './folder.ts'

const upstream = (credential: string): string =>
  `upstreams:\n  - { name: one, dialect: openai, url: "https://api.example", models: [m], credential: ${credential} }`

t.test('a secret comes from the environment or from a file, whole or inside a text', async (t) => {
  const folder = settingsFolder(t)
  folder.write('key.txt', 'sk-from-a-file\n')
  const credential = (text: string): string | null | undefined =>
    folder.load({ upstreams: upstream(`"${text}"`) }).upstreams[0]?.credential
  t.equal(credential('${UPSTREAM_KEY}'), 'sk-from-the-environment')
  t.equal(credential('${file:key.txt}'), 'sk-from-a-file')
  t.equal(credential(`\${file:${join(folder.path, 'key.txt')}}`), 'sk-from-a-file')
  t.equal(credential('a-${UPSTREAM_KEY}-${file:key.txt}-z'), 'a-sk-from-the-environment-sk-from-a-file-z')
  t.equal(credential('$${-${UPSTREAM_KEY}'), '${-sk-from-the-environment')
})

t.test('what was put in is not read for further references', async (t) => {
  const folder = settingsFolder(t)
  const settings = folder.load({}, { UPSTREAM_KEY: '${HOME}', HOME: '/root' })
  t.equal(settings.upstreams[0]?.credential, '${HOME}')
})

t.test('an absent reference is named, once, and nothing else is said about its value', async (t) => {
  const folder = settingsFolder(t)
  folder.write('empty.txt', '\n')
  folder.write('big.txt', 'x'.repeat(70_000))
  folder.write('binary.txt', Buffer.from([0xff, 0xfe]))
  const cases: Readonly<Record<string, RegExp>> = {
    '${ABSENT}': /the environment has no `ABSENT`/,
    '${EMPTY}': /the environment variable `EMPTY` is empty/,
    '${toString}': /the environment has no `toString`/,
    '${not a name}': /names no variable/,
    '${file:absent.txt}': /absent\.txt` cannot be read: there is no such file/,
    '${file:empty.txt}': /empty\.txt` is empty/,
    '${file:big.txt}': /big\.txt` is larger/,
    '${file:binary.txt}': /binary\.txt` cannot be read: it is no UTF-8 text/,
    '${file:.}': /is no regular file/,
    '${file:}': /names no file/,
    '${OPEN': /is not closed/,
  }
  for (const [text, message] of Object.entries(cases)) {
    const faults = folder.faults({ upstreams: upstream(`"${text}"`) }, { ...environment, EMPTY: '' })
    t.strictSame(
      faults.map(({ code }) => code),
      ['reference'],
      text,
    )
    t.match(faults[0]?.message, message)
  }
})

t.test('a secret in the open is refused, and no message shows it', async (t) => {
  const folder = settingsFolder(t)
  const cases: readonly Readonly<Record<string, string>>[] = [
    { upstreams: upstream('sk-in-the-open') },
    // A fault on the same line shows the line.
    { upstreams: upstream('sk-in-the-open').replace('openai', 'nonsense') },
    // A misspelt key holds a secret all the same.
    { upstreams: upstream('sk-in-the-open').replace('credential:', 'credentials:') },
    // So does a file that is no YAML.
    { upstreams: upstream('sk-in-the-open').replace('}', ', &anchor }') },
    { redis: 'redis: { url: "rediss://u:sk-in-the-open@redis.example" }', fleet: 'fleet: { key: "${FLEET_KEY}" }' },
    { redis: 'redis: { url: "rediss://redis.example" }', fleet: 'fleet: { key: sk-in-the-open }' },
  ]
  for (const changes of cases) {
    const message = folder.message(changes)
    t.notMatch(message, /sk-in-the-open/, message)
    t.match(message, /\*{8}|stands in the open/)
  }
})

t.test('no message holds a value of the environment', async (t) => {
  const folder = settingsFolder(t)
  const env = { ...environment, WRONG: 'hush-hush with blanks' }
  const cases: readonly Readonly<Record<string, string>>[] = [
    { upstreams: upstream('"${WRONG}"') },
    { listen: 'listen: { address: "${WRONG}" }' },
    { clock: 'clock: { uncertainty: "${WRONG}" }' },
    { geo: 'geo: { country: "${WRONG}" }' },
    { places: 'places: [{ cidr: "${WRONG}", country: "${WRONG}" }]' },
    { redis: 'redis: { url: "${WRONG}" }', fleet: 'fleet: { key: "${WRONG}" }' },
    { issuers: 'issuers: [{ issuer: "${WRONG}", audience: "${WRONG}", algorithms: ["${WRONG}"] }]' },
    { listen: 'listen: { address: 127.0.0.1:1, tls: { cert: "${WRONG}", key: "${WRONG}" } }' },
  ]
  for (const changes of cases) t.notMatch(folder.message(changes, env), /hush-hush/)
})

t.test('a credential cannot end its header', async (t) => {
  const folder = settingsFolder(t)
  for (const value of ['a\r\nx-admin: 1', 'a b', 'ä', 'x'.repeat(5_000)]) {
    t.match(folder.faults({}, { ...environment, UPSTREAM_KEY: value }), [
      { setting: 'upstreams[0].credential', message: /visible ASCII/ },
    ])
  }
})

t.test('the fleet key is 32 random bytes', async (t) => {
  const folder = settingsFolder(t)
  const redis = { redis: 'redis: { url: "rediss://redis.example" }', fleet: 'fleet: { key: "${FLEET_KEY}" }' }
  const bytes = Buffer.from(environment['FLEET_KEY'] ?? '', 'hex')
  for (const text of [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')]) {
    t.strictSame(Buffer.from(folder.load(redis, { ...environment, FLEET_KEY: text }).redis?.key ?? []), bytes)
  }
  for (const text of ['short', '0'.repeat(64), 'ab'.repeat(31), Buffer.alloc(33, 'x').toString('base64')]) {
    t.match(folder.faults(redis, { ...environment, FLEET_KEY: text }), [{ setting: 'fleet.key' }])
  }
})
