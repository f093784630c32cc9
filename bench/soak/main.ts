// `npm run soak [-- --minutes N]`: the soak. Writes its section of docs/reliability.md.
import { parseArgs } from 'node:util'
import { barsTable, verdictOn } from '../bars.ts'
import { reliabilityPage } from '../faults/page.ts'
import { writeSection } from '../page.ts'
import { soak } from './run.ts'
import { barsOfSoak, leastMinutes, soakSection } from './section.ts'

const help = `npm run soak                        ten minutes at half load; writes its section of docs/reliability.md
npm run soak -- --minutes 1         shorter; the page says so
npm run soak -- --minutes 0.1       below ${leastMinutes} the records alone are judged, and nothing is written

Starts a gate, control, Redis, a provider and a model API as processes, finds what the gate carries, keeps it at half of that, and
finds whether its memory and descriptors stay where they were, and whether any record was lost or is there twice. Needs Linux.
Exit code 0: every bar holds; 1: one does not, or something could not be started.
`

/** All that was told and recorded is held in memory at the end. */
const mostMinutes = 60

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, help: { type: 'boolean', default: false } },
})
const minutes = Number(values.minutes)
if (values.help) process.stdout.write(help)
else if (!(minutes > 0 && minutes <= mostMinutes)) {
  process.stderr.write(`\`--minutes ${values.minutes}\`: give a number above 0, at most ${mostMinutes}\n`)
  process.exitCode = 1
} else {
  const soaked = await soak(minutes, (line) => process.stderr.write(`# ${line}\n`))
  const bars = barsOfSoak(soaked)
  process.stdout.write(`${barsTable(bars)}\n`)
  if (minutes >= leastMinutes) writeSection('soak', soakSection(soaked), reliabilityPage)
  for (const fault of soaked.faults) process.stdout.write(`FAILS: ${fault}\n`)
  for (const bar of bars.filter((each) => verdictOn(each) === 'below the floor')) {
    process.stdout.write(`FAILS: ${bar.of}\n`)
    process.exitCode = 1
  }
}
