// Binding: what an answer makes is bound to its maker before anything of the answer that tells of it is released.
import type { Gate, Keeping } from '../enforcement/index.ts'
import type { JsonObject } from '../json/index.ts'

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

/** Where something cannot be bound, the answer goes on: what it made is unknown, hence refused, from then on. */
export function createBinding({ observe }: Pick<Gate, 'observe'>, given: Keeping | null): Binding {
  let keeping = given
  let made: ReturnType<Keeping['made']> = []
  let isUnderWay = false

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
      const work = [...(made.length > 0 ? [keeping.keep(made)] : []), ...(isWhole ? [keeping.confirmed()] : [])]
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
