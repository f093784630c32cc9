// Space: all requests that one or several policies can tell apart, as a finite number of classes with one concrete request for each.
// Exact, not sampled: whatever a policy answers to any request at any instant, it answers to a request of this space.
//
// How that comes about. A decision looks at a request only through the predicates that stand in limbs, grants and windows (and
// through the catalogue, the scopes and the clock), so two requests on which all of them agree are answered alike. The dimensions are
// independent: what asks (a body of evidence, an entry in the registers), from where, for which resource, by which operation, when.
// For each resource and each interval between two edges, only the predicates of instruments that reach this resource then are told
// apart; several policies are told apart together (their common refinement), so that they can be compared.
//
// Roles. A limb is an OR over parties, a denial is an OR over limbs: each party that a request names beside its subject can only add
// denials, and each prior actor too. An evaluation window asks subject and actor both, so that a second one never opens it. Hence
// whoever is permitted in company is permitted alone, and a request with everybody in it is denied exactly if one of its parties is:
// it is enough to look at each asker alone, and at each companion, one at a time, beside an asker who is permitted alone. (Where
// several windows open one resource, subject and actor must be admitted by the same one: companions are asked beside one host for each
// kind of register entry, so that every pair of kinds is seen.) The one exception is the organization that a service claims where the
// client register names none: it speaks for who runs the service, so it belongs to the asker and is varied with it.

import { limits } from '../../limits.ts'
import type { Facts } from '../../vocabulary/decision.ts'
import type { Evidence } from '../../vocabulary/evidence.ts'
import type { Operation, Resource } from '../../vocabulary/operation.ts'
import type { Subject, SubjectId } from '../../vocabulary/party.ts'
import type { Place } from '../../vocabulary/place.ts'
import { grantsOf, type Policy } from '../engine/policy.ts'
import { organizationsNow } from '../engine/registers.ts'
import { coversSomeMode } from '../engine/scope.ts'
import { Horizon } from '../engine/valid-until.ts'
import { type Interval, intervalsOf } from './moments.ts'
import { operationClasses } from './operations.ts'
import { placesOf } from './places.ts'
import { callerWith, plainSubject } from './plain.ts'
import {
  type Asides,
  type Concerning,
  keyOfPredicates,
  keyOfRegisters,
  noAsides,
  type Predicates,
  predicatesOf,
} from './predicates.ts'
import { type Detail, type Profiles, profilesOf } from './profiles.ts'
import { type RegisterMoment, registerMoments } from './registers.ts'
import { type ResourceClass, resourceClasses } from './resources.ts'
import { limbsOnPersons, personsError, quantitiesError } from './space-error.ts'
import { reference } from './statements.ts'

export interface SpaceOptions {
  /**
   * `effect`: told apart is what is permitted from what is denied. `reason`: also why, with the flags of the record; for few predicates
   * only, since three definitions on three demands give minutes of work.
   */
  readonly detail: Detail
  /** Half-open; null: without beginning, without end. */
  readonly during?: Interval
  /** The clock's uncertainty e, milliseconds. */
  readonly clockUncertaintyMs?: number
  /** Only these resources. */
  readonly concerns?: (resource: Resource) => boolean
  /** What is told apart beside what the policies ask. */
  readonly asides?: Asides
  /** What the engine may be asked until everybody is known whom the tests of a resource tell apart (`limits.spaceQuestions`). */
  readonly mostQuestions?: number | undefined
}

/** One resource in an interval in which only registers change, at an instant for each constellation of them. */
export interface Slice {
  readonly resource: ResourceClass
  readonly interval: Interval
  readonly instant: number
  readonly predicates: Predicates
  readonly operations: readonly Operation[]
  /** As looked up at `reference`; `requestOf` moves them to the instant. */
  readonly places: readonly Place[]
  readonly askers: readonly Asker[]
  readonly companions: readonly Companion[]
  readonly remaining: readonly Facts['remaining'][]
}

/** Who asks. `organization`: that a service claims of itself. */
export interface Asker {
  readonly subject: Subject
  readonly organization: string | null
}

/** Another party that the request names; an `organization` of null is one that its issuer always names and this time did not. */
export type Companion =
  | { readonly role: 'actor' | 'prior-actor'; readonly actor: Subject }
  | { readonly role: 'organization'; readonly organization: string | null }

