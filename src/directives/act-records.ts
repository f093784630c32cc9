// The records of what officers do by hand, until each is durable. Promises: whoever says again what was said before waits for the record
// of the first word; where that failed it is written anew, with the officer and the reason of the first word.
//
// A record that came too late to be waited for may reach the log after all: then it stands there twice, with one id.
import type { Officer, Stands } from './officer-entry.ts'

export interface ActEvent<S extends Stands> {
  readonly kind: 'begun' | 'lift-asked' | 'lifted'
  /** As it stands after the act; a lifted one as it stood. */
  readonly standing: S
  readonly by: Officer
  readonly why: string
  /** Open answers that the act cut. */
  readonly cut: number
}

interface Owed<S extends Stands> {
  readonly act: Omit<ActEvent<S>, 'cut'>
  readonly cut: Promise<number>
  isRecorded: boolean
  /** The last try. */
  tried: Promise<void>
}

export class ActRecords<S extends Stands> {
  readonly #record: (event: ActEvent<S>) => Promise<void>
  readonly #alsoKept: () => Promise<void>
  readonly #owed = new Map<string, Owed<S>>()

  /** @param alsoKept resolves when whatever else must be on disk before an act is answered is there; tries again where it failed */
  constructor(record: (event: ActEvent<S>) => Promise<void>, alsoKept: () => Promise<void>) {
    this.#record = record
    this.#alsoKept = alsoKept
  }

  /** Resolves when it is on record. @throws Unkept, or LogUnavailable */
  write(act: Owed<S>['act'], cut: Promise<number>): Promise<void> {
    const owed: Owed<S> = { act, cut, isRecorded: false, tried: Promise.resolve() }
    this.#owed.set(act.standing.id, owed)
    return this.#try(owed)
  }

  /** The same of the last act on what has this id; at once where nothing is owed. */
  async again(id: string): Promise<void> {
    const owed = this.#owed.get(id)
    if (owed === undefined) return
    const { tried } = owed
    // Of several who wait the first tries again, and the others wait for that.
    await tried.catch(() => (owed.tried === tried ? this.#try(owed) : this.again(id)))
  }

  /** What was lifted and is not on record; undefined: nothing of this id. */
  lifted(id: string): S | undefined {
    const act = this.#owed.get(id)?.act
    return act?.kind === 'lifted' ? act.standing : undefined
  }

  /** It reaches nobody any more, and nobody can ask for it again. */
  drop(id: string): void {
    this.#owed.delete(id)
  }

  #try(owed: Owed<S>): Promise<void> {
    owed.tried = Promise.all([this.#recorded(owed), this.#alsoKept()]).then(() => {
      const { id } = owed.act.standing
      if (this.#owed.get(id) === owed) this.#owed.delete(id)
    })
    // Whoever acted may have left before it fails.
    owed.tried.catch(() => {})
    return owed.tried
  }

  async #recorded(owed: Owed<S>): Promise<void> {
    if (owed.isRecorded) return
    await this.#record({ ...owed.act, cut: await owed.cut })
    owed.isRecorded = true
  }
}
