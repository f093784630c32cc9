// The switch: one mutant on at a time, and which of them a stretch of work came past. The instrumented sources ask a global for it
// under the names that Stryker gives it.

interface Stryker {
  activeMutant: string | undefined
  currentTestId: string | undefined
  hitCount: number | undefined
  hitLimit: number
  readonly mutantCoverage: {
    readonly static: Record<string, number>
    readonly perTest: Record<string, Record<string, number>>
  }
}

const state: Stryker = {
  activeMutant: undefined,
  currentTestId: undefined,
  hitCount: undefined,
  hitLimit: 2_000_000,
  mutantCoverage: { static: {}, perTest: {} },
}
Object.assign(globalThis, { __stryker__: state })

/** Until the next call. What never comes to an end is stopped with an error, where it comes past the mutant again and again. */
export function switchTo(mutant: string | null): void {
  state.activeMutant = mutant ?? undefined
  state.hitCount = 0
}

/** A set of mutants, by id, in few bytes: there is one for each question of the corpus. */
export class Mutants {
  readonly #bits: Uint8Array

  constructor(ids: readonly number[]) {
    this.#bits = new Uint8Array((Math.max(0, ...ids) >> 3) + 1)
    for (const id of ids) this.#bits[id >> 3] = (this.#bits[id >> 3] ?? 0) | (1 << (id & 7))
  }

  has(mutant: string): boolean {
    const id = Number(mutant)
    return ((this.#bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0
  }
}

/** What the work gives, and the mutants that it came past. */
export async function pastWhich<Result>(work: () => Result): Promise<readonly [Awaited<Result>, Mutants]> {
  const name = 'work'
  delete state.mutantCoverage.perTest[name]
  state.currentTestId = name
  try {
    const result = await work()
    return [result, new Mutants(Object.keys(state.mutantCoverage.perTest[name] ?? {}).map(Number))]
  } finally {
    state.currentTestId = undefined
  }
}
