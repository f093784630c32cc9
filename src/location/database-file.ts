// One database file over time: which examined version is in use, whether the file on disk is another one, and what became of it.
import type { Clock } from '../vocabulary/clock.ts'
import { type EventKind, type EventRecord, type Events, eventRecord } from '../vocabulary/event.ts'
import { type Examination, examineDatabase } from './examine-database.ts'
import type { Manifest } from './manifest.ts'
import type { Shape } from './place-record.ts'
import { readWholeFile, signatureOf, type WholeFile } from './read-whole-file.ts'

export interface DatabaseInUse {
  readonly type: string
  readonly shape: Shape
  readonly digest: string
  /** Milliseconds since the epoch, as the file says. */
  readonly builtAt: number
  readonly networks: number
  readonly resolvesRegions: boolean
  lookup(address: string): unknown
}

export interface DatabaseStatus {
  readonly ok: boolean
  readonly detail: string
  readonly digest: string | null
  readonly type: string | null
  readonly builtAt: number | null
  /** Why the file that lies there now is not in use; null: it is. */
  readonly rejected: string | null
}

interface DatabaseFileOptions {
  readonly kind: 'country' | 'anonymizer'
  readonly path: string
  readonly manifest: Manifest
  readonly clock: Clock
  readonly demoData: boolean
  readonly anyBuildDate: boolean
  readonly quietMs: number
  readonly onEvent: (event: EventRecord) => void
}

export class DatabaseFile {
  readonly #options: DatabaseFileOptions
  #current: DatabaseInUse | null = null
  #generation = 0
  /** The file that was examined last, what came of it, and when that could change by time alone. */
  #examined: { signature: string; rejected: string | null; until: number } | null = null
  #rejected: string | null = null
  #status: { of: DatabaseInUse | null; status: DatabaseStatus } | null = null
  #seen = { signature: '', since: 0 }

  constructor(options: DatabaseFileOptions) {
    this.#options = options
  }

  get current(): DatabaseInUse | null {
    return this.#current
  }

  /** Grows with every swap. */
  get generation(): number {
    return this.#generation
  }

  /** The identical object until something changes: it is asked for with each decision. */
  status(): DatabaseStatus {
    const { kind } = this.#options
    const current = this.#current
    if (this.#status?.of === current && this.#status.status.rejected === this.#rejected) return this.#status.status
    const detail =
      current === null
        ? `no ${kind} database: ${this.#rejected ?? 'not loaded yet'}`
        : `${kind} ${current.type} of ${new Date(current.builtAt).toISOString()}${this.#rejected === null ? '' : `, the newer file is refused: ${this.#rejected}`}`
    const status: DatabaseStatus = {
      ok: current !== null,
      detail,
      digest: current?.digest ?? null,
      type: current?.type ?? null,
      builtAt: current?.builtAt ?? null,
      rejected: this.#rejected,
    }
    this.#status = { of: current, status }
    return status
  }

  /** Examines the file if it is another one than last time; `patient`: only once it has been still for the quiet time. Never rejects. */
  async look(patient: boolean): Promise<void> {
    try {
      const signature = await signatureOf(this.#options.path)
      // Monotonic: how long a file has been still is no matter of the (possibly shifted) wall clock.
      const now = performance.now()
      if (signature !== this.#seen.signature) this.#seen = { signature, since: now }
      if (signature === this.#examined?.signature && this.#options.clock.now() < this.#examined.until) {
        this.#rejected = this.#examined.rejected
        return
      }
      if (patient && now - this.#seen.since < this.#options.quietMs) return
      const file = await readWholeFile(this.#options.path)
      const until = await this.#examine(file)
      this.#examined = { signature: file.signature, rejected: this.#rejected, until }
    } catch (error) {
      // Gone, unreadable, or written to while it was read. Looked at again next time, reported once.
      const why = error instanceof Error ? error.message : String(error)
      if (why !== this.#rejected) this.#reject(why, null)
    }
  }

  /** Resolves to the instant at which the same file could be judged otherwise. */
  async #examine(file: WholeFile): Promise<number> {
    const { kind, manifest, clock, demoData, anyBuildDate } = this.#options
    if (file.digest === this.#current?.digest) {
      this.#rejected = null
      return Number.POSITIVE_INFINITY
    }
    const now = anyBuildDate ? null : clock.now()
    const examination = await examineDatabase(file, { manifest, now, demoData })
    const { entry, metadata, lookup } = examination
    const faults = [...examination.faults]
    if (entry !== null && entry.kind !== kind) faults.push(`it is of kind ${entry.kind}, and ${kind} is asked for`)
    faults.push(...this.#regressions(examination))
    if (faults.length > 0 || entry === null || metadata === null || lookup === null) {
      this.#reject(faults.join('; '), file.digest)
      return now !== null && metadata !== null && metadata.builtAt > now ? metadata.builtAt : Number.POSITIVE_INFINITY
    }
    this.#current = {
      type: metadata.type,
      shape: entry.shape,
      digest: file.digest,
      builtAt: metadata.builtAt,
      networks: examination.networks,
      resolvesRegions: examination.resolvesRegions,
      lookup,
    }
    this.#generation += 1
    this.#rejected = null
    this.#emit('geo.loaded', {
      kind,
      file: this.#options.path,
      digest: file.digest,
      type: metadata.type,
      builtAt: new Date(metadata.builtAt).toISOString(),
      networks: examination.networks,
    })
    return Number.POSITIVE_INFINITY
  }

  /** What is wrong with a file only in comparison with the one in use. */
  #regressions({ metadata, networks, resolvesRegions }: Examination): string[] {
    const current = this.#current
    if (current === null || metadata === null) return []
    const faults: string[] = []
    if (metadata.type !== current.type)
      faults.push(`its type is \`${metadata.type}\`; changing from \`${current.type}\` needs a restart`)
    if (metadata.builtAt <= current.builtAt)
      faults.push(
        `it was built at ${new Date(metadata.builtAt).toISOString()}, not after the one in use (${new Date(current.builtAt).toISOString()})`,
      )
    if (networks < current.networks / 2)
      faults.push(`it has ${networks} networks, less than half of the ${current.networks} in use`)
    if (current.resolvesRegions && !resolvesRegions) faults.push('it names no subdivisions, and the one in use does')
    return faults
  }

  #reject(why: string, digest: string | null): void {
    this.#rejected = why
    const { kind, path: file } = this.#options
    this.#emit('geo.rejected', { kind, file, digest, why, kept: this.#current?.digest ?? null })
  }

  #emit<Kind extends EventKind>(k: Kind, about: Events[Kind]): void {
    const { clock, onEvent } = this.#options
    onEvent(eventRecord(k, new Date(clock.now()).toISOString(), about))
  }
}
