// Checkpoint: signed notes over the tree, so that what they cover cannot be changed without the key being noticed missing.
// Written each second or thousand leaves while there is something new, beside the appends: one at a time, never in their way.
// Every one is kept (`checkpoints`), so that a log cut back to an older one contradicts its own history; now and then the log is
// registered anew in the roster, so that an older copy of log and history together contradicts its registration.
import { appendFile } from 'node:fs/promises'
import { limits } from '../limits.ts'
import { replaceFile } from './durable.ts'
import { syncHistory } from './history.ts'
import type { SigningKey } from './keys.ts'
import type { LogFiles } from './layout.ts'
import { checkpointText, signNote, type Verifier } from './note.ts'
import { register } from './roster.ts'
import type { Tree } from './tree.ts'

export interface CheckpointerOptions {
  readonly files: LogFiles
  readonly key: SigningKey
  readonly verifier: Verifier
  /** Leaves are in it only once they are durable. */
  readonly tree: Tree
  /** Resolves when what the tree has at the call is on disk where readers look for it. */
  readonly synced: () => Promise<void>
  /** Size that the newest checkpoint on disk covers. */
  readonly covered: number
  /** How old the registration may become while there is something new; milliseconds, by default that of src/limits.ts. */
  readonly rosterMs?: number | undefined
}

export class Checkpointer {
  readonly #options: CheckpointerOptions
  readonly #timer: NodeJS.Timeout
  #covered: number
  #writing: Promise<void> | undefined
  #lastError: Error | undefined
  #registeredAt = performance.now()

  constructor(options: CheckpointerOptions) {
    this.#options = options
    this.#covered = options.covered
    // After a failure there may be nothing new, but a registration that is still due.
    this.#timer = setInterval(() => this.#startIfNew(this.#lastError === undefined ? 1 : 0), limits.checkpointMs)
    this.#timer.unref()
  }

  /** Leaves under the newest durable checkpoint. */
  get covered(): number {
    return this.#covered
  }

  /** Why the newest attempt failed; the next one tries again, since a checkpoint is a file of its own. */
  get lastError(): Error | undefined {
    return this.#lastError
  }

  /** To be called after each group. */
  afterCommit(): void {
    this.#startIfNew(limits.checkpointRecords)
  }

  /** All that is durable now is covered, and the log registered there, once this resolves; rejects where it cannot be written. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    const written = this.#write(0)
    // The timer must not start a second one: both would write the same temporary file.
    this.#writing = written.catch(() => {})
    return written.finally(() => {
      this.#writing = undefined
    })
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    while (this.#writing !== undefined) await this.#writing
  }

  #startIfNew(atLeast: number): void {
    if (this.#writing !== undefined || this.#options.tree.size - this.#covered < atLeast) return
    this.#writing = this.#attempt().finally(() => {
      this.#writing = undefined
    })
  }

  async #attempt(): Promise<void> {
    try {
      await this.#write(this.#options.rosterMs ?? limits.rosterMs)
      this.#lastError = undefined
    } catch (error) {
      this.#lastError = error as Error
    }
  }

  // Crash order: the records are synced in their segment before the note is; the note is synced before it takes its name; the
  // history follows, so it may lack the newest note but never has one that `checkpoint` did not have; the registration is last, and
  // the history is on disk by then.
  async #write(registerAfterMs: number): Promise<void> {
    const { files, key, verifier, tree, synced } = this.#options
    const size = tree.size
    const note = signNote(checkpointText({ origin: verifier.name, size, root: tree.root() }), verifier, key.privateKey)
    await synced()
    await replaceFile(files.checkpoint, note, 0o600)
    await appendFile(files.checkpoints, `${JSON.stringify(note)}\n`, { mode: 0o600 })
    this.#covered = size
    if (performance.now() - this.#registeredAt < registerAfterMs) return
    await syncHistory(files.checkpoints)
    await register(files, verifier, note)
    this.#registeredAt = performance.now()
  }
}
