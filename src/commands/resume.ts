// `portcullis resume`: one officer's word that something suspended may be open again. It takes two, and they must be two people.
import { Command } from 'commander'
import { inert } from '../vocabulary/inert.ts'
import { type AdminFlags, callAdmin, withAdminOptions } from './admin-call.ts'
import { exitCodes } from './exit-codes.ts'
import {
  detailsText,
  modelsText,
  plainSuspension,
  resumeLine,
  type ShownSuspension,
  shownSuspension,
  spoken,
  textsOf,
} from './suspension-report.ts'

interface ResumeFlags extends AdminFlags {
  readonly why?: string
}

const route = '/v1/policy/suspensions'

export function resumeCommand(): Command {
  const command = new Command('resume')
    .description(
      'ask, as one of two officers, that what is suspended be open again; without a name, list what is suspended',
    )
    .argument('[what]', 'id of the suspension, or what it closes: `all`, a family, a model')
    .option('--why <text>', 'for the record: why it may be open again')
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis resume --admin https://gate.example:8444 --token-file officer.jwt\n  portcullis resume fable-5 --why "case 112 closed, patched" --admin https://gate.example:8444 --token-file officer.jwt\n',
    )
    .addHelpText(
      'after',
      '\nThe gates of a fleet follow its control: ask control with --admin, once for all of them.\nExit codes: 0 it is open again (or listed), 2 asked, but a second, different officer must ask too, 1 fault.',
    )
  return withAdminOptions(command).action(async (what: string | undefined, flags: ResumeFlags) => {
    process.exitCode = what === undefined ? await list(flags) : await resume(what, flags)
  })
}

async function list(flags: ResumeFlags): Promise<number> {
  const { body, error } = await callAdmin(flags, route)
  if (error !== null) throw new Error(error.message)
  const all = suspensionsOf(body['suspensions'])
  if (flags.format === 'json') process.stdout.write(`${inert(JSON.stringify(body))}\n`)
  else if (flags.format === 'plain') process.stdout.write(all.map(plainSuspension).join(''))
  else if (all.length === 0) process.stdout.write('Nothing is suspended.\n')
  else process.stdout.write(all.map((one) => `Suspension of ${spoken(one.of)}\n${detailsText(one)}`).join('\n'))
  return exitCodes.done
}

async function resume(what: string, flags: ResumeFlags): Promise<number> {
  if (flags.why === undefined) throw new Error('say why it may be open again: --why TEXT')
  const listed = await callAdmin(flags, route)
  if (listed.error !== null) throw new Error(listed.error.message)
  const one = found(what, suspensionsOf(listed.body['suspensions']))
  const { body, error } = await callAdmin(flags, `${route}/${encodeURIComponent(one.id)}/lift`, { why: flags.why })
  if (error?.code === 'second_officer_needed') {
    process.stderr.write(`portcullis: ${error.message}\n`)
    return exitCodes.no
  }
  if (error !== null) throw new Error(error.message)
  const isLifted = body['lifted'] === true
  const now = shownSuspension(body['suspension'])
  if (flags.format === 'json') process.stdout.write(`${inert(JSON.stringify(body))}\n`)
  else if (flags.format === 'plain') process.stdout.write(`${isLifted ? 'lifted' : 'asked'}\t${plainSuspension(now)}`)
  else process.stdout.write(isLifted ? liftedText(now, textsOf(body['opened'])) : askedText(now, flags.admin))
  return isLifted ? exitCodes.done : exitCodes.no
}

function askedText(one: ShownSuspension, admin: string): string {
  return `Asked, and on record. It stays closed until a second, different officer asks too:\n  ${resumeLine(one, admin)}\n\nSuspension of ${spoken(one.of)}\n${detailsText(one)}`
}

function liftedText(one: ShownSuspension, opened: readonly string[]): string {
  const left = one.models.filter((model) => !opened.includes(model))
  const still = left.length === 0 ? '' : `Still closed by another suspension: ${left.join(', ')}.\n`
  const open = opened.length === 0 ? '' : `Open again to those whom the directives let in: ${modelsText(opened)}.\n`
  return `The suspension of ${spoken(one.of)} is lifted.\n${open}${still}`
}

const suspensionsOf = (value: Parameters<typeof shownSuspension>[0]): readonly ShownSuspension[] =>
  Array.isArray(value) ? value.map(shownSuspension) : []

/** By id, by what it is of, or by the bare name if only one is of that name. @throws Error that lists what is suspended */
function found(what: string, all: readonly ShownSuspension[]): ShownSuspension {
  const exact = all.find(({ id, of }) => id === what || of === what)
  const named =
    exact === undefined ? all.filter(({ of }) => of === `family:${what}` || of === `model:${what}`) : [exact]
  const [one] = named
  if (one !== undefined && named.length === 1) return one
  if (all.length === 0) throw new Error('nothing is suspended')
  const known = (named.length > 1 ? named : all).map(({ id, of }) => `${of} (${id})`).join(', ')
  throw new Error(
    named.length > 1
      ? `more than one is meant, name one of them: ${known}`
      : `\`${what}\` is not suspended; suspended: ${known}`,
  )
}
