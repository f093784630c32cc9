// `portcullis policy` as a script sees it: exit codes, what goes to which stream, what is written.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { readEnvelope } from '../../src/directives/index.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'portcullis-policy-command-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const policies = join(folder, 'policies')
cpSync(join(root, 'policies'), policies, { recursive: true })

const run = (...args: readonly string[]): { code: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/main.ts'), 'policy', ...args], {
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

const withChange = (file: string, from: string, to: string, then: () => void): void => {
  const path = join(policies, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(from)) throw new Error('nothing to change')
  writeFileSync(path, text.replace(from, to))
  then()
  writeFileSync(path, text)
}

t.test('a good folder checks with 0 and its digest', async (t) => {
  t.match(run('check', policies), {
    code: 0,
    out: /no fault\n21 files, 5 directives, 1 grant, 1 withdrawal; \d+ examples hold\nsha256:/,
  })
})

t.test('a folder that does not compile ends with 4 and the line shown on standard error', async (t) => {
  withChange('directives/glasswing.yaml', 'kind: program', 'kind: progam', () => {
    const { code, out, err } = run('check', policies)
    t.match({ code, out }, { code: 4, out: '' })
    t.match(
      err,
      /^directives\/glasswing\.yaml:5:7: `progam` is no kind of policy file: did you mean `program`\?\n5 \| kind: progam\n {10}\^\n1 fault in 1 file; no example was run, since the files must compile first\n$/,
    )
    t.match(JSON.parse(run('check', policies, '--format', 'json').out), {
      ok: false,
      faults: [{ file: 'directives/glasswing.yaml', line: 5, column: 7, code: 'unknown-kind' }],
    })
    t.match(
      run('check', policies, '--format', 'plain').err,
      /^directives\/glasswing\.yaml\t5\t7\terror\tunknown-kind\t/,
    )
    t.equal(run('build', policies, '-o', join(folder, 'no.bundle')).code, 4)
    t.notOk(existsSync(join(folder, 'no.bundle')))
  })
})

t.test('an example that fails ends with 2', async (t) => {
  withChange('directives/glasswing.yaml', 'deny membership_absent', 'permit', () => {
    t.match(run('test', policies), {
      code: 2,
      out: /FAILS {2}whoever is no member is refused \(line \d+: expected permit/,
    })
    t.equal(run('check', policies).code, 2)
  })
})

t.test('a folder that is not there, and bad usage, end with 1', async (t) => {
  t.match(run('check', join(folder, 'nowhere')), { code: 1, err: /cannot be read: ENOENT/ })
  t.equal(run('check').code, 1)
  t.equal(run('build', policies).code, 1)
})

t.test('a bundle is built, follows the one before, and lets no directive vanish', async (t) => {
  const [may, june, july] = ['may', 'june', 'july'].map((name) => join(folder, `${name}.bundle`)) as [
    string,
    string,
    string,
  ]
  t.equal(run('build', policies, '-o', may, '--serial', '4').code, 0)
  t.match(JSON.parse(run('build', policies, '-o', june, '--after', may, '--format', 'json').out), {
    ok: true,
    serial: 5,
  })
  t.match(await readEnvelope(june), { kind: 'envelope', envelope: { statement: { kind: 'whole', serial: 5 } } })
  rmSync(join(policies, 'examples'), { recursive: true })
  rmSync(join(policies, 'directives/muse-spark-thinking.yaml'))
  t.match(run('build', policies, '-o', july, '--after', june), {
    code: 2,
    err: /directive_vanished: `muse-spark-thinking`/,
  })
  t.notOk(existsSync(july))
})

t.test('help starts with examples', async (t) => {
  for (const args of [['--help'], ['check', '--help'], ['test', '--help'], ['build', '--help'], ['sign', '--help']]) {
    t.match(run(...args), { code: 0, out: /^Examples:\n {2}portcullis policy / })
  }
})

t.test('what stands in a policy file cannot move the cursor of whoever checks it', async (t) => {
  const hostile = mkdtempSync(join(folder, 'hostile-'))
  writeFileSync(join(hostile, 'a.yaml'), 'kind: "pro\\e[2Jgram\\u202e"\n')
  for (const format of ['human', 'plain', 'json']) {
    const { out, err } = run('check', hostile, '--format', format)
    t.match(out + err, /not shown on screen/, format)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    t.notMatch(out + err, /[\u001b\u202e]/, format)
  }
})
