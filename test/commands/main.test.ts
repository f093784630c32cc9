import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { read, root } from '../architecture/tree.ts'

const portcullis = (...words: string[]): { code: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', ...words], { cwd: root })
  return { code: status, out: stdout.toString(), err: stderr.toString() }
}

t.test('--help begins with examples and lists every command', async (t) => {
  const { code, out, err } = portcullis('--help')
  t.equal(code, 0)
  t.equal(err, '')
  t.match(out, /^portcullis: .*\n\nExamples:\n {2}npx portcullis demo --tour/)
  const commands = readdirSync(join(root, 'src/commands')).filter((name) =>
    read(`src/commands/${name}`).includes('new Command('),
  )
  for (const file of commands) {
    const name = file.replace('.ts', '')
    if (read('src/main.ts').includes(`./commands/${file}`)) t.match(out, new RegExp(`^ {2}${name} +\\S`, 'm'), name)
  }
  t.equal(portcullis('-h').out, out)
  t.equal(portcullis('help').out, out)
})

t.test('no command at all is bad usage', async (t) => {
  const { code, out, err } = portcullis()
  t.strictSame([code, out], [1, ''])
  t.match(err, /Usage: npx portcullis <command>/)
})

t.test('a command that does not exist is named', async (t) => {
  for (const word of ['sevre', 'toString', '__proto__', '--config']) {
    const { code, out, err } = portcullis(word)
    t.strictSame([code, out], [1, ''], word)
    t.equal(err, `portcullis: there is no command \`${word}\`; \`portcullis --help\` lists them\n`)
  }
})

t.test('--version says which it is', async (t) => {
  const { version } = JSON.parse(read('package.json')) as { version: string }
  t.strictSame(portcullis('--version'), { code: 0, out: `portcullis ${version}\n`, err: '' })
})

t.test('every command has a help that begins with examples', async (t) => {
  for (const name of ['serve', 'demo', 'policy', 'log', 'geo', 'suspend', 'resume']) {
    const { code, out } = portcullis(name, '--help')
    t.equal(code, 0, name)
    t.match(out, /^\s*Examples:\n/, name)
    t.match(out, /^Exit codes: 0 /m, name)
  }
})

t.test('bad usage of a command is a fault', async (t) => {
  const { code, out, err } = portcullis('serve', '--nonsense')
  t.strictSame([code, out], [1, ''])
  t.match(err, /unknown option '--nonsense'/)
})

t.test('a variable that is not set is not taken for an address', async (t) => {
  const unset = [
    ['--admin', ''],
    ['--admin', '--token-file', 'officer.jwt'],
    ['--admin', '--format', 'json'],
  ]
  for (const words of unset) {
    const { code, err } = portcullis('suspend', 'fable-5', '--why', 'case 112', ...words)
    t.equal(code, 1)
    t.match(err, /an address is missing: is the variable set/)
  }
})

t.test('serve without its settings says what is missing, and where it looked', async (t) => {
  const { code, err } = portcullis('serve', '--config', 'no/such/portcullis.yaml')
  t.equal(code, 1)
  t.match(err, /no\/such\/portcullis\.yaml: cannot be read: there is no such file/)
})

t.test('asking for help does not load the gateway', async (t) => {
  const program = `process.argv = [process.argv[0], 'main.ts', '--help']
    const { registerHooks } = await import('node:module')
    registerHooks({ load(url, context, next) { if (/fastify|undici/.test(url)) console.error(url); return next(url, context) } })
    await import(${JSON.stringify(new URL('../../src/main.ts', import.meta.url))})`
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root })
  t.strictSame([status, stderr.toString()], [0, ''])
})
