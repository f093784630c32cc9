// Allotment: what a fleet's control hands out of licensed amounts to one gate, and what a gate asks for. Pure.
//
// Each process of a gate counts its calls. Control answers the call that it answered last in the same words and hands nothing out for
// it again, so that a gate may ask again when an answer was lost.
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { fleetLimits } from '../fleet-limits.ts'
import type { Ask, Given } from '../quantities/index.ts'
import { type SignedKind, type SignedReading, signed, signedReader } from './signed.ts'

export interface AllotmentRequest {
  readonly gate: string
  /** Drawn when the process began: what one before it had at hand is lost. */
  readonly instance: string
  /** 1, 2, 3, … */
  readonly turn: number
  readonly asks: readonly Ask[]
}

/** In the order of the asks. */
export interface Allotment extends Pick<AllotmentRequest, 'gate' | 'instance' | 'turn'> {
  readonly given: readonly Given[]
}

const tokens = z.int().min(0)
const grant = z.string().min(1).max(256)
const call = { gate: z.string().min(1).max(256), instance: z.uuid(), turn: z.int().min(1) }

export const allotmentRequestSchema: z.ZodType<AllotmentRequest> = z.strictObject({
  ...call,
  asks: z
    .array(z.strictObject({ grant, returned: z.int(), wanted: tokens, of: tokens }))
    .min(1)
    .max(fleetLimits.allotmentGrants)
    .refine((asks) => new Set(asks.map((ask) => ask.grant)).size === asks.length),
})

export const givenSchema: z.ZodType<Given> = z.strictObject({ grant, tokens, inAll: tokens, of: tokens })

const kind: SignedKind<Allotment> = {
  name: 'allotment',
  schema: z.strictObject({ ...call, given: z.array(givenSchema) }),
  most: fleetLimits.allotmentBytes,
}

/** @param key Ed25519, private @returns the text that is carried */
export const signAllotment = (allotment: Allotment, key: KeyObject): string => signed(kind, allotment, key)

/** @returns a reader that believes this key alone: Ed25519, base64url (`x` of RFC 8037). It never throws. */
export const allotmentReader = (controlKey: string): ((text: string) => SignedReading<Allotment>) =>
  signedReader(kind, controlKey)
