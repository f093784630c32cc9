// What a verification found, for people: first whether the log is intact, then where it is not, then how far the proof reaches.
import type { LogReport, VerifyReport } from '../decision-log/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { counted } from './counted.ts'

export function reportText(report: VerifyReport): string {
  const lines = [report.intact ? 'The log is intact.' : 'THE LOG IS NOT INTACT.', '']
  for (const fault of report.faults) lines.push(`  fault: ${inert(fault)}`)
  for (const log of report.logs) lines.push(...logLines(log))
  for (const note of report.notes) lines.push('', `note: ${note}`)
  return lines.join('\n')
}

function logLines(log: LogReport): string[] {
  const lines = [`  ${inert(log.origin)}: ${log.intact ? 'intact' : 'not intact'}`]
  for (const fault of log.faults) lines.push(`    fault: ${inert(fault)}`)
  lines.push(
    `    ${counted(log.records, 'record')} read, ${log.covered} covered by the checkpoint over ${counted(log.checkpointSize, 'line')}, ${log.uncovered} not yet`,
    `    last good line: ${log.lastGood < 0 ? 'none' : log.lastGood}`,
  )
  if (log.tailBytes > 0)
    lines.push(`    ${counted(log.tailBytes, 'byte')} behind the last commit: being written now, or left by a crash`)
  return lines
}
