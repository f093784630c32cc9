// Register entries: what the registers of one policy say of a subject or an organization at an instant, as far as the predicates can
// tell it from what they say of another. Equal words mean equal answers.

import { unitedStatesPlaces } from '../../vocabulary/country.ts'
import type { SubjectId } from '../../vocabulary/party.ts'
import type { Attestation, Organization, Registers } from '../bundle/bundle.ts'
import type { Policy } from '../engine/policy.ts'
import { containsCode } from '../engine/predicates/place.ts'
import {
  organizationsNow,
  type RegisterIndex,
  type Registration,
  registration,
  type SubjectEntries,
  type Toward,
} from '../engine/registers.ts'
import { Horizon } from '../engine/valid-until.ts'
import { plainSubject } from './plain.ts'
import { type Predicates, subjectKey } from './predicates.ts'
import type { Detail } from './profiles.ts'

/** Everybody whom a register names, each once. */
export function registeredSubjects(registers: Registers): readonly SubjectId[] {
  const found = new Map<string, SubjectId>()
  const add = ({ issuer, subject }: SubjectId): void => {
    found.set(subjectKey({ issuer, subject }), { issuer, subject })
  }
  for (const entry of [...registers.clients, ...registers.employees, ...registers.tiers]) add(entry)
  for (const entry of [...registers.evaluators, ...registers.staff]) add(entry)
  for (const { member } of registers.members) if (member.kind === 'subject') add(member.subject)
  for (const { clients } of registers.attestations) clients.forEach(add)
  return [...found.values()]
}

export class RegisterWords {
  readonly #registers: RegisterIndex
  readonly #entries: Registers
  readonly #predicates: Predicates
  readonly #detail: Detail
  readonly #uncertainty: number
  #attested: ReadonlyMap<string, readonly Attestation[]> | undefined

  constructor({ registers, bundle }: Policy, predicates: Predicates, detail: Detail, uncertainty: number) {
    this.#registers = registers
    this.#entries = bundle.registers
    this.#predicates = predicates
    this.#detail = detail
    this.#uncertainty = uncertainty
  }

