// Predicates: everything that the instruments concerning one resource can tell apart about a request. Two requests on which all of
// these agree are answered alike, so one of them can stand for both.
//
// A predicate is a test together with the evidence that its directive accepts: the same test under two demands is two predicates.

import type { SubjectId } from '../../vocabulary/party.ts'
import type { Cover, DefinitionId, RegisterTest } from '../bundle/bundle.ts'
import { definitions } from '../definitions/index.ts'
import { type CompiledDirective, type CompiledGrant, type CompiledWindow, grantsOf } from '../engine/policy.ts'
import type { CompiledCondition, CompiledTest } from '../engine/predicates/index.ts'
import { unitedStates } from '../engine/predicates/place.ts'
import type { Demands } from '../engine/situation.ts'

/** What is asked of one party, or of the place, under which evidence. */
export interface Predicate<Test extends CompiledTest = CompiledTest> {
  readonly test: Test
  readonly demands: Demands
}

type Of<Name extends CompiledTest['test']> = Extract<CompiledTest, { readonly test: Name }>
export type PersonPredicate = Predicate<Of<'foreign-person' | 'nationality'>>
export type ResidencePredicate = Predicate<Of<'residence'>>
export type PlacePredicate = Predicate<Of<'place'>>

/** The predicates that occur, by what they look at. Keys tell equal ones. */
export interface Predicates {
  readonly persons: ReadonlyMap<string, PersonPredicate>
  readonly residences: ReadonlyMap<string, ResidencePredicate>
  readonly places: ReadonlyMap<string, PlacePredicate>
  readonly programs: ReadonlySet<string>
  readonly evaluators: ReadonlySet<string>
  readonly staff: ReadonlySet<string>
  readonly tiers: ReadonlySet<string>
  /** Organizations that a grant or a claim names. */
  readonly organizations: ReadonlySet<string>
  /** Subjects that a grant names, by `subjectKey`. */
  readonly subjects: ReadonlySet<string>
}

/** What concerns one resource: directives with the grants that hang on their limbs, and windows. */
export interface Concerning {
  readonly restricting: readonly CompiledDirective[]
  readonly windows: readonly CompiledWindow[]
}

/** What a claim asks beside what the instruments ask. */
export interface Asides {
  readonly predicates: readonly Predicate[]
  readonly organizations: readonly string[]
}

export const noAsides: Asides = { predicates: [], organizations: [] }

export const subjectKey = ({ issuer, subject }: SubjectId): string => JSON.stringify([issuer, subject])

export function subjectOfKey(key: string): SubjectId {
  const [issuer, subject] = JSON.parse(key) as [string, string]
  return { issuer, subject }
}

export function predicatesOf(instruments: readonly Concerning[], asides: Asides): Predicates {
  const found = new Collector()
  for (const { restricting, windows } of instruments) {
    for (const directive of restricting) {
      for (const { condition } of directive.rule.limbs) found.condition(condition, directive.rule.demands)
      for (const grant of grantsOf(directive)) found.grant(grant)
    }
    for (const { source } of windows) for (const test of source.admits) found.register(test)
  }
  for (const { test, demands } of asides.predicates) found.condition(test, demands)
  for (const id of asides.organizations) found.organizations.add(id)
  return found
}

class Collector implements Predicates {
  readonly persons = new Map<string, PersonPredicate>()
  readonly residences = new Map<string, ResidencePredicate>()
  readonly places = new Map<string, PlacePredicate>()
  readonly programs = new Set<string>()
  readonly evaluators = new Set<string>()
  readonly staff = new Set<string>()
  readonly tiers = new Set<string>()
  readonly organizations = new Set<string>()
  readonly subjects = new Set<string>()

  condition(condition: CompiledCondition, demands: Demands): void {
    switch (condition.test) {
      case 'all':
      case 'any':
        for (const one of condition.of) this.condition(one, demands)
        return
      case 'foreign-person':
        this.persons.set(keyOf('foreign-person', alike(condition.definition), demands.status), {
          test: condition,
          demands,
        })
        // Presence is a part of it: the place is told apart as it is for a test of the place.
        if (definitions[condition.definition].admitsPresence) {
          this.condition({ test: 'place', outside: true, places: unitedStates }, demands)
        }
        return
      case 'nationality':
        this.persons.set(keyOf(condition, demands.status), { test: condition, demands })
        return
      case 'residence':
        this.residences.set(keyOf(condition, demands.residence), { test: condition, demands })
        return
      case 'place':
        this.places.set(keyOf(condition, demands.place), { test: condition, demands })
        return
      // Modes are told apart with the resources.
      case 'mode':
        return
      default:
        this.register(condition)
    }
  }

  register(test: RegisterTest): void {
    switch (test.test) {
      case 'member':
        this.programs.add(test.program)
        return
      case 'evaluator':
        this.evaluators.add(test.list)
        return
      case 'staff':
        this.staff.add(test.list)
        return
      case 'tier':
        this.tiers.add(test.tier)
    }
  }

  grant({ covers, places }: CompiledGrant): void {
    for (const cover of covers) this.cover(cover)
    if (places === null) return
    const demands: Demands = { status: null, residence: null, place: places.evidence }
    this.condition({ test: 'place', outside: true, places: places.within }, demands)
  }

  cover(cover: Cover): void {
    switch (cover.cover) {
      case 'organization':
      case 'employees-of':
        this.organizations.add(cover.organization)
        return
      case 'members-of':
        this.programs.add(cover.program)
        return
      case 'evaluators':
        this.evaluators.add(cover.list)
        return
      case 'staff':
        this.staff.add(cover.list)
        return
      case 'subject':
        this.subjects.add(subjectKey(cover.subject))
        return
      case 'anyone-who':
        this.register(cover.is)
    }
  }
}

/** Definitions of different laws that no person and no organization tells apart are one. */
function alike(id: DefinitionId): DefinitionId | undefined {
  const { admits, admitsPresence, admitsOrganization } = definitions[id]
  return Object.values(definitions).find(
    (one) =>
      one.admits === admits && one.admitsPresence === admitsPresence && one.admitsOrganization === admitsOrganization,
  )?.id
}

/** Sets in order, so that equal predicates have equal keys. */
const keyOf = (...parts: readonly unknown[]): string =>
  JSON.stringify(parts, (_, value: unknown) => (value instanceof Set ? [...value].map(String).sort() : value))

/** All that two sets of predicates have in common is their key: what was worked out for one serves the other. */
export const keyOfPredicates = (predicates: Predicates): string =>
  JSON.stringify([
    [...predicates.persons.keys()].sort(),
    [...predicates.residences.keys()].sort(),
    [...predicates.places.keys()].sort(),
    keyOfRegisters(predicates),
  ])

export const keyOfRegisters = (predicates: Predicates): string =>
  JSON.stringify(
    [
      predicates.programs,
      predicates.evaluators,
      predicates.staff,
      predicates.tiers,
      predicates.organizations,
      predicates.subjects,
    ].map((names) => [...names].sort()),
  )
