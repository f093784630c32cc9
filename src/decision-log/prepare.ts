// Prepare: what has to stand before a log can be written to: keys, registration, the tail that recovery finds, the files that say so.
import { closeSync, statSync } from 'node:fs'
import { openAhead } from './ahead.ts'
import { openPseudonyms, openSigningKey, type Pseudonymise, type SigningKey } from './keys.ts'
import { filesOf, type LogFiles, listLogs, listSegments, originOf, pseudonymKeyOf } from './layout.ts'
import { checkpointText, signNote, type Verifier, verifierOf } from './note.ts'
import { type FoundTail, findTail } from './recover.ts'
import { type Repaired, repair } from './repair.ts'
import { makeRoster, readIfThere, register } from './roster.ts'
import { createSegment, reopenSegment, type Segment, type Tail } from './segment.ts'
import { Tree } from './tree.ts'
import { damaged, LogDamaged } from './unavailable.ts'

export interface Parts {
  readonly key: SigningKey
  readonly verifier: Verifier
  readonly pseudonym: Pseudonymise
  readonly found: FoundTail
  readonly repaired: Repaired
  readonly tail: Tail
  readonly ahead: { readonly path: string; readonly fd: number }
  readonly covered: number
  /** Origins of the other logs that are registered here: each log bears witness of the others. */
  readonly others: readonly string[]
}

/** Throws LogDamaged, or the error of the file system. The lock of the log is held. */
export async function prepare(
  options: { readonly path: string; readonly keyFile: string; readonly origin: string },
  files: LogFiles,
): Promise<Parts> {
  const key = await openSigningKey(options.keyFile, () =>
    refuseNewKey(options.keyFile, files.directory, hasRecords(files)),
  )
  const verifier = verifierOf(options.origin, key.publicKey)
  const pseudonymKey = pseudonymKeyOf(options.path)
  const pseudonym = await openPseudonyms(pseudonymKey, () =>
    refuseNewKey(
      pseudonymKey,
      options.path,
      listLogs(options.path).present.some((name) => hasRecords(filesOf(options.path, name))),
    ),
  )
  makeRoster(options.path)
  await registerIfNew(files, verifier, key)
  const found = await findTail(files, verifier)
  const repaired = await repair(files, found)
  const ahead = { path: files.ahead, fd: await openAhead(files.ahead) }
  const segment = await segmentOf(found, files).catch((error: unknown) => {
    closeSync(ahead.fd)
    throw error
  })
  const tail: Tail = { seq: found.seq, prev: found.prev, tree: found.tree, open: new Set(found.open), segment }
  const others = listLogs(options.path)
    .registered.filter((name) => name !== files.name)
    .map(originOf)
  return { key, verifier, pseudonym, found, repaired, tail, ahead, covered: found.covered, others }
}

function segmentOf({ segment, seq }: FoundTail, { segments }: LogFiles): Promise<Segment> {
  if (segment === undefined) return createSegment(segments, seq)
  return reopenSegment(segment.path, segment.name, segment.firstSeq)
}

/** Another key in place of a lost one would cut the old records off: nobody could prove them, or find a person's, any more. */
function refuseNewKey(keyFile: string, directory: string, isInUse: boolean): void {
  if (!isInUse) return
  throw new LogDamaged(
    `\`${keyFile}\` is missing, but \`${directory}\` has records that were made with it: put it back from a copy, ` +
      'or, if it is lost for good, keep that directory as it is and let `log.path` name a new one',
  )
}

function hasRecords({ segments }: LogFiles): boolean {
  return listSegments(segments).some(({ path }) => statSync(path).size > 0)
}

/** Registered before its first record, so that a log without registration can only be one whose registration was removed. */
async function registerIfNew(files: LogFiles, verifier: Verifier, key: SigningKey): Promise<void> {
  if (readIfThere(files.rosterNote) !== undefined) return
  if (listSegments(files.segments).length > 0 || readIfThere(files.checkpoint) !== undefined)
    throw damaged(files.directory, `\`${files.directory}\` has records, but \`${files.rosterNote}\` is missing`)
  const empty = checkpointText({ origin: verifier.name, size: 0, root: new Tree().root() })
  await register(files, verifier, signNote(empty, verifier, key.privateKey))
}
