// A text file that somebody names on the command line: within a bound, UTF-8, or a sentence that says why not.
import { readFile, stat } from 'node:fs/promises'

/** @throws Error with a sentence */
export async function readTextFile(path: string, mostBytes: number): Promise<string> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new Error('is no regular file')
    if (found.size > mostBytes) throw new Error(`is larger than ${mostBytes} bytes`)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = error instanceof TypeError ? 'is not UTF-8' : code === undefined ? message : `cannot be read: ${code}`
    throw new Error(`\`${path}\` ${why}`, { cause: error })
  }
}
