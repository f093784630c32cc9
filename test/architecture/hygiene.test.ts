// What the repository itself must look like: names, sizes, and what must never be committed.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { read, repositoryFiles, root } from './tree.ts'

const files = repositoryFiles()
const isText = (path: string): boolean =>
  /\.(ts|js|json|md|yaml|yml|txt|sh)$|(^|\/)(\.[\w-]+|Dockerfile|run|LICENSE|NOTICE)$/.test(path)
const lineCount = (path: string): number => read(path).trimEnd().split('\n').length

t.test('names say what a file is about', async (t) => {
  const empty = /(^|[/.-])(utils?|helpers?|common|misc|managers?|services?|shared|lib|stuff)([.-]|$)/
  const called = files
    .filter((path) => /^(src|test|bench|docs)\/.*\.ts$/.test(path))
    .filter((path) => {
      const name = path.split('/').at(-1) ?? ''
      // decision-cache/shared.ts is the cache that gates share.
      return empty.test(name) && path !== 'src/decision-cache/shared.ts'
    })
  t.strictSame(called, [])
  t.strictSame(
    files.filter(
      (path) =>
        /^(src|test)\/.*\.ts$/.test(path) && !/^[a-z0-9-]+(\.[a-z0-9-]+)?\.ts$/.test(path.split('/').at(-1) ?? ''),
    ),
    [],
    'kebab-case',
  )
})

t.test('source files stay small', async (t) => {
  const sources = files.filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
  const lengths = sources.map((path) => ({ path, lines: lineCount(path) })).toSorted((a, b) => b.lines - a.lines)
  const median = lengths[Math.floor(lengths.length / 2)]?.lines ?? 0
  t.comment(`${sources.length} files, median ${median} lines, longest ${lengths[0]?.path} (${lengths[0]?.lines})`)
  t.strictSame(
    lengths.filter(({ lines }) => lines > 300),
    [],
  )
  t.ok(median <= 170)
})

t.test('every source file begins with what it promises', async (t) => {
  const sources = files.filter((path) => path.startsWith('src/') && path.endsWith('.ts') && !path.endsWith('.d.ts'))
  // Where a file is one table or one type, the comment on it may stand below the imports. A definition says all in its fields.
  const head = /^(#!.*\n)?(import [^;]*? from '[^']+'\n|\n)*(\/\/|\/\*\*)\s/
  const silent = sources.filter((path) => !path.startsWith('src/policy/definitions/') && !head.test(read(path)))
  t.strictSame(silent, [])
})

t.test('nothing is left for later in the code', async (t) => {
  const left = files
    .filter((path) => /^(src|test|bench)\/.*\.ts$/.test(path))
    // Written in two halves, so that this file does not find itself.
    .filter((path) =>
      new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['XX', 'X'].join('')}:)`).test(read(path)),
    )
  t.strictSame(left, [])
})

t.test('nothing names a place outside the repository', async (t) => {
  const outside = [
    ['..', '/shared'],
    ['/work', '/main'],
    ['/work', '/shared'],
    ['/', 'root/'],
    ['/tmp', '/p/'],
    ['/home', '/'],
  ].map((halves) => halves.join(''))
  const found = files.filter(isText).flatMap((path) => {
    const text = read(path)
    return outside.filter((place) => text.includes(place)).map((place) => `${path} names ${place}`)
  })
  t.strictSame(found, [])
})

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly optional?: boolean
  readonly os?: string | readonly string[]
  readonly cpu?: string | readonly string[]
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const locked = Object.entries((JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }).packages)
const lockedPackages = locked.filter(([path]) => path !== '')

t.test('the lock file names no registry', async (t) => {
  t.strictSame(
    lockedPackages.filter(([, one]) => one.resolved !== undefined).map(([path]) => path),
    [],
  )
})

t.test('the lock file is whole, whatever platform it was written on (if not: node .ci/complete-lock.ts)', async (t) => {
  const names = new Set(locked.map(([path]) => path))
  const absent = locked.flatMap(([parent, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !names.has(`node_modules/${name}`) && !names.has(`${parent}/node_modules/${name}`),
    ),
  )
  t.strictSame(absent, [])
})

t.test('every package that this platform installs has its digest in the lock file', async (t) => {
  const here = (wanted: string | readonly string[] | undefined, is: string): boolean =>
    wanted === undefined || [wanted].flat().includes(is)
  const bare = lockedPackages.filter(([, one]) => one.integrity === undefined)
  t.strictSame(
    bare.filter(([, one]) => one.optional !== true).map(([path]) => path),
    [],
    'only binaries for other platforms have none',
  )
  const installed = bare.filter(([path, one]) => {
    const musl = /musl/.test(path)
    return here(one.os, process.platform) && here(one.cpu, process.arch) && !musl
  })
  t.strictSame(process.platform === 'linux' ? installed.map(([path]) => path) : [], [])
})

t.test('no production package runs a script when it is installed', async (t) => {
  t.strictSame(
    lockedPackages.filter(([, one]) => one.hasInstallScript === true && one.dev !== true).map(([path]) => path),
    [],
  )
})

t.test('versions are pinned', async (t) => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
  t.strictSame(
    all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
    [],
  )
})

t.test('what is run is marked so', async (t) => {
  const modes = execFileSync('git', ['ls-files', '--stage'], { cwd: root }).toString('utf8').split('\n')
  const runs = modes.filter((line) => line.startsWith('100755')).map((line) => line.split('\t')[1] ?? '')
  const shebang = files.filter((path) => isText(path) && readFileSync(join(root, path), 'utf8').startsWith('#!'))
  t.strictSame(
    shebang.filter((path) => modes.some((line) => line.endsWith(`\t${path}`)) && !runs.includes(path)),
    [],
  )
})
