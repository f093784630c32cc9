// member: whether a party belongs to a program, from the registers alone: by its own entry, or by that of an organization that
// registers it as an employee or runs it. A token's word on membership counts for nothing. Of several organizations that run one
// service each must be a member to be admitted by it, and one is enough to be prohibited by it.

import type { EndUsersParty, Party } from '../parties.ts'
import {
  bestRegistration,
  leastRegistration,
  organizationsNow,
  type Registration,
  registration,
  type Toward,
} from '../registers.ts'
import type { Situation } from '../situation.ts'

export function member(program: string, party: Party, { registers, horizon }: Situation, toward: Toward): Registration {
  const of = (id: string): Registration => registers.organizationMembership(id, program, horizon, toward)
  const ofRunners = toward === 'admit' ? leastRegistration : bestRegistration
  switch (party.kind) {
    case 'organization':
      return party.id === null ? 'absent' : of(party.id)
    case 'end-users':
      return ofRunners(party.runners.map((id) => (isEmployeesOnly(party, id) ? of(id) : 'absent')))
    case 'service':
    case 'person': {
      const own = registration(party.entries?.memberships.get(program), horizon, toward)
      if (own === 'holds') return own
      const ofOrganizations =
        party.kind === 'service'
          ? ofRunners(party.runBy.map(of))
          : bestRegistration(organizationsNow(party.entries?.employments, horizon, toward).map(of))
      return bestRegistration([own, ofOrganizations, employmentEnded(program, party.entries?.employments)])
    }
  }

  /** Somebody whose employment by a member has ended was a member once. */
  function employmentEnded(
    name: string,
    employments: readonly { readonly organization: string; readonly from: number; readonly to: number | null }[] = [],
  ): Registration {
    const ended = employments.some(
      ({ organization, to }) =>
        horizon.ended(to) && registers.organizationMembership(organization, name, horizon, toward) !== 'absent',
    )
    return ended ? 'ended' : 'absent'
  }
}

const isEmployeesOnly = ({ attestations }: EndUsersParty, runner: string): boolean =>
  attestations.some(({ organization, employeesOnly }) => employeesOnly && organization === runner)
