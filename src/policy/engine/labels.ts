// Labels: a party and each test of it in the words of records, which carry results and never raw values. Made once, not at each request.

import type { Role } from '../../vocabulary/party.ts'

const tests = [
  'foreign-person',
  'nationality',
  'place',
  'residence',
  'mode',
  'member',
  'evaluator',
  'staff',
  'tier',
  'not-member',
  'not-evaluator',
  'not-staff',
  'not-tier',
] as const

/** `name`: the role of the party, earlier actors apart. */
export type Labels = Readonly<Record<'name' | (typeof tests)[number], string>>

const labelsOf = (name: Role | 'prior-actor'): Labels => ({
  ...(Object.fromEntries(tests.map((test) => [test, `${test}(${name})`])) as Labels),
  name,
})

export const labels: Readonly<Record<'subject' | 'actor' | 'priorActor' | 'organization' | 'endUser', Labels>> = {
  subject: labelsOf('subject'),
  actor: labelsOf('actor'),
  priorActor: labelsOf('prior-actor'),
  organization: labelsOf('organization'),
  endUser: labelsOf('end-user'),
}
