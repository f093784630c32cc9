// Verify: every log under a directory, against everything that was signed about it. What it cannot find counts as what it
// found wrong. Promises: changes nothing; needs no writer to be stopped; shares only entry format and tree arithmetic with it.
//
// What it proves: no record that a checkpoint covers was changed, removed, inserted or moved since that checkpoint was signed.
// Between two checkpoints (a second at most) only the writing host is trusted. Whoever holds the signing key, or replaces the
// directory together with the key it is checked with, is beyond it: hence `--key` and `--checkpoint` from elsewhere.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf, listLogs, listSegments, logNameOf, originOf } from './layout.ts'
import { openCheckpoint, readCheckpointText, type Verifier } from './note.ts'
import { type ChainReport, ChainWalk, type Expected } from './verify-chain.ts'
import { type KeyRing, read, readKeyRing, type Signed, signedRoots } from './verify-notes.ts'

export interface VerifyOptions {
  /** What `log.path` of the settings names. */
  readonly directory: string
  /** File of the public key (SPKI PEM, or C2SP verifier keys). Absent: the key is taken from the directory itself, which proves less. */
  readonly key?: string | undefined
  /** Files of checkpoints kept elsewhere: the logs must contain what they cover. */
  readonly checkpoints?: readonly string[] | undefined
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void
}

export interface LogReport {
  readonly origin: string
  readonly intact: boolean
  readonly faults: readonly string[]
  /** Records on disk and complete, and how many of them a checkpoint covers. Commit lines are not counted. */
  readonly records: number
  readonly covered: number
  readonly uncovered: number
  /** `seq` of the last line up to which everything was found right; -1: none. */
  readonly lastGood: number
  /** Lines under the newest checkpoint that was met. */
  readonly checkpointSize: number
  /** Bytes behind the last commit, not yet part of the log. */
  readonly tailBytes: number
}

export interface VerifyReport {
  readonly intact: boolean
  /** One sentence. */
  readonly summary: string
  readonly logs: readonly LogReport[]
  /** Faults of no single log. */
  readonly faults: readonly string[]
  /** What the reader should know although nothing is wrong. */
  readonly notes: readonly string[]
}

/** Throws only where the directory, the key file or a checkpoint file cannot be read at all. */
export async function verifyLog(options: VerifyOptions): Promise<VerifyReport> {
  const { directory } = options
  if (existsSync(join(directory, 'seg')))
    throw new Error(`\`${directory}\` is a single log: give the directory above it, which holds the roster`)
  const given = options.key === undefined ? undefined : keyRingIn(options.key)
  const { present, registered } = listLogs(directory)
  const faults: string[] = []
  const notes: string[] = []
  const outside = outsideRoots(options.checkpoints ?? [], given ?? rosterRing(directory), faults)
  if (given === undefined)
    notes.push('the key is the one in the directory itself; give the one kept elsewhere with --key to prove more')
  if ((options.checkpoints ?? []).length === 0)
    notes.push(
      'without a checkpoint from elsewhere (--checkpoint) an older state, put back whole, cannot be told from the newest',
    )

  const names = [...new Set([...registered, ...present, ...outside.keys()])].toSorted()
  if (names.length === 0) faults.push(`\`${directory}\` holds no log`)
  const progress = progressOver(directory, names, options.onProgress)
  const logs: LogReport[] = []
  const named = new Set<string>()
  for (const name of names) {
    const ring = given ?? rosterRing(directory)
    const report = await verifyOne(directory, name, ring, outside.get(name) ?? [], progress)
    for (const origin of report.named) named.add(origin)
    logs.push(report.report)
  }
  for (const origin of named) {
    if (!names.includes(logNameOf(origin)))
      faults.push(`the log \`${origin}\` is gone: another log names it as registered`)
  }
  const intact = faults.length === 0 && logs.every((log) => log.intact)
  return { intact, summary: summaryOf(intact, logs, faults), logs, faults, notes }
}

