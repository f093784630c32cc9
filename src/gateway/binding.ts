// Binding: what an answer makes is bound to its maker before anything of the answer that tells of it is released.
import type { Gate, Keeping, OpenAnswer } from '../enforcement/index.ts'
import type { JsonObject } from '../json/index.ts'
import type { ModelReference } from '../vocabulary/operation.ts'

export interface Binding {
  /** The answer is an error: it makes nothing. */
  nothing(): void
  /** Something is being bound: nothing may be released. */
  isUnderWay(): boolean
  /** Takes note of what a value of the answer makes. */
  read(value: JsonObject): void
  /** Where the value may tell of something new. */
  concerns(text: string): boolean
  /**
   * Binds what was read since the last time, and with the whole answer of a deletion what is gone; then calls `then`, once.
   * False: there is nothing to bind, and nobody is called.
   */
  begin(isWhole: boolean, then: () => void): boolean
}

/** Of an answer that makes nothing and deletes nothing. */
const unbound: Binding = {
  nothing: () => {},
  isUnderWay: () => false,
  read: () => {},
  concerns: () => false,
  begin: () => false,
}

/**
 * @param join decides the answer anew with models that have a part in it besides those that were decided
 *
 * Where something cannot be bound, the answer goes on: what it made is unknown, hence refused, from then on.
 */
export function createBinding(
  { observe }: Pick<Gate, 'observe'>,
  given: Keeping | null,
  join: OpenAnswer['join'] = () => true,
): Binding {
  if (given === null) return unbound
  let keeping: Keeping | null = given
  let made: ReturnType<Keeping['made']> = []
  let isUnderWay = false

  const joining = (models: readonly ModelReference[]): void => {
    if (models.length > 0) join(models)
  }

  return {
    nothing() {
      keeping = null
    },
    isUnderWay: () => isUnderWay,
    read(value) {
      if (keeping !== null) made = [...made, ...keeping.made(value)]
    },
    concerns: (text) => keeping !== null && text.includes('"id"'),
    begin(isWhole, then) {
      if (keeping === null || (made.length === 0 && !(isWhole && keeping.forgets))) return false
      const work = [
        ...(made.length > 0 ? [keeping.keep(made).then(joining)] : []),
        ...(isWhole ? [keeping.confirmed()] : []),
      ]
      made = []
      isUnderWay = true
      Promise.all(work)
        .catch((error: unknown) => observe.fault(error, 'what an answer made could not be bound to its maker'))
        .finally(() => {
          isUnderWay = false
          then()
        })
      return true
    },
  }
}
