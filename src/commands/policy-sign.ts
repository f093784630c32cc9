// `portcullis policy sign`: one officer's approval of one bundle, added to the file. It shows what is signed; without a key it only
// shows. What is signed is the statement (kind, serial, digest, author, instants), never the file around it.
import { basename, extname } from 'node:path'
import type { Command } from 'commander'
import {
  type Approval,
  approve,
  type Envelope,
  envelopeText,
  isAuthor,
  isGenuine,
  nameForm,
  publicKeyOf,
  readEnvelope,
  readPrivateKey,
  replaceFile,
} from '../directives/index.ts'
import { limits } from '../limits.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { personArgument } from './arguments.ts'
import { exitCodes } from './exit-codes.ts'
import { descriptionOf, humanDescription, plainDescription } from './policy-bundle-report.ts'
import { type FormatFlag, print, subcommand } from './policy-command.ts'
import type { Format, Printed } from './policy-report.ts'
import { readTextFile } from './text-file.ts'

interface SignFlags extends FormatFlag {
  readonly key?: string
  readonly as?: string
}

export function policySignCommand(): Command {
  return subcommand('sign', "add one officer's approval to a bundle", [
    'portcullis policy sign june.bundle                           shows what would be signed',
    'portcullis policy sign june.bundle --key bob.pem --as bob',
    'openssl genpkey -algorithm ed25519 -out bob.pem              makes a key, which stays with Bob',
    'openssl pkey -in bob.pem -pubout -out bob.pub.pem            its public half, for `policy.signers`',
  ])
    .argument('<bundle>', 'file that `policy build` made')
    .option('--key <file>', 'Ed25519 private key, PKCS#8 PEM or JWK')
    .option('--as <name>', 'who signs (default: the name of the key file, without its ending)', personArgument)
    .addHelpText(
      'after',
      '\nThe gateway knows an approver by the key. The author of a bundle is no approver of it, and each approver counts once.\n\nExit codes: 0 done, 1 fault, 2 not signed: this bundle is not one that this person can approve.',
    )
    .action(async (bundle: string, flags: SignFlags) => {
      process.exitCode = await signBundle(bundle, flags)
    })
}

async function signBundle(path: string, { key: keyFile, as, format }: SignFlags): Promise<number> {
  const reading = await readEnvelope(path)
  if (reading.kind === 'fault') throw new Error(`\`${path}\` ${reading.message}`)
  const { envelope } = reading
  const { statement, approvals } = envelope
  const forged = approvals.filter((one) => !isGenuine(statement, one))
  if (forged.length > 0) {
    const names = forged.map(({ by }) => `\`${by}\``).join(', ')
    return refuse(
      `\`${path}\` was tampered with: the approval of ${names} is not of this bundle; take it from its author anew`,
    )
  }
  if (keyFile === undefined) {
    print(signedReport(path, envelope, null, format))
    return exitCodes.done
  }
  if (statement.kind === 'whole')
    return refuse(
      `\`${path}\` holds policy and registers in one: build it with \`--registers\`, so that each can be signed`,
    )
  if (statement.author === null)
    return refuse(
      `\`${path}\` names no author, so that nobody can say who is not the author: build it with \`--author\``,
    )
  const by = as ?? basename(keyFile, extname(keyFile))
  if (!nameForm.test(by)) throw new Error(`\`${by}\` is no name of a person: say who signs with \`--as\``)
  if (isAuthor(statement, by)) return refuse(`\`${by}\` is the author of \`${path}\`: somebody else has to approve it`)
  const key = readPrivateKeyOf(keyFile, await readTextFile(keyFile, limits.secretFileBytes))
  if (approvals.some((one) => one.key === publicKeyOf(key)))
    return refuse(`\`${path}\` is signed with this key already`)
  const approval = approve(statement, key, { by, at: systemClock.now() })
  const signed: Envelope = { ...envelope, approvals: [...approvals, approval] }
  await replaceFile(path, envelopeText(signed), 0o644)
  print(signedReport(path, signed, approval, format))
  return exitCodes.done
}

function refuse(why: string): number {
  process.stderr.write(`portcullis: ${why}\n`)
  return exitCodes.no
}

function readPrivateKeyOf(path: string, text: string): ReturnType<typeof readPrivateKey> {
  try {
    return readPrivateKey(text)
  } catch (error) {
    throw new Error(`\`${path}\` ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function signedReport(path: string, envelope: Envelope, approval: Approval | null, format: Format): Printed {
  const one = descriptionOf(envelope)
  const by = approval?.by ?? null
  if (format === 'json') return { out: `${JSON.stringify({ bundle: path, signed_by: by, ...one })}\n`, err: '' }
  if (format === 'plain') return { out: `${plainDescription(path, one)}signed_by\t${by ?? ''}\n`, err: '' }
  const last = by === null ? 'Nothing was signed: say with which key by `--key`.' : `Signed as ${by}.`
  return { out: `${humanDescription(path, one)}\n${last}\n`, err: '' }
}
