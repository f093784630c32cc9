// `portcullis log`: the auditor's commands. They only read, up to the last commit, while the gateway goes on writing.
import { Command, Option } from 'commander'
import { pseudonymOf, showRecord, verifyLog } from '../decision-log/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { exitCodes } from './exit-codes.ts'
import { type Format, formatOption, logOption, orFault, print } from './log-command.ts'
import { directoryOf } from './log-directory.ts'
import { logQueryCommand } from './log-query.ts'
import { explanationOf, shownAsJson, shownAsText } from './log-show.ts'
import { actsOf, printActs } from './log-show-act.ts'
import { policyOfRecord } from './log-show-policy.ts'
import { reportText } from './log-verify.ts'
import { progressOn } from './progress.ts'
import { terminal } from './terminal.ts'

export function logCommand(): Command {
  return new Command('log')
    .description('query, show and verify the decision log')
    .addHelpText(
      'before',
      'Examples:\n  portcullis log query --since 2026-06-12T21:21:00Z --effect deny\n  portcullis log show 019782f4-6d2e-7c31-9d0a-52e1c2a4b7f0\n  portcullis log verify state/log --key log-key.pem.pub\n',
    )
    .addCommand(logQueryCommand())
    .addCommand(showCommand())
    .addCommand(verifyCommand())
    .addCommand(hashCommand())
    .addHelpText('after', '\nExit codes: 0 done; 1 fault; 3 `verify`: the log is not intact.')
}

interface ShowFlags {
  log?: string
  policy?: string
  registers?: string
  format: Format
}

function showCommand(): Command {
  return new Command('show')
    .description(
      'one decision: who, where, what, every determination with its evidence, and what became of it; or one act of an officer',
    )
    .argument('<id>', 'the `Portcullis-Decision` header of the answer, or the id of a suspension or revocation')
    .argument('[dir]', 'directory of the logs, instead of --log')
    .addOption(logOption())
    .option('--policy <dir>', 'quote titles and texts of the policy that decided it: a folder, or a built bundle')
    .option('--registers <bundle>', 'registers of a bundle that was built without them')
    .addOption(formatOption())
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis log show 019782f4-6d2e-7c31-9d0a-52e1c2a4b7f0\n  portcullis log show 019782f4-6d2e-7c31-9d0a-52e1c2a4b7f0 --policy june.bundle --registers june.registers\n  portcullis log show 019782f4-6d2e-7c31-9d0a-52e1c2a4b7f0 --log state/log --format json\n',
    )
    .addHelpText(
      'after',
      '\nThe policy must be the one that decided: of a gateway that enforces bundles, both bundles that were in force then; of one\nthat enforces a folder, that folder as it was.\n\nExit codes: 0 shown; 1 fault, also if there is no such record or another policy decided it.',
    )
    .action(async (id: string, dir: string | undefined, { log, format, policy, registers }: ShowFlags) =>
      orFault(async () => {
        const directory = directoryOf(dir ?? log)
        const shown = await showRecord({ directory, id })
        if (shown === undefined) return showAct({ directory, id, format, policy })
        const { decision, outcomes } = shown
        const bundle = policy === undefined ? undefined : await policyOfRecord(decision.record, policy, registers)
        if (format === 'json') {
          await print(shownAsJson(shown, explanationOf(shown, bundle)))
        } else if (format === 'plain') for (const { line } of [decision, ...outcomes]) await print(inert(line))
        else await print(shownAsText(shown, explanationOf(shown, bundle), terminal()))
        return exitCodes.done
      }),
    )
}

interface ActAsked {
  readonly directory: string
  readonly id: string
  readonly format: Format
  readonly policy: string | undefined
}

async function showAct({ directory, id, format, policy }: ActAsked): Promise<number> {
  const acts = await actsOf(directory, id)
  if (acts.length === 0)
    throw new Error(
      `no log under \`${directory}\` has a record \`${id}\`, of a decision or of an act of an officer; in a fleet acts are in the log of its control`,
    )
  if (policy !== undefined)
    throw new Error('no policy decided this: it is an act of an officer; show it without --policy')
  await printActs(acts, format)
  return exitCodes.done
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('proves that no record that a checkpoint covers was changed, removed, inserted or moved')
    .argument('[dir]', 'directory of the logs (default: `log.path` of ./portcullis.yaml)')
    .addOption(logOption())
    .option('--key <file>', 'public key kept elsewhere: `<log.key>.pub`, or C2SP verifier keys')
    .option('--checkpoint <file...>', 'checkpoints kept elsewhere, which the logs must contain')
    .addOption(formatOption())
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis log verify state/log --key log-key.pem.pub\n  portcullis log verify state/log --key log-key.pem.pub --checkpoint last-week.checkpoint\n',
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 intact; 1 fault; 3 the log is not intact, or something that it needs is absent.',
    )
    .action(
      async (dir: string | undefined, flags: { log?: string; key?: string; checkpoint?: string[]; format: Format }) =>
        orFault(async () => {
          const { log, key, checkpoint: checkpoints, format } = flags
          const directory = directoryOf(dir ?? log)
          const progress = progressOn(process.stderr, true)
          const report = await verifyLog({
            directory,
            key,
            checkpoints,
            onProgress: ({ bytes, totalBytes }) =>
              progress.tell(() => `verifying ${Math.floor((100 * bytes) / Math.max(1, totalBytes))} %`),
          })
          progress.end()
          if (format === 'json') await print(JSON.stringify(report))
          else await print(format === 'plain' ? report.summary : reportText(report))
          return report.intact ? exitCodes.done : exitCodes.logNotIntact
        }),
    )
}

function hashCommand(): Command {
  return new Command('hash')
    .description('the pseudonym that records have for a value')
    .argument('<value>', 'for a subject its `sub`, for an address its canonical text')
    .argument('[dir]', 'directory of the logs, instead of --log')
    .addOption(logOption())
    .addOption(
      new Option('--field <field>').choices(['subject', 'address', 'session', 'token', 'jti']).default('subject'),
    )
    .option('--issuer <issuer>', 'of a subject, session or jti: the same `sub` of two issuers is two subjects')
    .addOption(formatOption())
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis log hash --field address 198.51.100.7\n  portcullis log query --subject "$(portcullis log hash --issuer https://id.example.com alice)"\n',
    )
    .addHelpText('after', '\nExit codes: 0 printed; 1 fault.')
    .action(async (value: string, dir: string | undefined, flags: HashFlags) =>
      orFault(async () => {
        const { log, field, issuer, format } = flags
        if (['subject', 'session', 'jti'].includes(field) && issuer === undefined)
          throw new Error(`a ${field} is known by its issuer too: give --issuer`)
        const tenant = issuer === undefined ? {} : { tenant: issuer }
        const pseudonym = pseudonymOf({ directory: directoryOf(dir ?? log), field, value, ...tenant })
        await print(format === 'json' ? JSON.stringify({ field, pseudonym }) : pseudonym)
        return exitCodes.done
      }),
    )
}

interface HashFlags {
  log?: string
  field: string
  issuer?: string
  format: Format
}
