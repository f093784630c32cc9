// `npm run bench [-- [--no-fail] [--streams=N] NAME…]`: runs the benches that are named, or all, and writes what they find to
// docs/benchmarks.md. With `--streams` the bench of that name tries so many, and nothing is written.
// A bench whose checks fail ends with 1 and leaves its section as it was. Exit code 2: a bar is missed by more than its floor allows
// (with --no-fail it is only said).
import { benchActivation } from './activation.ts'
import { verdictOn } from './bars.ts'
import { benchDecide } from './decide.ts'
import { benchFleetToken } from './fleet-token.ts'
import { benchGateway } from './gateway.ts'
import { benchLatency } from './latency.ts'
import { benchLiveCut } from './live-cut.ts'
import { writeSection } from './page.ts'
import { benchRead } from './read.ts'
import type { Section } from './section.ts'
import { benchStreams } from './streams.ts'
import { benchWorkers } from './workers.ts'

type Say = (line: string) => void

const benches: Readonly<Record<string, (say: Say) => Promise<Section>>> = {
  gateway: benchGateway,
  decide: benchDecide,
  read: benchRead,
  'fleet-token': benchFleetToken,
  latency: benchLatency,
  activation: benchActivation,
  'live-cut': benchLiveCut,
  streams: (say) => benchStreams(say, tried),
  workers: benchWorkers,
}

const words = process.argv.slice(2)
const few = words.find((word) => /^--streams=\d+$/.test(word))
const tried = few === undefined ? undefined : Number(few.split('=')[1])
const mayFail = !words.includes('--no-fail')
const named = words.filter((word) => word !== '--no-fail' && word !== few)
const unknown = named.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  process.stderr.write(`no bench \`${unknown.join('`, `')}\`; there are: ${Object.keys(benches).join(', ')}\n`)
  process.exit(1)
}

for (const [name, bench] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue
  const { text, bars } = await bench((line) => process.stderr.write(`# ${line}\n`))
  if (few === undefined) writeSection(name, text)
  process.stdout.write(`${text}\n`)
  const missed = bars.filter((bar) => verdictOn(bar) === 'below the floor')
  for (const { of } of missed) process.stderr.write(`# ${name}: below the floor: ${of}\n`)
  if (missed.length > 0 && mayFail) process.exitCode = 2
}
