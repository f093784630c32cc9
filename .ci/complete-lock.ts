// Completes package-lock.json with the platform packages that the machine's npm left out of it. npm drops optional packages of
// other platforms where node_modules exists already, or where its registry does not offer them, and `npm ci` then refuses the file
// (https://github.com/npm/cli/issues/4828). What is added has a version and a platform, and no digest: this machine never had it.
// Run after every `npm install`: `node .ci/complete-lock.ts`. A test says when it is due.
import { readFileSync, writeFileSync } from 'node:fs'

interface Locked {
  version: string
  dev?: true
  optional?: true
  devOptional?: true
  os?: readonly string[]
  cpu?: readonly string[]
  libc?: readonly string[]
  optionalDependencies?: Readonly<Record<string, string>>
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm64', 'arm', 'x64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32']

/** Reads `@scope/name-linux-x64-musl` as packages of binaries are named everywhere. */
function platformOf(name: string): Pick<Locked, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/-]/)
  const os = systems.filter((system) => words.includes(system))
  const cpu = processors.filter((processor) => words.includes(processor))
  if (cpu.length === 0) throw new Error(`${name} names no processor: complete its entry by hand`)
  const musl = words.some((word) => word.startsWith('musl'))
  const glibc = !musl && os.includes('linux')
  return {
    ...(musl ? { libc: ['musl'] } : glibc ? { libc: ['glibc'] } : {}),
    cpu,
    ...(os.length > 0 ? { os } : {}),
  }
}

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> }
const added: string[] = []
for (const [parent, { optionalDependencies, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    const places = [`${parent}/node_modules/${name}`, `node_modules/${name}`]
    if (parent === '' || places.some((place) => lock.packages[place] !== undefined)) continue
    if (!/^\d+\.\d+\.\d+/.test(version))
      throw new Error(`${parent} wants ${name}@${version}, which is no exact version`)
    lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true }
    added.push(`${name}@${version}`)
  }
}
const [root, ...others] = Object.entries(lock.packages)
lock.packages = Object.fromEntries(
  [root, ...others.toSorted(([a], [b]) => a.localeCompare(b, 'en'))].filter((one) => one !== undefined),
)
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${added.length} added\n`)
