// What a file may touch: the pure rooms nothing but their arguments, everybody else not the environment.
import t from 'tap'
import { importsOf, read, repositoryFiles, roomOf } from './tree.ts'

const sources = repositoryFiles().filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
const pure = ['policy', 'request', 'authzen', 'json', 'vocabulary']

/** The text without comments, so that a comment may speak of what the code must not do. */
const code = (path: string): string =>
  read(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1')

const linesWith = (path: string, pattern: RegExp): readonly string[] =>
  code(path)
    .split('\n')
    .filter((line) => pattern.test(line))
    .map((line) => `${path}: ${line.trim()}`)

t.test('the pure rooms use no I/O', async (t) => {
  // node:crypto is there for SHA-256, node:assert for relations between constants, node:buffer for bytes.
  const allowed: Readonly<Record<string, readonly string[]>> = {
    json: ['node:crypto', 'node:buffer', 'node:assert'],
    request: ['node:buffer', 'node:assert'],
  }
  const used = sources
    .filter((path) => pure.includes(roomOf(path) ?? ''))
    .flatMap((path) => importsOf(path))
    .filter(
      (one) => one.to.startsWith('node:') && !(allowed[roomOf(one.from) ?? ''] ?? ['node:assert']).includes(one.to),
    )
  t.strictSame(
    used.map((one) => `${one.from}:${one.line} imports ${one.to}`),
    [],
  )
})

t.test('the pure rooms know no clock and no chance', async (t) => {
  const impure =
    /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\brandomUUID\(|\bsetTimeout\(|\bfetch\(/
  const found = sources
    .filter((path) => pure.includes(roomOf(path) ?? '') && path !== 'src/vocabulary/clock.ts')
    .flatMap((path) => linesWith(path, impure))
  t.strictSame(found, [])
})

t.test('only settings reads the environment', async (t) => {
  // To empty it is not to read it.
  const found = sources
    .filter((path) => roomOf(path) !== 'settings')
    .flatMap((path) => linesWith(path, /\bprocess\.env\b(?! = \{\}$)|from 'node:process'.*\benv\b/))
  t.strictSame(found, [])
})

t.test('nothing ends the process but a command, or a child its own', async (t) => {
  const found = sources
    .filter((path) => roomOf(path) !== 'commands' && roomOf(path) !== 'main' && !/[/-]child\.ts$/.test(path))
    .flatMap((path) => linesWith(path, /\bprocess\.(exit|abort|reallyExit)\(/))
  t.strictSame(found, [])
})

t.test('no code is made from text', async (t) => {
  const found = sources.flatMap((path) => linesWith(path, /\beval\(|\bnew Function\(|from 'node:vm'/))
  t.strictSame(found, [])
})
