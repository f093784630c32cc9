// Handing out: what is given of each grant to whoever asks, and what is taken back. Pure.

/** What one process asks for of one grant. */
export interface Ask {
  readonly grant: string
  /** Output tokens that it had and does not keep; negative: so many more were used than it was given. */
  readonly returned: number
  readonly wanted: number
  /** What the grant says in all. */
  readonly of: number
}

export interface Given {
  readonly grant: string
  /** Output tokens: what was wanted, or all that there was. */
  readonly tokens: number
  /** Handed out of the grant with these, to everybody. */
  readonly inAll: number
  readonly of: number
}

/** Output tokens that are handed out, by grant id. */
export type HandedOut = ReadonlyMap<string, number>

/** @returns what is handed out afterwards, and what each ask gets; of what is handed out beyond `of` nothing more */
export function handOut(
  before: HandedOut,
  asks: readonly Ask[],
): { readonly after: HandedOut; readonly given: readonly Given[] } {
  const after = new Map(before)
  const given = asks.map(({ grant, returned, wanted, of }): Given => {
    const kept = Math.max(0, (after.get(grant) ?? 0) - returned)
    const tokens = Math.max(0, Math.min(wanted, of - kept))
    after.set(grant, kept + tokens)
    return { grant, tokens, inAll: kept + tokens, of }
  })
  return { after, given }
}

/** Who hands out to this process: a file of this machine alone, or the control of a fleet. */
export interface HandsOut {
  /**
   * Resolves when what is given can be given to nobody else, over any crash. One call at a time. A rejection leaves open what was
   * given; that is lost, or comes with the next answer.
   */
  exchange(asks: readonly Ask[]): Promise<readonly Given[]>
  /** When it is worth asking again for what was used up (Infinity: nobody else could give it back), and after a failure. */
  readonly askAgainMs: { readonly empty: number; readonly failed: number }
}
