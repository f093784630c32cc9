// Compiling a folder in a child process: what is read, what is refused, what no text can do to it.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { type CompileRequest, compileDirectory } from '../../src/directives/index.ts'
import { policiesFolder } from '../policy-read/reference.ts'

const foreign = 'directives/us-bis-2026-06-12.yaml'

t.test('what is in the folder but is no plain file of ours is refused, not passed over', async (t) => {
  const cases: [code: RegExp, make: (folder: string) => void][] = [
    [/leads out/, (folder) => symlinkSync('/etc/hostname', join(folder, 'directives/x.yaml'))],
    [/no regular file/, (folder) => execFileSync('/usr/bin/mkfifo', [join(folder, 'directives/x.yaml')])],
    [/larger than/, (folder) => writeFileSync(join(folder, 'directives/x.yaml'), 'a'.repeat(1_048_577))],
    [/every user/, (folder) => chmodSync(join(folder, foreign), 0o666)],
    [/not UTF-8/, (folder) => writeFileSync(join(folder, 'directives/x.yaml'), Buffer.from([0xff, 0xfe]))],
    [/\.yaml/, (folder) => writeFileSync(join(folder, 'directives/x.yml'), 'kind: restriction\n')],
    [/is a link and is not read/, (folder) => symlinkSync('.', join(folder, 'loop'))],
    [/is a link and is not read/, (folder) => symlinkSync('directives', join(folder, 'more'))],
    [/is a link and is not read/, (folder) => symlinkSync('nowhere', join(folder, 'grants/x'))],
  ]
  for (const [message, make] of cases) {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-policies-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    cpSync(policiesFolder, folder, { recursive: true })
    make(folder)
    const outcome = await compileDirectory({ folder, serial: 1 })
    t.equal(outcome.kind, 'faults')
    t.match(outcome.kind === 'faults' ? outcome.faults.map((fault) => fault.message) : [], [message])
  }
})

t.test('what an editor left, or somebody put aside, is named and refuses nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-policies-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(policiesFolder, folder, { recursive: true })
  // The last has a Cyrillic letter.
  const names = ['.x.yaml', '.x.yaml.swp', 'embargo', 'x.json', 'x.txt', 'x.yaml.bak', 'x.yaml~', 'x.y\u0430ml']
  for (const name of names) writeFileSync(join(folder, 'directives', name), 'kind: restriction\n')
  for (const name of ['README.md', '.gitkeep']) writeFileSync(join(folder, 'directives', name), 'what stands here\n')
  const outcome = await compileDirectory({ folder, serial: 1 })
  t.equal(outcome.kind, 'bundle')
  const warnings = outcome.kind === 'bundle' ? outcome.warnings : []
  t.same(
    warnings.map(({ file, code, severity, shown }) => [file, code, severity, shown]),
    names.map((name) => {
      const file = `directives/${name}`
      const shown = `${file}: is not read: name it so that it ends in \`.yaml\`, or move it out of the folder`
      return [file, 'passed-over', 'warning', shown]
    }),
  )
})

t.test('links inside the folder are followed, as mounted configuration has them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-policies-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(policiesFolder, join(folder, '..data'), { recursive: true })
  // A linked folder is not walked: each file is linked by itself.
  symlinkSync('..data', join(folder, 'all'))
  t.match(await compileDirectory({ folder, serial: 1 }), { kind: 'faults', faults: [{ file: 'all', code: 'link' }] })
  unlinkSync(join(folder, 'all'))
  symlinkSync('..data', join(folder, '.hidden'))
  const files = execFileSync('find', ['..data', '-name', '*.yaml'], { cwd: folder, encoding: 'utf8' })
    .trim()
    .split('\n')
  for (const [index, file] of files.entries()) symlinkSync(file, join(folder, `${index}.yaml`))
  t.equal((await compileDirectory({ folder, serial: 1 })).kind, 'bundle')
})

t.test('no text takes the compiler or its parent down', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-policies-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(policiesFolder, folder, { recursive: true })
  const laughs = Array.from(
    { length: 40 },
    (_, n) => `a${n}: &a${n} [${n === 0 ? 'ha' : `*a${n - 1}, *a${n - 1}`}]\n`,
  ).join('')
  const deep = `${'['.repeat(20_000)}@`
  for (const text of [
    deep,
    `${'- '.repeat(20_000)}x\n`,
    laughs,
    `a: ${'&'.repeat(100_000)}\n`,
    '"'.repeat(100_001),
    '{'.repeat(40_000),
  ]) {
    writeFileSync(join(folder, 'directives/hostile.yaml'), text)
    const outcome = await compileDirectory({ folder, serial: 1 })
    t.equal(outcome.kind, 'faults')
    if (outcome.kind === 'faults') t.ok(outcome.faults.every(({ file }) => file === 'directives/hostile.yaml'))
  }
})

t.test('a fault of the compiler itself is told with its words', async (t) => {
  // What no caller with types can ask for, and what the compiler does not expect.
  const outcome = await compileDirectory(null as unknown as CompileRequest)
  t.match(outcome, {
    kind: 'faults',
    faults: [{ file: '.', code: 'compiler-failed', message: /^the compiler failed: .*Error: / }],
  })
})

t.test('a compilation that is stopped is a fault', async (t) => {
  const stopped = new AbortController()
  const outcome = compileDirectory({ folder: policiesFolder, serial: 1 }, stopped.signal)
  stopped.abort()
  t.match(await outcome, { kind: 'faults', faults: [{ code: 'compile-stopped' }] })
})
