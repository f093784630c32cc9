// Log: opens a log (lock, keys, recovery, registration), keeps watch over it, closes it.
import { randomBytes } from 'node:crypto'
import { closeSync, statSync } from 'node:fs'
import { limits } from '../limits.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import { type EventKind, type Events, eventRecord } from '../vocabulary/event.ts'
import type { LogRecord } from '../vocabulary/record.ts'
import { Appender } from './append.ts'
import type { AppendState } from './append-state.ts'
import { Checkpointer } from './checkpoint.ts'
import { crashOutcome } from './closing-outcome.ts'
import { makeDirectory } from './directory.ts'
import { type Disk, kernelDisk } from './durable.ts'
import { openPseudonyms, openSigningKey, type SigningKey } from './keys.ts'
import { filesOf, type LogFiles, listLogs, listSegments, logNameOf, originOf, pseudonymKeyOf } from './layout.ts'
import { takeLock } from './lock.ts'
import { checkpointText, signNote, type Verifier, verifierOf, writeVerifierKey } from './note.ts'
import { type FoundTail, findTail } from './recover.ts'
import { type Repaired, repair } from './repair.ts'
import { makeRoster, readIfThere, register } from './roster.ts'
import { createSegment, reopenSegment, type Tail, tamperingWith } from './segment.ts'
import { findInGate, type ShownRecord } from './show.ts'
import { Tree } from './tree.ts'
import { LogDamaged } from './unavailable.ts'

export interface LogOptions {
  /** Directory of all logs of this site; made if absent. Must be on a local disk. */
  readonly path: string
  /** Ed25519 private key, PKCS#8 PEM; made with mode 0600 if absent. Its public half is written to `<keyFile>.pub`. */
  readonly keyFile: string
  /** `<org>/portcullis/<cluster>/<instance>/<worker>`: unique for ever, one per process. */
  readonly origin: string
  readonly clock: Clock
  /** How long one append may take before it is refused. */
  readonly appendTimeoutMs: number
  /** Nothing can be recorded any more: stop serving and end the process (exit 74). Called at most once. */
  readonly onPoisoned: (error: Error) => void
  /** Bounds of a segment; by default those of src/limits.ts. */
  readonly segmentBytes?: number
  readonly segmentMs?: number
  /** How often a log that grows renews its registration; by default that of src/limits.ts. */
  readonly rosterMs?: number
  /** The kernel, unless a test makes it fail. */
  readonly disk?: Disk
}

export interface LogStatus {
  /** Records are accepted, and checkpoints keep up. */
  readonly ok: boolean
  readonly state: AppendState
  /** Why it is not ok, or an empty string. */
  readonly detail: string
  readonly origin: string
  /** Lines in the log, commit lines included; and how many of them the newest checkpoint covers. */
  readonly size: number
  readonly covered: number
  /** Records that wait for the disk; decisions that have no outcome yet; appends refused since the start. */
  readonly waiting: number
  readonly open: number
  readonly refused: number
  readonly lastSyncMs: number
}

export interface DecisionLog {
  /**
   * Resolves when the record is on disk; rejects with LogUnavailable. After a rejection nothing may be forwarded, and no
   * outcome is to be appended: should the record have reached the disk after all, the log closes it itself.
   */
  append(record: LogRecord): Promise<void>
  /** `hk1:<22 characters>`, the same for the same arguments on this site. `tenant`: for a subject its issuer. */
  pseudonym(field: string, value: string, tenant?: string): string
  status(): LogStatus
  /** What the logs of this gate hold under an id, up to the last commit; undefined: nothing. Reads the files. */
  find(id: string): Promise<ShownRecord | undefined>
  /** Waits for what was accepted, writes `log.closed` and the last checkpoint, frees the lock. */
  close(): Promise<void>
}

/** Throws LogLocked, LogDamaged, or the error of the file system; nothing is served without a log. */
export async function openLog(options: LogOptions): Promise<DecisionLog> {
  const files = filesOf(options.path, logNameOf(options.origin))
  makeDirectory(files.segments, 0o700)
  const lock = takeLock(files.lock)
  try {
    return await OpenLog.start(options, files, () => lock.release())
  } catch (error) {
    lock.release()
    throw error
  }
}

class OpenLog implements DecisionLog {
  readonly #options: LogOptions
  readonly #verifier: Verifier
  readonly #tail: Tail
  readonly #appender: Appender
  readonly #checkpointer: Checkpointer
  readonly #watch: NodeJS.Timeout
  readonly #release: () => void
  #closing: Promise<void> | undefined
  readonly pseudonym: DecisionLog['pseudonym']

