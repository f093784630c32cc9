// Segment: one file of the log, written at its end only, and the tail of the log that stands in the newest one.
import { createHash, type Hash } from 'node:crypto'
import { closeSync, createReadStream, fchmodSync, fstatSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { EventRecord } from '../vocabulary/event.ts'
import { hasCode, openSynced, syncDirectory } from './durable.ts'
import { segmentNameOf } from './layout.ts'
import type { Tree } from './tree.ts'

export interface Segment {
  /** Of `openSynced`. */
  readonly fd: number
  readonly path: string
  readonly name: string
  readonly firstSeq: number
  /** Bytes that are committed. Owned by group commit, which alone moves it. */
  position: number
  /** Running SHA-256 of the committed bytes, for `log.sealed`. */
  readonly digest: Hash
  /** performance.now() when this process began to write it. */
  readonly since: number
}

/** The end of the log. Owned by group commit: it changes only after the bytes are on disk, here or ahead. */
export interface Tail {
  /** Of the next line; equals the number of leaves. */
  seq: number
  /** Leaf of the last line, base64url. */
  prev: string
  readonly tree: Tree
  /** Ids of decisions whose outcome is not written yet. */
  readonly open: Set<string>
  segment: Segment
}

/** A new file whose name is durable before anything is in it. */
export async function createSegment(directory: string, firstSeq: number): Promise<Segment> {
  const name = segmentNameOf(firstSeq)
  const path = join(directory, name)
  // An empty file of this name is left when there was no room for the first group; it may be taken over.
  if (sizeIfThere(path) > 0) throw new Error(`\`${path}\` exists already`)
  const fd = openSync(path, 'a+', 0o600)
  closeSync(fd)
  await syncDirectory(directory)
  return reopenSegment(path, name, firstSeq)
}

/** Everything in the file is committed. */
export async function reopenSegment(path: string, name: string, firstSeq: number): Promise<Segment> {
  const digest = createHash('sha256')
  let position = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    digest.update(chunk as Buffer)
    position += (chunk as Buffer).length
  }
  return { fd: await openSynced(path), path, name, firstSeq, position, digest, since: performance.now() }
}

/** Nothing will be written to it again; read-only so that no tool appends by mistake. */
export function retireSegment(segment: Segment): void {
  fchmodSync(segment.fd, 0o400)
  closeSync(segment.fd)
}

/** Ids in one record, so that it stays below `limits.recordBytes`: an id is 36 bytes. */
const idsPerRecord = 1_000

/**
 * First records of a new segment: what the one before was, and all that recovery needs to begin here: the tree so far and the
 * decisions still open.
 */
export function sealingRecords(sealed: Segment, tail: Tail, at: string): EventRecord[] {
  const first: EventRecord = {
    k: 'log.sealed',
    at,
    about: {
      segment: sealed.name,
      sha256: sealed.digest.copy().digest('hex'),
      n: tail.tree.size,
      root: tail.tree.root().toString('base64'),
      frontier: tail.tree.frontier().map((node) => node.toString('base64')),
    },
  }
  const ids = [...tail.open]
  const rest = Array.from({ length: Math.ceil(ids.length / idsPerRecord) }, (_, i): EventRecord => {
    const open = ids.slice(i * idsPerRecord, (i + 1) * idsPerRecord)
    return { k: 'log.sealed', at, about: { segment: sealed.name, open } }
  })
  return [first, ...rest]
}

/**
 * What has happened to a file behind our back, or undefined (threat L5: rm, mv, `: >`, copytruncate, a second writer). Sizes in bytes, both
 * included. Synchronous, so that nothing can move between the two looks.
 */
export function tamperingWith(
  { fd, path }: { readonly fd: number; readonly path: string },
  least: number,
  most: number,
): string | undefined {
  const open = fstatSync(fd)
  if (open.nlink === 0) return `\`${path}\` was deleted`
  let named: typeof open
  try {
    named = statSync(path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    return `\`${path}\` was renamed`
  }
  if (named.ino !== open.ino || named.dev !== open.dev) return `\`${path}\` is another file now`
  if (open.size < least) return `\`${path}\` was truncated`
  if (open.size > most) return `\`${path}\` was written to by somebody else`
  return undefined
}

function sizeIfThere(path: string): number {
  try {
    return statSync(path).size
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0
    throw error
  }
}
