// `portcullis policy build`: the canonical bundles that a gateway loads. Compiling happens in a child process with limits, as in the
// gate. Policy and registers are two bundles, since they change at different times and others answer for them.
import { type Command, Option } from 'commander'
import {
  type BundleKind,
  bundleOf,
  changedInPlace,
  compileDirectory,
  contentOf,
  type Envelope,
  envelopeText,
  readBundleJson,
  readEnvelope,
  replaceFile,
  statementOf,
  vanishedFrom,
} from '../directives/index.ts'
import type { JsonObject } from '../json/index.ts'
import { loadPolicy } from '../policy/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { countArgument, endArgument, personArgument } from './arguments.ts'
import { exitCodes } from './exit-codes.ts'
import { type BundleDescription, descriptionOf, humanDescription, plainDescription } from './policy-bundle-report.ts'
import { type FormatFlag, print, subcommand } from './policy-command.ts'
import { exitCodeOf, faultsReport, foundReport } from './policy-report.ts'

interface BuildFlags extends FormatFlag {
  readonly output?: string
  readonly registers?: string
  readonly withoutRegisters?: true
  readonly after?: string
  readonly registersAfter?: string
  readonly serial?: number
  readonly registersSerial?: number
  readonly author?: string
  readonly expires?: (now: number) => number
  readonly registersExpires: (now: number) => number
}

export function policyBuildCommand(): Command {
  return subcommand('build', 'compile to the canonical bundles that a gateway loads', [
    'portcullis policy build policies -o june.bundle --registers june.registers --author ann',
    'portcullis policy build policies -o july.bundle --without-registers --after june.bundle --author ann',
    'portcullis policy build policies --registers monday.registers --registers-after june.registers --author ann',
    'portcullis policy build policies -o development.bundle',
  ])
    .argument('<dir>', 'policy folder')
    .option('-o, --output <bundle>', 'policy bundle to write, at once or not at all')
    .option('--registers <bundle>', 'registers bundle to write: members, employees, evaluators and so on, apart')
    .option('--without-registers', 'leave the registers out of the policy bundle, and write no bundle of them')
    .option('--after <bundle>', 'the policy bundle that comes before: its serial plus one, and nothing may vanish')
    .option('--registers-after <bundle>', 'the registers bundle that comes before: its serial plus one')
    .option('--serial <n>', 'serial of the policy bundle (default 1)', countArgument)
    .option('--registers-serial <n>', 'serial of the registers bundle (default 1)', countArgument)
    .option(
      '--author <name>',
      'who wrote the change; nobody can approve a bundle without, nor their own',
      personArgument,
    )
    .option(
      '--expires <when>',
      'instant, or days from now such as 90d, from which the policy no longer activates',
      endArgument,
    )
    .addOption(
      new Option('--registers-expires <when>', 'the same for registers; whom they admit is admitted until then')
        .argParser(endArgument)
        .default(endArgument('7d'), '7d'),
    )
    .addHelpText(
      'after',
      '\nWithout --registers and --without-registers there is one bundle for everything, for development: nobody can\nsign it, and a gateway loads it under `policy: { unsigned: accepted }` alone.\n\nExit codes: 0 built, 1 fault, 2 an example fails or a directive of the bundle before would vanish, 4 it does\nnot compile.',
    )
    .action(async (folder: string, flags: BuildFlags) => {
      process.exitCode = await buildPolicy(folder, flags)
    })
}

interface Plan {
  readonly kind: BundleKind
  readonly output: string
  readonly serial: number
  readonly before: Envelope | undefined
  readonly notAfter: number | null
}

async function buildPolicy(folder: string, flags: BuildFlags): Promise<number> {
  const now = systemClock.now()
  const plans = await plansOf(flags, now)
  const outcome = await compileDirectory({ folder, serial: 1, now })
  if (outcome.kind === 'faults') {
    print(faultsReport(outcome, flags.format))
    return exitCodeOf(outcome)
  }
  const reading = readBundleJson(Buffer.from(outcome.text))
  if (reading.kind === 'fault') throw new Error(`the compiled bundle cannot be read: ${reading.message}`)
  const bundle = reading.value as JsonObject
  const built = plans.map((plan) => ({ plan, envelope: envelopeOf(plan, bundle, outcome.registerFiles, flags, now) }))
  const lost = plans.flatMap((plan) => lostBetween(plan, bundle, outcome.registerFiles, now))
  if (lost.length > 0) {
    process.stderr.write(`${lost.map((line) => `${line}\n`).join('')}${whatToDo}\n`)
    return exitCodes.no
  }
  for (const { plan, envelope } of built) await replaceFile(plan.output, envelopeText(envelope), 0o644)
  const bundles = built.map(({ plan, envelope }) => ({ output: plan.output, ...descriptionOf(envelope) }))
  print(foundReport(folder, outcome, flags.format, reportOf(bundles)))
  return exitCodes.done
}

