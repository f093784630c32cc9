// What every `portcullis log` command has: where the log is, how to print, and printing that waits for whoever reads.
import { once } from 'node:events'
import { Option } from 'commander'
import { exitCodes } from './exit-codes.ts'
import { faultText } from './log-fault.ts'

export type Format = 'human' | 'plain' | 'json'

export const formatOption = (): Option =>
  new Option('--format <form>', 'how to print').choices(['human', 'plain', 'json']).default('human')
export const logOption = (): Option =>
  new Option('--log <dir>', 'directory of the logs (default: `log.path` of ./portcullis.yaml)')

export async function orFault(run: () => Promise<number>): Promise<void> {
  // `… | head` has read enough: no fault of anybody's.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : exitCodes.fault),
  )
  try {
    process.exitCode = await run()
  } catch (error) {
    process.stderr.write(`${faultText(error)}\n`)
    process.exitCode = exitCodes.fault
  }
}

/** Waits for a slow reader, so that an answer of millions of records is never held in memory. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain')
}
