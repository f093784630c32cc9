// member: whether a party belongs to a program, from the registers alone: by its own entry, or by that of an organization that
// registers it as an employee or runs it. A token's word on membership counts for nothing. Of several organizations that run one
// service each must be a member to be admitted by it, and one is enough to be prohibited by it.

import type { EndUsersParty, Party } from '../parties.ts'
import { bestStanding, leastStanding, organizationsNow, type Standing, standing, type Toward } from '../registers.ts'
import type { Situation } from '../situation.ts'

export function member(program: string, party: Party, { registers, horizon }: Situation, toward: Toward): Standing {
  const of = (id: string): Standing => registers.organizationMembership(id, program, horizon, toward)
  const ofRunners = toward === 'admit' ? leastStanding : bestStanding
  switch (party.kind) {
    case 'organization':
      return party.id === null ? 'absent' : of(party.id)
    case 'end-users':
      return ofRunners(party.runners.map((id) => (isEmployeesOnly(party, id) ? of(id) : 'absent')))
    case 'service':
    case 'person': {
      const own = standing(party.entries?.memberships.get(program), horizon, toward)
      if (own === 'holds') return own
      const ofOrganizations =
        party.kind === 'service'
          ? ofRunners(party.runBy.map(of))
          : bestStanding(organizationsNow(party.entries?.employments, horizon, toward).map(of))
      return bestStanding([own, ofOrganizations, employmentEnded(program, party.entries?.employments)])
    }
  }

  /** Somebody whose employment by a member has ended was a member once. */
  function employmentEnded(
    name: string,
    employments: readonly { readonly organization: string; readonly from: number; readonly to: number | null }[] = [],
  ): Standing {
    const ended = employments.some(
      ({ organization, to }) =>
        to !== null &&
        horizon.ended(to) &&
        registers.organizationMembership(organization, name, horizon, toward) !== 'absent',
    )
    return ended ? 'ended' : 'absent'
  }
}

const isEmployeesOnly = ({ attestations }: EndUsersParty, runner: string): boolean =>
  attestations.some(({ organization, employeesOnly }) => employeesOnly && organization === runner)
