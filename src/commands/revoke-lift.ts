// `portcullis revoke list` and `revoke lift`: what is revoked, and one officer's word that it may be taken back. It takes two.
import { Command } from 'commander'
import { inert } from '../vocabulary/inert.ts'
import { type AdminFlags, callAdmin, withAdminOptions } from './admin-call.ts'
import { exitCodes } from './exit-codes.ts'
import { detailsText, liftLine, plainRevocation, shownRevocation } from './revocation-report.ts'

const route = '/v1/revocations'

export function listCommand(): Command {
  return withAdminOptions(new Command('list').description('what is revoked now')).action(async (flags: AdminFlags) => {
    const { body, error } = await callAdmin(flags, route)
    if (error !== null) throw new Error(error.message)
    const said = body['revocations']
    const all = Array.isArray(said) ? said.map(shownRevocation) : []
    if (flags.format === 'json') process.stdout.write(`${inert(JSON.stringify(body))}\n`)
    else if (flags.format === 'plain') process.stdout.write(all.map(plainRevocation).join(''))
    else if (all.length === 0) process.stdout.write('Nothing is revoked.\n')
    else process.stdout.write(all.map((one) => `Revoked: ${one.name}\n${detailsText(one)}`).join('\n'))
    process.exitCode = exitCodes.done
  })
}

export function liftCommand(): Command {
  const command = new Command('lift')
    .description('ask, as one of two officers, that a revocation be taken back')
    .argument('<id>', 'of the revocation, as `revoke list` shows it')
    .requiredOption('--why <text>', 'for the record: why it may be taken back')
  return withAdminOptions(command).action(async (id: string, flags: AdminFlags & { readonly why: string }) => {
    process.exitCode = await lift(id, flags)
  })
}

async function lift(id: string, flags: AdminFlags & { readonly why: string }): Promise<number> {
  const { body, error } = await callAdmin(flags, `${route}/${encodeURIComponent(id)}/lift`, { why: flags.why })
  if (error?.code === 'second_officer_needed') {
    process.stderr.write(`portcullis: ${error.message}\n`)
    return exitCodes.no
  }
  if (error !== null) throw new Error(error.message)
  const isLifted = body['lifted'] === true
  const one = shownRevocation(body['revocation'])
  if (flags.format === 'json') process.stdout.write(`${inert(JSON.stringify(body))}\n`)
  else if (flags.format === 'plain') process.stdout.write(`${isLifted ? 'lifted' : 'asked'}\t${plainRevocation(one)}`)
  else if (isLifted) process.stdout.write(`Taken back: ${one.name}. Who is let in is for the directives again.\n`)
  else
    process.stdout.write(
      `Asked, and on record. It stays revoked until a second, different officer asks too:\n  ${liftLine(one, flags.admin)}\n\n${detailsText(one)}`,
    )
  return isLifted ? exitCodes.done : exitCodes.no
}
