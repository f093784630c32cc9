// Reads a file that somebody else may be replacing: a regular file and nothing else, whole, within a bound. A pipe in its place does
// not hang the reader, a device does not fill the memory. Links are followed: a deployment that swaps one is an atomic replacement.
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

export type PlainFile =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'fault'; readonly message: string }

/** Never rejects. Messages go on after the file's name. */
export async function readPlainFile(path: string, mostBytes: number): Promise<PlainFile> {
  const fault = (message: string): PlainFile => ({ kind: 'fault', message })
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const found = await file.stat()
      if (!found.isFile()) return fault('is no regular file')
      if ((found.mode & 0o002) !== 0) return fault('can be written by every user: chmod o-w')
      if (found.size > mostBytes) return fault(`is larger than ${mostBytes} bytes`)
      // One byte more than there should be: a file that grows meanwhile is seen, and never read to an end that does not come.
      const buffer = Buffer.alloc(found.size + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
        length += bytesRead
        if (bytesRead === 0 || length === buffer.length) break
      }
      if (length !== found.size) return fault('changed while it was read')
      return { kind: 'bytes', bytes: buffer.subarray(0, length) }
    } finally {
      await file.close()
    }
  } catch (error) {
    return fault(`cannot be read: ${String((error as NodeJS.ErrnoException).code ?? error)}`)
  }
}
