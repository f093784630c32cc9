// `portcullis suspend`: break-glass. One officer closes a model, a family or everything, for everyone, at once.
import { Command } from 'commander'
import { inert } from '../vocabulary/inert.ts'
import { type AdminFlags, callAdmin, withAdminOptions } from './admin-call.ts'
import { exitCodes } from './exit-codes.ts'
import { cutOf, cutText } from './shown-act.ts'
import {
  detailsText,
  modelsText,
  plainSuspension,
  resumeLine,
  type ShownSuspension,
  shownSuspension,
  spoken,
} from './suspension-report.ts'

interface SuspendFlags extends AdminFlags {
  readonly why: string
}

export function suspendCommand(): Command {
  const command = new Command('suspend')
    .description(
      'close a model, a family or everything, for everyone, at once; it never lapses, and two officers open it again',
    )
    .argument(
      '<what>',
      '`all`, a family, a model, or any name that a request may carry; `family:NAME` and `model:NAME` say which',
    )
    .requiredOption('--why <text>', 'for the record: what happened')
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis suspend fable-5 --why "jailbreak reported, case 112" --admin https://gate.example:8444 --token-file officer.jwt\n  portcullis suspend model:fable-5 --why "wrong weights served" --admin http://127.0.0.1:8444\n  portcullis suspend all --why "key material stolen" --admin http://127.0.0.1:8444 --format json\n',
    )
    .addHelpText(
      'after',
      '\nA name of both a family and a model closes the family. What derives from it is closed too.\nThe gates of a fleet follow its control: ask control with --admin, once for all of them.\nExit codes: 0 it is closed (also if it was before), 1 fault.',
    )
  return withAdminOptions(command).action(async (what: string, flags: SuspendFlags) => {
    process.exitCode = await suspend(what, flags)
  })
}

async function suspend(what: string, flags: SuspendFlags): Promise<number> {
  const { body, error } = await callAdmin(flags, '/v1/policy/suspensions', { of: what, why: flags.why })
  if (error !== null) throw new Error(error.message)
  const one = shownSuspension(body['suspension'])
  const isNew = body['begun'] === true
  const cut = cutOf(body)
  if (flags.format === 'json') process.stdout.write(`${inert(JSON.stringify(body))}\n`)
  else if (flags.format === 'plain')
    process.stdout.write(`${isNew ? 'begun' : 'standing'}\t${cut ?? '-'}\t${plainSuspension(one)}`)
  else process.stdout.write(humanText(one, isNew, cut, flags.admin))
  return exitCodes.done
}

function humanText(one: ShownSuspension, isNew: boolean, cut: number | null, admin: string): string {
  const closed = isNew
    ? `Closed for everyone since ${one.since}: ${modelsText(one.models)}.\n${cutText(cut, 'No answer was open.')}`
    : `${capital(spoken(one.of))} was closed before, since ${one.since}; nothing was changed.\n`
  return `${closed}\nSuspension of ${spoken(one.of)}\n${detailsText(one)}\nIt stays closed, also over a restart and a new policy, until two officers have said this, each with a token of their own:\n  ${resumeLine(one, admin)}\n`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
