// Registers: dated records that we keep. Entries are half-open intervals; subjects are (issuer, sub) only, written `issuer-id/sub`
// with the short ids of the issuers' file. A register may be empty: no entry means no.
import { z } from 'zod'
import type { SubjectId } from '../../../vocabulary/party.ts'
import type { Registers } from '../../bundle/bundle.ts'
import { definitionIds } from '../../bundle/directives.ts'
import { organizationKinds } from '../../bundle/registers.ts'
import { type Context, faultOf, siteOf } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import {
  choice,
  country,
  identifier,
  instant,
  place,
  type SubjectName,
  subject,
  text,
  until,
  yesNo,
} from '../fields/scalars.ts'
import { closed, type Field, mapOf, optional, readShape, type Shape, someOf } from '../fields/shape.ts'
import { below, refer, type Site, type Target } from '../written.ts'

/** Everything that one register file adds. */
export type RegisterPart = { readonly [Key in keyof Registers]?: Registers[Key] }

/** Short ids and the issuer strings that they stand for. */
export function readIssuers(file: PolicyFile, context: Context): readonly (readonly [id: string, issuer: string])[] {
  const shape = closed({ kind: choice('issuers'), issuers: mapOf(identifier, text, 'short ids and issuers') })
  return readShape(shape, file, context.report)?.issuers ?? []
}

interface DatedKeys {
  readonly from: number
  readonly until: number | null
}

const dated: Shape<DatedKeys> = { from: instant, until }

const entriesOf = <T>(shape: Shape<T>): Field<readonly (T & DatedKeys)[]> =>
  z.array(closed({ ...shape, ...dated }), { error: 'must be a list of entries' }) as unknown as Field<
    readonly (T & DatedKeys)[]
  >

interface Reader {
  readonly read: (file: PolicyFile, context: Context) => RegisterPart
  /** The name that the file declares, so that directives may refer to it although it has no entry yet. */
  readonly declares: { readonly key: string; readonly target: Target } | null
}

/** A reader of files `{kind, …header, entries}`. */
function register<Header, Entry>(
  kind: string,
  header: Shape<Header>,
  entry: Shape<Entry>,
  make: (entry: Entry & Ends, header: Header, tools: Tools) => RegisterPart,
  declares: Reader['declares'] = null,
): Reader {
  const shape = closed({ kind: choice(kind), ...header, entries: entriesOf(entry) }) as unknown as Field<
    Header & { entries: readonly (Entry & DatedKeys)[] }
  >
  return {
    declares,
    read: (file, context) => {
      const keys = readShape(shape, file, context.report)
      if (keys === undefined) return {}
      const parts = keys.entries.map((one, index): RegisterPart => {
        const site = siteOf(file, context, ['entries', index])
        if (one.until !== null && one.until <= one.from) {
          faultOf(context)(below(site, 'until'), 'interval-empty', '`until` must be later than `from`')
        }
        return make({ ...one, to: one.until }, keys, toolsAt(site, context))
      })
      return joinRegisters(parts)
    },
  }
}

interface Ends {
  readonly from: number
  readonly to: number | null
}

interface Tools {
  who(name: SubjectName, ...steps: (string | number)[]): SubjectId
  organization(id: string, ...steps: (string | number)[]): string
  interval(entry: Ends): Ends
}

const toolsAt = (site: Site, { issuers }: Context): Tools => ({
  who: (name, ...steps) => {
    refer(below(site, ...steps), 'issuer', name.issuer)
    return { issuer: issuers.get(name.issuer) ?? name.issuer, subject: name.subject }
  },
  organization: (id, ...steps) => refer(below(site, ...steps), 'organization', id),
  interval: ({ from, to }) => ({ from, to }),
})

const organizationKind = choice(...organizationKinds)
const definitions = someOf(choice(...definitionIds), 'definitions')

