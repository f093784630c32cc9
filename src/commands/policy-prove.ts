// `portcullis policy prove`: whether claims hold of a policy; one that does not comes with the request that breaks it.
import type { Command } from 'commander'
import { limits } from '../limits.ts'
import type { Policy } from '../policy/index.ts'
import { type Claim, type Proof, parseClaim, prove } from '../policy/prove/index.ts'
import { counted } from './counted.ts'
import { exitCodes } from './exit-codes.ts'
import { type FormatFlag, print, subcommand } from './policy-command.ts'
import { exitCodeOf, faultsReport } from './policy-report.ts'
import { progressOn } from './progress.ts'
import { claimFaultText, proofsReport } from './prove-report.ts'
import { readPolicy } from './read-policy.ts'
import { readTextFile } from './text-file.ts'

interface Flags extends FormatFlag {
  readonly claims?: string
  readonly registers?: string
}

export function policyProveCommand(): Command {
  return subcommand('prove', 'whether claims hold of a policy, exactly; if not, who, from where and when', [
    'portcullis policy prove policies "no foreign person reaches fable-5 at 2026-06-20T12:00:00Z"',
    'portcullis policy prove policies "adding us-bis-2026-06-12 takes nothing from verified US persons at home"',
    'portcullis policy prove june.bundle --claims claims.txt --format json',
  ])
    .argument('<dir>', 'policy folder, or a built bundle')
    .argument('[claim...]', 'sentences of the language of docs/claims.md, each in quotes')
    .option('--claims <file>', 'claims, one a line; lines that begin with # are for people')
    .option('--registers <bundle>', 'registers of a bundle that was built without them')
    .addHelpText(
      'after',
      '\nExact over everything that the policy can tell apart, with the registers that it holds.\n' +
        'Exit codes: 0 all hold; 1 a claim cannot be read, speaks of nothing or stays undecided, since the\n' +
        'policy tells more apart than can be looked through; 2 one is refuted; 4 the policy does not compile.',
    )
    .action(async (path: string, claims: readonly string[], flags: Flags) => {
      process.exitCode = await proveClaims(path, claims, flags)
    })
}

async function proveClaims(path: string, given: readonly string[], flags: Flags): Promise<number> {
  const texts = [...given, ...(flags.claims === undefined ? [] : await claimsIn(flags.claims))]
  if (texts.length === 0) throw new Error('give a claim, or --claims with a file of them')
  const claims = readClaims(texts)
  if (claims === null) return exitCodes.fault
  const reading = await readPolicy({ path, registers: flags.registers })
  if (reading.kind === 'faults') {
    print(faultsReport(reading, flags.format))
    return exitCodeOf(reading)
  }
  const proofs = claims.map((claim) => proofOf(claim, reading.policy, flags.format === 'human'))
  print(proofsReport(proofs, flags.format))
  if (proofs.some(({ kind }) => kind === 'fault' || kind === 'undecided')) return exitCodes.fault
  return proofs.some(({ kind }) => kind === 'refuted') ? exitCodes.no : exitCodes.done
}

async function claimsIn(file: string): Promise<readonly string[]> {
  const text = await readTextFile(file, limits.policyFileBytes)
  return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
}

/** All faults of all claims are told before any work is done; null: there were some. */
function readClaims(texts: readonly string[]): readonly Claim[] | null {
  const claims: Claim[] = []
  for (const text of texts) {
    const reading = parseClaim(text)
    if (reading.kind === 'claim') claims.push(reading.claim)
    else process.stderr.write(claimFaultText(text, reading.fault))
  }
  return claims.length === texts.length ? claims : null
}

/** On a terminal a line counts while people wait. */
function proofOf(claim: Claim, policy: Policy, isShown: boolean): Proof {
  const progress = progressOn(process.stderr, isShown)
  const proof = prove(claim, policy, {
    onProgress: ({ requests, instants }, { resource }) =>
      progress.tell(
        () => `${counted(requests, 'request')}, ${counted(instants, 'instant')}: ${resource.resource.model}`,
      ),
  })
  progress.end()
  return proof
}