  /** Of somebody who is a person. */
  ofPerson(id: SubjectId, instant: number): string {
    const entries = this.#registers.subject(plainSubject(id))
    const horizon = this.#at(instant)
    const employments = (entries?.employments ?? []).flatMap(({ organization, from, to }) => {
      const employer = this.#asEmployer(organization, horizon)
      if (employer === null) return []
      const now = this.#word((toward) => registration([{ from, to }], horizon, toward))
      return now === '' ? [] : [`${now} ${employer}`]
    })
    return JSON.stringify([this.#own(id, entries, horizon), [...new Set(employments)].sort()])
  }

  /** Of somebody who is a service. */
  ofService(id: SubjectId, instant: number): string {
    const entries = this.#registers.subject(plainSubject(id))
    const horizon = this.#at(instant)
    const runners = organizationsNow(entries?.runBy, horizon, 'admit')
      .map((runner) => ({ runner, word: this.ofOrganization(runner, instant) }))
      .sort((a, b) => (a.word < b.word ? -1 : 1))
    const order = runners.map(({ runner }) => runner)
    const attestations = (entries?.attestations ?? [])
      .filter(
        ({ from, to, organization }) =>
          horizon.admits(from, to) && (order.length === 0 || order.includes(organization)),
      )
      .map((one) => [
        order.length === 0 ? one.organization : order.indexOf(one.organization),
        [...one.noForeignPersonUnder].sort(),
        [...one.foreignPersonsUnder].sort(),
        one.employeesOnly,
        [...new Set(one.places.map((code) => this.#codeWord(code)))].sort(),
      ])
      .map((one) => JSON.stringify(one))
    return JSON.stringify([this.#own(id, entries, horizon), runners.map(({ word }) => word), attestations.sort()])
  }

  ofOrganization(id: string, instant: number): string {
    const horizon = this.#at(instant)
    const facts = this.#registers.organization(id, horizon)
    const head = facts?.branchOf == null ? undefined : this.#registers.organization(facts.branchOf, horizon)
    return JSON.stringify([
      this.#asEmployer(id, horizon),
      this.#attestedBy(id).some((client) => this.#runnersOf(client, horizon).length === 0) ? id : null,
      facts === undefined ? null : this.#factsWord(facts),
      head === undefined ? null : [head.kind, unitedStatesPlaces.has(head.incorporatedIn)],
    ])
  }

  /** Instants at which what is said of a subject may change. */
  edgesOf(id: SubjectId): readonly number[] {
    const entries = this.#registers.subject(plainSubject(id))
    if (entries === undefined) return []
    const dated = [
      ...entries.runBy,
      ...entries.employments,
      ...[entries.memberships, entries.evaluators, entries.staff, entries.tiers].flatMap((map) =>
        [...map.values()].flat(),
      ),
      ...entries.attestations,
    ]
    const organizations = new Set([...entries.runBy, ...entries.employments].map(({ organization }) => organization))
    return [
      ...dated.flatMap((one) => this.#edges(one)),
      ...[...organizations].flatMap((one) => this.edgesOfOrganization(one)),
    ]
  }

  edgesOfOrganization(id: string): readonly number[] {
    const facts = this.#entries.organizations.filter((one) => one.id === id)
    const heads = new Set(facts.map(({ branchOf }) => branchOf))
    const dated = [
      ...facts,
      ...this.#entries.organizations.filter((one) => heads.has(one.id)),
      ...this.#entries.members.filter(({ member }) => member.kind === 'organization' && member.organization === id),
    ]
    const runs = this.#attestedBy(id).flatMap((client) => this.#registers.subject(plainSubject(client))?.runBy ?? [])
    return [...dated, ...runs].flatMap((one) => this.#edges(one))
  }

  /** Services for which an organization speaks. One that no register says who runs may claim it, and no other in its place. */
  #attestedBy(id: string): readonly SubjectId[] {
    this.#attested ??= Map.groupBy(this.#entries.attestations, ({ organization }) => organization)
    return this.#attested.get(id)?.flatMap(({ clients }) => clients) ?? []
  }

  #runnersOf(id: SubjectId, horizon: Horizon): readonly string[] {
    return organizationsNow(this.#registers.subject(plainSubject(id))?.runBy, horizon, 'admit')
  }

  #own(id: SubjectId, entries: SubjectEntries | undefined, horizon: Horizon): readonly unknown[] {
    const { programs, evaluators, staff, tiers, subjects } = this.#predicates
    const key = subjectKey(id)
    const of = (names: ReadonlySet<string>, map: SubjectEntries['staff'] | undefined): readonly string[] =>
      [...names].map((name) => this.#word((toward) => registration(map?.get(name), horizon, toward)))
    return [
      of(programs, entries?.memberships),
      of(evaluators, entries?.evaluators),
      of(staff, entries?.staff),
      of(tiers, entries?.tiers),
      subjects.has(key) ? key : null,
    ]
  }

  /** Null: nothing that its people could have from it. */
  #asEmployer(id: string, horizon: Horizon): string | null {
    const { programs, organizations } = this.#predicates
    const name = organizations.has(id) ? id : null
    const registrations = [...programs].map((program) =>
      this.#word((toward) => this.#registers.organizationMembership(id, program, horizon, toward)),
    )
    return name === null && registrations.every((one) => one === '') ? null : JSON.stringify([name, registrations])
  }

  #factsWord({ kind, incorporatedIn, organizedIn }: Organization): unknown {
    const inUnitedStates = organizedIn.map((code) => unitedStatesPlaces.has(code))
    const { persons, residences } = this.#predicates
    return [
      kind,
      unitedStatesPlaces.has(incorporatedIn),
      inUnitedStates.includes(true),
      inUnitedStates.includes(false),
      [...persons.values()].map(({ test }) => test.test === 'nationality' && test.countries.has(incorporatedIn)),
      [...residences.values()].map(({ test }) => containsCode(test.places, incorporatedIn)),
    ]
  }

  #codeWord(code: string): string {
    return [...this.#predicates.places.values()].map(({ test }) => containsCode(test.places, code)).join()
  }

  /** What an entry would do to admit, and what to prohibit: they part by the uncertainty of the clock. */
  #word(registrationToward: (toward: Toward) => Registration): string {
    const words = (['admit', 'prohibit'] as const).map((toward) => {
      const found = registrationToward(toward)
      return found === 'holds' || (this.#detail === 'reason' && found !== 'absent') ? found : ''
    })
    return words[0] === words[1] ? (words[0] ?? '') : words.join('/')
  }

  #at(instant: number): Horizon {
    return new Horizon(instant, this.#uncertainty)
  }

  #edges({ from, to }: { readonly from: number; readonly to: number | null }): readonly number[] {
    const shifts = [-this.#uncertainty, this.#uncertainty]
    return [from, ...(to === null ? [] : [to])].flatMap((edge) => shifts.map((shift) => edge + shift))
  }
}
