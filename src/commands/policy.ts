// `portcullis policy`: a compliance team's commands, one file each. A new one is a line in the table below.
import { Command } from 'commander'
import { policyBuildCommand } from './policy-build.ts'
import { policyCheckCommand } from './policy-check.ts'
import { policyTestCommand } from './policy-test.ts'

/** In the order in which a change meets them. */
const subcommands: readonly (() => Command)[] = [policyCheckCommand, policyTestCommand, policyBuildCommand]

export function policyCommand(): Command {
  const policy = new Command('policy')
    .description('check, test and build directives')
    .addHelpText(
      'before',
      'Examples:\n  portcullis policy check policies\n  portcullis policy test policies --format plain\n  portcullis policy build policies -o june.bundle --after may.bundle\n',
    )
  for (const subcommand of subcommands) policy.addCommand(subcommand())
  return policy
}
