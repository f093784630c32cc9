// Meaning: what a claim says of this policy: which resources, when, who and where, as tests; which policies are to be compared. Every
// name is looked up, every word that depends on a directive takes its meaning from the directives that cover the model.

import type { Resource } from '../../vocabulary/operation.ts'
import type { CompiledDirective, Policy } from '../engine/policy.ts'
import type { Asides, Interval } from '../space/index.ts'
import type { Claim } from './claim.ts'
import { ClaimError } from './claim-reader.ts'
import { concernedBy, isNamedBy } from './names.ts'
import { type PersonsTerm, type PlaceTerm, personsTerm, placeTerm } from './terms.ts'
import { without } from './without.ts'

export interface Meaning {
  readonly concerns: (resource: Resource) => boolean
  readonly ranges: readonly Interval[]
  readonly who: PersonsTerm
  readonly but: readonly PersonsTerm[]
  readonly where: PlaceTerm
  readonly asides: Asides
  /** The policy without what the claim leaves out: a directive, or every grant; null: it leaves out nothing. */
  readonly without: Policy | null
  /** Directives that cover the resources within the ranges, in order. */
  readonly covering: readonly CompiledDirective[]
  /** How words were understood, in sentences. */
  readonly readings: readonly string[]
}

export function meaningOf(claim: Claim, policy: Policy): Meaning {
  const lesser = lesserPolicy(claim, policy)
  const concerns = concernsOf(claim, policy, lesser)
  const all = directivesOf(policy, concerns)
  if (!isCovered(policy, concerns))
    throw new ClaimError(1, 'no directive covers what the claim speaks of: it would say nothing')
  const { ranges } = claim.during
  const during = all.filter(({ rule }) => ranges.some((range) => overlaps(range, rule.from, rule.to)))
  const speaking = speakersOf(claim, during.length > 0 ? during : all, all)
  const who = personsTerm(claim.who, policy, speaking)
  const but = claim.but.map((one) => personsTerm(one, policy, speaking))
  const where = placeTerm(claim.where, policy, during)
  const terms = [who, ...but]
  return {
    concerns,
    ranges,
    who,
    but,
    where,
    asides: {
      predicates: [...terms, where].flatMap(({ predicates }) => predicates),
      organizations: terms.flatMap(({ organizations }) => organizations),
    },
    without: lesser,
    covering: during,
    readings: [...new Set([...terms, where].flatMap(({ means }) => means ?? []))],
  }
}

function lesserPolicy(claim: Claim, policy: Policy): Policy | null {
  switch (claim.kind) {
    case 'nobody':
      return claim.exceptUnderGrant ? without(policy, { grants: true }) : null
    case 'every':
      return null
    case 'takes-nothing':
    case 'gives-nothing':
      return without(policy, { named: claim.directive })
  }
}

/** What a change is about is whatever it reaches; a claim that names models is about these. */
function concernsOf(claim: Claim, policy: Policy, lesser: Policy | null): (resource: Resource) => boolean {
  if (claim.kind === 'nobody' || claim.kind === 'every') return concernedBy(claim.what, policy)
  return ({ model }) => lesser === null || wordsOf(policy, model) !== wordsOf(lesser, model)
}

/** Everything that concerns a model, by name and time. */
function wordsOf({ concerning }: Policy, model: string): string {
  const { restricting = [], windows = [] } = concerning.get(model) ?? {}
  return JSON.stringify([
    restricting.map(({ id, version, rule, grants }) => [
      [id, version, rule.from, rule.to],
      grants.map(({ all }) => all.map((grant) => grant.source.id)),
    ]),
    windows.map(({ source, to }) => [source.id, source.version, to]),
  ])
}

function directivesOf(
  { concerning, catalogue }: Policy,
  concerns: (resource: Resource) => boolean,
): readonly CompiledDirective[] {
  const models = modelsOf({ catalogue }, concerns)
  return [...new Set([...concerning].flatMap(([id, { restricting }]) => (models.has(id) ? restricting : [])))]
}

/** A model counts if any of its names, variants or modes does. */
function modelsOf(
  { catalogue }: Pick<Policy, 'catalogue'>,
  concerns: (resource: Resource) => boolean,
): ReadonlySet<string> {
  const found = new Set<string>()
  for (const [name, { model, resource }] of catalogue) {
    if (concerns({ ...resource, pointer: '', name, modes: model.modes })) found.add(model.id)
  }
  return found
}

/** By a directive, by a window, or by the catalogue, which keeps what is unreleased closed. */
function isCovered(policy: Policy, concerns: (resource: Resource) => boolean): boolean {
  const models = modelsOf(policy, concerns)
  return [...policy.concerning].some(([id, { restricting, windows }]) => {
    const model = policy.catalogue.get(id)
    return (
      models.has(id) &&
      (restricting.length + windows.length > 0 ||
        model?.resource.released === false ||
        (model?.model.variants.length ?? 0) > 0)
    )
  })
}

/**
 * Whose definitions give a word its meaning: of an added directive its own, else of those that cover the model in the time of the
 * claim, else of those that cover it at any time.
 */
function speakersOf(
  claim: Claim,
  during: readonly CompiledDirective[],
  all: readonly CompiledDirective[],
): readonly CompiledDirective[] {
  const speaks = ({ rule }: CompiledDirective): boolean => rule.demands.status !== null
  const added = 'directive' in claim ? all.filter(({ source }) => isNamedBy(claim.directive, source)) : []
  const candidates = [added, during, all]
  return candidates.find((some) => some.some(speaks)) ?? all
}

const overlaps = (range: Interval, from: number, to: number): boolean =>
  (range.to === null || from < range.to) && (range.from === null || range.from < to)
