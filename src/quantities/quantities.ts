// Quantities: the output tokens that grants license in amount, reserved before a request is forwarded and settled when it has ended.
// Promises: no token is reserved twice, under any concurrency and over any crash; what nobody can say was used counts as used.
import { Account, type Quantity } from './account.ts'
import type { Ask, Given, HandsOut } from './hand-out.ts'

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
   * between what it is told and what it reserves. Rejects where nothing is left and nobody can say whether there is more.
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
  readonly handsOut: HandsOut
  /** A request waits so long for who hands out, and goes on with what there is. */
  readonly waitMs: number
  /** What was at hand for so long beyond a portion is given back; null: nobody else could use it. */
  readonly surplusMs: number | null
  readonly onHandedOut: (given: Given) => void
  /** Hears that something could not be given back: it counts as used. */
  readonly onFault: (error: unknown) => void
}

export function openQuantities({ handsOut, waitMs, surplusMs, onHandedOut, onFault }: QuantitiesOptions): Quantities {
  const accounts = new Map<string, Account>()
  /** Of which nothing more is to be had for now, and why: an error of who hands out, or that it is used up. */
  const dry = new Map<string, { readonly total: number; readonly until: number; readonly error: Error | null }>()
  const of = (grant: string): Account => {
    const account = accounts.get(grant) ?? new Account()
    accounts.set(grant, account)
    return account
  }
  const dryness = ({ grant, total }: Quantity): { readonly error: Error | null } | undefined => {
    const known = dry.get(grant)
    return known !== undefined && known.total === total && performance.now() < known.until ? known : undefined
  }
  const asksFor = (quantities: readonly Quantity[], wanted: number): readonly Ask[] =>
    quantities.flatMap((quantity) => {
      const ask = dryness(quantity) === undefined ? of(quantity.grant).lacks(quantity, wanted) : null
      return ask === null ? [] : [ask]
    })

  // One exchange at a time: each is asked for by what the one before has brought.
  let turns: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(exchange: () => Promise<Result>): Promise<Result> => {
    const turn = turns.then(exchange)
    turns = turn.catch(() => {})
    return turn
  }

  /** @returns whether all was given that was asked for */
  async function exchange(asks: readonly Ask[]): Promise<boolean> {
    if (asks.length === 0) return true
    const dried = (why: 'empty' | 'failed', error: Error | null) => (ask: Ask) =>
      dry.set(ask.grant, { total: ask.of, until: performance.now() + handsOut.askAgainMs[why], error })
    // From now on: who hands out may have heard of it, whatever it answers.
    for (const { grant, returned } of asks) {
      of(grant).giveBack(returned)
      dry.delete(grant)
    }
    let given: readonly Given[]
    try {
      given = await handsOut.exchange(asks)
    } catch (error) {
      const failure = errorOf(error)
      asks.forEach(dried('failed', failure))
      throw failure
    }
    for (const one of given) {
      of(one.grant).receive(one.tokens, one.of)
      if (one.tokens > 0) onHandedOut(one)
    }
    const isShort = ({ grant, wanted }: Ask): boolean =>
      wanted > given.filter((one) => one.grant === grant).reduce((sum, { tokens }) => sum + tokens, 0)
    const short = asks.filter(isShort)
    short.forEach(dried('empty', null))
    return short.length === 0
  }

  const giveBack = async (asking: (account: Account, grant: string) => Ask): Promise<void> => {
    const asks = (): readonly Ask[] => [...accounts].map(([grant, account]) => asking(account, grant))
    await inTurn(() => exchange(asks().filter(({ returned }) => returned !== 0))).catch(onFault)
  }
  const looking =
    surplusMs === null
      ? undefined
      : setInterval(() => void giveBack((account, grant) => account.returnsSurplus(grant)), surplusMs)
  looking?.unref()

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
      let failure: Error | null = null
      try {
        let isWhole = true
        while (isWhole && asksFor(quantities, wanted).length > 0) {
          const turn = inTurn(() => exchange(asksFor(quantities, wanted)))
          isWhole = await within(waitMs, turn)
        }
      } catch (error) {
        failure = errorOf(error)
      }
      const left = quantities.map((quantity) => [quantity.grant, of(quantity.grant).left(quantity.total)] as const)
      failure ??= quantities.map((quantity) => dryness(quantity)?.error ?? null).find((error) => error !== null) ?? null
      // What is at hand was given, whatever became of who gave it.
      if (failure !== null && left.every(([, tokens]) => tokens === 0)) throw failure
      return use(Object.fromEntries(left), reserve)
    },
    async close() {
      clearInterval(looking)
      await giveBack((account, grant) => account.returnsAll(grant))
    },
  }
}

const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))

/** What comes late is there all the same, for those who ask then. */
async function within<Result>(ms: number, turn: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no amount was handed out within ${ms} ms`)), ms)
  })
  return await Promise.race([turn, late]).finally(() => clearTimeout(timer))
}

/** For gates that share a fleet's key and follow no control: of what nobody hands out, nothing is left. */
export const nothingHandedOut: Quantities = {
  with: async (_quantities, _wanted, use) =>
    use({}, () => {
      throw new Error('nothing was handed out to this gate')
    }),
  close: async () => {},
}
