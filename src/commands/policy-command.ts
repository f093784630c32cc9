// What every `portcullis policy` command has: examples before its help, and `--format`.
import { Command, Option } from 'commander'
import type { Format, Printed } from './policy-report.ts'

export interface FormatFlag {
  readonly format: Format
}

/** @param examples whole command lines, printed before the help, each on a line of its own */
export const subcommand = (name: string, about: string, examples: readonly string[]): Command =>
  new Command(name)
    .description(about)
    .addOption(new Option('--format <form>', 'how to print').choices(['human', 'plain', 'json']).default('human'))
    .addHelpText('before', `Examples:\n${examples.map((line) => `  ${line}\n`).join('')}`)

/** Faults go to standard error, answers to standard output. */
export function print({ out, err }: Printed): void {
  process.stderr.write(err)
  process.stdout.write(out)
}
