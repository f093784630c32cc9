// Reads a file that somebody may be writing at this moment. What is returned is the file as it stood still from before the first
// byte to after the last one; anything else is an error. Nothing is ever mapped into memory: a file copied over a mapped one
// changes answers under a running look-up.
import { createHash } from 'node:crypto'
import { constants, type FileHandle, open, stat } from 'node:fs/promises'
import { limits } from '../limits.ts'

export interface WholeFile {
  readonly bytes: Buffer
  /** `sha256:<hex>` of the bytes. */
  readonly digest: string
  /** Changes when the file does; compare with `signatureOf`. */
  readonly signature: string
}

const chunkBytes = 1_048_576

/** Device, inode, size and times of what the path leads to now. Rejects with the system's error. */
export async function signatureOf(path: string): Promise<string> {
  return signature(await stat(path, { bigint: true }))
}

/** Rejects with the system's error, or an Error that says what was wrong. A symbolic link is followed: mounted volumes use them. */
export async function readWholeFile(path: string): Promise<WholeFile> {
  // Without O_NONBLOCK, opening a pipe that nobody writes to waits for ever and holds one of libuv's few threads.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const before = await file.stat({ bigint: true })
    if (!before.isFile()) throw new Error(`\`${path}\` is not a regular file`)
    if (before.size > BigInt(limits.geoDatabaseBytes))
      throw new Error(`\`${path}\` is larger than ${limits.geoDatabaseBytes} bytes`)
    const bytes = Buffer.allocUnsafe(Number(before.size))
    const hash = createHash('sha256')
    for (let at = 0; at < bytes.length; ) {
      const read = await readChunk(file, bytes, at)
      if (read === 0) throw new Error(`\`${path}\` became shorter while it was read`)
      hash.update(bytes.subarray(at, at + read))
      at += read
    }
    const after = signature(await file.stat({ bigint: true }))
    if (after !== signature(before)) throw new Error(`\`${path}\` changed while it was read`)
    return { bytes, digest: `sha256:${hash.digest('hex')}`, signature: after }
  } finally {
    await file.close()
  }
}

async function readChunk(file: FileHandle, bytes: Buffer, at: number): Promise<number> {
  const { bytesRead } = await file.read(bytes, at, Math.min(chunkBytes, bytes.length - at), at)
  return bytesRead
}

function signature(stats: { dev: bigint; ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint }): string {
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':')
}
