// The registers that we keep, kind by kind: organizations, services, employees, members, evaluators, staff, tiers, attestations.
import { definitionIds } from '../../bundle/directives.ts'
import { organizationKinds } from '../../bundle/registers.ts'
import { choice, country, identifier, place, subject, text, yesNo } from '../fields/scalars.ts'
import { type Field, key, optional, someOf } from '../fields/shape.ts'
import { type RegisterReader, register } from './register.ts'

const who = key(subject, 'The person or service, as `issuer-id/sub`.', 'demo/partner-us')
const organizationOf = (description: string): Field<string> => key(identifier, description, 'northgate-labs')
const definitions = someOf(choice(...definitionIds), 'definitions')

/** By the kind of file. */
export const registerReaders: Readonly<Record<string, RegisterReader>> = {
  organizations: register({
    kind: 'organizations',
    about: 'Organizations, where they are incorporated and who owns them.',
    header: {},
    entry: {
      id: organizationOf('Its id, which every other register and grant uses.'),
      name: key(text, 'Its name.', 'Northgate Labs, LLC'),
      is: key(
        choice(...organizationKinds),
        'What it is. Governments, missions and international organizations are foreign.',
        'company',
      ),
      'incorporated-in': key(country, 'Under the law of which country it is incorporated.', 'US'),
      'organized-in': optional(
        key(someOf(country, 'countries'), 'Other countries in which it is organized to do business.', ['US']),
      ),
      'owned-by': optional(
        key(someOf(text, 'owners'), 'Its owners: kept, never decisive.', ['Harbor Analytics, Inc.']),
      ),
      'branch-of': optional(organizationOf('The organization of which it is a branch.')),
    },
    make: (one, _, { interval, organization }) => ({
      organizations: [
        {
          id: one.id,
          name: one.name,
          kind: one.is,
          incorporatedIn: one['incorporated-in'],
          organizedIn: one['organized-in'] ?? [],
          ownedBy: one['owned-by'] ?? [],
          branchOf: one['branch-of'] === undefined ? null : organization(one['branch-of'], 'branch-of'),
          ...interval(one),
        },
      ],
    }),
  }),
  clients: register({
    kind: 'clients',
    about: 'Which organization runs a service or an agent.',
    header: {},
    entry: { who, organization: organizationOf('The organization that runs it.') },
    make: (one, _, { who: named, organization, interval }) => ({
      clients: [
        { ...named(one.who, 'who'), organization: organization(one.organization, 'organization'), ...interval(one) },
      ],
    }),
  }),
  employees: register({
    kind: 'employees',
    about: 'Who works for whom. A contractor is no employee.',
    header: {},
    entry: {
      who,
      organization: organizationOf('The organization.'),
      engagement: key(choice('employee', 'contractor'), 'Whether they are employed there.', 'employee'),
    },
    make: (one, _, { who: named, organization, interval }) => ({
      employees: [
        {
          ...named(one.who, 'who'),
          organization: organization(one.organization, 'organization'),
          engagement: one.engagement,
          ...interval(one),
        },
      ],
    }),
  }),
  members: register({
    kind: 'members',
    about: 'Members of a program.',
    header: { program: key(identifier, 'The program.', 'glasswing') },
    entry: {
      organization: optional(organizationOf('A member organization.')),
      who: optional(key(subject, 'A member, as `issuer-id/sub`.', 'demo/partner-us')),
    },
    make: (one, { program }, { who: named, organization, interval, fault }) => {
      if (one.organization === undefined && one.who === undefined) {
        fault('empty', 'the entry names nobody: say `organization` or `who`')
      }
      return {
        members: [
          ...(one.organization === undefined
            ? []
            : [{ kind: 'organization' as const, organization: organization(one.organization, 'organization') }]),
          ...(one.who === undefined ? [] : [{ kind: 'subject' as const, subject: named(one.who, 'who') }]),
        ].map((member) => ({ program, member, ...interval(one) })),
      }
    },
    declares: { key: 'program', target: 'program' },
  }),
  evaluators: register({
    kind: 'evaluators',
    about: 'Evaluators whom a window may admit.',
    header: { list: key(identifier, 'The list that windows name.', 'next-1-review') },
    entry: { who },
    make: (one, { list }, { who: named, interval }) => ({
      evaluators: [{ ...named(one.who, 'who'), list, ...interval(one) }],
    }),
    declares: { key: 'list', target: 'evaluators' },
  }),
  staff: register({
    kind: 'staff',
    about: 'Named staff whom a window may admit.',
    header: { list: key(identifier, 'The list that windows name.', 'next-1-review') },
    entry: { who },
    make: (one, { list }, { who: named, interval }) => ({
      staff: [{ ...named(one.who, 'who'), list, ...interval(one) }],
    }),
    declares: { key: 'list', target: 'staff' },
  }),
  tiers: register({
    kind: 'tiers',
    about: 'Who was verified for a tier.',
    header: { tier: key(identifier, 'The tier.', 'cyber') },
    entry: { who },
    make: (one, { tier }, { who: named, interval }) => ({
      tiers: [{ ...named(one.who, 'who'), tier, ...interval(one) }],
    }),
    declares: { key: 'tier', target: 'tier' },
  }),
  attestations: register({
    kind: 'attestations',
    about: 'Signed words of organizations about the end users of their services.',
    header: {},
    entry: {
      id: key(identifier, 'Its id.', 'harbor-desk-2026'),
      organization: organizationOf('Who attests.'),
      signer: key(text, 'Who signed, by role.', 'general counsel'),
      clients: key(someOf(subject, 'services'), 'The services of which it speaks.', ['demo/harbor-desk']),
      'no-foreign-person-under': optional(
        key(definitions, 'Under these definitions no end user is a foreign person.', ['ear-772.1-foreign-person']),
      ),
      'foreign-persons-under': optional(key(definitions, 'Under these definitions some end user is.', ['cfius-800'])),
      'employees-only': key(yesNo, 'All end users are employees of the organization.', false),
      places: optional(key(someOf(place, 'country or region codes'), 'Where the end users are.', ['US'])),
    },
    make: (one, _, { who: named, organization, interval, fault }) => {
      const [none, some] = [one['no-foreign-person-under'] ?? [], one['foreign-persons-under'] ?? []]
      const both = none.find((id) => some.includes(id))
      if (both !== undefined)
        fault('contradiction', `it says of \`${both}\` both that some are foreign and that none is`)
      return {
        attestations: [
          {
            id: one.id,
            organization: organization(one.organization, 'organization'),
            signer: one.signer,
            clients: one.clients.map((client, index) => named(client, 'clients', index)),
            noForeignPersonUnder: none,
            foreignPersonsUnder: some,
            employeesOnly: one['employees-only'],
            places: one.places ?? [],
            ...interval(one),
          },
        ],
      }
    },
  }),
}
