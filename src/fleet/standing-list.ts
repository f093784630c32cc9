// What is suspended in a fleet, as `control` tells its gates: the whole list, under the digest that its statement signs.
import { z } from 'zod'
import type { Standing } from '../directives/index.ts'
import { digestOf } from '../json/index.ts'

const text = z.string().min(1)
const officer = z.strictObject({ issuer: text, subject: text })
const instant = z.int().min(0)

const standing: z.ZodType<Standing> = z.strictObject({
  id: text,
  of: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('family'), family: text }),
    z.strictObject({ kind: z.literal('model'), model: text }),
  ]),
  name: text,
  models: z.array(z.strictObject({ id: text, names: z.array(text), servedAs: z.array(text) })),
  why: text,
  by: officer,
  since: instant,
  lift: z.strictObject({ by: officer, why: text, at: instant, until: instant }).nullable(),
})

export const standingListSchema: z.ZodType<readonly Standing[]> = z.array(standing)

/** Of what is closed by it; an officer’s word that waits for a second one closes and opens nothing. */
export const digestOfStanding = (list: readonly Standing[]): string => digestOf(list.map(({ lift: _, ...one }) => one))
