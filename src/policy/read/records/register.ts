// One register file `{kind, …header, entries}`: dated records. Entries are half-open intervals; subjects are (issuer, sub) only, written
// `issuer-id/sub` with the short ids of the issuers' file. A register may be empty: no entry means no.
import type { SubjectId } from '../../../vocabulary/party.ts'
import type { Registers } from '../../bundle/bundle.ts'
import { type Context, type Fault, faultOf, siteOf } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { readShape } from '../fields/read-shape.ts'
import { choice, instant, type SubjectName, until } from '../fields/scalars.ts'
import { anyOf, closed, type Field, key, named, type Shape } from '../fields/shape.ts'
import { below, refer, type Site, type Target } from '../written.ts'

/** Everything that one register file adds. */
export type RegisterPart = { readonly [Key in keyof Registers]?: Registers[Key] }

export interface RegisterReader {
  readonly shape: Field<unknown>
  readonly read: (file: PolicyFile, context: Context) => RegisterPart
  /** The name that the file declares, so that directives may refer to it although it has no entry yet. */
  readonly declares: { readonly key: string; readonly target: Target } | null
}

interface DatedKeys {
  readonly from: number
  readonly until: number | null
}

export interface Ends {
  readonly from: number
  readonly to: number | null
}

/** What the making of an entry needs besides its keys. */
export interface Tools {
  who(name: SubjectName, ...steps: (string | number)[]): SubjectId
  organization(id: string, ...steps: (string | number)[]): string
  interval(entry: Ends): Ends
  fault(code: string, message: string): void
}

interface Register<Header, Entry> {
  readonly kind: string
  readonly about: string
  readonly header: Shape<Header>
  readonly entry: Shape<Entry>
  readonly make: (entry: Entry & Ends, header: Header, tools: Tools) => RegisterPart
  readonly declares?: RegisterReader['declares']
}

const dated: Shape<DatedKeys> = {
  from: key(instant, 'From which instant it holds, that instant included.', '2026-06-09T00:00:00Z'),
  until: key(
    until,
    'Until which instant it holds, that instant excluded; `further-notice`: without end.',
    'further-notice',
  ),
}

export function register<Header, Entry>(one: Register<Header, Entry>): RegisterReader {
  const { kind, about, header, entry, make, declares = null } = one
  const entries = anyOf(closed({ ...entry, ...dated }) as unknown as Field<Entry & DatedKeys>, 'entries')
  const shape = named(
    closed({
      kind: key(choice(kind), 'What the file is.', kind),
      ...header,
      entries: key(entries, 'The records. `[]`: there are none.', []),
    }) as unknown as Field<Header & { readonly entries: readonly (Entry & DatedKeys)[] }>,
    kind,
    about,
  )
  const read = (file: PolicyFile, context: Context): RegisterPart => {
    const keys = readShape(shape, file, context.report)
    if (keys === undefined) return {}
    const parts = keys.entries.map((line, index): RegisterPart => {
      const site = siteOf(file, context, ['entries', index])
      const fault = faultOf(context)
      if (line.until !== null && line.until <= line.from) {
        fault(below(site, 'until'), 'interval-empty', '`until` must be later than `from`')
      }
      return make({ ...line, to: line.until }, keys, toolsAt(site, context, fault))
    })
    return joinRegisters(parts)
  }
  return { shape, read, declares }
}

const toolsAt = (site: Site, { issuers }: Context, fault: Fault): Tools => ({
  who: (name, ...steps) => {
    refer(below(site, ...steps), 'issuer', name.issuer)
    return { issuer: issuers.get(name.issuer) ?? name.issuer, subject: name.subject }
  },
  organization: (id, ...steps) => refer(below(site, ...steps), 'organization', id),
  interval: ({ from, to }) => ({ from, to }),
  fault: (code, message) => fault(site, code, message),
})

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
