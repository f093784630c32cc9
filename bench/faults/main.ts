// `npm run faults [-- ROW…]`: the fault matrix. Writes docs/reliability.md when all rows were run.
import { availableParallelism } from 'node:os'
import { writeSection } from '../page.ts'
import { matrixSection, rowLine } from './matrix-section.ts'
import { reliabilityPage } from './page.ts'
import type { Row } from './row.ts'
import { rows } from './rows.ts'
import { type Found, runRow } from './run-row.ts'
import { startSite } from './site.ts'

const help = `npm run faults                                 all rows, eight to twelve minutes; writes docs/reliability.md
npm run faults -- gate-kill redis-full         these rows; writes nothing
npm run faults -- --rows                       what rows there are

Starts control, two gates, Redis, a provider and a model API as processes, keeps them under load, breaks one of them, and finds
whether every forward has a recorded permit, nothing was forwarded after the lease that was closed by then, and all is well again by
itself. Exit code 0: every row holds; 1: a row fails, or something could not be started.
`

const say = (line: string): unknown => process.stderr.write(`# ${line}\n`)
const words = process.argv.slice(2)
const unknown = words.filter((word) => !['--rows', '--help'].includes(word) && !rows.some(({ name }) => name === word))

if (words.includes('--help')) process.stdout.write(help)
else if (words.includes('--rows'))
  for (const { name, does } of rows) process.stdout.write(`${name.padEnd(24)}${does}\n`)
else if (unknown.length > 0) {
  process.stderr.write(`no row \`${unknown.join('`, `')}\`: \`npm run faults -- --rows\` shows what there is\n`)
  process.exitCode = 1
} else {
  const chosen = words.length === 0 ? rows : rows.filter(({ name }) => words.includes(name))
  process.exitCode = (await run(chosen)) ? 0 : 1
}

async function run(chosen: readonly Row[]): Promise<boolean> {
  const undo: (() => Promise<unknown>)[] = []
  const undoAll = async (): Promise<void> => {
    for (const end of undo.splice(0).toReversed())
      await end().catch((error: unknown) => say(`not ended: ${String(error)}`))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void undoAll().finally(() => process.exit(1)))
  const found: Found[] = []
  const begun = Date.now()
  try {
    say(`starting the site on ${availableParallelism()} cores`)
    const site = await startSite(undo)
    for (const row of chosen) {
      say(`${row.name}: ${row.does}`)
      const one = await runRow(site, row)
      found.push(one)
      process.stdout.write(`${rowLine(one)}\n`)
      for (const fault of one.faults) process.stdout.write(`    FAILS: ${fault}\n`)
    }
  } finally {
    await undoAll()
  }
  if (chosen === rows) writeSection('matrix', matrixSection(found, Date.now() - begun), reliabilityPage)
  return found.every(({ faults }) => faults.length === 0)
}
