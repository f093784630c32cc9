// `portcullis policy explain`: decides one case, or one example of the folder, and prints why: each directive, limb, predicate, piece of
// evidence and grant. The instant that it was decided for is always shown.
import type { Command } from 'commander'
import type { ExampleResult } from '../directives/index.ts'
import type { JsonValue } from '../json/index.ts'
import { limits } from '../limits.ts'
import {
  accountOf,
  type Bundle,
  decide,
  differences,
  explain,
  factsOf,
  loadPolicy,
  type Policy,
} from '../policy/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { inertLines } from '../vocabulary/inert.ts'
import { type AskedCase, readCaseFile } from './case-file.ts'
import { exitCodes } from './exit-codes.ts'
import { type Explained, explainReport } from './explain-report.ts'
import { type FormatFlag, print, subcommand } from './policy-command.ts'
import { exitCodeOf, faultsReport } from './policy-report.ts'
import { type AskedPolicy, type PolicyReading, readPolicy } from './read-policy.ts'
import { readTextFile } from './text-file.ts'

interface Flags extends FormatFlag {
  readonly case?: string
  readonly example?: string
  readonly registers?: string
}

export function policyExplainCommand(): Command {
  return subcommand('explain', 'decide one case and show why, down to the evidence', [
    'portcullis policy explain policies --case berlin.yaml',
    'portcullis policy explain policies --example "a US citizen in Berlin is refused"',
    'portcullis policy explain june.bundle --case berlin.yaml --format json',
  ])
    .argument('<dir>', 'policy folder, or a built bundle')
    .option('--case <file>', 'an AuthZEN request in YAML, or who, asks, where, when; `expect` says the right answer')
    .option('--example <sentence>', 'an example of the folder, decided as `policy test` decides it')
    .option('--registers <bundle>', 'registers of a bundle that was built without them')
    .addHelpText(
      'after',
      '\nExit codes: 0 permitted, or as expected; 1 a fault in the case; 2 denied, or not as expected; 4 the policy does not compile.',
    )
    .action(async (path: string, flags: Flags) => {
      process.exitCode = await explainPolicy(path, flags)
    })
}

async function explainPolicy(path: string, flags: Flags): Promise<number> {
  if ((flags.case === undefined) === (flags.example === undefined)) throw new Error('give either --case or --example')
  return flags.case === undefined
    ? explainExample(path, flags, flags.example ?? '')
    : explainCase(path, flags, flags.case)
}

async function explainCase(path: string, { format, registers }: Flags, file: string): Promise<number> {
  const reading = readCaseFile(file, await readTextFile(file, limits.policyFileBytes), systemClock.now())
  if (reading.kind === 'faults') {
    process.stderr.write(`${inertLines(reading.shown.join('\n'))}\n`)
    return exitCodes.fault
  }
  const { folders, foldersAt, resolve } = reading.file
  const policy = await readPolicy({ path, overlays: folders, registers })
  if (policy.kind === 'faults') {
    print(faultsReport(policy, format))
    return codeOfFaults(policy)
  }
  if (!policy.isFolder && foldersAt !== null) {
    process.stderr.write(`${inertLines(foldersAt)}\n`)
    return exitCodes.fault
  }
  const asked = resolve({ bundle: policy.policy.bundle, issuers: policy.issuers })
  const explained = decided(asked, policy.policy, policy.digest, file)
  print(explainReport(explained, format))
  return exitCode(explained)
}

async function explainExample(path: string, { format, registers }: Flags, sentence: string): Promise<number> {
  const policy = await readPolicy({ path, registers })
  if (policy.kind === 'faults') {
    print(faultsReport(policy, format))
    return codeOfFaults(policy)
  }
  const example = exampleIn(policy, path, sentence)
  const alone = instrumentsOf(policy.policy.bundle, example.file)
  const one = alone === undefined ? policy.policy : loadPolicy(alone as unknown as JsonValue)
  const asked: AskedCase = {
    facts: factsOf(example.case),
    instant: example.case.when,
    expected: example.case,
    assumed: alone === undefined ? [] : ['its own instrument alone, with the grants and withdrawals that name it'],
  }
  const explained = decided(asked, one, policy.digest, `${example.file}:${example.line}: ${example.sentence}`)
  print(explainReport(explained, format))
  return exitCode(explained)
}

function exampleIn({ examples, isFolder }: AskedPolicy, path: string, sentence: string): ExampleResult {
  if (!isFolder) throw new Error(`\`${path}\` is a built bundle, which keeps no examples: explain the folder`)
  const [found, ...more] = examples.filter((one) => one.sentence === sentence)
  if (found === undefined) {
    const words = sentence.toLowerCase().split(/\s+/)
    const near = examples.filter((one) => words.every((word) => one.sentence.toLowerCase().includes(word)))
    const hint = near.length === 0 ? '`policy test` lists them' : near.map((one) => `\n  ${one.sentence}`).join('')
    throw new Error(
      `there is no example \`${sentence}\` in \`${path}\`: ${near.length === 0 ? hint : `did you mean${hint}`}`,
    )
  }
  if (more.length > 0) {
    const places = [found, ...more].map(({ file, line }) => `${file}:${line}`).join(' and ')
    throw new Error(`the example \`${sentence}\` stands at ${places}: give each a sentence of its own`)
  }
  return found
}

/**
 * What `policy test` asks about an example in this file: the instrument alone, with the grants and withdrawals that name it. Undefined:
 * the whole policy, as for examples that stand beside the instruments.
 */
function instrumentsOf(bundle: Bundle, file: string): Bundle | undefined {
  const inFile = ({ position }: { readonly position: { readonly path: string } }): boolean => position.path === file
  const grant = bundle.grants.find(inFile)
  const withdrawal = bundle.withdrawals.find(inFile)
  const named = new Set([
    ...(grant?.discharges.map(({ directive }) => directive) ?? []),
    ...(withdrawal === undefined ? [] : [withdrawal.directive]),
  ])
  const directives = bundle.directives.filter((one) => inFile(one) || named.has(one.id))
  if (directives.length === 0) return undefined
  const names = (directive: string, versions: readonly number[]): boolean =>
    directives.some((one) => one.id === directive && versions.includes(one.version))
  return {
    ...bundle,
    directives,
    grants:
      grant === undefined
        ? bundle.grants.filter(({ discharges }) => discharges.some((one) => names(one.directive, one.versions)))
        : [grant],
    withdrawals: bundle.withdrawals.filter((one) => names(one.directive, one.versions)),
  }
}

function decided(
  { facts, instant, expected, assumed }: AskedCase,
  policy: Policy,
  digest: string,
  name: string,
): Explained {
  const decision = decide(policy, facts, instant, { clockUncertaintyMs: 0 })
  const account = accountOf(decision, { instant, policy: { digest, serial: policy.bundle.serial }, facts })
  return {
    name,
    explanation: explain(account, policy.bundle),
    expected:
      expected === null ? null : { answer: expected.expect.answer, differences: differences(expected, decision) },
    assumed,
  }
}

/** Also a folder of the case that is not there is a fault of whoever asked, not of the policy. */
function codeOfFaults(policy: Extract<PolicyReading, { kind: 'faults' }>): number {
  const isUnread = policy.faults.some(({ code }) => code === 'unreadable' || code === 'no-folder')
  return isUnread ? exitCodes.fault : exitCodeOf(policy)
}

function exitCode({ expected, explanation }: Explained): number {
  const isFine = expected === null ? explanation.effect === 'permit' : expected.differences.length === 0
  return isFine ? exitCodes.done : exitCodes.no
}