export const registerReaders: Readonly<Record<string, Reader>> = {
  organizations: register(
    'organizations',
    {},
    {
      id: identifier,
      name: text,
      is: organizationKind,
      'incorporated-in': country,
      'organized-in': optional(someOf(country, 'countries')),
      'owned-by': optional(someOf(text, 'owners')),
      'branch-of': optional(identifier),
    },
    (one, _, { interval, organization }) => ({
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
  ),
  clients: register(
    'clients',
    {},
    { who: subject, organization: identifier },
    (one, _, { who, organization, interval }) => ({
      clients: [
        { ...who(one.who, 'who'), organization: organization(one.organization, 'organization'), ...interval(one) },
      ],
    }),
  ),
  employees: register(
    'employees',
    {},
    { who: subject, organization: identifier, engagement: choice('employee', 'contractor') },
    (one, _, { who, organization, interval }) => ({
      employees: [
        {
          ...who(one.who, 'who'),
          organization: organization(one.organization, 'organization'),
          engagement: one.engagement,
          ...interval(one),
        },
      ],
    }),
  ),
  members: register(
    'members',
    { program: identifier },
    { organization: optional(identifier), who: optional(subject) },
    (one, { program }, { who, organization, interval }) => ({
      members: [
        ...(one.organization === undefined
          ? []
          : [
              {
                program,
                member: { kind: 'organization' as const, organization: organization(one.organization, 'organization') },
                ...interval(one),
              },
            ]),
        ...(one.who === undefined
          ? []
          : [{ program, member: { kind: 'subject' as const, subject: who(one.who, 'who') }, ...interval(one) }]),
      ],
    }),
    { key: 'program', target: 'program' },
  ),
  evaluators: register(
    'evaluators',
    { list: identifier },
    { who: subject },
    (one, { list }, { who, interval }) => ({ evaluators: [{ ...who(one.who, 'who'), list, ...interval(one) }] }),
    { key: 'list', target: 'evaluators' },
  ),
  staff: register(
    'staff',
    { list: identifier },
    { who: subject },
    (one, { list }, { who, interval }) => ({ staff: [{ ...who(one.who, 'who'), list, ...interval(one) }] }),
    { key: 'list', target: 'staff' },
  ),
  tiers: register(
    'tiers',
    { tier: identifier },
    { who: subject },
    (one, { tier }, { who, interval }) => ({ tiers: [{ ...who(one.who, 'who'), tier, ...interval(one) }] }),
    { key: 'tier', target: 'tier' },
  ),
  attestations: register(
    'attestations',
    {},
    {
      id: identifier,
      organization: identifier,
      signer: text,
      clients: someOf(subject, 'services'),
      'no-foreign-person-under': optional(definitions),
      'foreign-persons-under': optional(definitions),
      'employees-only': yesNo,
      places: optional(someOf(place, 'country or region codes')),
    },
    (one, _, { who, organization, interval }) => ({
      attestations: [
        {
          id: one.id,
          organization: organization(one.organization, 'organization'),
          signer: one.signer,
          clients: one.clients.map((client, index) => who(client, 'clients', index)),
          noForeignPersonUnder: one['no-foreign-person-under'] ?? [],
          foreignPersonsUnder: one['foreign-persons-under'] ?? [],
          employeesOnly: one['employees-only'],
          places: one.places ?? [],
          ...interval(one),
        },
      ],
    }),
  ),
}

export function joinRegisters(parts: readonly RegisterPart[]): Registers {
  return {
    organizations: parts.flatMap((part) => part.organizations ?? []),
    clients: parts.flatMap((part) => part.clients ?? []),
    employees: parts.flatMap((part) => part.employees ?? []),
    members: parts.flatMap((part) => part.members ?? []),
    evaluators: parts.flatMap((part) => part.evaluators ?? []),
    staff: parts.flatMap((part) => part.staff ?? []),
    tiers: parts.flatMap((part) => part.tiers ?? []),
    attestations: parts.flatMap((part) => part.attestations ?? []),
  }
}
