// Quantities: the output tokens that grants license in amount, reserved before a request is forwarded and settled when it has ended.
// Promises: no token is reserved twice, under any concurrency and over any crash; what nobody can say was used counts as used.
import { Account, type Quantity } from './account.ts'
import { type HandedOut, readHandedOut, writeHandedOut } from './handed-out.ts'

export interface Reservation {
  /** Output tokens, of each grant. */
  readonly tokens: number
  readonly grants: readonly string[]
  /** @param used output tokens; null: nobody knows, so that all of it was. Only the first call counts. */
  settle(used: number | null): void
}

/** Reserves so much of each of these. To be called with no more than was said to be left, before anything is waited for. */
export type Reserve = (grants: readonly string[], tokens: number) => Reservation

export interface Quantities {
  /**
   * Calls `use` with what is left of each (output tokens by grant id): as much as is wanted, or all that there is. Nothing comes
   * between what it is told and what it reserves. Rejects where nothing more can be handed out because the disk fails, or hangs.
   */
  with<Result>(
    quantities: readonly Quantity[],
    wanted: number,
    use: (left: Readonly<Record<string, number>>, reserve: Reserve) => Result,
  ): Promise<Result>
  /** Gives back what is at hand. Whatever is reserved by then counts as used. */
  close(): Promise<void>
}

export interface QuantitiesOptions {
  /** The file that says what was handed out; its folder must exist. */
  readonly path: string
  /** A request waits so long for the disk, and reserves nothing then. */
  readonly writeTimeoutMs: number
  readonly onHandedOut: (event: HandingOut) => void
}

export interface HandingOut {
  readonly grant: string
  /** Output tokens, now. */
  readonly tokens: number
  /** With what was handed out before. */
  readonly inAll: number
  readonly of: number
}

/** @throws Error with what to do, where the file cannot be read */
export async function openQuantities({ path, writeTimeoutMs, onHandedOut }: QuantitiesOptions): Promise<Quantities> {
  const accounts = new Map([...(await readHandedOut(path))].map(([grant, tokens]) => [grant, new Account(tokens)]))
  const of = (grant: string): Account => {
    const account = accounts.get(grant) ?? new Account(0)
    accounts.set(grant, account)
    return account
  }
  const asOnDisk = (): HandedOut => new Map([...accounts].map(([grant, { handedOut }]) => [grant, handedOut]))
  // One write at a time: each says all that was handed out before it.
  let writing: Promise<unknown> = Promise.resolve()

  async function handOut(quantities: readonly Quantity[], wanted: number): Promise<void> {
    const due = quantities.flatMap(({ grant, total }): HandingOut[] => {
      const account = of(grant)
      const tokens = account.lacks(total, wanted)
      return tokens === 0 ? [] : [{ grant, tokens, inAll: account.handedOut + tokens, of: total }]
    })
    if (due.length === 0) return
    await writeHandedOut(path, new Map([...asOnDisk(), ...due.map(({ grant, inAll }) => [grant, inAll] as const)]))
    for (const one of due) {
      const account = of(one.grant)
      account.handedOut = one.inAll
      account.receive(one.tokens)
      onHandedOut(one)
    }
  }

  function reserve(grants: readonly string[], tokens: number): Reservation {
    for (const grant of grants) of(grant).reserve(tokens)
    let isSettled = false
    const settle = (used: number | null): void => {
      if (isSettled) return
      isSettled = true
      for (const grant of grants) of(grant).settle(tokens, used ?? tokens)
    }
    return { tokens, grants, settle }
  }

  return {
    async with(quantities, wanted, use) {
      while (quantities.some(({ grant, total }) => of(grant).lacks(total, wanted) > 0)) {
        const turn = writing.then(() => handOut(quantities, wanted))
        writing = turn.catch(() => {})
        await within(writeTimeoutMs, turn)
      }
      return use(Object.fromEntries(quantities.map(({ grant, total }) => [grant, of(grant).left(total)])), reserve)
    },
    async close() {
      await writing
      for (const account of accounts.values()) account.giveBack()
      await writeHandedOut(path, asOnDisk())
    },
  }
}

/** What is written late is handed out all the same, to those who ask then. */
async function within(ms: number, turn: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`what is handed out was not on disk within ${ms} ms`)), ms)
  })
  await Promise.race([turn, late]).finally(() => clearTimeout(timer))
}

/** For a gate of a fleet: of what is handed out by nobody, nothing is left. */
export const nothingHandedOut: Quantities = {
  with: async (_quantities, _wanted, use) =>
    use({}, () => {
      throw new Error('nothing was handed out to this gate')
    }),
  close: async () => {},
}
