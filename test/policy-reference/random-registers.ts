// Random registers: dated entries about the few people and organizations that there are.

import * as fc from 'fast-check'
import type { Attestation, Organization, Registers } from '../../src/policy/bundle/bundle.ts'
import { definitionIds } from '../../src/policy/bundle/directives.ts'
import { few, interval, issuer, mostly, one, organizations, people, programs, subjectId } from './random-words.ts'

// ---- registers

const dated = <Part extends object>(part: { [Key in keyof Part]: fc.Arbitrary<Part[Key]> }) =>
  fc.tuple(fc.record(part), interval).map(([what, when]) => ({ ...what, ...when }))
const listedSubject = { issuer: fc.constant(issuer), subject: one(...people) }

const organization: fc.Arbitrary<Organization> = dated<Organization>({
  id: one(...organizations.slice(0, 4)),
  name: fc.constant('n'),
  kind: mostly('company' as const, one('mission', 'foreign-government', 'international-organization')),
  incorporatedIn: one('US', 'US', 'PR', 'DE', 'CN', 'UA', 'IR'),
  organizedIn: few(one('US', 'DE'), 1),
  ownedBy: fc.constant([]),
  branchOf: mostly(null, one(...organizations), 2),
  from: fc.constant(0),
  to: fc.constant(null),
})

const attestation: fc.Arbitrary<Omit<Attestation, 'id'>> = dated<Omit<Attestation, 'id'>>({
  organization: one(...organizations),
  signer: fc.constant('s'),
  clients: fc.array(subjectId, { minLength: 1, maxLength: 3 }),
  noForeignPersonUnder: fc.subarray([...definitionIds]),
  foreignPersonsUnder: few(one(...definitionIds), 1),
  employeesOnly: fc.boolean(),
  places: few(one('US', 'US', 'DE', 'UA', 'UA-43', 'UA-30')),
  from: fc.constant(0),
  to: fc.constant(null),
})

export const registers: fc.Arbitrary<Registers> = fc.record({
  organizations: fc.uniqueArray(organization, { maxLength: 4, selector: ({ id }) => id }),
  clients: few(dated({ ...listedSubject, organization: one(...organizations) }), 4),
  employees: few(
    dated({
      ...listedSubject,
      organization: one(...organizations),
      engagement: one('employee', 'employee', 'contractor'),
    }),
    4,
  ),
  members: few(
    dated({
      program: one(...programs),
      member: fc.oneof(
        fc.record({ kind: fc.constant('organization'), organization: one(...organizations) }),
        fc.record({ kind: fc.constant('subject'), subject: subjectId }),
      ),
    }),
    4,
  ),
  evaluators: few(dated({ ...listedSubject, list: fc.constant('list') })),
  staff: few(dated({ ...listedSubject, list: fc.constant('list') })),
  tiers: few(dated({ ...listedSubject, tier: fc.constant('cyber') })),
  attestations: few(attestation, 4).map((all) =>
    all.map((own, index) => ({
      ...own,
      id: `a${index + 1}`,
      noForeignPersonUnder: own.noForeignPersonUnder.filter((id) => !own.foreignPersonsUnder.includes(id)),
    })),
  ),
}) as fc.Arbitrary<Registers>
