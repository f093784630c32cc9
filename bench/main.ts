// `npm run bench [-- NAME…]`: runs the benches that are named, or all, and writes what they find to docs/benchmarks.md.
// A bench whose checks fail ends with 1 and leaves its section as it was.
import { benchGateway } from './gateway.ts'
import { writeSection } from './page.ts'

const benches: Readonly<Record<string, (say: (line: string) => void) => Promise<string>>> = {
  gateway: benchGateway,
}

const named = process.argv.slice(2)
const unknown = named.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  process.stderr.write(`no bench \`${unknown.join('`, `')}\`; there are: ${Object.keys(benches).join(', ')}\n`)
  process.exit(1)
}

for (const [name, bench] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue
  const section = await bench((line) => process.stderr.write(`# ${line}\n`))
  writeSection(name, section)
  process.stdout.write(`${section}\n`)
}
