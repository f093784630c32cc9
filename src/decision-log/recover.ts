// Recover: from the files of a log to the tail at which it goes on. Promises: every acknowledged record is kept; what is cut
// off was never acknowledged; a log that lost covered records, or whose middle is damaged, is refused (`LogDamaged`).
// This file only looks; `repair.ts` changes.
//
// Which tails a crash can leave: pages reach the disk in any order, and what was not synced in its segment stands in the file ahead of it
// (`ahead.ts`) but for the one group that was under way. So behind what both have together stands at most one commit line; two prove that
// acknowledged records were damaged.
import { groupAhead, linesAhead } from './ahead.ts'
import { type Entry, genesisPrev, leafOf, readEntry } from './entry.ts'
import { repairHistory } from './history.ts'
import { type LogFiles, listSegments, originOf, type SegmentFile } from './layout.ts'
import { type Checkpoint, openCheckpoint, type Verifier } from './note.ts'
import { eachLine } from './read-lines.ts'
import { readIfThere } from './roster.ts'
import { Tree } from './tree.ts'
import { damaged } from './unavailable.ts'

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
  /** Lines that belong behind these bytes: they were found in the file ahead alone. */
  readonly restored: string[]
  lastCommit: number
  /** Complete lines behind the last commit: never acknowledged, kept because they may be true. */
  adopted: number
  /** Kind of the last line. */
  lastKind: string
  /** It ends in `log.closed` and its commit: nothing is in doubt. */
  closed: boolean
  /** Newest size that was signed; 0: none. */
  covered: number
  /** What does not chain: the rest of a file from a byte on. */
  readonly torn: { readonly file: SegmentFile; readonly from: number }[]
}

/** What is known of the log from elsewhere than its lines: whose it is, and by size the roots that were signed. */
interface Known {
  readonly directory: string
  readonly origin: string
  readonly roots: ReadonlyMap<number, Buffer>
}

export async function findTail(files: LogFiles, verifier: Verifier): Promise<FoundTail> {
  const signed = signedCheckpoints(files, verifier)
  const known: Known = {
    directory: files.directory,
    origin: originOf(files.name),
    roots: new Map(signed.map(({ size, root }) => [size, root])),
  }
  const tail = emptyTail(Math.max(0, ...known.roots.keys()))
  const commitsBehind: number[] = []

  const segments = await segmentsToRead(files, tail)
  for (const file of segments) {
    let kept = 0
    let tornFrom = tail.torn.length > 0 || file.firstSeq !== tail.seq ? 0 : undefined
    const rest = await eachLine(file.path, ({ text, start, end }) => {
      const entry = tornFrom === undefined ? follow(tail, text, known) : undefined
      if (entry === undefined) {
        tornFrom ??= start
        const behind = readEntry(text)
        if (behind?.k === 'commit') commitsBehind.push(behind.seq)
        return true
      }
      kept = end
      return true
    })
    if (kept > 0) Object.assign(tail, { segment: file, end: kept })
    // A file of which nothing is kept, even an empty one, must not stay: its name says that the log goes on in it.
    if (tornFrom === undefined && (rest.bytes > 0 || kept === 0)) tornFrom = rest.start
    if (tornFrom !== undefined) tail.torn.push({ file, from: tornFrom })
  }

  followAhead(files, segments, tail, known)

  // Of what does not chain in the segment, that which was put back from the file ahead is not missing.
  if (commitsBehind.filter((seq) => seq >= tail.seq).length > 1)
    throw damaged(
      files.directory,
      `\`${files.segments}\`: what follows record ${tail.seq - 1} does not chain, yet whole groups follow`,
    )
  const older = tail.torn.find(({ file }) => file !== segments.at(-1))
  if (older !== undefined)
    throw damaged(files.directory, `\`${older.file.path}\` does not chain to its end, yet another segment follows it`)
  if (tail.seq < tail.covered)
    throw damaged(
      files.directory,
      `\`${files.directory}\` ends behind record ${tail.seq - 1}, but ${tail.covered} records were signed for`,
    )
  return tail
}

