// The fault matrix as text: a line for the terminal, a section for the page.
import { loadavg } from 'node:os'
import { machine } from '../machine.ts'
import type { Found } from './run-row.ts'
import { leaseMs } from './site.ts'

const seconds = (ms: number | null): string =>
  ms === null ? '–' : Number.isNaN(ms) ? 'never' : (ms / 1_000).toFixed(2)

const toldText = (told: ReadonlyMap<string, number>, mark: string): string =>
  [...told].map(([says, count]) => `${mark}${says}${mark} ${count}`).join(' · ')

export function rowLine({ row, faults, skipped, forwarded, permits, lastMs, backMs, told }: Found): string {
  if (skipped !== undefined) return `${row.name}: SKIPPED, ${skipped}`
  const verdict = faults.length === 0 ? 'holds' : 'FAILS'
  return `${row.name}: ${verdict}; ${forwarded} forwarded, ${permits} permits; closed after ${seconds(lastMs)} s, back after ${seconds(backMs)} s; ${toldText(told, '')}`
}

export function matrixSection(found: readonly Found[], ms: number): string {
  const lines = found.map(({ row, faults, skipped, forwarded, permits, lastMs, backMs, told }) => {
    if (skipped !== undefined) return `| \`${row.name}\` | ${row.does} | skipped: ${skipped} | | | | |`
    const verdict = faults.length === 0 ? 'holds' : `**fails**: ${faults.join('; ')}`
    return `| \`${row.name}\` | ${row.does} | ${verdict} | ${forwarded} / ${permits} | ${seconds(lastMs)} | ${seconds(backMs)} | ${toldText(told, '`')} |`
  })
  return `## Fault matrix

${machine(['undici', 'ioredis']).join('\n')}
Load average at the end: ${(loadavg()[0] ?? 0).toFixed(1)}. ${found.length} rows in ${Math.round(ms / 1_000)} s, on ${new Date().toISOString().slice(0, 10)}.

Method: \`portcullis control\`, two gates, Redis, the demo’s provider and a stand-in model API, each a process of its own. Between each gate and control, Redis and the model API stands a line that can be held, slowed, reset or led elsewhere. Each gate is asked twenty times a second for \`fable-5\`, which a directive with \`when-freshness-is-unknown: refuse\` covers, and as often for \`open-1\`, which none with it does, at most six of each under way; one stream of \`fable-5\` is kept open. The lease is ${leaseMs / 1_000} s. Clients go away after 8 s. A second into the fault an officer suspends \`fable-5\` at control; a second after its end two officers open it again.

A row holds when
- every request that reached the model API has its own permit in a log, none came twice, every decision has exactly one outcome, and \`log verify\` finds the logs intact. A request is known by the length of its body, which no other of the row has;
- nothing of \`fable-5\`, request or byte of a stream, passed later than the lease after the suspension (where control itself is away: after the fault’s beginning);
- clients were told nothing else than the row allows;
- all is as before by itself: the seconds are from the fault’s end (for \`fable-5\` from its opening) to the first answer after which all were good, of the last gate and model to give it.

| row | fault | | forwarded / permits | closed after, s | back after, s | clients were told, from the fault until all was normal |
|---|---|---|---:|---:|---:|---|
${lines.join('\n')}
`
}
