// `portcullis policy diff`: who gains and who loses what, from when, if one policy takes the place of another.
import type { Command } from 'commander'
import { diffOf } from '../policy/diff/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { instantArgument } from './arguments.ts'
import { counted } from './counted.ts'
import { diffReport } from './diff-report.ts'
import { exitCodes } from './exit-codes.ts'
import { type FormatFlag, print, subcommand } from './policy-command.ts'
import { exitCodeOf, faultsReport } from './policy-report.ts'
import { progressOn } from './progress.ts'
import { readPolicy } from './read-policy.ts'

interface Flags extends FormatFlag {
  readonly from?: number | 'ever'
  readonly to?: number
  readonly onlyCloses?: boolean
  readonly oldRegisters?: string
  readonly newRegisters?: string
}

export function policyDiffCommand(): Command {
  return subcommand('diff', 'who gains and who loses what, from when, if NEW takes the place of OLD', [
    'portcullis policy diff may.bundle june.bundle --old-registers may.registers --new-registers june.registers',
    'portcullis policy diff policies-before policies --from 2026-06-12T21:00:00Z',
    'portcullis policy diff may.bundle policies --old-registers may.registers --only-closes --format json',
  ])
    .argument('<old>', 'policy folder, or a built bundle')
    .argument('<new>', 'policy folder, or a built bundle')
    .option('--from <instant>', 'compare from this instant on; `ever` for all times (default: now)', (text: string) =>
      text === 'ever' ? text : instantArgument(text),
    )
    .option('--to <instant>', 'and before this one (default: without end)', instantArgument)
    .option('--only-closes', 'answer 2 if anything is permitted that was not, or under less')
    .option('--old-registers <bundle>', 'registers of OLD, if its bundle was built without them')
    .option('--new-registers <bundle>', 'registers of NEW, if its bundle was built without them')
    .addHelpText(
      'after',
      '\nExact over everything that the two policies can tell apart, with the registers that each holds. What is answered alike\n' +
        'is shown once: a reason stands there for others of its kind, as `evidence_missing` for evidence that is too old or too weak.\n\n' +
        'Exit codes: 0 compared; 1 a fault, or more is told apart than can be looked through; 2 with --only-closes, something new is permitted; 4 one of them does not compile.',
    )
    .action(async (old: string, next: string, flags: Flags) => {
      process.exitCode = await diffPolicies(old, next, flags)
    })
}

async function diffPolicies(old: string, next: string, flags: Flags): Promise<number> {
  const { format, onlyCloses, oldRegisters, newRegisters } = flags
  const from = flags.from === 'ever' ? null : (flags.from ?? systemClock.now())
  if (from !== null && flags.to !== undefined && flags.to <= from) {
    throw new Error('--to must be later than the instant that the comparison begins at')
  }
  const readings = await Promise.all([
    readPolicy({ path: old, registers: oldRegisters }),
    readPolicy({ path: next, registers: newRegisters }),
  ])
  for (const reading of readings) {
    if (reading.kind === 'policy') continue
    print(faultsReport(reading, format))
    return exitCodeOf(reading)
  }
  const [before, after] = readings
  if (before.kind !== 'policy' || after.kind !== 'policy') return exitCodes.fault
  const progress = progressOn(process.stderr, format === 'human')
  const diff = diffOf(before.policy, after.policy, {
    from,
    to: flags.to ?? null,
    onProgress: (slices) => progress.tell(() => `compared ${counted(slices, 'constellation')} …`),
  })
  progress.end()
  print(diffReport(diff, { old, next }, format))
  return onlyCloses === true && diff.permitsMore ? exitCodes.no : exitCodes.done
}