function emptyTail(covered: number): FoundTail {
  const nothing = { seq: 0, prev: genesisPrev, segment: undefined, end: 0, lastCommit: -1, adopted: 0 }
  const lists = { restored: [], open: new Set<string>(), torn: [] }
  return { ...nothing, ...lists, tree: new Tree(), lastKind: '', closed: false, covered }
}

/** What a power cut took from the newest segment, from the file ahead of it. */
function followAhead(files: LogFiles, segments: readonly SegmentFile[], tail: FoundTail, known: Known): void {
  const newest = segments.at(-1)
  // All of it may be gone but its name. An older one was synced before: what is missing there was taken by no power cut.
  const isEmpty = newest?.firstSeq === tail.seq
  if (newest === undefined || !(isEmpty || newest === tail.segment)) return
  const lines = linesAhead(files.ahead)
  for (let group = groupAhead(lines, tail.seq, tail.prev); group; group = groupAhead(lines, tail.seq, tail.prev)) {
    const first = readEntry(group[0] ?? '')
    if (first !== undefined && isSeal(first) && first.seq !== newest.firstSeq) break
    const taken = group.filter((line) => follow(tail, line, known) !== undefined)
    tail.restored.push(...taken)
    if (taken.length < group.length) break
  }
  if (isEmpty && tail.restored.length > 0) Object.assign(tail, { segment: newest, end: 0 })
}

/** From the segment that holds the newest signed record on; everything older is the verifier's to read. Moves the tail to its start. */
async function segmentsToRead(files: LogFiles, tail: FoundTail): Promise<SegmentFile[]> {
  const segments = listSegments(files.segments)
  const start = segments.findLastIndex(({ firstSeq }) => firstSeq < tail.covered)
  const file = segments[Math.max(0, start)]
  if (file === undefined || file.firstSeq === 0) return segments
  // What the seal says of the tree before it is trusted only because a signed root follows in this segment.
  if (start < 0 || !(await startAtSeal(file, tail)))
    throw damaged(files.directory, `\`${file.path}\`: what the log was before this segment cannot be told`)
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
function follow(tail: FoundTail, text: string, known: Known): Entry | undefined {
  const entry = readEntry(text)
  if (entry === undefined || entry.seq !== tail.seq || entry.prev !== tail.prev) return undefined
  // Copied from the folder of another log.
  if (entry.k === 'log.opened' && (entry['about'] as { readonly origin?: unknown } | null)?.origin !== known.origin)
    return undefined
  const leaf = leafOf(text)
  tail.tree.append(leaf)
  tail.seq += 1
  tail.prev = leaf
  tail.adopted = entry.k === 'commit' ? 0 : tail.adopted + 1
  tail.closed = entry.k === 'commit' && tail.lastKind === 'log.closed'
  tail.lastKind = entry.k
  if (entry.k === 'commit') tail.lastCommit = entry.seq
  if (entry.k === 'decision') tail.open.add(String(entry['id']))
  if (entry.k === 'outcome') tail.open.delete(String(entry['id']))
  if (entry.k === 'log.sealed') for (const id of stringsOf(entry, 'open')) tail.open.add(id)
  refuseOtherRoot(known, tail)
  return entry
}

/** First line of a segment behind another one; those that follow it name open decisions. */
function isSeal({ k, about }: Entry): boolean {
  return k === 'log.sealed' && typeof about === 'object' && about !== null && 'sha256' in about
}

function stringsOf(entry: Entry, field: string): readonly string[] {
  const list = (entry['about'] as Readonly<Record<string, unknown>> | undefined)?.[field]
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []
}

function refuseOtherRoot({ directory, roots }: Known, tail: FoundTail): void {
  const root = roots.get(tail.seq)
  if (root !== undefined && !tail.tree.root().equals(root))
    throw damaged(
      directory,
      `the records up to ${tail.seq - 1} are not those that the checkpoint over them was signed for`,
    )
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
    if (reading.kind === 'fault') throw damaged(files.directory, `\`${file}\`: ${reading.message}`)
    return [reading.checkpoint]
  })
}