async function verifyOne(
  directory: string,
  name: string,
  ring: KeyRing,
  outside: readonly Expected[],
  onBytes: (bytes: number) => void,
): Promise<{ report: LogReport; named: ReadonlySet<string> }> {
  const origin = originOf(name)
  const files = filesOf(directory, name)
  const verifier = ring(origin)
  const signed: Signed =
    verifier === undefined
      ? { expected: [], history: undefined, faults: ['there is no key to check it with'] }
      : signedRoots(files, verifier)
  const { history } = signed
  const walk = new ChainWalk(origin, { expected: [...signed.expected, ...outside], history }, onBytes)
  const chain = await walk.over(listSegments(files.segments)).finally(() => history?.close())
  const faults = [...signed.faults, ...(chain.fault === undefined ? [] : [chain.fault])]
  const { covered, coveredRecords } = proven(chain, verifier)
  const report: LogReport = {
    origin,
    intact: faults.length === 0,
    faults,
    records: chain.records,
    covered: coveredRecords,
    uncovered: chain.records - coveredRecords,
    lastGood: (chain.fault === undefined ? chain.size : covered) - 1,
    checkpointSize: covered,
    tailBytes: chain.tailBytes,
  }
  return { report, named: chain.named }
}

/** In a damaged log an older checkpoint may still prove a part; its signature is looked at only then. */
function proven(chain: ChainReport, verifier: Verifier | undefined): { covered: number; coveredRecords: number } {
  const { met, covered, coveredRecords } = chain
  const isOlder = met === undefined || verifier === undefined || met.size <= covered
  if (isOlder || openCheckpoint(met.note, verifier).kind === 'fault') return { covered, coveredRecords }
  return { covered: met.size, coveredRecords: met.records }
}

function keyRingIn(file: string): KeyRing {
  const text = read(file)
  if (text === undefined) throw new Error(`the key file \`${file}\` does not exist`)
  try {
    return readKeyRing(text)
  } catch (error) {
    throw new Error(`\`${file}\`: ${(error as Error).message}`, { cause: error })
  }
}

/** The keys that the directory itself names. */
function rosterRing(directory: string): KeyRing {
  return (origin) => {
    const text = read(filesOf(directory, logNameOf(origin)).rosterKey)
    try {
      return text === undefined ? undefined : readKeyRing(text)(origin)
    } catch {
      return undefined
    }
  }
}

/** By log name. A file that holds no checkpoint of a known key is a fault, not something to leave out. */
function outsideRoots(files: readonly string[], ring: KeyRing, faults: string[]): Map<string, Expected[]> {
  const roots = new Map<string, Expected[]>()
  for (const file of files) {
    const note = read(file)
    if (note === undefined) throw new Error(`the checkpoint file \`${file}\` does not exist`)
    const origin = readCheckpointText(note.slice(0, note.lastIndexOf('\n\n') + 1))?.origin
    const verifier = origin === undefined ? undefined : ring(origin)
    if (origin === undefined || verifier === undefined) {
      faults.push(origin === undefined ? `\`${file}\` holds no checkpoint` : `there is no key for \`${origin}\``)
      continue
    }
    const reading = openCheckpoint(note, verifier)
    if (reading.kind === 'fault') {
      faults.push(`\`${file}\`: ${reading.message}`)
      continue
    }
    const { size, root } = reading.checkpoint
    const name = logNameOf(origin)
    roots.set(name, [...(roots.get(name) ?? []), { size, root, what: `the checkpoint in \`${file}\`` }])
  }
  return roots
}

function progressOver(
  directory: string,
  names: readonly string[],
  report: VerifyOptions['onProgress'],
): (bytes: number) => void {
  if (report === undefined) return () => {}
  const totalBytes = names
    .flatMap((name) => listSegments(filesOf(directory, name).segments))
    .reduce((sum, { path }) => sum + statSync(path).size, 0)
  let bytes = 0
  return (more) => {
    bytes += more
    report({ bytes, totalBytes })
  }
}

function summaryOf(intact: boolean, logs: readonly LogReport[], faults: readonly string[]): string {
  const broken = logs.find((log) => !log.intact)
  if (broken !== undefined) return `not intact: ${broken.origin}: ${broken.faults[0]}`
  if (!intact) return `not intact: ${faults[0]}`
  const records = logs.reduce((sum, log) => sum + log.records, 0)
  const uncovered = logs.reduce((sum, log) => sum + log.uncovered, 0)
  const cover = uncovered === 0 ? 'all covered by a checkpoint' : `${uncovered} not covered by a checkpoint yet`
  return `intact: ${records} records in ${logs.length} ${logs.length === 1 ? 'log' : 'logs'}, ${cover}`
}
