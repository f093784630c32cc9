// Nothing reaches a model API, or an admin page, beside the guard.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createAdminListener } from '../../src/admin/index.ts'
import { createDataListener } from '../../src/gateway/data-listener.ts'
import type { Parts } from '../../src/gateway/parts.ts'

const source = fileURLToPath(new URL('../../src', import.meta.url))
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
const naming = (word: RegExp): string[] =>
  files
    .filter((path) => word.test(readFileSync(join(source, path), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')))
    .sort()

t.test('a permit is made where its record was written, and nowhere else', async (t) => {
  t.strictSame(naming(/\bafterRecord\b/), ['enforcement/permit.ts', 'enforcement/record.ts'])
  t.strictSame(naming(/\.spend\(\)/), ['gateway/handle.ts', 'gateway/socket-relay.ts'])
})

t.test('one place sends requests to a model API', async (t) => {
  t.strictSame(naming(/new Pool\(/), ['gateway/upstreams.ts'])
  t.strictSame(naming(/from 'undici'/), [])
  t.strictSame(naming(/\.dispatch\(/), ['gateway/handle.ts'])
  t.strictSame(naming(/from 'ws'/), ['gateway/socket-end.ts', 'gateway/socket-handshakes.ts'])
  t.strictSame(naming(/new WebSocket\(/), ['gateway/socket-handshakes.ts'])
  t.strictSame(naming(/\bconnectUpstream\(/), ['gateway/socket-handshakes.ts', 'gateway/socket-relay.ts'])
})

t.test('a route on the data listener that is not guarded cannot be added', async (t) => {
  const app = createDataListener({ http: {} }, {} as Parts)
  t.throws(() => app.get('/rogue', async () => 'open'), { message: /a route without the guard: GET \/rogue/ })
})

t.test('an admin route that does not say who may call it cannot be added', async (t) => {
  const app = createAdminListener({ http: {} }, {
    gate: {},
    checks: () => [],
    metricsText: async () => '',
    metricsContentType: '',
  } as never)
  t.throws(() => app.get('/rogue', async () => 'open'), { message: /admin route without access: GET \/rogue/ })
})
