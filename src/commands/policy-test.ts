// `portcullis policy test`: the examples that stand in and beside the directives, each with its answer.
import type { Command } from 'commander'
import { compileDirectory } from '../directives/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { type FormatFlag, print, subcommand } from './policy-command.ts'
import { exitCodeOf, testReport } from './policy-report.ts'

export function policyTestCommand(): Command {
  return subcommand('test', 'run the examples that stand in and beside the directives', [
    'portcullis policy test policies',
  ])
    .argument('<dir>', 'policy folder')
    .addHelpText(
      'after',
      '\nExit codes: 0 every example holds; 1 the folder cannot be read; 2 an example fails; 4 it does not compile.',
    )
    .action(async (folder: string, flags: FormatFlag) => {
      process.exitCode = await testPolicy(folder, flags)
    })
}

async function testPolicy(folder: string, { format }: FormatFlag): Promise<number> {
  const outcome = await compileDirectory({ folder, serial: 1, now: systemClock.now() })
  print(testReport(outcome, format))
  return exitCodeOf(outcome)
}