/** One class of requests. */
export interface RequestClass {
  readonly slice: Slice
  readonly operation: Operation
  readonly place: Place
  readonly asker: Asker
  readonly companion: Companion | null
  readonly remaining: Facts['remaining']
}

export interface Space {
  /** In order of resource and instant. Worked out as they are asked for. @throws SpaceError where that is beyond the bound */
  readonly slices: () => Iterable<Slice>
}

const always: Interval = { from: null, to: null }

/** @param policies several: everything that any of them tells apart */
export function spaceOf(policies: readonly Policy[], options: SpaceOptions): Space {
  return { slices: () => slicesOf(policies, options) }
}

function* slicesOf(policies: readonly Policy[], options: SpaceOptions): Iterable<Slice> {
  const { detail, during = always, clockUncertaintyMs = 0, concerns = () => true, asides = noAsides } = options
  const mostQuestions = options.mostQuestions ?? limits.spaceQuestions
  const profiles = new Map<string, Profiles | null>()
  const places = new Map<string, readonly Place[]>()
  const moments = new Map<string, readonly RegisterMoment[]>()
  for (const resource of resourceClasses(policies)) {
    if (!concerns(resource.resource)) continue
    const reaching = policies.map((policy, index) => instrumentsReaching(policy, resource.read[index] ?? null))
    for (const interval of intervalsOf(reaching, during, clockUncertaintyMs)) {
      const instruments = reaching.map((one) => inForceDuring(one, interval, clockUncertaintyMs))
      const predicates = predicatesOf(instruments, asides)
      const key = keyOfPredicates(predicates)
      const registers = `${keyOfRegisters(predicates)} ${key} ${interval.from} ${interval.to}`
      const common = {
        resource,
        interval,
        predicates,
        operations: operationClasses(resource.resource, instruments).map((operation) => ({
          ...operation,
          dialect: resource.dialect,
          models: [resource.reference],
        })),
        places: memoized(places, key, () => placesOf(predicates, detail)),
        remaining: remainingOf(instruments, detail),
      }
      const found = memoized(profiles, key, () => profilesOf(predicates, detail, mostQuestions))
      if (found === null) throw personsError(resource, limbsOnPersons(instruments), mostQuestions)
      const when = memoized(moments, registers, () =>
        registerMoments(policies, predicates, interval, { detail, clockUncertaintyMs }),
      )
      for (const moment of when) {
        const askers = askersOf(policies, moment, found, clockUncertaintyMs)
        yield { ...common, instant: moment.instant, askers, companions: companionsOf(moment, askers) }
      }
    }
  }
}

/** Every class of requests in which nobody but the asker is named. */
export function* askedAlone(slice: Slice): Iterable<RequestClass> {
  for (const operation of slice.operations) {
    for (const remaining of slice.remaining) {
      for (const place of slice.places) {
        for (const asker of slice.askers) yield { slice, operation, place, asker, companion: null, remaining }
      }
    }
  }
}

/** Those of one key are one host for all companions: a window admits by register entry, and asks subject and actor both. */
export const hostKey = ({ operation, place, remaining, asker: { subject } }: RequestClass): string =>
  JSON.stringify([operation.action, operation.phase, place, remaining, subject.kind, subject.id])

/** The same request with each possible companion. */
export function* askedInCompany(asked: RequestClass): Iterable<RequestClass> {
  for (const companion of asked.slice.companions) yield { ...asked, companion }
}

/** A concrete request of the class, at its instant (`slice.instant`). */
export function requestOf({ slice, operation, place, asker, companion, remaining }: RequestClass): Facts {
  const { instant } = slice
  const caller = callerWith(subjectAt(asker.subject, instant), instant)
  return {
    caller: {
      ...caller,
      actor: companion?.role === 'actor' ? subjectAt(companion.actor, instant) : null,
      priorActors: companion?.role === 'prior-actor' ? [subjectAt(companion.actor, instant)] : [],
      organization: companion?.role === 'organization' ? companion.organization : asker.organization,
      organizationExpected: companion?.role === 'organization' && companion.organization === null,
    },
    place: {
      ...place,
      databaseBuiltAt: place.databaseBuiltAt === null ? null : place.databaseBuiltAt + instant - reference,
    },
    operation,
    remaining,
  }
}

