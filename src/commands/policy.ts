// `portcullis policy`: a compliance team's commands, one file each. A new one is a line in the table below.
import { Command } from 'commander'
import { policyBuildCommand } from './policy-build.ts'
import { policyCheckCommand } from './policy-check.ts'
import { policyDiffCommand } from './policy-diff.ts'
import { policyExplainCommand } from './policy-explain.ts'
import { policyProveCommand } from './policy-prove.ts'
import { policyPublishCommand } from './policy-publish.ts'
import { policySignCommand } from './policy-sign.ts'
import { policyStatusCommand } from './policy-status.ts'
import { policyTestCommand } from './policy-test.ts'

/** In the order in which a change meets them. */
const subcommands: readonly (() => Command)[] = [
  policyCheckCommand,
  policyTestCommand,
  policyExplainCommand,
  policyProveCommand,
  policyDiffCommand,
  policyBuildCommand,
  policySignCommand,
  policyPublishCommand,
  policyStatusCommand,
]

export function policyCommand(): Command {
  const policy = new Command('policy')
    .description('check, test, explain, prove, compare, build, sign and publish directives')
    .addHelpText(
      'before',
      'Examples:\n  portcullis policy check policies\n  portcullis policy test policies --format plain\n  portcullis policy explain policies --case berlin.yaml\n  portcullis policy prove policies --claims claims.txt\n  portcullis policy diff june.bundle policies\n  portcullis policy build policies -o june.bundle --registers june.registers --author ann\n  portcullis policy sign june.bundle --key bob.pem --as bob\n  portcullis policy publish june.bundle june.registers --control https://control.example:9443\n  portcullis policy status --control https://control.example:9443\n',
    )
  policy.addHelpText(
    'after',
    '\nExit codes: 0 done and fine; 1 fault; 2 answered "no"; 4 the policy does not compile. Each command says its own.',
  )
  for (const subcommand of subcommands) policy.addCommand(subcommand())
  return policy
}
