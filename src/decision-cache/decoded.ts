// Decoded: bytes that were under a seal, read back into an entry. The seal says who wrote them; this says that they have
// exactly the shape of an entry and nothing else, so that a faulty writer of our own cannot do more than cost a look-up.

import * as z from 'zod'
import { readJson } from '../json/index.ts'
import { type Decision, grantResults } from '../vocabulary/decision.ts'
import { type Flag, isFlag } from '../vocabulary/flags.ts'
import { type Reason, reasons } from '../vocabulary/reason.ts'
import type { Entry } from './entry.ts'

const text = z.string()
const instant = z.number()
const reason = z.enum(Object.keys(reasons) as [Reason, ...Reason[]])
const truth = z.enum(['true', 'false', 'unknown'])

const evidence = z.strictObject({ name: text, state: text, source: text, verifiedAt: z.number().nullable() })
const predicate = z.strictObject({ predicate: text, value: truth, evidence: z.array(evidence) })
const limb = z.strictObject({
  limb: text,
  value: truth,
  reason: reason.nullable(),
  grants: z.array(z.strictObject({ grant: text, party: text, result: z.enum(grantResults) })),
  flags: z.array(z.custom<Flag>(isFlag)),
  predicates: z.array(predicate),
})
const determination = z.strictObject({
  directive: text,
  version: z.number().int(),
  resource: text,
  result: z.enum(['not-applicable', 'satisfied', 'violated', 'indeterminate']),
  limbs: z.array(limb),
})
const resource = z.strictObject({
  pointer: text,
  name: text,
  model: text,
  family: text,
  version: text,
  variant: text.nullable(),
  modes: z.array(text),
  released: z.boolean(),
  listing: z.enum(['shown', 'hidden']),
})
const obligation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('force-mode'), pointer: text, mode: text }),
  z.strictObject({ kind: z.literal('cap-output-tokens'), max: z.number().int().nonnegative() }),
  z.strictObject({ kind: z.literal('no-store') }),
  z.strictObject({ kind: z.literal('log-full') }),
  z.strictObject({ kind: z.literal('terminate-at'), at: instant }),
  z.strictObject({ kind: z.literal('recheck-every'), seconds: z.number().int().positive() }),
])

// `system` is left out on purpose: an error is never a cached answer (threats R6).
const basis = z.enum(['permit', 'prohibited', 'not_entitled', 'grant', 'review', 'evidence', 'session', 'request'])

const decision = z
  .strictObject({
    effect: z.enum(['permit', 'deny']),
    basis,
    reason,
    tellReason: z.boolean(),
    stepUp: z.boolean(),
    resources: z.array(resource),
    determinations: z.array(determination),
    obligations: z.array(obligation),
    validUntil: instant.nullable(),
  })
  .refine((value) => (value.effect === 'permit') === (value.basis === 'permit'))

const entry = z
  .strictObject({
    cached: z.strictObject({ decision, of: text.min(1), keyThumbprint: text.min(1) }),
    from: instant,
    until: instant,
  })
  .refine(({ cached, from, until }) => from < until && until <= (cached.decision.validUntil ?? until))

// Both directions, so that neither the vocabulary nor this table can grow alone.
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T
type Read = z.infer<typeof decision>
const sameShape: [
  Read extends Mutable<Omit<Decision, 'basis'>> ? true : false,
  Mutable<Decision> extends WithSystem<Read> ? true : false,
] = [true, true]
type WithSystem<T extends { basis: unknown }> = Omit<T, 'basis'> & { basis: T['basis'] | 'system' }
void sameShape

/** The entry in these bytes; undefined where they are anything else. */
export function decodeEntry(bytes: Uint8Array): Entry | undefined {
  const reading = readJson(bytes)
  if (reading.kind !== 'value') return undefined
  const checked = entry.safeParse(reading.value)
  return checked.success ? checked.data : undefined
}

export function encodeEntry(value: Entry): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}
