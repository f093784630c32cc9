// docs/fleet.md: its settings and its commands, in order, around a real control and a real gate.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openAllotments } from '../../src/control/allotments.ts'
import { controlRoutes } from '../../src/control/routes.ts'
import { demoDatabase } from '../../src/demo/database.ts'
import { startProvider } from '../../src/demo/provider.ts'
import { audience } from '../../src/demo/world.ts'
import { until } from '../support/fleet.ts'
import { keyFiles, runPolicy } from '../support/officers.ts'
import { freePort } from '../support/redis.ts'
import { withCurl } from './desk.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/fleet.md'), 'utf8')
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '')

t.test('every command runs, in order', { timeout: 600_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-fleet-page-'))
  const provider = await startProvider({ audience, now: Date.now() })
  const children: ChildProcess[] = []
  t.teardown(async () => {
    for (const child of children) child.kill('SIGKILL')
    await provider.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const at = (name: string): string => join(folder, name)
  cpSync(join(root, 'policies'), at('policies'), { recursive: true })
  for (const name of ['bob', 'cyd', 'eve']) keyFiles(folder, name)
  const signing = runPolicy(
    'build',
    at('policies'),
    '-o',
    at('june.bundle'),
    '--registers',
    at('june.registers'),
    '--author',
    'ann',
  )
  t.equal(signing.code, 0, signing.err)
  for (const [file, name] of [
    ['june.bundle', 'bob'],
    ['june.bundle', 'cyd'],
    ['june.registers', 'eve'],
  ] as const)
    t.equal(runPolicy('sign', at(file), '--key', at(`${name}.pem`)).code, 0)
  writeFileSync(at('officer.jwt'), await provider.token('compliance'), { mode: 0o600 })
  writeFileSync(at('places.mmdb'), demoDatabase(Date.now()))

  const control = `http://127.0.0.1:${await freePort()}`
  const here = (text: string): string =>
    text
      .replaceAll('127.0.0.1:9443', control.slice(7))
      .replace('https://login.example.com', provider.issuer)
      .replace('https://models.example.com', audience)
      .replaceAll('portcullis-', '')
  const [settings = ''] = blocks('yaml')
  writeFileSync(
    at('portcullis.yaml'),
    `${here(settings)}
listen: { address: "127.0.0.1:0" }
admin: { address: "127.0.0.1:0" }
upstreams: [{ name: stand-in, dialect: openai, url: "http://127.0.0.1:9", models: [fable-5] }]
geo: { country: places.mmdb, demo-data: accepted }
log: { path: state/log }
`,
  )
  mkdirSync(at('state'))
  withCurl(at('.bin'))
  const command = `#!/bin/sh\nexec env -i PATH="$PATH" "${process.execPath}" "${join(root, 'src/main.ts')}" "$@"\n`
  writeFileSync(at('.bin/portcullis'), command)
  chmodSync(at('.bin/portcullis'), 0o755)
  const env = { PATH: `${at('.bin')}:${process.env['PATH']}`, CONTROL: control }
  const start = async (
    script: string,
    ready: string,
  ): Promise<{ readonly line: Record<string, string>; readonly child: ChildProcess }> => {
    const child = spawn('sh', ['-euc', `exec ${script}`], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    let output = ''
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      output += String(chunk)
      const line = output.split('\n').find((one) => one.includes(`"msg":"${ready}"`))
      if (line !== undefined) {
        child.stdout.resume()
        return { line: JSON.parse(line) as Record<string, string>, child }
      }
    }
    throw new Error(`it ended: ${output}`)
  }
  const run = (script: string): string => {
    const { stdout, stderr, status } = spawnSync('sh', ['-euc', script], { cwd: folder, env, encoding: 'utf8' })
    t.equal(status, 0, `${script}${stderr}`)
    return stdout
  }
  const [key = '', first = '', publish = '', gate = '', status = '', watch = '', suspend = '', acts = '', ...others] =
    blocks('sh').map(here)
  const [backup = '', ...more] = others
  t.same(more, [])

  run(key)
  const { child: running } = await start(first, 'controlling')
  t.match(run(publish), /^Policy serial 1, registers serial 1, published /)
  const {
    line: { admin },
  } = await start(gate, 'serving')
  await until('it is confirmed', async () => {
    const { checks } = (await (await fetch(`${admin}/readyz`)).json()) as { checks: { name: string; ok: boolean }[] }
    return checks.find(({ name }) => name === 'fleet')?.ok === true
  })
  await until('it has said so', async () => / enforced +1 /.test(run(status)))
  const { status: readiness, checks } = JSON.parse(run(watch)) as { status: string; checks: { name: string }[] }
  t.equal(readiness, 'ready')
  const rows = page.slice(page.indexOf('| check |'), page.indexOf('Every route'))
  const named = [...rows.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => cell.replaceAll('`', '').split(', '))
  t.same(named.toSorted(), checks.map(({ name }) => name).toSorted(), 'the checks of the page')
  t.match(run(suspend), /^Closed for everyone since/)
  const found = run(acts)
  for (const record of [
    /policy\.published[\s\S]*?ended +in_force[\s\S]*?subject +hk1:/,
    /suspension\.begun[\s\S]*?wrong weights served/,
    /revocation\.begun[\s\S]*?left the company/,
    /The log is intact\.[\s\S]*control\/0: intact[\s\S]*gate\/0: intact/,
  ])
    t.match(found, record)

  running.kill('SIGTERM')
  t.same(await once(running, 'exit'), [0, null])
  run(backup)
  t.ok(existsSync(at('control.tgz')))
  for (const name of readdirSync(at('control')))
    t.ok(page.includes(`| \`control/${name}\` |`), `the page says what control/${name} holds`)
})

t.test('what the page says of control is so', async (t) => {
  for (const [route, access] of Object.entries(controlRoutes))
    t.equal(page.includes(`\`${route}\``), access !== 'gates', route)
  const [account = ''] = blocks('json')
  const file = join(t.testdir({ 'allotments.json': account }), 'allotments.json')
  const allotments = await openAllotments(file)
  t.same([...allotments.handedOut()], [['some-license', 500_000]])
  await allotments.close()
})
