import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { loadSettings } from '../../src/settings/index.ts'
import { root } from '../architecture/tree.ts'
import { environment, sections, settingsFolder } from './folder.ts'

t.test('switches that would undo the gate refuse to start', async (t) => {
  const folder = settingsFolder(t)
  const cases: readonly (readonly [env: NodeJS.ProcessEnv, why: RegExp])[] = [
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /turns off the verification/],
    [{ NODE_DEBUG: 'http' }, /prints headers/],
    [{ NODE_OPTIONS: '--inspect' }, /`--inspect` in NODE_OPTIONS opens a debugger/],
    [{ NODE_OPTIONS: '--max-old-space-size=512 --inspect-brk=0.0.0.0:9229' }, /opens a debugger/],
    [{ NODE_OPTIONS: '--inspect_wait' }, /opens a debugger/],
    [{ NODE_OPTIONS: '"--insecure-http-parser"' }, /accepts malformed HTTP/],
    [{ NODE_OPTIONS: '--tls-keylog=/tmp/keys' }, /decrypts/],
    [{ NODE_OPTIONS: '--require /tmp/x.js' }, /`--require \/tmp\/x\.js` in NODE_OPTIONS runs foreign code/],
    [{ NODE_OPTIONS: '-r /tmp/x.js' }, /runs foreign code/],
    [{ NODE_OPTIONS: '--import=file:///tmp/x.mjs' }, /runs foreign code/],
    [{ NODE_OPTIONS: '--experimental-loader ./x.mjs' }, /runs foreign code/],
    [{ NODE_OPTIONS: '--import "file:///tmp/a b.mjs"' }, /a b\.mjs/],
    [{ NODE_OPTIONS: '--tls-min-v1.0' }, /`--tls-min-v1\.0` .* TLS that is broken/],
    [{ NODE_OPTIONS: '--tls-min-v1.1' }, /TLS that is broken/],
    [{ NODE_OPTIONS: '--tls_max_v1.1' }, /TLS that is broken/],
    [{ NODE_OPTIONS: '--openssl-config=/tmp/x' }, /cryptography/],
    [{ NODE_OPTIONS: '--heapsnapshot-signal=SIGUSR2' }, /memory of the gate/],
    [{ NODE_OPTIONS: '--heapsnapshot-near-heap-limit=1' }, /memory of the gate/],
    [{ NODE_OPTIONS: '--report-on-signal' }, /memory of the gate/],
    [{ NODE_OPTIONS: '--report-uncaught-exception' }, /memory of the gate/],
    [{ OPENSSL_CONF: '/tmp/x' }, /cryptography/],
    [{ LD_PRELOAD: '/tmp/x.so' }, /LD_PRELOAD runs foreign code/],
  ]
  for (const [env, why] of cases) {
    t.match(folder.faults({}, { ...environment, ...env }), [{ code: 'switch', message: why }], JSON.stringify(env))
  }
})

t.test('switches that do no harm are fine', async (t) => {
  const folder = settingsFolder(t)
  const env = {
    ...environment,
    NODE_TLS_REJECT_UNAUTHORIZED: '1',
    NODE_OPTIONS: '--max-old-space-size=512 --disable-sigusr1 --inspector-free --tls-min-v1.3 --use-openssl-ca',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    SSL_CERT_FILE: '/etc/ca.pem',
    OPENSSL_CONF: '',
    LD_PRELOAD: '',
  }
  t.ok(folder.load({}, env))
})

t.test('a module that the settings list may be loaded, and no other', async (t) => {
  const folder = settingsFolder(t)
  const process = 'process: { preloads: ["@example/traces/register", "file:///opt/a.mjs"] }'
  const env = (options: string): NodeJS.ProcessEnv => ({ ...environment, NODE_OPTIONS: options })
  t.ok(folder.load({ process }, env('--import @example/traces/register --import=file:///opt/a.mjs')))
  t.match(folder.faults({ process }, env('--import @example/traces')), [{ code: 'switch' }])
  const library = { process: 'process: { preloads: [/usr/lib/libjemalloc.so.2] }' }
  const preloaded = (value: string): NodeJS.ProcessEnv => ({ ...environment, LD_PRELOAD: value })
  t.ok(folder.load(library, preloaded('/usr/lib/libjemalloc.so.2')))
  t.match(folder.faults(library, preloaded('/usr/lib/libjemalloc.so.2:/tmp/x.so')), [{ message: /\/tmp\/x\.so/ }])
})

t.test('switches of the command line count too', async (t) => {
  const folder = settingsFolder(t)
  folder.load()
  const env: NodeJS.ProcessEnv = environment
  const file = join(folder.path, 'portcullis.yaml')
  t.ok(loadSettings(file, env, ['--enable-source-maps']))
  t.throws(() => loadSettings(file, env, ['--inspect=0']), { message: /`--inspect` in the command line/ })
  t.throws(() => loadSettings(file, env, ['--import', 'x']), { message: /runs foreign code/ })
})

t.test('a process of its own sees its own switches', async (t) => {
  const folder = settingsFolder(t)
  folder.load({ upstreams: sections['upstreams']?.replace('    credential: ${UPSTREAM_KEY}\n', '') ?? '' })
  const program = `
    import { loadSettings } from ${JSON.stringify(new URL('src/settings/index.ts', `file://${root}/`))}
    try { loadSettings(${JSON.stringify(join(folder.path, 'portcullis.yaml'))}); console.log('fine') }
    catch (error) { console.log(error.faults.map((one) => one.message).join('; ')) }`
  // `env -u` takes out what the test runner puts into every child for its coverage.
  const run = (...switches: string[]): string =>
    spawnSync('env', ['-u', 'NODE_OPTIONS', process.execPath, ...switches, '--input-type=module', '-e', program])
      .stdout.toString()
      .trim()
  t.equal(run(), 'fine')
  t.match(run('--insecure-http-parser'), /accepts malformed HTTP/)
})
