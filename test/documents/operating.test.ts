// docs/operating.md: its commands run in order around a real `serve`; its tables are the listener's own; what it says of lost files happens.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { checkWords, exitWords, fileWords } from '../../docs/operating-words.ts'
import { adminRoutes } from '../../src/admin/routes.ts'
import { exitCodes } from '../../src/commands/exit-codes.ts'
import { openLog, verifyLog } from '../../src/decision-log/index.ts'
import { systemClock } from '../../src/vocabulary/clock.ts'
import { gateFor } from '../support/gate.ts'
import { surroundings } from '../support/serve.ts'
import { withCurl } from './desk.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/operating.md'), 'utf8')
const scripts = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text ?? '')

t.test('every command runs, in order, around one gate', { timeout: 240_000 }, async (t) => {
  const around = await surroundings(t)
  const { folder } = around
  // Written as by whoever follows the settings; the page's own command starts it.
  const log = '{ path: state/log, key: state/log-key.pem }'
  await (await around.serve('', { log })).end('SIGTERM')
  rmSync(join(folder, 'state'), { recursive: true })
  cpSync(around.policies, join(folder, 'policies'), { recursive: true })
  const bin = join(folder, '.bin')
  withCurl(bin)
  const command = `#!/bin/sh\nexec env -i PATH="$PATH" "${process.execPath}" "${join(root, 'src/main.ts')}" "$@"\n`
  writeFileSync(join(bin, 'portcullis'), command)
  chmodSync(join(bin, 'portcullis'), 0o755)
  const env: Record<string, string> = { PATH: `${bin}:${process.env['PATH']}` }
  const run = (script = ''): string => {
    const { stdout, stderr, status } = spawnSync('sh', ['-euc', script], { cwd: folder, env, encoding: 'utf8' })
    t.equal(status, 0, `${script}${stderr}`)
    return stdout
  }
  const [start = '', ready, stop, backup, test, ...more] = scripts
  t.same(more, [])

  const child = spawn('sh', ['-euc', `exec ${start}`], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  let output = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += String(chunk)
    if (output.includes('"msg":"serving"')) break
  }
  child.stdout.resume()
  const line = output.split('\n').find((one) => one.includes('"msg":"serving"')) ?? ''
  Object.assign(env, { ADMIN: (JSON.parse(line) as { admin: string }).admin, PID: String(child.pid) })
  const { checks } = JSON.parse(run(ready)) as { checks: { name: string }[] }
  t.same(
    checks.map(({ name }) => name),
    // One more with several workers.
    Object.keys(checkWords).filter((name) => name !== 'workers'),
    'the checks of the page, in the order of the page',
  )
  run(stop)
  t.same(await exited, [exitCodes.done, null])
  t.match(run(backup), /The log is intact\./)
  t.ok(existsSync(join(folder, 'backup.tgz')))
  run(test)

  const known = Object.keys(fileWords).map(
    (path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('<log>', '[^/]+').replaceAll('<n>', '\\d+')}$`),
  )
  const found = readdirSync(join(folder, 'state'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  t.ok(found.length > 8)
  for (const path of found)
    t.ok(
      known.some((form) => form.test(path)),
      path,
    )
})

t.test('what the page says of a lost file happens', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-lost-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const open = async (name: string): Promise<void> => {
    const options = { clock: systemClock, appendTimeoutMs: 5_000, onPoisoned: () => {}, origin: 'a/b' }
    const log = await openLog({
      ...options,
      path: join(folder, name, 'log'),
      keyFile: join(folder, name, 'log-key.pem'),
    })
    await log.close()
  }
  await open('state')
  const starts: Readonly<Record<string, boolean>> = {
    'state/log-key.pem': false,
    'state/log-key.pem.pub': true,
    'state/log/hk1.key': false,
    'state/log/roster/<log>.note': false,
    'state/log/roster/<log>.vkey': true,
    'state/log/<log>/seg/<n>.ndjson': false,
    'state/log/<log>/checkpoint': true,
    'state/log/<log>/checkpoints': true,
    'state/log/<log>/lock': true,
  }
  for (const [path, does] of Object.entries(starts)) {
    t.ok(path in fileWords, path)
    t.equal(/not start|does not go on/.test(fileWords[path]?.lost ?? ''), !does, `${path}: the page says so`)
    cpSync(join(folder, 'state'), join(folder, 'lost'), { recursive: true })
    const real = path.replace('state/', 'lost/').replaceAll('<log>', 'a~b').replace('<n>', '0000000000000000')
    rmSync(join(folder, real))
    const isIntact = async (): Promise<boolean> => (await verifyLog({ directory: join(folder, 'lost/log') })).intact
    const isNoticed = /until (then|the next start) `log verify` says/.test(fileWords[path]?.lost ?? '')
    if (isNoticed) t.notOk(await isIntact(), `${path}: the verifier before the next start`)
    const started = await open('lost').then(
      () => true,
      () => false,
    )
    t.equal(started, does, path)
    if (isNoticed) t.ok(await isIntact(), `${path}: the verifier after it`)
    rmSync(join(folder, 'lost'), { recursive: true })
  }
})

t.test('who may call a route is who the page says', async (t) => {
  const world = await gateFor(t)
  for (const [name, { access }] of Object.entries(adminRoutes)) {
    const [method = '', path = ''] = name.split(' ')
    const url = `${world.gateway.admin}${path.replace(':id', '019782f4-6d2e-7c31-9d0a-52e1c2a4b7f0')}`
    const { status } = await fetch(url, { method })
    t.equal(status, access === 'anybody' ? 200 : 401, name)
    if (access === 'anybody') continue
    for (const role of ['operator', 'compliance', 'auditor', 'enforcement-point'] as const) {
      const headers = { authorization: `Bearer ${await world.provider.token(role)}`, 'content-type': 'text/plain' }
      const asked = await fetch(url, { method, headers, ...(method === 'POST' ? { body: 'x' } : {}) })
      t.equal(asked.status === 403, !access.includes(role), `${name} as ${role}: ${asked.status}`)
    }
  }
})

t.test('every exit code stands on the page', async (t) => {
  for (const [name, code] of Object.entries(exitCodes)) {
    t.ok(page.includes(`| ${code} | ${exitWords[name as keyof typeof exitCodes]} |`), name)
  }
})
