// Shape of the registers in a bundle.

import { z } from 'zod'
import { organizationKinds, type Registers } from './registers.ts'
import { countryCode, definitionId, interval, list, placeCode, some, subjectId, text } from './schema-parts.ts'

export const registers: z.ZodType<Registers> = z.strictObject({
  organizations: list(
    z.strictObject({
      ...interval,
      id: text,
      name: text,
      kind: z.enum(organizationKinds),
      incorporatedIn: countryCode,
      organizedIn: list(countryCode),
      ownedBy: list(text),
      branchOf: text.nullable(),
    }),
  ),
  clients: list(z.strictObject({ ...interval, ...subjectId, organization: text })),
  employees: list(
    z.strictObject({ ...interval, ...subjectId, organization: text, engagement: z.enum(['employee', 'contractor']) }),
  ),
  members: list(
    z.strictObject({
      ...interval,
      program: text,
      member: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('organization'), organization: text }),
        z.strictObject({ kind: z.literal('subject'), subject: z.strictObject(subjectId) }),
      ]),
    }),
  ),
  evaluators: list(z.strictObject({ ...interval, ...subjectId, list: text })),
  staff: list(z.strictObject({ ...interval, ...subjectId, list: text })),
  tiers: list(z.strictObject({ ...interval, ...subjectId, tier: text })),
  attestations: list(
    z.strictObject({
      ...interval,
      id: text,
      organization: text,
      signer: text,
      clients: some(z.strictObject(subjectId)),
      noForeignPersonUnder: list(definitionId),
      foreignPersonsUnder: list(definitionId),
      employeesOnly: z.boolean(),
      places: list(placeCode),
    }),
  ),
})
