// TLS and ACL with a real redis-server: whoever is not whom the settings name is refused and an alarm, and the gate goes on by itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { certificate } from '../support/certificate.ts'
import { freePort } from '../support/redis.ts'
import { startServer } from '../support/redis-servers.ts'
import { connectedGate, gate, hour, settled, type TestGate, until } from './gates.ts'
import { bindings, cached, noon } from './samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'portcullis-tls-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const own = certificate('redis')
for (const [name, text] of Object.entries({ cert: own.cert, key: own.key })) writeFileSync(join(folder, name), text)
const at = (name: string): string => join(folder, name)
/** What a gate needs of an ACL, and nothing else. */
const acl = '--user gate on >hush ~portcullis:* &portcullis:* -@all +getrange +set +ping +select +publish +subscribe'
const plain = await startServer(acl.split(' '))
t.teardown(() => plain.stop())
const tlsPort = await freePort()
const files = ['--tls-cert-file', at('cert'), '--tls-key-file', at('key'), '--tls-ca-cert-file', at('cert')]
const secure = await startServer(['--port', '0', '--tls-port', `${tlsPort}`, '--tls-auth-clients', 'no', ...files])
t.teardown(() => secure.stop())
const secureUrl = `rediss://127.0.0.1:${tlsPort}`

const value = cached()
async function goesOn(cache: TestGate): Promise<boolean> {
  cache.put('key', bindings, value, noon, noon + hour)
  return (await cache.fetch('other', bindings, noon)) === undefined && cache.peek('key', bindings, noon) !== undefined
}

t.test('a user of the ACL may do what a gate does, and nothing else', async (t) => {
  const url = `redis://gate:hush@127.0.0.1:${plain.port}`
  const [writer, reader] = [await connectedGate(t, { url }), await connectedGate(t, { url })]
  writer.put('key', bindings, value, noon, noon + hour)
  await settled(writer)
  t.same(await reader.fetch('key', bindings, noon), value)
  t.match(reader.metrics, { errors: 0, poisoned: 0 })
  t.same(reader.alarms, [])
})

t.test('a password that is wrong is an alarm, and the gate goes on', async (t) => {
  const cache = gate(t, { url: `redis://gate:wrong@127.0.0.1:${plain.port}` })
  await until(() => cache.alarms.length > 0 && cache.states.length > 0, 'it is said')
  t.match(cache.alarms, [{ why: /WRONGPASS/ }])
  t.match(cache.states, [{ state: 'down' }])
  t.ok(await goesOn(cache))
  t.notMatch(JSON.stringify([cache.alarms, cache.states]), /wrong|hush/)
})

t.test('a certificate of the CA and for the name that the settings say is taken', async (t) => {
  for (const serverName of [null, 'localhost']) {
    const tls = { ca: own.cert, serverName }
    const [writer, reader] = [
      await connectedGate(t, { url: secureUrl, tls }),
      await connectedGate(t, { url: secureUrl, tls }),
    ]
    writer.put(`by ${serverName}`, bindings, value, noon, noon + hour)
    await settled(writer)
    t.same(await reader.fetch(`by ${serverName}`, bindings, noon), value)
    t.same(reader.alarms, [])
  }
})

for (const [what, tls, why] of [
  ['of another CA', { ca: certificate('redis').cert, serverName: null }, /certificate/],
  ['of a CA that nobody named', null, /certificate/],
  ['for another name', { ca: own.cert, serverName: 'redis.example' }, /altnames/],
] as const) {
  t.test(`a certificate ${what} is refused and an alarm, and the gate goes on`, async (t) => {
    const cache = gate(t, { url: secureUrl, tls })
    await until(() => cache.alarms.length > 0 && cache.states.length > 0, 'it is said')
    t.match(cache.alarms, [{ why }])
    t.match(cache.states, [{ state: 'down', why }])
    t.ok(await goesOn(cache))
    t.equal(cache.alarms.length, 1)
    t.equal(cache.metrics.redis, 'down')
  })
}
