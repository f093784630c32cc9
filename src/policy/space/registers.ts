// Registers over an interval: at which instants the registers hold which kinds of subjects and organizations, with one of each kind.
// Ten thousand employees who begin on ten thousand days are three kinds: those who will be, who are, and who were. An instant counts
// only if a set of kinds stands there together that stood together at no instant before.

import type { SubjectId } from '../../vocabulary/party.ts'
import { plainIssuer } from '../case/plain.ts'
import type { Policy } from '../engine/policy.ts'
import { type Interval, isWithin } from './moments.ts'
import { type Predicates, subjectKey, subjectOfKey } from './predicates.ts'
import type { Detail } from './profiles.ts'
import { RegisterWords, registeredSubjects } from './register-entries.ts'

export interface RegisterMoment {
  readonly instant: number
  /** One of each kind; the first stands in no register. */
  readonly persons: readonly SubjectId[]
  readonly services: readonly SubjectId[]
  /** One of each kind; the last stands in no register. */
  readonly organizations: readonly string[]
}

export interface RegisterOptions {
  readonly detail: Detail
  readonly clockUncertaintyMs: number
}

/** Somebody, or an organization, whom no register names. */
export const unregistered: SubjectId = { issuer: plainIssuer, subject: 'somebody' }
export const unregisteredOrganization = 'an-unregistered-organization'

interface Entry {
  readonly kind: 'person' | 'service' | 'organization'
  readonly edges: readonly number[]
  readonly word: (instant: number) => string
  readonly who: SubjectId | string
}

/** Never empty: the interval's first instant is always among them. */
export function registerMoments(
  policies: readonly Policy[],
  predicates: Predicates,
  interval: Interval,
  { detail, clockUncertaintyMs }: RegisterOptions,
): readonly RegisterMoment[] {
  const words = policies.map((policy) => new RegisterWords(policy, predicates, detail, clockUncertaintyMs))
  const entries = entriesOf(policies, words, predicates)
  const changes = new Map<number, Entry[]>()
  for (const entry of entries) {
    for (const edge of new Set(entry.edges)) if (isWithin(edge, interval)) push(changes, edge, entry)
  }
  const start =
    interval.from ?? Math.min(...changes.keys(), interval.to ?? Number.POSITIVE_INFINITY, Date.UTC(2026, 0, 1)) - 1
  const kinds = new Map<string, Set<Entry>>()
  const kindOf = new Map<Entry, string>()
  const seen = new Set<string>()
  const moments: RegisterMoment[] = []
  for (const instant of [...new Set([start, ...changes.keys()])].sort((a, b) => a - b)) {
    for (const entry of instant === start ? entries : (changes.get(instant) ?? [])) {
      move(entry, `${entry.kind} ${entry.word(instant)}`)
    }
    const key = [...kinds.keys()].sort().join('\n')
    if (!seen.has(key)) moments.push(momentAt(instant, [...kinds.values()]))
    seen.add(key)
  }
  return moments

  function move(entry: Entry, to: string): void {
    const from = kindOf.get(entry)
    if (from === to) return
    kindOf.set(entry, to)
    if (from !== undefined) {
      const left = kinds.get(from)
      left?.delete(entry)
      if (left?.size === 0) kinds.delete(from)
    }
    kinds.set(to, (kinds.get(to) ?? new Set()).add(entry))
  }
}

/** Whoever stands in no register first, so that they stand for all of whom nothing is said. */
function entriesOf(
  policies: readonly Policy[],
  words: readonly RegisterWords[],
  predicates: Predicates,
): readonly Entry[] {
  const all = policies.map(({ bundle }) => bundle.registers)
  // A grant may name whom no register has: a subject, or an organization that a token claims.
  const granted = [...predicates.subjects].map(subjectOfKey)
  const known = [unregistered, ...all.flatMap(registeredSubjects), ...granted]
  const subjects = new Map(known.map((id) => [subjectKey(id), id]))
  const organizations = new Set([
    unregisteredOrganization,
    ...predicates.organizations,
    ...all.flatMap(({ attestations }) => attestations.map(({ organization }) => organization)),
    ...all.flatMap((one) => one.organizations.map(({ id }) => id)),
    ...all.flatMap(({ members }) =>
      members.flatMap(({ member }) => (member.kind === 'organization' ? member.organization : [])),
    ),
  ])
  const joined = (of: (one: RegisterWords) => string): string => words.map(of).join('\n')
  const entries: Entry[] = []
  for (const who of subjects.values()) {
    const edges = words.flatMap((one) => one.edgesOf(who))
    entries.push({ kind: 'person', edges, who, word: (instant) => joined((one) => one.ofPerson(who, instant)) })
    entries.push({ kind: 'service', edges, who, word: (instant) => joined((one) => one.ofService(who, instant)) })
  }
  for (const who of organizations) {
    const edges = words.flatMap((one) => one.edgesOfOrganization(who))
    entries.push({
      kind: 'organization',
      edges,
      who,
      word: (instant) => joined((one) => one.ofOrganization(who, instant)),
    })
  }
  return entries
}

function momentAt(instant: number, kinds: readonly ReadonlySet<Entry>[]): RegisterMoment {
  const firsts = kinds.flatMap((kind) => [...kind].slice(0, 1))
  const subjects = (kind: Entry['kind']): readonly SubjectId[] =>
    firsts.flatMap(({ who, kind: its }) => (its === kind && typeof who !== 'string' ? [who] : []))
  return {
    instant,
    persons: subjects('person'),
    services: subjects('service'),
    organizations: firsts.flatMap(({ who }) => (typeof who === 'string' ? [who] : [])),
  }
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const before = map.get(key)
  if (before === undefined) map.set(key, [value])
  else before.push(value)
}
