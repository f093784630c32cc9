// `portcullis revoke`: shuts out a token, a session, a subject, an organization or a grant, at once: in a gate, or in a whole fleet.
import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { readNamedToken } from '../identity/index.ts'
import type { JsonObject } from '../json/index.ts'
import { limits } from '../limits.ts'
import { inert } from '../vocabulary/inert.ts'
import { type AdminFlags, callAdmin, withAdminOptions } from './admin-call.ts'
import { exitCodes } from './exit-codes.ts'
import { detailsText, liftLine, plainRevocation, shownRevocation } from './revocation-report.ts'
import { liftCommand, listCommand } from './revoke-lift.ts'
import { cutOf, cutText } from './shown-act.ts'

interface RevokeFlags extends AdminFlags {
  readonly why: string
  readonly issuer?: string
  readonly issuedUntil?: string
  readonly forGood?: true
}

interface TokenFlags extends RevokeFlags {
  readonly jwt?: string
  readonly jti?: string
  readonly sha256?: string
}

const gateAt = '--admin https://gate.example:8444 --token-file officer.jwt'

export function revokeCommand(): Command {
  const command = new Command('revoke')
    .description('shut out a token, a session, a subject, an organization or a grant, at once')
    .addHelpText(
      'beforeAll',
      `Examples:
  portcullis revoke token --jwt leaked.jwt --why "in a public repository, case 7" ${gateAt}
  portcullis revoke session 8f1c --issuer https://id.example --why "laptop stolen" ${gateAt}
  portcullis revoke subject alice --issuer https://id.example --for-good --why "left" ${gateAt}
  portcullis revoke organization org-q --issuer https://id.example --why "contract ended" ${gateAt}
  portcullis revoke grant us-bis-2026-06-26-annex --why "letter of 3 July" ${gateAt}
  portcullis revoke list ${gateAt}
  portcullis revoke lift ID --why "wrong session" ${gateAt}
`,
    )
    .addHelpText(
      'after',
      `
Names are compared exactly: as the token has them. A session and a subject are shut out with every token that was issued
before this moment: who signs in anew is let in, unless you say --for-good; disable the account at the issuer first.
The gates of a fleet follow its control: ask control with --admin, once for all of them.
Exit codes: 0 it is revoked (also if it was before), or listed, or lifted; 2 lifting is asked for, and a second, different
officer must ask too; 1 fault.`,
    )
  command.addCommand(
    revoking(new Command('token'), 'one token: by what it says of itself, or by what is signed of it')
      .addOption(
        new Option('--jwt <file>', 'file that holds the token, `-` for standard input; it is neither sent nor printed'),
      )
      .addOption(new Option('--jti <id>', 'its `jti`').conflicts('jwt'))
      .addOption(
        new Option('--sha256 <digest>', 'SHA-256 of the token without its last part').conflicts(['jwt', 'jti']),
      )
      .addOption(issuerOption())
      .action(async (flags: TokenFlags) => {
        process.exitCode = await revoke(flags, { kind: 'token', ...tokenNamed(flags) })
      }),
  )
  const named = [
    ['session', '<sid>', 'a session, by the `sid` of its tokens'],
    ['subject', '<sub>', 'a person or service, by its `sub`; also where it acts for somebody else'],
    ['organization', '<id>', 'everybody whose token names the organization; for good unless you say --issued-until'],
  ] as const
  for (const [kind, argument, about] of named) {
    command.addCommand(
      revoking(new Command(kind).argument(argument), about)
        .addOption(issuerOption())
        .addOption(new Option('--issued-until <instant>', 'only tokens issued until then').conflicts('forGood'))
        .addOption(new Option('--for-good', 'whenever the token was issued'))
        .action(async (id: string, flags: RevokeFlags) => {
          process.exitCode = await revoke(flags, { kind, id, ...issuedOf(flags), ...issuerOf(flags) })
        }),
    )
  }
  command.addCommand(
    revoking(new Command('grant').argument('<id>'), 'an authorization, by its id in the directives').action(
      async (id: string, flags: RevokeFlags) => {
        process.exitCode = await revoke(flags, { kind: 'grant', id })
      },
    ),
  )
  return command.addCommand(listCommand()).addCommand(liftCommand())
}

const revoking = (command: Command, about: string): Command =>
  withAdminOptions(command.description(about).requiredOption('--why <text>', 'for the record: what happened'))

const issuerOption = (): Option =>
  new Option(
    '--issuer <issuer>',
    'whose token, session, subject or organization; may be left out where the gate has one issuer',
  )

const issuerOf = ({ issuer }: RevokeFlags): JsonObject => (issuer === undefined ? {} : { issuer })

function issuedOf({ issuedUntil, forGood }: RevokeFlags): JsonObject {
  if (forGood === true) return { for_good: true }
  return issuedUntil === undefined ? {} : { issued_until: issuedUntil }
}

/** By `jti` where there is one: it names the token however its signature is written. */
function tokenNamed({ jwt, jti, sha256, issuer }: TokenFlags): JsonObject {
  if (sha256 !== undefined) return { sha256 }
  if (jti !== undefined) return { jti, ...(issuer === undefined ? {} : { issuer }) }
  if (jwt === undefined) throw new Error('say which token: --jwt FILE, --jti ID or --sha256 DIGEST')
  const token = readNamedToken(readToken(jwt))
  if (issuer !== undefined && issuer !== token.issuer)
    throw new Error(`the token is not of that issuer, but of \`${inert(token.issuer)}\``)
  return token.jti === null ? { sha256: token.digest } : { jti: token.jti, issuer: token.issuer }
}

function readToken(file: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`the token \`${inert(file)}\` cannot be read: ${code}`, { cause: error })
  }
  if (bytes.length > 2 * limits.tokenBytes) throw new Error('what is given is too long for a token')
  return bytes
    .toString('utf8')
    .trim()
    .replace(/^Bearer +/i, '')
}

async function revoke(flags: RevokeFlags, asked: JsonObject): Promise<number> {
  const { body, error } = await callAdmin(flags, '/v1/revocations', { ...asked, why: flags.why })
  if (error !== null) throw new Error(error.message)
  const one = shownRevocation(body['revocation'])
  const isNew = body['begun'] === true
  const cut = cutOf(body)
  if (flags.format === 'json') process.stdout.write(`${inert(JSON.stringify(body))}\n`)
  else if (flags.format === 'plain')
    process.stdout.write(`${isNew ? 'begun' : 'standing'}\t${cut ?? '-'}\t${plainRevocation(one)}`)
  else {
    const said = isNew
      ? `Revoked since ${one.since}: ${one.name}.\n${cutText(cut, 'No open answer was cut.')}`
      : `This was revoked before, since ${one.since}; nothing was changed.\n`
    const note = one.kind === 'grant' ? 'To authorize it again, write a grant with a new id.\n' : ''
    process.stdout.write(
      `${said}\n${detailsText(one)}\n${note}Was it a mistake? Two officers take it back, each with a token of their own:\n  ${liftLine(one, flags.admin)}\n`,
    )
  }
  return exitCodes.done
}