const whatToDo = 'Write a withdrawal or a superseding version: a missing or an edited file lifts nothing.'

async function plansOf(flags: BuildFlags, now: number): Promise<readonly Plan[]> {
  const { output, registers } = flags
  if (output === undefined && registers === undefined)
    throw new Error('nothing to write: name a file with `-o`, with `--registers`, or both')
  if (registers !== undefined && flags.withoutRegisters)
    throw new Error('`--registers` and `--without-registers` exclude each other')
  if (registers !== undefined && registers === output) throw new Error('the two bundles need two files')
  const isWhole = registers === undefined && flags.withoutRegisters !== true
  const policy = output && (await planOf(isWhole ? 'whole' : 'policy', output, flags.after, flags.serial))
  const kept = registers && (await planOf('registers', registers, flags.registersAfter, flags.registersSerial))
  return [
    ...(policy ? [{ ...policy, notAfter: endOf(flags.expires, now) }] : []),
    ...(kept ? [{ ...kept, notAfter: endOf(flags.registersExpires, now) }] : []),
  ]
}

function endOf(end: ((now: number) => number) | undefined, now: number): number | null {
  const instant = end?.(now) ?? null
  if (instant !== null && instant <= now)
    throw new Error('it would have expired already: name an instant that is ahead')
  return instant
}

async function planOf(
  kind: BundleKind,
  output: string,
  after: string | undefined,
  wanted: number | undefined,
): Promise<Omit<Plan, 'notAfter'>> {
  const reading = after === undefined ? undefined : await readEnvelope(after)
  if (reading?.kind === 'fault') throw new Error(`\`${after}\` ${reading.message}`)
  const before = reading?.envelope
  const other = before?.statement.kind
  if (other !== undefined && (other === 'registers') !== (kind === 'registers'))
    throw new Error(`\`${after}\` is a bundle of the kind \`${other}\`, which none of the kind \`${kind}\` follows`)
  const last = before?.statement.serial ?? 0
  const serial = wanted ?? last + 1
  if (serial <= last) throw new Error(`serial ${serial} is not above ${last} of \`${after}\``)
  return { kind, output, serial, before }
}

function envelopeOf(
  { kind, serial, notAfter }: Plan,
  bundle: JsonObject,
  registerFiles: readonly string[],
  { author = null }: { readonly author?: string | null },
  now: number,
): Envelope {
  const content = contentOf(kind, bundle, registerFiles)
  return { statement: statementOf(content, { kind, serial, author, createdAt: now, notAfter }), content, approvals: [] }
}

/** What a gateway that enforces the bundle before would refuse this one for. */
function lostBetween(
  { kind, before }: Plan,
  bundle: JsonObject,
  registerFiles: readonly string[],
  now: number,
): string[] {
  if (before === undefined || kind === 'registers') return []
  const next = loadPolicy(bundle)
  // Today's registers on both sides: it is the policy that is compared.
  const content = contentOf('registers', bundle, registerFiles)
  const statement = statementOf(content, { kind: 'registers', serial: 1, author: null, createdAt: now, notAfter: null })
  const registers = before.statement.kind === 'whole' ? null : { statement, content, approvals: [] }
  const earlier = loadPolicy(bundleOf({ policy: before, registers }))
  return [
    ...vanishedFrom(earlier, next, now).map((one) => `directive_vanished: ${one}`),
    ...changedInPlace(earlier, next, now).map((one) => `changed_without_version: ${one}`),
  ]
}

type Built = BundleDescription & { readonly output: string }

const reportOf = (bundles: readonly Built[]) => ({
  json: { digest: bundles[0]?.digest, serial: bundles[0]?.serial, bundles },
  plain: bundles.map((one) => plainDescription(one.output, one)).join(''),
  human: bundles.map((one) => humanDescription(one.output, one)).join('\n'),
})
