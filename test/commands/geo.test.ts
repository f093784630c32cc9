import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { demoDatabase } from '../../src/demo/database.ts'
import { bench, nested } from '../location/databases.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, 'geo', ...args], (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })

// The command judges by the real clock, so its databases are built by it.
const b = bench()
const yesterday = Math.floor(Date.now() / 1_000) - 86_400
const demo = b.put('demo.mmdb', demoDatabase(Date.now()))

t.test('a database that the gate would use is described, exit code 0', async (t) => {
  const { code, out } = await run('check', demo, '--demo-data')
  t.equal(code, 0)
  for (const line of [
    /^type +Portcullis-Demo-Country$/m,
    /^age +1 day$/m,
    /^licence +none/m,
    /^nodes +\d+$/m,
    /^regions +yes$/m,
  ])
    t.match(out, line)
  t.match(out, /ok {4}129\.187\.10\.25 +DE/)
  t.match(out, /The gate would serve from this file\.\n$/)
})

t.test('a database that it would refuse is described with every reason, exit code 2', async (t) => {
  const { code, out } = await run('check', b.put('old.mmdb', nested({ buildEpoch: yesterday })))
  t.equal(code, 2)
  t.match(out, /The gate would refuse this file:\n {2}its type `Test-Country` does not stand in the manifest/)
  const refused = await run('check', demo)
  t.equal(refused.code, 2)
  t.match(refused.out, /demo data/)
})

t.test('json is one document, plain is one fact a line', async (t) => {
  const json = await run('check', demo, '--demo-data', '--format', 'json')
  t.match(JSON.parse(json.out), {
    type: 'Portcullis-Demo-Country',
    kind: 'country',
    faults: [],
    canaries: [{ ok: true }, {}, {}],
  })
  const plain = await run('check', demo, '--demo-data', '--format', 'plain')
  t.match(plain.out, /^type\tPortcullis-Demo-Country$/m)
  t.match(plain.out, /^canary\t129\.187\.10\.25\tDE\tDE\tok$/m)
  t.match(plain.out, /^usable\ttrue$/m)
})

t.test('a canary that does not hold is shown', async (t) => {
  const bytes = Buffer.from(nested({ buildEpoch: yesterday }).toString('latin1').replaceAll('DE', 'FR'), 'latin1')
  const { code, out } = await run('check', b.put('swapped.mmdb', bytes), '--manifest', b.manifest)
  t.equal(code, 2)
  t.match(out, /WRONG 129\.187\.10\.25 +DE, found FR/)
})

t.test('what a file says of itself does not speak to the terminal', async (t) => {
  const file = b.put('escape.mmdb', nested({ buildEpoch: yesterday, description: '\u001b]0;owned\u0007\u202eabc' }))
  const { out } = await run('check', file, '--manifest', b.manifest)
  t.match(out, /\\u\{1b\}\]0;owned\\u\{7\}\\u\{202e\}abc/)
  t.notMatch(out, /\p{Cf}|[^\P{Cc}\n]/u)
})

t.test('what cannot be read is a fault, exit code 1, on standard error', async (t) => {
  const absent = await run('check', `${b.directory}/absent.mmdb`)
  t.match(absent, { code: 1, out: '', err: /ENOENT/ })
  t.match(await run('check', b.directory), { code: 1, out: '', err: /not a regular file/ })
  t.match(await run('check'), { code: 1, out: '', err: /missing required argument/ })
  t.match(await run('check', demo, '--format', 'xml'), { code: 1, out: '', err: /Allowed choices/ })
})

t.test('a file that is no database is read, and refused, exit code 2', async (t) => {
  const { code, out } = await run('check', b.put('text.mmdb', Buffer.from('<html>quota exceeded</html>')))
  t.equal(code, 2)
  t.match(out, /no MaxMind DB metadata/)
})

t.test('help starts with examples', async (t) => {
  for (const args of [['--help'], ['check', '--help']]) {
    const { code, out } = await run(...args)
    t.equal(code, 0)
    t.match(out, /^Examples:\n {2}portcullis geo check /)
  }
})
