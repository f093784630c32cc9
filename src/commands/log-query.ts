// `portcullis log query`: the records that match, and, where none does, which names do occur, so that a slip of the pen is seen.
import { Command, InvalidArgumentError, Option } from 'commander'
import { kindsToAsk, type LogQuery, queryLog } from '../decision-log/index.ts'
import { reasons } from '../vocabulary/reason.ts'
import { recordKinds } from '../vocabulary/record-words.ts'
import { countArgument, instantArgument } from './arguments.ts'
import { counted } from './counted.ts'
import { exitCodes } from './exit-codes.ts'
import { type Format, formatOption, logOption, orFault, print } from './log-command.ts'
import { directoryOf } from './log-directory.ts'
import { actsLeftOut, conditionsOf, namesThatOccur, otherKinds, refuseUnmet } from './log-names.ts'
import { jsonRow, plainRow, tableHead, tableRow } from './log-table.ts'

interface QueryFlags {
  log?: string
  since?: number
  until?: number
  kind?: string[]
  reason?: string
  effect?: string
  basis?: string
  model?: string
  directive?: string
  subject?: string
  whatIf?: true
  limit?: number
  format: Format
}

export function logQueryCommand(): Command {
  return new Command('query')
    .description('records that match all of the given conditions')
    .argument('[dir]', 'directory of the logs, instead of --log')
    .addOption(logOption())
    .option('--since <instant>', 'from this instant on (RFC 3339)', instantArgument)
    .option('--until <instant>', 'before this instant', instantArgument)
    .addOption(new Option('--effect <effect>').choices(['permit', 'deny']))
    .addOption(new Option('--basis <basis>').choices([...new Set(Object.values(reasons).map(({ basis }) => basis))]))
    .addOption(new Option('--reason <reason>', 'a word of the reason table').argParser(reason))
    .option('--model <model>', 'canonical id, or the name as asked; also what officers closed')
    .option('--directive <id>', 'was determined, whatever the result')
    .option(
      '--subject <pseudonym>',
      'who asked, or for whom; also which officer acted, or who was revoked; `log hash` makes pseudonyms',
    )
    .addOption(
      new Option(
        '--kind <kind...>',
        'of records; unless said, decisions, and with --model or --subject also what officers did',
      ).choices([...recordKinds]),
    )
    .option('--what-if', 'also decisions about another time than the one they were asked at')
    .option('--limit <n>', 'only the newest so many', countArgument)
    .addOption(formatOption())
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis log query --since 2026-06-12T21:21:00Z --effect deny --limit 20\n  portcullis log query --reason person_restricted --model fable-5 --format json | jq .id\n  portcullis log query --kind policy.loaded log.opened\n',
    )
    .addHelpText('after', '\nExit codes: 0 done, also where nothing matches; 1 fault.')
    .action(async (dir: string | undefined, { log, kind, format, ...conditions }: QueryFlags) =>
      orFault(async () => {
        let whatIfs = 0
        const asked = conditionsOf(conditions)
        const kinds = kind ?? kindsToAsk(asked)
        refuseUnmet(asked, kinds)
        const query = {
          directory: directoryOf(dir ?? log),
          ...conditions,
          kinds,
          onWhatIf: () => {
            whatIfs += 1
          },
        }
        const printed = await printAll(query, format)
        if (format === 'human') await print(await closing(query, kind === undefined, { ...printed, whatIfs }))
        return exitCodes.done
      }),
    )
}

interface Printed {
  readonly found: number
  readonly uncovered: number
}

async function printAll(query: LogQuery, format: Format): Promise<Printed> {
  let found = 0
  let uncovered = 0
  for await (const record of queryLog(query)) {
    if (format === 'human' && found === 0) await print(tableHead())
    found += 1
    if (!record.covered) uncovered += 1
    if (format === 'json') await print(jsonRow(record))
    else await print(format === 'plain' ? plainRow(record) : tableRow(record))
  }
  return { found, uncovered }
}

interface Asked extends LogQuery {
  readonly kinds: readonly string[]
}

/** @param byDefault nobody named the kinds */
async function closing(
  query: Asked,
  byDefault: boolean,
  seen: Printed & { readonly whatIfs: number },
): Promise<string> {
  const { found, uncovered, whatIfs } = seen
  const hidden = whatIfs === 0 ? '' : `; --what-if shows ${whatIfs} more`
  if (found === 0) {
    const others = byDefault && query.kinds.length === 1 ? await otherKinds(query) : ''
    const names = await namesThatOccur(query, query.kinds)
    const left = byDefault && names.length > 0 ? actsLeftOut(conditionsOf(query)) : []
    const nothing = others === '' ? `nothing matches${hidden}` : `no decision matches${others}`
    return [nothing, ...names, ...left].join('\n')
  }
  const open = uncovered === 0 ? '' : `, ${uncovered} of them not covered by a checkpoint yet`
  return `\n${counted(found, 'record')}${open}${hidden}`
}

function reason(text: string): string {
  if (!Object.hasOwn(reasons, text)) throw new InvalidArgumentError('it is not in the table of reasons.')
  return text
}
