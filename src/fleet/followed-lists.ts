// What officers have closed and whom they have shut out in a fleet, in a gate that follows it: two lists, each fetched where a statement
// names another than the one in force here, and believed for the digest that was signed.
import type { Standing } from '../directives/index.ts'
import type { ControlClient } from './control-client.ts'
import type { FleetCounters } from './counters.ts'
import type { LeasedSource } from './leased-source.ts'
import type { Remembered } from './memory.ts'
import { digestOfText, type ListedRevocation, type RevokedList, readRevokedList } from './revoked-list.ts'
import { digestOfStanding, standingListSchema } from './standing-list.ts'
import type { FleetStatement } from './statement.ts'

export interface ListsOptions {
  readonly control: Pick<ControlClient, 'suspensions' | 'revocations'>
  readonly policies: Pick<LeasedSource, 'suspend'>
  /** From the return on they are shut out. */
  readonly revoke: (listed: readonly ListedRevocation[]) => void
  /** Hears the statement that came with a list. @returns what is to be followed by then */
  readonly hear: (text: string) => FleetStatement | undefined
  readonly counters: FleetCounters
  readonly remembered: Pick<Remembered, 'standing' | 'revoked'>
}

export interface FollowedLists {
  standing(): readonly Standing[]
  revoked(): RevokedList
  /**
   * Both lists that the statement names are in force when it resolves, but for those that could not be had. Never rejects.
   * @returns whether another one is in force than before, and why one could not be had; null: both are
   */
  bring(statement: FleetStatement): Promise<{ readonly isChanged: boolean; readonly missing: Error | null }>
}

export function followedLists(options: ListsOptions): FollowedLists {
  const { control, policies, revoke, hear, counters } = options
  let { standing, revoked } = options.remembered
  const around = { hear, counters }
  const suspensions = followed<readonly Standing[]>(around, {
    digestName: 'suspensionDigest',
    inForce: () => digestOfStanding(standing),
    ask: async () => {
      const { statement, said } = await control.suspensions()
      return { statement, said: standingListSchema.parse(said) }
    },
    digestOf: digestOfStanding,
    apply: (list) => {
      policies.suspend(list)
      standing = list
    },
  })
  const revocations = followed<string>(around, {
    digestName: 'revocationDigest',
    inForce: () => revoked.digest,
    ask: () => control.revocations(),
    digestOf: digestOfText,
    apply: (text) => {
      const list = readRevokedList(text, revoked)
      revoke(list.listed)
      revoked = list
    },
  })

  return {
    standing: () => standing,
    revoked: () => revoked,
    bring: async (statement) => {
      // Each by itself: one that cannot be had does not keep the other from being in force.
      const brought = await Promise.allSettled([revocations(statement), suspensions(statement)])
      const failed = brought.find((one) => one.status === 'rejected')
      return {
        isChanged: brought.some((one) => one.status === 'fulfilled' && one.value),
        missing: failed === undefined ? null : errorOf(failed.reason),
      }
    },
  }
}

interface ListOf<Said> {
  readonly digestName: 'suspensionDigest' | 'revocationDigest'
  readonly inForce: () => string
  readonly ask: () => Promise<{ readonly statement: string; readonly said: Said }>
  readonly digestOf: (said: Said) => string
  /** In force from the return on. Throws where it cannot be; then nothing changed. */
  readonly apply: (said: Said) => void
}

/** @returns what brings the list of a statement; resolves with whether another one is in force then */
function followed<Said>(
  { hear, counters }: Pick<ListsOptions, 'hear' | 'counters'>,
  { digestName, inForce, ask, digestOf, apply }: ListOf<Said>,
): (statement: FleetStatement) => Promise<boolean> {
  /** Came when the one before it was asked for. */
  let early: { readonly digest: string; readonly said: Said } | undefined
  return async (statement) => {
    const wanted = statement[digestName]
    if (inForce() === wanted) return false
    if (early?.digest !== wanted) {
      early = undefined
      // It comes with the statement that names it: while officers go on, no gate is behind by more than one list.
      const { statement: text, said } = await ask()
      const digest = digestOf(said)
      if (digest !== wanted && digest !== hear(text)?.[digestName]) {
        counters['unsigned-list'] += 1
        throw new Error('what control says officers have closed or revoked is not what it has signed')
      }
      early = { digest, said }
      if (digest !== wanted) throw new Error('control has signed another list meanwhile')
    }
    apply(early.said)
    early = undefined
    return true
  }
}

const errorOf = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)))
