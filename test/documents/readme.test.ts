// What README says can be done, can be done; what it shows, is shown.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = join(root, 'src/main.ts')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const readme = read('README.md')
/** `env -i`: not the test runner's loaders. */
const bare = ['-i', `PATH=${process.env['PATH']}`, process.execPath, main]

/** What differs from run to run: seconds of the start, counts of events, milliseconds. */
const steady = (text: string): string =>
  text
    .replace(/^2026-06-12T21:20:\d\dZ/m, '2026-06-12T21:20:02Z')
    .replace(/^2026-06-12T21:21:\d\dZ/m, '2026-06-12T21:21:00Z')
    .replace(/after \d+ events, \d+ ms/, 'after … events, … ms')
    .replace(/intact: \d+ records/, 'intact: … records')

t.test('the tour plays as README shows it', { timeout: 120_000 }, async (t) => {
  const child = spawn('env', [...bare, 'demo', '--tour'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (text.includes('Ctrl-C')) break
  }
  child.kill('SIGTERM')
  const shown = /```\n(2026-06-12T21:20[\s\S]*?)\n```/.exec(readme)?.[1] ?? ''
  t.equal(
    steady(text.slice(text.indexOf('2026-06-12'), text.indexOf('\nThe clock stands at')).trimEnd()),
    steady(shown),
  )
})

t.test('every command that a document names exists', async (t) => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    'policies/README.md',
    'geo-db/README.md',
    'ARCHITECTURE.md',
    'SECURITY.md',
    'docs/bundles.md',
    'docs/records.md',
    'docs/operating.md',
  ]
  const named = new Set(
    documents.flatMap((path) =>
      [...read(path).matchAll(/(?:npx )?portcullis ((?:policy|log|geo) [a-z]+|serve|demo)\b/g)].map(
        ([, command]) => command ?? '',
      ),
    ),
  )
  t.ok(named.size > 5)
  for (const command of named) {
    const help = execFileSync('env', [...bare, ...command.split(' '), '--help'], { encoding: 'utf8' })
    t.match(help, /^Examples:\n/, command)
  }
})

t.test('every link of a document leads somewhere', async (t) => {
  const documents = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.md') && !/(^|\/)(node_modules|dist|\.tap)\//.test(path),
  )
  for (const path of documents) {
    for (const [, target = ''] of read(path).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (!/^https?:/.test(target)) t.ok(existsSync(join(root, path, '..', target)), `${path} → ${target}`)
    }
  }
})

t.test('CI runs the very commands that README names', async (t) => {
  t.match(readme, /```sh\nnpm ci && npm test\n```/)
  t.match(read('.ci/run'), 'npm ci && npm test')
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const [, script = ''] of readme.matchAll(/npm run ([a-z]+)/g)) t.ok(scripts[script], `npm run ${script}`)
})

t.test('every dependency has its line of reason, and a use', async (t) => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >
  const [, tables = ''] = read('ARCHITECTURE.md').split('## Dependencies')
  const [shipped = '', measured = ''] = tables.split('For the benches alone')
  const rowsOf = (table: string): readonly string[] =>
    [...table.matchAll(/^\| ([a-z0-9@/-]+) \| \S/gm)].flatMap(([, name = 'package']) =>
      name === 'package' ? [] : name,
    )
  t.strictSame(rowsOf(shipped).toSorted(), Object.keys(dependencies).toSorted())
  t.ok(rowsOf(measured).length > 0)
  for (const name of rowsOf(measured)) t.ok(Object.hasOwn(devDependencies, name), name)
  const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => read(join('src', path)))
    .join('\n')
  for (const name of Object.keys(dependencies)) t.match(source, new RegExp(`from '${name}['/]`), name)
})
