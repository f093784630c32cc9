// member: whether a party belongs to a program, from the registers alone: by its own entry, or by that of an organization that
// registers it as an employee or runs it. A token's word on membership counts for nothing.

import type { Party } from '../parties.ts'
import { bestStanding, organizationsNow, type Standing, standing } from '../registers.ts'
import type { Situation } from '../situation.ts'

export function member(program: string, party: Party, { registers, horizon }: Situation): Standing {
  const ofOrganizations = (ids: readonly string[]): Standing =>
    bestStanding(ids.map((id) => registers.organizationMembership(id, program, horizon)))
  switch (party.kind) {
    case 'organization':
      return party.id === null ? 'absent' : ofOrganizations([party.id])
    case 'end-users':
      return ofOrganizations(
        party.attestations.filter(({ employeesOnly }) => employeesOnly).map(({ organization }) => organization),
      )
    case 'service':
    case 'person': {
      const own = standing(party.entries?.memberships.get(program), horizon)
      if (own === 'holds') return own
      const organizations =
        party.kind === 'service' ? party.runBy : organizationsNow(party.entries?.employments, horizon)
      return bestStanding([own, ofOrganizations(organizations), employmentEnded(program, party.entries?.employments)])
    }
  }

  /** Somebody whose employment by a member has ended was a member once. */
  function employmentEnded(
    name: string,
    employments: readonly { readonly organization: string; readonly from: number; readonly to: number | null }[] = [],
  ): Standing {
    const ended = employments.some(
      ({ organization, to }) =>
        to !== null && horizon.ended(to) && registers.organizationMembership(organization, name, horizon) !== 'absent',
    )
    return ended ? 'ended' : 'absent'
  }
}
