// `portcullis policy build`: the canonical bundle that a gateway loads. Compiling happens in a child process with limits, as in the gate.
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { bundleFileText, compileDirectory, readBundleFile, readBundleJson, vanishedFrom } from '../directives/index.ts'
import { loadPolicy } from '../policy/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { countArgument } from './arguments.ts'
import { exitCodes } from './exit-codes.ts'
import { type FormatFlag, print, subcommand } from './policy-command.ts'
import { exitCodeOf, faultsReport, foundReport } from './policy-report.ts'

interface BuildFlags extends FormatFlag {
  readonly output: string
  readonly serial?: number
  readonly after?: string
}

export function policyBuildCommand(): Command {
  return subcommand('build', 'compile to the canonical bundle that a gateway loads', [
    'portcullis policy build policies -o june.bundle',
  ])
    .argument('<dir>', 'policy folder')
    .requiredOption('-o, --output <bundle>', 'file to write, at once or not at all')
    .option('--serial <n>', 'serial of the bundle (default 1)', countArgument)
    .option(
      '--after <bundle>',
      'the bundle that this one follows: its serial plus one, and no directive of it may vanish',
    )
    .action(async (folder: string, flags: BuildFlags) => {
      process.exitCode = await buildPolicy(folder, flags)
    })
}

/** Exit codes as of `policy check`; 2 also where a directive of the bundle before vanished. */
async function buildPolicy(folder: string, flags: BuildFlags): Promise<number> {
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
    print(faultsReport(outcome, format))
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
  print(foundReport(folder, outcome, format, { output, serial }))
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
