// Statement: the word of a fleet's control on what is in force, signed anew every third of the lease. Pure: what it says, and whether a
// genuine one may be followed.
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { fleetLimits } from '../fleet-limits.ts'
import { limits } from '../limits.ts'
import { type SignedKind, type SignedReading, signed, signedReader } from './signed.ts'

/** Instants in milliseconds since the epoch. The numbers only ever grow, whatever else is said. */
export interface FleetStatement {
  readonly policySerial: number
  /** `sha256:<hex>` of the one bundle that policy and registers make: every decision under it has the same. */
  readonly policyDigest: string
  /** 0: the registers are part of the policy. */
  readonly registerSerial: number
  /** Of the bundles as files, approvals included: more approvals make no other policy. */
  readonly bundlesDigest: string
  readonly suspensionEpoch: number
  readonly suspensionDigest: string
  readonly revocationEpoch: number
  readonly revocationDigest: string
  readonly issuedAt: number
  readonly notAfter: number
}

/** The numbers that never go back, by the digest of what each counts; null: the number says all. */
export const countedBy = {
  policySerial: 'policyDigest',
  registerSerial: null,
  suspensionEpoch: 'suspensionDigest',
  revocationEpoch: 'revocationDigest',
} as const

export type Numbers = Pick<FleetStatement, keyof typeof countedBy>

const count = z.int().min(0)
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

export const numbersSchema: z.ZodType<Numbers> = z.strictObject({
  policySerial: count,
  registerSerial: count,
  suspensionEpoch: count,
  revocationEpoch: count,
})

const schema: z.ZodType<FleetStatement> = z.strictObject({
  policySerial: count,
  policyDigest: digest,
  registerSerial: count,
  bundlesDigest: digest,
  suspensionEpoch: count,
  suspensionDigest: digest,
  revocationEpoch: count,
  revocationDigest: digest,
  issuedAt: count,
  notAfter: count,
})

const kind: SignedKind<FleetStatement> = { name: 'statement', schema, most: fleetLimits.statementBytes }

/** @param key Ed25519, private @returns the text that is carried */
export const signStatement = (statement: FleetStatement, key: KeyObject): string => signed(kind, statement, key)

/** @returns a reader that believes this key alone: Ed25519, base64url (`x` of RFC 8037). It never throws. */
export const statementReader = (controlKey: string): ((text: string) => SignedReading<FleetStatement>) =>
  signedReader(kind, controlKey)

/** Why a genuine statement is not followed. */
export type Objection = 'expired' | 'ahead' | 'replayed' | 'conflicting'

/**
 * @param seen the highest numbers seen so far, and the digests that stood beside them where they are known
 * @param now milliseconds since the epoch @returns undefined: nothing is wrong with it
 */
export function objectionTo(statement: FleetStatement, seen: Seen, now: number): Objection | undefined {
  const names = Object.keys(countedBy) as (keyof Numbers)[]
  if (names.some((name) => statement[name] < seen.numbers[name])) return 'replayed'
  for (const [name, digestName] of Object.entries(countedBy) as [keyof Numbers, keyof Digests | null][]) {
    if (digestName === null || statement[name] !== seen.numbers[name]) continue
    const known = seen.digests[digestName]
    // Registers of their own change what policy and registers make together, under a serial of their own.
    const isOther = digestName === 'policyDigest' && statement.registerSerial !== seen.numbers.registerSerial
    if (known !== undefined && known !== statement[digestName] && !isOther) return 'conflicting'
  }
  if (statement.notAfter <= now) return 'expired'
  // One of the two clocks is wrong by more than any clock here may be: nobody can say how old it is.
  if (statement.issuedAt > now + limits.clockUncertaintyMs) return 'ahead'
  return undefined
}

export type Digests = Partial<Pick<FleetStatement, 'policyDigest' | 'suspensionDigest' | 'revocationDigest'>>

export interface Seen {
  readonly numbers: Numbers
  readonly digests: Digests
}

export const seenNothing: Seen = {
  numbers: { policySerial: 0, registerSerial: 0, suspensionEpoch: 0, revocationEpoch: 0 },
  digests: {},
}

export const seenIn = (statement: FleetStatement): Seen => {
  const { policySerial, registerSerial, suspensionEpoch, revocationEpoch } = statement
  const { policyDigest, suspensionDigest, revocationDigest } = statement
  return {
    numbers: { policySerial, registerSerial, suspensionEpoch, revocationEpoch },
    digests: { policyDigest, suspensionDigest, revocationDigest },
  }
}
