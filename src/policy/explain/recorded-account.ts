// Recorded account: what a record of the decision log tells, read with care: whoever can write to the log's directory can plant a
// record of any shape. What is not of the shape that this version writes is not explained; fields that nobody asks for are not looked at.

import { z } from 'zod'
import { grantResults, type Obligation } from '../../vocabulary/decision.ts'
import type { Flag } from '../../vocabulary/flags.ts'
import { type Basis, type Reason, reasons } from '../../vocabulary/reason.ts'
import type { Account } from './account.ts'

const truth = z.enum(['true', 'false', 'unknown'])
const reason = z.custom<Reason>((word) => typeof word === 'string' && Object.hasOwn(reasons, word))
const basis = z.custom<Basis>((word) => Object.values(reasons).some((row) => row.basis === word))
const instant = z.string().transform((text, context) => {
  const ms = Date.parse(text)
  if (!Number.isNaN(ms)) return ms
  context.addIssue('is no instant')
  return z.NEVER
})
/** A value that was too long for the record is named by its length there (decision-log/shorten.ts). */
const text = z.union([
  z.string(),
  z.object({ $trunc: z.object({ len: z.number() }) }).transform(({ $trunc }) => `(${$trunc.len} bytes)`),
])

const predicate = z.object({
  predicate: z.string(),
  value: truth,
  evidence: z.array(z.object({ name: z.string(), state: z.string(), source: text, verifiedAt: z.number().nullable() })),
})

const determination = z.object({
  directive: z.string(),
  version: z.number(),
  resource: z.string(),
  result: z.enum(['not-applicable', 'satisfied', 'violated', 'indeterminate']),
  limbs: z.array(
    z.object({
      limb: z.string(),
      value: truth,
      reason: reason.nullable(),
      grants: z.array(z.object({ grant: z.string(), party: z.string(), result: z.enum(grantResults) })),
      // Of whatever version wrote the record.
      flags: z.array(z.string().transform((flag) => flag as Flag)),
      predicates: z.array(predicate),
    }),
  ),
})

const obligation: z.ZodType<Obligation> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('force-mode'), pointer: z.string(), mode: z.string() }),
  z.object({ kind: z.literal('cap-output-tokens'), max: z.number() }),
  z.object({ kind: z.literal('no-store') }),
  z.object({ kind: z.literal('log-full') }),
  z.object({ kind: z.literal('terminate-at'), at: z.number() }),
  z.object({ kind: z.literal('recheck-every'), seconds: z.number() }),
])

const record = z.object({
  k: z.literal('decision'),
  at: instant,
  decidedFor: instant.nullable().default(null),
  effect: z.enum(['permit', 'deny']),
  basis,
  reason,
  told: z.string().nullable(),
  detail: text.nullable(),
  place: z
    .object({ country: z.string().nullable(), region: z.string().nullable(), anonymizer: z.string().nullable() })
    .nullable(),
  models: z.array(
    z.object({
      pointer: text,
      name: text,
      model: z.string().nullable(),
      variant: z.string().nullable(),
      modes: z.array(z.string()),
    }),
  ),
  determinations: z.array(determination),
  obligations: z.array(obligation),
  validUntil: instant.nullable(),
  policy: z.object({ digest: z.string(), serial: z.number() }).nullable(),
})

/**
 * Undefined: the record is none of a decision, or not of this shape.
 * @param status that was answered, if an outcome tells it
 */
export function recordedAccount(found: unknown, status: number | null): Account | undefined {
  const { success, data } = record.safeParse(found)
  if (!success) return undefined
  const { at, decidedFor, effect, basis: given, place, ...rest } = data
  return {
    ...rest,
    effect,
    // A record whose words contradict each other is explained by what was done.
    basis: effect === 'permit' ? 'permit' : given === 'permit' ? reasons[rest.reason].basis : given,
    instant: decidedFor ?? at,
    place: place && { country: place.country, region: place.region, anonymizer: place.anonymizer },
    stepUp: status === null ? null : status === 401,
    facts: null,
  }
}
