// `portcullis policy`: a compliance team's commands. Compiling happens in a child process with limits, as in the gate.
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Command, Option } from 'commander'
import { bundleFileText, compileDirectory, readBundleFile, readBundleJson, vanishedFrom } from '../directives/index.ts'
import { loadPolicy } from '../policy/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { countArgument } from './arguments.ts'
import { exitCodes } from './exit-codes.ts'
import { exitCodeOf, type Format, faultsReport, foundReport, testReport } from './policy-report.ts'

interface Flags {
  readonly format: Format
}

interface BuildFlags extends Flags {
  readonly output: string
  readonly serial?: number
  readonly after?: string
}

export function policyCommand(): Command {
  return new Command('policy')
    .description('check, test and build directives')
    .addHelpText(
      'before',
      'Examples:\n  portcullis policy check policies\n  portcullis policy test policies --format plain\n  portcullis policy build policies -o june.bundle --after may.bundle\n',
    )
    .addCommand(
      command('check', 'find every fault in every file, with its line', 'portcullis policy check policies').action(
        async (folder: string, flags: Flags) => {
          process.exitCode = await checkPolicy(folder, flags)
        },
      ),
    )
    .addCommand(
      command(
        'test',
        'run the examples that stand in and beside the directives',
        'portcullis policy test policies',
      ).action(async (folder: string, flags: Flags) => {
        process.exitCode = await testPolicy(folder, flags)
      }),
    )
    .addCommand(
      command(
        'build',
        'compile to the canonical bundle that a gateway loads',
        'portcullis policy build policies -o june.bundle',
      )
        .requiredOption('-o, --output <bundle>', 'file to write, at once or not at all')
        .option('--serial <n>', 'serial of the bundle (default 1)', countArgument)
        .option(
          '--after <bundle>',
          'the bundle that this one follows: its serial plus one, and no directive of it may vanish',
        )
        .action(async (folder: string, flags: BuildFlags) => {
          process.exitCode = await buildPolicy(folder, flags)
        }),
    )
}

const command = (name: string, about: string, example: string): Command =>
  new Command(name)
    .description(about)
    .argument('<dir>', 'policy folder')
    .addOption(new Option('--format <form>', 'how to print').choices(['human', 'plain', 'json']).default('human'))
    .addHelpText('before', `Examples:\n  ${example}\n`)

/** Exit codes: 0 no fault, 1 the folder cannot be read, 2 only examples fail, 4 it does not compile. */
export async function checkPolicy(folder: string, { format }: Flags): Promise<number> {
  const outcome = await compileDirectory({ folder, serial: 1, now: systemClock.now() })
  const { out, err } = outcome.kind === 'faults' ? faultsReport(outcome, format) : foundReport(folder, outcome, format)
  process.stderr.write(err)
  process.stdout.write(out)
  return exitCodeOf(outcome)
}

/** Exit codes as of `checkPolicy`. */
export async function testPolicy(folder: string, { format }: Flags): Promise<number> {
  const outcome = await compileDirectory({ folder, serial: 1, now: systemClock.now() })
  const { out, err } = testReport(outcome, format)
  process.stderr.write(err)
  process.stdout.write(out)
  return exitCodeOf(outcome)
}

/** Exit codes as of `checkPolicy`; 2 also where a directive of the bundle before vanished. */
export async function buildPolicy(folder: string, flags: BuildFlags): Promise<number> {
  const { format, output, after } = flags
  const before = after === undefined ? undefined : await readBundleFile(after)
  if (before?.kind === 'fault') throw new Error(`\`${after}\` ${before.message}`)
  const earlier = before === undefined ? undefined : loadPolicy(before.bundle)
  const serial = flags.serial ?? (earlier === undefined ? 1 : earlier.bundle.serial + 1)
  if (earlier !== undefined && serial <= earlier.bundle.serial) {
    throw new Error(`serial ${serial} is not above ${earlier.bundle.serial} of \`${after}\``)
  }
  const outcome = await compileDirectory({ folder, serial, now: systemClock.now() })
  if (outcome.kind === 'faults') {
    const { out, err } = faultsReport(outcome, format)
    process.stderr.write(err)
    process.stdout.write(out)
    return exitCodeOf(outcome)
  }
  const reading = readBundleJson(Buffer.from(outcome.text))
  if (reading.kind === 'fault') throw new Error(`the compiled bundle cannot be read: ${reading.message}`)
  const vanished = earlier === undefined ? [] : vanishedFrom(earlier, loadPolicy(reading.value), systemClock.now())
  if (vanished.length > 0) {
    const lines = vanished.map((one) => `directive_vanished: ${one}\n`).join('')
    process.stderr.write(`${lines}Write a withdrawal or a superseding version; a missing file lifts nothing.\n`)
    return exitCodes.no
  }
  await writeWhole(output, bundleFileText(reading.value))
  const { out, err } = foundReport(folder, outcome, format, { output, serial })
  process.stderr.write(err)
  process.stdout.write(out)
  return exitCodes.done
}

/** A reader of the file sees the old one or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${process.pid}.bundle-draft`)
  try {
    const file = await open(draft, 'wx', 0o644)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
