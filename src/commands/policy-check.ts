// `portcullis policy check`: every fault of every file in one run. Compiling happens in a child process with limits, as in the gate.
import type { Command } from 'commander'
import { compileDirectory } from '../directives/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { type FormatFlag, print, subcommand } from './policy-command.ts'
import { exitCodeOf, faultsReport, foundReport } from './policy-report.ts'

export function policyCheckCommand(): Command {
  return subcommand('check', 'find every fault in every file, with its line', ['portcullis policy check policies'])
    .argument('<dir>', 'policy folder')
    .addHelpText(
      'after',
      '\nExit codes: 0 no fault; 1 the folder cannot be read; 2 only examples fail; 4 it does not compile.',
    )
    .action(async (folder: string, flags: FormatFlag) => {
      process.exitCode = await checkPolicy(folder, flags)
    })
}

async function checkPolicy(folder: string, { format }: FormatFlag): Promise<number> {
  const outcome = await compileDirectory({ folder, serial: 1, now: systemClock.now() })
  print(outcome.kind === 'faults' ? faultsReport(outcome, format) : foundReport(folder, outcome, format))
  return exitCodeOf(outcome)
}
