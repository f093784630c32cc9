// Log: opens a log, keeps watch over it, closes it.
import { randomBytes } from 'node:crypto'
import { limits } from '../limits.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import { type EventKind, type Events, eventRecord } from '../vocabulary/event.ts'
import type { LogRecord } from '../vocabulary/record.ts'
import { Appender } from './append.ts'
import type { AppendState } from './append-state.ts'
import { Checkpointer } from './checkpoint.ts'
import { crashOutcome } from './closing-outcome.ts'
import { makeDirectory, unlessForbidden } from './directory.ts'
import { type Disk, kernelDisk } from './durable.ts'
import { filesOf, type LogFiles, logNameOf } from './layout.ts'
import { type Lock, takeLock } from './lock.ts'
import { type Verifier, writeVerifierKey } from './note.ts'
import { type Parts, prepare } from './prepare.ts'
import type { Tail } from './segment.ts'
import { findInGate, type ShownRecord } from './show.ts'
import { Store } from './store.ts'

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
  let lock: Lock | undefined
  try {
    makeDirectory(files.segments, 0o700)
    lock = takeLock(files.lock)
    const { release } = lock
    return await OpenLog.start(options, files, release)
  } catch (error) {
    lock?.release()
    throw unlessForbidden(error, options.path)
  }
}

class OpenLog implements DecisionLog {
  readonly #options: LogOptions
  readonly #verifier: Verifier
  readonly #tail: Tail
  readonly #store: Store
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
    this.#store = new Store({
      tail: this.#tail,
      directory: files.segments,
      ahead: parts.ahead,
      disk: options.disk ?? kernelDisk,
      segmentBytes: options.segmentBytes ?? limits.segmentBytes,
      segmentMs: options.segmentMs ?? limits.segmentMs,
      onFault: (error) => this.#appender.poison(error),
    })
    this.#checkpointer = new Checkpointer({
      files,
      key,
      verifier,
      tree: this.#tail.tree,
      synced: () => this.#store.sync(),
      covered,
      rosterMs: options.rosterMs,
    })
    this.#appender = new Appender({
      tail: this.#tail,
      store: this.#store,
      clock: options.clock,
      pseudonymise: parts.pseudonym,
      appendTimeoutMs: options.appendTimeoutMs,
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
    const isClean = found.closed && repaired.tornBytes === 0 && found.restored.length === 0 && found.open.size === 0
    if (!isClean && found.seq + repaired.tornBytes > 0) {
      const { adopted, lastCommit, restored } = found
      event('log.recovered', { ...repaired, restored: restored.length, adopted, lastCommit, open: found.open.size })
    }
    for (const id of found.open) own.push(this.#appender.appendOwn(crashOutcome(id, this.#now())))
    await Promise.all(own)
    await this.#checkpointer.flush()
  }

  #look(): void {
    if (this.#appender.state === 'poisoned') return
    let found: string | undefined
    try {
      found = this.#store.tampering()
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
    await this.#store.close()
  }

  #now(): string {
    return timestamp(this.#options.clock.now())
  }
}
