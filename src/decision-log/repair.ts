// Repair: makes the files say what `findTail` found. Crash order: what is cut off is durable in `torn/` before it leaves the
// segment; a crash anywhere between leaves a state that finds the same tail again.
import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { syncDirectory, writeSynced } from './durable.ts'
import type { LogFiles } from './layout.ts'
import type { FoundTail } from './recover.ts'

export interface Repaired {
  readonly tornBytes: number
  /** `<file in torn/>=sha256:<hex>` */
  readonly torn: readonly string[]
}

export async function repair(files: LogFiles, tail: FoundTail): Promise<Repaired> {
  const set: string[] = []
  let tornBytes = 0
  for (const [i, { file, from }] of tail.torn.entries()) {
    const bytes = readFileSync(file.path).subarray(from)
    if (bytes.length === 0) continue
    const name = `${String(tail.seq).padStart(16, '0')}-${i}.bin`
    mkdirSync(files.torn, { recursive: true, mode: 0o700 })
    writeSynced(join(files.torn, name), (fd) => writeFileSync(fd, bytes))
    await syncDirectory(files.torn)
    await syncDirectory(files.directory)
    tornBytes += bytes.length
    set.push(`${name}=sha256:${createHash('sha256').update(bytes).digest('hex')}`)
  }
  const { segment } = tail
  const isTorn = tail.torn.some(({ file }) => file.path === segment?.path)
  // A checkpoint over all of it was signed only after all of it was on disk.
  const isWhole = tail.closed && tail.covered === tail.seq && !isTorn && tail.restored.length === 0
  if (segment !== undefined && !isWhole) await rewrite(segment.path, tail)
  for (const { file } of tail.torn) if (file.path !== segment?.path) unlinkSync(file.path)
  await syncDirectory(files.segments)
  return { tornBytes, torn: set }
}

/**
 * The kept bytes, and those that were found ahead of them, go into a new file, which then takes the name. Not cut off in place: after a failed sync the kernel may show pages
 * that never reached the disk and count them as clean; written anew they are dirty, and this sync tells the truth.
 */
async function rewrite(path: string, { end, restored }: FoundTail): Promise<void> {
  const from = openSync(path, 'r')
  const chunk = Buffer.allocUnsafe(1 << 20)
  try {
    writeSynced(`${path}.new`, (fd) => {
      for (let at = 0; at < end; ) {
        const read = readSync(from, chunk, 0, Math.min(chunk.length, end - at), at)
        if (read === 0) throw new Error(`\`${path}\` became shorter while it was read`)
        for (let done = 0; done < read; ) done += writeSync(fd, chunk, done, read - done)
        at += read
      }
      for (const line of restored) writeFileSync(fd, `${line}\n`)
    })
  } finally {
    closeSync(from)
  }
  renameSync(`${path}.new`, path)
  await syncDirectory(dirname(path))
}