const subjectAt = (subject: Subject, instant: number): Subject => ({
  ...subject,
  evidence: subject.evidence.map((one: Evidence) =>
    one.verifiedAt === null ? one : { ...one, verifiedAt: one.verifiedAt + instant - reference },
  ),
})

/** The instruments whose scope reaches it, at whatever time and by whatever operation. */
function instrumentsReaching({ concerning }: Policy, resource: Resource | null): Concerning {
  const found = resource === null ? undefined : concerning.get(resource.model)
  if (resource === null || found === undefined) return { restricting: [], windows: [] }
  const reaches = ({ scope }: Concerning['restricting'][number] | Concerning['windows'][number]): boolean =>
    (scope.variants === 'any' || scope.variants.has(resource.variant)) && coversSomeMode(scope, resource.modes)
  return { restricting: found.restricting.filter(reaches), windows: found.windows.filter(reaches) }
}

/** Windows close their resource at all times, so that they are never left out. */
const inForceDuring = (
  { restricting, windows }: Concerning,
  { from, to }: Interval,
  uncertainty: number,
): Concerning => ({
  restricting: restricting.filter(
    ({ rule }) => (to === null || rule.from - uncertainty < to) && (from === null || from < rule.to + uncertainty),
  ),
  windows,
})

/**
 * Of each grant for a quantity enough is left, or nothing. One policy is asked with all or none: more never denies what less permits.
 * Of several, one may help where another is used up. @throws SpaceError where there are too many
 */
function remainingOf(instruments: readonly Concerning[], detail: Detail): readonly Facts['remaining'][] {
  const grants = instruments
    .flatMap(({ restricting }) => restricting.flatMap(grantsOf))
    .filter(({ source }) => source.quantity !== null)
  const ids = [...new Set(grants.map(({ source }) => source.id))]
  const all = Object.fromEntries(ids.map((id) => [id, plenty]))
  if (ids.length === 0) return [{}]
  if (detail === 'effect' && instruments.length === 1) return [all, {}]
  if (ids.length > mostQuantities) throw quantitiesError(ids, mostQuantities)
  return ids.reduce<readonly Facts['remaining'][]>(
    (some, id) => some.flatMap((left) => [{ ...left, [id]: plenty }, left]),
    [{}],
  )
}

const plenty = 1_000_000_000
/** Each doubles what is compared. */
const mostQuantities = 8

function askersOf(
  policies: readonly Policy[],
  { instant, persons, services, organizations }: RegisterMoment,
  profiles: Profiles,
  uncertainty: number,
): readonly Asker[] {
  const horizon = new Horizon(instant, uncertainty)
  const isRegistered = (id: SubjectId): boolean =>
    policies.every(
      ({ registers }) => organizationsNow(registers.subject(plainSubject(id))?.runBy, horizon, 'admit').length > 0,
    )
  return [
    ...product(persons, profiles.persons, profiles.residences).map(([id, words, residence]) => ({
      subject: { id, kind: 'person' as const, evidence: [...words, ...residence] },
      organization: null,
    })),
    ...product(services, profiles.services, profiles.residences).flatMap(([id, words, residence]) =>
      (isRegistered(id) ? [null] : [null, ...organizations]).map((organization) => ({
        subject: { id, kind: 'service' as const, evidence: [...words, ...residence] },
        organization,
      })),
    ),
  ]
}

const roles = ['actor', 'prior-actor'] as const

/** Actors claim no organization of their own. */
const companionsOf = ({ organizations }: RegisterMoment, askers: readonly Asker[]): readonly Companion[] => [
  ...askers.flatMap(({ subject, organization }): Companion[] =>
    organization === null ? roles.map((role) => ({ role, actor: subject })) : [],
  ),
  ...[...organizations, null].map((organization): Companion => ({ role: 'organization', organization })),
]

function product<A, B, C>(as: readonly A[], bs: readonly B[], cs: readonly C[]): readonly (readonly [A, B, C])[] {
  return as.flatMap((a) => bs.flatMap((b) => cs.map((c) => [a, b, c] as const)))
}

function memoized<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
