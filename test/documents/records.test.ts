// docs/records.md: its commands run in the order in which they stand, against the log of a gate; what it says can be checked by hand
// comes out as `log verify` says, for a sound log and for one in which a byte was changed.
import { type ExecFileSyncOptions, execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startWorld } from '../../src/demo/world.ts'
import { recordWords } from '../../src/vocabulary/record-words.ts'
import { ask, records, scenarioInstant } from '../support/gate.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/records.md'), 'utf8')
const blocksOf = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '')

const folder = mkdtempSync(join(tmpdir(), 'portcullis-records-page-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const bin = join(folder, 'portcullis')
writeFileSync(bin, `#!/bin/sh\nexec env -i PATH="$PATH" "${process.execPath}" "${join(root, 'src/main.ts')}" "$@"\n`)
chmodSync(bin, 0o755)
const options: ExecFileSyncOptions & { encoding: 'utf8' } = {
  cwd: folder,
  env: { PATH: `${folder}:${join(process.execPath, '..')}:${process.env['PATH']}` },
  encoding: 'utf8',
  stdio: 'pipe',
}
const log = 'state/log'
const one = `${log}/local~portcullis~standalone~gate~0`
const scripts = blocksOf('sh')

/** What a decision, an outcome and most events look like, as a gate writes them. */
t.before(async () => {
  const world = await startWorld({ now: scenarioInstant })
  const tokenOf = (name: string) => world.provider.token(name)
  for (const persona of ['us-citizen', 'foreign-national', 'unverified'])
    await ask(world, { token: await tokenOf(persona), model: 'fable-5' })
  await Promise.all(Array.from({ length: 30 }, () => ask(world, { model: 'fable-5' })))
  const officer = { authorization: `Bearer ${await tokenOf('compliance')}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ of: 'fable-5', why: 'a test of break-glass' })
  await fetch(`${world.gateway.admin}/v1/policy/suspensions`, { method: 'POST', headers: officer, body })
  await ask(world, { token: await tokenOf('us-citizen'), model: 'fable-5' })
  await world.close({ keepState: true })
  cpSync(world.log, join(folder, log), { recursive: true })
  cpSync(world.logKey, join(folder, 'log-key.pem.pub'))
  rmSync(world.state, { recursive: true, force: true })
})

t.test('every command runs, in order, and finds what it says', { timeout: 120_000 }, async (t) => {
  t.ok(scripts.length > 9)
  const [script = ''] = blocksOf('js')
  writeFileSync(join(folder, 'check.mjs'), script)
  const marked = scripts.map((text) => `${text}echo "== end"\n`).join('')
  const shown = execFileSync('sh', ['-euc', marked], options).split('== end\n')
  const [asked = '', , why = '', which = '', , acts = '', act = '', removed = '', line = '', signature = '', all = ''] =
    shown
  t.match(asked, /permit +permitted +fable-5/)
  t.match(asked, /deny +person_restricted +fable-5/)
  t.match(why, /the subject is a foreign person/)
  t.match(which, /policy\.loaded[\s\S]*serial +1\n/)
  t.match(acts, /suspension\.begun[\s\S]*of +model:fable-5|suspension\.begun[\s\S]*of +family:fable-5/)
  t.match(act, /suspension\.begun\n +cut +\d+\n[\s\S]*\n +record +line \d+ of/)
  t.match(removed, /The log is intact\./)
  const [leaf = '', prev = ''] = line.split('\n')
  t.equal(prev, `"prev":"${leaf}"`)
  t.match(signature, /Signature Verified Successfully/)
  t.match(all, /^local\/portcullis\/standalone\/gate\/0: \d+ lines follow each other, the first \d+ are signed\n$/)
})

t.test('by hand and by `log verify` the same comes out, whatever was changed', { timeout: 120_000 }, async (t) => {
  const byHand = () => spawnSync(process.execPath, ['check.mjs', one, 'log-key.pem.pub'], options).status
  const byVerify = () => spawnSync(bin, ['log', 'verify', log, '--key', 'log-key.pem.pub'], options).status
  t.same([byHand(), byVerify()], [0, 0])
  const [name = ''] = readdirSync(join(folder, one, 'seg'))
  const file = join(folder, one, 'seg', name)
  const sound = readFileSync(file)
  chmodSync(file, 0o600)
  const lines = sound.toString().split('\n')
  const at = sound.indexOf('person_restricted')
  t.ok(at > 0)
  const harm: Readonly<Record<string, Buffer>> = {
    'a byte was changed': Buffer.concat([sound.subarray(0, at), Buffer.from('q'), sound.subarray(at + 1)]),
    'a line is gone': Buffer.from(lines.toSpliced(5, 1).join('\n')),
    'two lines changed places': Buffer.from(lines.toSpliced(5, 2, lines[6] ?? '', lines[5] ?? '').join('\n')),
    'the end was cut off': Buffer.from(`${lines.slice(0, 5).join('\n')}\n`),
  }
  for (const [what, bytes] of Object.entries(harm)) {
    writeFileSync(file, bytes)
    t.same([byHand(), byVerify()], [1, 3], what)
  }
  writeFileSync(file, sound)
  t.same([byHand(), byVerify()], [0, 0])
})

t.test('every field of every record stands on the page', async (t) => {
  const found = await records({ log: join(folder, log) })
  t.ok(found.some(({ k }) => k === 'refusals'))
  for (const record of found) {
    const { fields } = recordWords[record.k]
    const said = 'about' in record ? record.about : record
    const added = 'about' in record ? [] : ['k', 'v', 'seq', 'prev']
    for (const path of pathsOf(said)) if (!added.includes(path)) t.ok(path in fields, `${record.k}: ${path}`)
    t.ok(page.includes(`### \`${record.k}\``), record.k)
  }
})

function pathsOf(value: object): readonly string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (Array.isArray(inner))
      return [name, ...inner.flatMap((item) => (isMap(item) ? pathsOf(item).map((path) => `${name}[].${path}`) : []))]
    return isMap(inner) ? [name, ...pathsOf(inner).map((path) => `${name}.${path}`)] : [name]
  })
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null
