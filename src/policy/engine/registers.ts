// Registers, indexed by who asks: one look-up of (issuer, subject) finds everything that we keep about somebody.
// Closed: what is not found here is not so. Names and nationality never stand here.

import type { Subject } from '../../vocabulary/party.ts'
import type { Attestation, Interval, Organization, Registers } from '../bundle/bundle.ts'
import type { Horizon } from './valid-until.ts'

export interface SubjectEntries {
  readonly runBy: (Interval & { readonly organization: string })[]
  readonly employments: (Interval & { readonly organization: string })[]
  /** Of these, at any instant, each once. */
  employers: readonly string[]
  readonly memberships: Map<string, Interval[]>
  readonly evaluators: Map<string, Interval[]>
  readonly staff: Map<string, Interval[]>
  readonly tiers: Map<string, Interval[]>
  readonly attestations: Attestation[]
}

export interface OrganizationEntries {
  readonly facts: Organization[]
  readonly memberships: Map<string, Interval[]>
}

/** Whether somebody is on a register now; if not, whether an entry says that they were (`ended`) or will be (`ahead`). */
export type Registration = 'holds' | 'ended' | 'ahead' | 'absent'

/**
 * What an entry would do. It admits only while it surely holds, and of several organizations that run one service each must have it;
 * it prohibits while it may hold, and one is enough.
 */
export type Toward = 'admit' | 'prohibit'

export class RegisterIndex {
  readonly #subjects = new Map<string, Map<string, SubjectEntries>>()
  readonly #organizations = new Map<string, OrganizationEntries>()

  constructor(registers: Registers) {
    for (const organization of registers.organizations)
      this.#organizationEntries(organization.id).facts.push(organization)
    for (const client of registers.clients) this.#entriesOf(client).runBy.push(client)
    for (const employee of registers.employees) {
      // A contractor is no employee of the holder.
      if (employee.engagement === 'employee') this.#entriesOf(employee).employments.push(employee)
    }
    for (const entry of registers.members) {
      const { memberships } =
        entry.member.kind === 'organization'
          ? this.#organizationEntries(entry.member.organization)
          : this.#entriesOf(entry.member.subject)
      add(memberships, entry.program, entry)
    }
    for (const entry of registers.evaluators) add(this.#entriesOf(entry).evaluators, entry.list, entry)
    for (const entry of registers.staff) add(this.#entriesOf(entry).staff, entry.list, entry)
    for (const entry of registers.tiers) add(this.#entriesOf(entry).tiers, entry.tier, entry)
    for (const attestation of registers.attestations) {
      for (const client of attestation.clients) this.#entriesOf(client).attestations.push(attestation)
    }
    this.#settle()
  }

  /** In an order of their own: not even how long an answer holds may depend on how the files were ordered. */
  #settle(): void {
    for (const ofIssuer of this.#subjects.values()) {
      for (const entries of ofIssuer.values()) {
        entries.runBy.sort(longestFirst)
        entries.employments.sort(longestFirst)
        entries.employers = [...new Set(entries.employments.map(({ organization }) => organization))]
        entries.attestations.sort((a, b) => (a.id < b.id ? -1 : 1))
        for (const lists of [entries.memberships, entries.evaluators, entries.staff, entries.tiers]) settleLists(lists)
      }
    }
    // An organization's facts never hold two at a time (load/faults-registers.ts), so that their order tells nothing.
    for (const { memberships } of this.#organizations.values()) settleLists(memberships)
  }

  subject(subject: Subject): SubjectEntries | undefined {
    return this.#subjects.get(subject.id.issuer)?.get(subject.id.subject)
  }

  /** The organization's facts that hold now; undefined: not registered. */
  organization(id: string, horizon: Horizon): Organization | undefined {
    return this.#organizations.get(id)?.facts.find((facts) => horizon.admits(facts.from, facts.to))
  }

  organizationMembership(id: string, program: string, horizon: Horizon, toward: Toward): Registration {
    return registration(this.#organizations.get(id)?.memberships.get(program), horizon, toward)
  }

  #entriesOf(id: { readonly issuer: string; readonly subject: string }): SubjectEntries {
    const ofIssuer = getOrAdd(this.#subjects, id.issuer, () => new Map<string, SubjectEntries>())
    return getOrAdd(ofIssuer, id.subject, () => ({
      runBy: [],
      employments: [],
      employers: [],
      memberships: new Map(),
      evaluators: new Map(),
      staff: new Map(),
      tiers: new Map(),
      attestations: [],
    }))
  }

  #organizationEntries(id: string): OrganizationEntries {
    return getOrAdd(this.#organizations, id, () => ({ facts: [], memberships: new Map() }))
  }
}

export function registration(entries: readonly Interval[] | undefined, horizon: Horizon, toward: Toward): Registration {
  let found: Registration = 'absent'
  for (const entry of entries ?? []) {
    if (holds(entry, horizon, toward)) return 'holds'
    if (horizon.ended(entry.to)) found = 'ended'
    else if (found === 'absent') found = 'ahead'
  }
  return found
}

/** The one that holds longest is asked first, and bounds the answer least. */
function longestFirst(a: Interval & { organization?: string }, b: Interval & { organization?: string }): number {
  const [first, second] = [a.to ?? Number.MAX_VALUE, b.to ?? Number.MAX_VALUE]
  return second - first || a.from - b.from || ((a.organization ?? '') < (b.organization ?? '') ? -1 : 1)
}

function settleLists(lists: ReadonlyMap<string, Interval[]>): void {
  for (const intervals of lists.values()) intervals.sort(longestFirst)
}

const holds = ({ from, to }: Interval, horizon: Horizon, toward: Toward): boolean =>
  toward === 'admit' ? horizon.admits(from, to) : horizon.prohibits(from, to ?? Number.POSITIVE_INFINITY)

/** Of several entries the one that says most. */
export function bestRegistration(registrations: readonly Registration[]): Registration {
  return (['holds', 'ended', 'ahead'] as const).find((one) => registrations.includes(one)) ?? 'absent'
}

/** `holds` only where each one does; otherwise what says most of those that do not. */
export function leastRegistration(registrations: readonly Registration[]): Registration {
  const others = registrations.filter((one) => one !== 'holds')
  return registrations.length > 0 && others.length === 0 ? 'holds' : bestRegistration(others)
}

/** Organizations whose entry holds now, each once. */
export function organizationsNow(
  entries: readonly (Interval & { readonly organization: string })[] | undefined,
  horizon: Horizon,
  toward: Toward,
): readonly string[] {
  if (entries === undefined || entries.length === 0) return []
  const now = new Set<string>()
  for (const entry of entries) if (holds(entry, horizon, toward)) now.add(entry.organization)
  return [...now]
}

function add(map: Map<string, Interval[]>, key: string, entry: Interval): void {
  getOrAdd(map, key, () => []).push(entry)
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