  private constructor(options: LogOptions, files: LogFiles, parts: Parts, release: () => void) {
    this.#options = options
    this.#verifier = parts.verifier
    this.#tail = parts.tail
    this.#release = release
    this.pseudonym = parts.pseudonym
    const { verifier, key, covered } = parts
    this.#checkpointer = new Checkpointer({
      files,
      key,
      verifier,
      tree: this.#tail.tree,
      covered,
      rosterMs: options.rosterMs,
    })
    this.#appender = new Appender({
      tail: this.#tail,
      directory: files.segments,
      clock: options.clock,
      disk: options.disk ?? kernelDisk,
      pseudonymise: parts.pseudonym,
      appendTimeoutMs: options.appendTimeoutMs,
      segmentBytes: options.segmentBytes ?? limits.segmentBytes,
      segmentMs: options.segmentMs ?? limits.segmentMs,
      onCommit: () => this.#checkpointer.afterCommit(),
      onPoisoned: options.onPoisoned,
    })
    this.#watch = setInterval(() => this.#look(), limits.logWatchMs)
    this.#watch.unref()
  }

  static async start(options: LogOptions, files: LogFiles, release: () => void): Promise<OpenLog> {
    const parts = await prepare(options, files)
    const log = new OpenLog(options, files, parts, release)
    try {
      await log.#begin(parts)
    } catch (error) {
      await log.#abandon()
      throw error
    }
    return log
  }

  append(record: LogRecord): Promise<void> {
    return this.#appender.append(record)
  }

  status(): LogStatus {
    const { state, figures } = this.#appender
    const { covered, lastError } = this.#checkpointer
    const detail =
      state !== 'open' ? `the log is ${state}` : lastError === undefined ? '' : `no checkpoint: ${lastError.message}`
    return {
      ok: detail === '',
      state,
      detail,
      origin: this.#options.origin,
      size: this.#tail.seq,
      covered,
      open: this.#tail.open.size,
      ...figures,
    }
  }

  find(id: string): Promise<ShownRecord | undefined> {
    return findInGate(this.#options, id)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** `log.opened` stands first, so that its `prevSize` is its own place. */
  async #begin({ found, repaired, others }: Parts): Promise<void> {
    const { origin } = this.#options
    const own: Promise<void>[] = []
    const event = <Kind extends EventKind>(k: Kind, about: Events[Kind]) =>
      own.push(this.#appender.appendOwn(eventRecord(k, this.#now(), about)))
    event('log.opened', {
      origin,
      epoch: randomBytes(8).toString('hex'),
      prevSize: found.seq,
      prevRoot: this.#tail.tree.root().toString('base64'),
      key: writeVerifierKey(this.#verifier),
      roster: others,
    })
    const isClean = found.closed && repaired.tornBytes === 0 && found.open.size === 0
    if (!isClean && found.seq + repaired.tornBytes > 0) {
      const { adopted, lastCommit } = found
      event('log.recovered', { ...repaired, adopted, lastCommit, open: found.open.size })
    }
    for (const id of found.open) own.push(this.#appender.appendOwn(crashOutcome(id, this.#now())))
    await Promise.all(own)
    await this.#checkpointer.flush()
  }

  #look(): void {
    if (this.#appender.state === 'poisoned') return
    let found: string | undefined
    try {
      found = tamperingWith(this.#tail.segment, this.#appender.flightBytes)
    } catch (error) {
      found = (error as Error).message
    }
    if (found !== undefined) this.#appender.poison(new Error(found))
  }

  // Crash order: records, `log.closed`, checkpoint, history, registration, lock. A crash between is an unclean end, which the
  // next start recovers from.
  async #close(): Promise<void> {
    try {
      await this.#appender.drain()
      if (this.#appender.state === 'closing') {
        const about = { size: this.#tail.seq, open: this.#tail.open.size }
        await this.#appender.appendOwn({ k: 'log.closed', at: this.#now(), about })
        await this.#checkpointer.flush()
      }
    } finally {
      await this.#abandon()
      this.#release()
    }
  }

  async #abandon(): Promise<void> {
    clearInterval(this.#watch)
    await this.#appender.stop()
    await this.#checkpointer.stop()
    closeSync(this.#tail.segment.fd)
  }

  #now(): string {
    return timestamp(this.#options.clock.now())
  }
}

interface Parts {
  readonly key: SigningKey
  readonly verifier: Verifier
  readonly pseudonym: DecisionLog['pseudonym']
  readonly found: FoundTail
  readonly repaired: Repaired
  readonly tail: Tail
  readonly covered: number
  /** Origins of the other logs that are registered here: each log bears witness of the others. */
  readonly others: readonly string[]
}

async function prepare(options: LogOptions, files: LogFiles): Promise<Parts> {
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
  const segment =
    found.segment === undefined
      ? await createSegment(files.segments, found.seq)
      : await reopenSegment(found.segment.path, found.segment.name, found.segment.firstSeq)
  const tail: Tail = { seq: found.seq, prev: found.prev, tree: found.tree, open: new Set(found.open), segment }
  const others = listLogs(options.path)
    .registered.filter((name) => name !== files.name)
    .map(originOf)
  return { key, verifier, pseudonym, found, repaired, tail, covered: found.covered, others }
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
    throw new LogDamaged(`\`${files.directory}\` has records, but \`${files.rosterNote}\` is missing`)
  const empty = checkpointText({ origin: verifier.name, size: 0, root: new Tree().root() })
  await register(files, verifier, signNote(empty, verifier, key.privateKey))
}
