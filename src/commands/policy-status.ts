// `portcullis policy status`: which gateway enforces which serial since when, and how long a publication took to reach them all.
import { Command } from 'commander'
import { asAdmin, type ControlFlags, callAdmin, withControlOptions } from './admin-call.ts'
import { exitCodes } from './exit-codes.ts'
import { isEverywhere, statusReport } from './policy-status-report.ts'

export function policyStatusCommand(): Command {
  const command = new Command('status')
    .description('show which gateway of a fleet enforces which policy since when')
    .addHelpText(
      'before',
      'Examples:\n  portcullis policy status --control https://control.example:9443 --token-file auditor.jwt\n  portcullis policy status --control http://127.0.0.1:9443 --format plain\n',
    )
    .addHelpText(
      'after',
      '\nA gateway is `enforced` (it says that it enforces what is published), `behind` (it may still go on with what was before) or\n`shut` (its lease has run out: it serves nothing that a directive with `refuse` covers).\n\nExit codes: 0 no gateway is behind; 1 fault; 2 one is, or nothing is published.',
    )
  return withControlOptions(command).action(async (flags: ControlFlags) => {
    const { body, error } = await callAdmin(asAdmin(flags), '/v1/policy/status')
    if (error !== null) throw new Error(error.message)
    process.stdout.write(statusReport(body, flags.format))
    process.exitCode = isEverywhere(body) ? exitCodes.done : exitCodes.no
  })
}
