// Recover: from the files of a log to the tail at which it goes on. Promises: every acknowledged record is kept; what is cut
// off was never acknowledged; a log that lost covered records, or whose middle is damaged, is refused (`LogDamaged`).
// This file only looks; `repair.ts` changes.
//
// Which tails a crash can leave: pages reach the disk in any order, but only one group is ever unsynced. So behind the first
// line that does not chain stands at most one commit line; two prove that acknowledged records were damaged.
import { type Entry, genesisPrev, leafOf, readEntry } from './entry.ts'
import { repairHistory } from './history.ts'
import { type LogFiles, listSegments, type SegmentFile } from './layout.ts'
import { type Checkpoint, openCheckpoint, type Verifier } from './note.ts'
import { eachLine } from './read-lines.ts'
import { readIfThere } from './roster.ts'
import { Tree } from './tree.ts'
import { LogDamaged } from './unavailable.ts'

/** State of the log behind the last line that chains. */
export interface FoundTail {
  seq: number
  prev: string
  tree: Tree
  /** Decisions without an outcome. */
  readonly open: Set<string>
  /** Where the log goes on, and how many bytes of it are kept; undefined: nothing was ever written. */
  segment: SegmentFile | undefined
  end: number
  lastCommit: number
  /** Complete lines behind the last commit: never acknowledged, kept because they may be true. */
  adopted: number
  /** It ends in `log.closed` and its commit: nothing is in doubt. */
  closed: boolean
  /** Newest size that was signed; 0: none. */
  covered: number
  /** What does not chain: the rest of a file from a byte on. */
  readonly torn: { readonly file: SegmentFile; readonly from: number }[]
}

export async function findTail(files: LogFiles, verifier: Verifier): Promise<FoundTail> {
  const signed = signedCheckpoints(files, verifier)
  const roots = new Map(signed.map(({ size, root }) => [size, root]))
  const tail = emptyTail(Math.max(0, ...roots.keys()))
  let lastKind = ''
  let commitsBehind = 0

  const segments = await segmentsToRead(files, tail)
  for (const file of segments) {
    let kept = 0
    let tornFrom = tail.torn.length > 0 || file.firstSeq !== tail.seq ? 0 : undefined
    const rest = await eachLine(file.path, ({ text, start, end }) => {
      const entry = tornFrom === undefined ? follow(tail, text, lastKind) : undefined
      if (entry === undefined) {
        tornFrom ??= start
        if (readEntry(text)?.k === 'commit') commitsBehind += 1
        return true
      }
      refuseOtherRoot(roots, tail)
      lastKind = entry.k
      kept = end
      return true
    })
    if (kept > 0) Object.assign(tail, { segment: file, end: kept })
    // A file of which nothing is kept, even an empty one, must not stay: its name says that the log goes on in it.
    if (tornFrom === undefined && (rest.bytes > 0 || kept === 0)) tornFrom = rest.start
    if (tornFrom !== undefined) tail.torn.push({ file, from: tornFrom })
  }

  if (commitsBehind > 1)
    throw new LogDamaged(
      `${files.segments}: what follows record ${tail.seq - 1} does not chain, yet whole groups follow`,
    )
  if (tail.seq < tail.covered)
    throw new LogDamaged(
      `${files.directory} ends behind record ${tail.seq - 1}, but ${tail.covered} records were signed for`,
    )
  return tail
}

function emptyTail(covered: number): FoundTail {
  const nothing = { seq: 0, prev: genesisPrev, segment: undefined, end: 0, lastCommit: -1, adopted: 0, closed: false }
  return { ...nothing, tree: new Tree(), open: new Set(), torn: [], covered }
}

/** From the segment that holds the newest signed record on; everything older is the verifier's to read. Moves the tail to its start. */
async function segmentsToRead(files: LogFiles, tail: FoundTail): Promise<SegmentFile[]> {
  const segments = listSegments(files.segments)
  const start = segments.findLastIndex(({ firstSeq }) => firstSeq < tail.covered)
  const file = segments[Math.max(0, start)]
  if (file === undefined || file.firstSeq === 0) return segments
  // What the seal says of the tree before it is trusted only because a signed root follows in this segment.
  if (start < 0 || !(await startAtSeal(file, tail)))
    throw new LogDamaged(`\`${file.path}\`: what the log was before this segment cannot be told`)
  return segments.slice(start)
}

async function startAtSeal(file: SegmentFile, tail: FoundTail): Promise<boolean> {
  let sound = false
  await eachLine(file.path, ({ text }) => {
    const entry = readEntry(text)
    if (entry?.k !== 'log.sealed' || entry.seq !== file.firstSeq) return false
    try {
      tail.tree = Tree.at(
        entry.seq,
        stringsOf(entry, 'frontier').map((node) => Buffer.from(node, 'base64')),
      )
    } catch {
      return false
    }
    tail.seq = entry.seq
    tail.prev = entry.prev
    sound = true
    return false
  })
  return sound
}

/** Takes a line that chains into the tail; undefined where it does not. */
function follow(tail: FoundTail, text: string, lastKind: string): Entry | undefined {
  const entry = readEntry(text)
  if (entry === undefined || entry.seq !== tail.seq || entry.prev !== tail.prev) return undefined
  const leaf = leafOf(text)
  tail.tree.append(leaf)
  tail.seq += 1
  tail.prev = leaf
  tail.adopted = entry.k === 'commit' ? 0 : tail.adopted + 1
  tail.closed = entry.k === 'commit' && lastKind === 'log.closed'
  if (entry.k === 'commit') tail.lastCommit = entry.seq
  if (entry.k === 'decision') tail.open.add(String(entry['id']))
  if (entry.k === 'outcome') tail.open.delete(String(entry['id']))
  if (entry.k === 'log.sealed') for (const id of stringsOf(entry, 'open')) tail.open.add(id)
  return entry
}

function stringsOf(entry: Entry, field: string): readonly string[] {
  const list = (entry['about'] as Readonly<Record<string, unknown>> | undefined)?.[field]
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []
}

function refuseOtherRoot(roots: ReadonlyMap<number, Buffer>, tail: FoundTail): void {
  const root = roots.get(tail.seq)
  if (root !== undefined && !tail.tree.root().equals(root))
    throw new LogDamaged(`the records up to ${tail.seq - 1} are not those that the checkpoint over them was signed for`)
}

/** What binds this start: the log's newest checkpoint, the last of its history, and its registration outside of it. */
function signedCheckpoints(files: LogFiles, verifier: Verifier): Checkpoint[] {
  const notes: [string, string | undefined][] = [
    [files.rosterNote, readIfThere(files.rosterNote)],
    [files.checkpoint, readIfThere(files.checkpoint)],
    [files.checkpoints, repairHistory(files.checkpoints)],
  ]
  return notes.flatMap(([file, note]) => {
    if (note === undefined) return []
    const reading = openCheckpoint(note, verifier)
    if (reading.kind === 'fault') throw new LogDamaged(`\`${file}\`: ${reading.message}`)
    return [reading.checkpoint]
  })
}
