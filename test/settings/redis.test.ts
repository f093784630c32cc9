// Where the gates of a fleet share what they know: three ways to Redis, and what belongs to each.
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { settingsFolder, environment as usual } from './folder.ts'

t.test(
  'redis is one server, Sentinels with their master, or a Cluster, and has only the keys that belong to it',
  async (t) => {
    const folder = settingsFolder(t)
    const environment = {
      ...usual,
      FLEET_KEY: randomBytes(32).toString('hex'),
      PASSWORD: 'hush-hush',
      OTHER_KEY: randomBytes(32).toString('hex'),
    }
    const of = (text: string, fleet = ''): Readonly<Record<string, string>> => ({
      fleet: `fleet: { key: "\${FLEET_KEY}"${fleet} }`,
      redis: `redis: { ${text} }`,
    })
    t.match(
      folder.load(
        of('sentinels: ["127.0.0.1:26379", "[::1]:26380"], master: gates, user: u, password: "${PASSWORD}"'),
        environment,
      ).redis,
      {
        servers: {
          kind: 'sentinel',
          sentinels: [
            { host: '127.0.0.1', port: 26379 },
            { host: '::1', port: 26380 },
          ],
          master: 'gates',
          user: 'u',
          password: 'hush-hush',
          sentinelUser: null,
        },
        tls: null,
        previousKey: null,
      },
    )
    t.match(
      folder.load(
        of('cluster: ["redis.example:7000"], tls: { server-name: redis.example }', ', previous-key: "${OTHER_KEY}"'),
        environment,
      ).redis,
      {
        servers: { kind: 'cluster', nodes: [{ host: 'redis.example', port: 7000 }], user: null },
        tls: { ca: null, serverName: 'redis.example' },
        previousKey: Buffer.from(environment.OTHER_KEY, 'hex'),
      },
    )
    for (const [text, why, fleet] of [
      ['command-timeout: 20ms', /names no servers/],
      ['url: "redis://127.0.0.1", cluster: ["127.0.0.1:7000"]', /one way to the servers/],
      ['sentinels: ["127.0.0.1:26379"]', /needs `master`/],
      ['cluster: ["127.0.0.1:7000"], master: gates', /belongs to `sentinels`/],
      ['url: "redis://127.0.0.1", password: "${PASSWORD}"', /belongs into the URL/],
      ['url: "redis://127.0.0.1", tls: {}', /not used by `redis:/],
      ['cluster: ["127.0.0.1:7000"], user: u', /needs `password`/],
      ['cluster: ["127.0.0.1:7000"], password: hush-hush', /stands in the open/],
      ['cluster: ["redis.example:7000"]', /reached in the open/],
      ['cluster: ["redis.example"]', /is no `host:port`/],
      ['cluster: ["127.0.0.1:7000"], tls: { ca: missing.pem }', /cannot be opened/],
      ['url: "redis://127.0.0.1"', /is the key of now/, ', previous-key: "${FLEET_KEY}"'],
    ] as const) {
      const faults = folder.faults(of(text, fleet), environment)
      t.equal(faults.length, 1, text)
      t.match(faults, [{ message: why }], text)
      t.notMatch(JSON.stringify(faults), /hush-hush/, text)
    }
  },
)
