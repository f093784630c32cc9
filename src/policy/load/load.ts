// Load: from the canonical bundle to a policy that can decide. Refuses whatever the engine could not mean exactly; a policy that
// loads is one that every decision can follow to its end.

import type { JsonValue } from '../../json/index.ts'
import type { Bundle, Condition, Directive, Limb, RestrictingDirective } from '../bundle/bundle.ts'
import { readBundleShape } from '../bundle/schema.ts'
import { testsOf, testsPersons } from '../bundle/tests-of.ts'
import { indexCatalogue, indexServed, offeredModels } from '../engine/catalogue.ts'
import { none } from '../engine/finding.ts'
import { indexGrants } from '../engine/grant-index.ts'
import { roleSet } from '../engine/parties.ts'
import type {
  CompiledDirective,
  CompiledGrant,
  CompiledLimb,
  CompiledWindow,
  ModelDirectives,
  Policy,
  Rule,
} from '../engine/policy.ts'
import { PolicyError } from '../engine/policy-error.ts'
import type { CompiledCondition } from '../engine/predicates/index.ts'
import { RegisterIndex } from '../engine/registers.ts'
import { compileScope, indexReach, type Reach } from '../engine/scope.ts'
import type { Demands } from '../engine/situation.ts'
import { bundleFaults } from './faults.ts'
import { each, type OneOfEquals, oneOfEquals } from './one-of-equals.ts'
import { listResolver, type Resolver } from './resolve-lists.ts'
import { endOf, isSuperseded, supersedes } from './succession.ts'

/**
 * @param bundleJson the canonical bundle, as read from JSON
 * @throws PolicyError with every fault of shape, or else every fault of meaning
 */
export function loadPolicy(bundleJson: JsonValue): Policy {
  const reading = readBundleShape(bundleJson)
  if (reading.kind === 'faults') throw new PolicyError(reading.faults)
  const { bundle } = reading
  const faults = bundleFaults(bundle)
  if (faults.length > 0) throw new PolicyError(faults)
  return partsOf(bundle)(bundle)
}

export type Instruments = Pick<Bundle, 'directives' | 'grants' | 'withdrawals'>

/**
 * Policies of some instruments of a bundle that loads, as the examples in one instrument's file are asked of it alone. Catalogue,
 * lists and registers are the bundle's and are worked out once. What a part says of a directive that it leaves out means nothing.
 * `names`: of the only models that will be asked for; asked for another, the policy denies as on a fault of its own.
 */
export function partsOf(bundle: Bundle): (part: Instruments, names?: readonly string[]) => Policy {
  const models = bundle.catalogue.models.map(({ id }) => id)
  const catalogue = indexCatalogue(bundle.catalogue)
  const reach = indexReach(catalogue)
  const resolve = listResolver(bundle)
  const offered = offeredModels(bundle.catalogue)
  const fixed = {
    catalogue,
    offered,
    offeredById: new Map(offered.map((model) => [model.id, model])),
    served: indexServed(bundle.catalogue),
    registers: new RegisterIndex(bundle.registers),
  }
  return ({ directives, grants, withdrawals }, names) => {
    const part = { ...bundle, directives, grants, withdrawals }
    const asked = names?.flatMap((name) => catalogue.get(name)?.model.id ?? []) ?? models
    const quantities = new Map(
      grants.flatMap(({ id, quantity }) => (quantity === null ? [] : [[id, quantity.outputTokens] as const])),
    )
    return { bundle: part, ...fixed, quantities, concerning: compile(part, reach, resolve, asked) }
  }
}

interface Concerning {
  readonly restricting: CompiledDirective[]
  readonly windows: CompiledWindow[]
}

const nothing: ModelDirectives = { restricting: none, windows: none, suspensions: none, shut: none }

function compile(
  part: Bundle,
  reach: Reach,
  resolve: Resolver,
  models: readonly string[],
): ReadonlyMap<string, ModelDirectives> {
  const concerning = new Map<string, Concerning>()
  const of = (id: string): Concerning => {
    const found = concerning.get(id) ?? { restricting: [], windows: [] }
    concerning.set(id, found)
    return found
  }
  const grants = compileGrants(part, reach, resolve)
  // One directive, as where the examples of one instrument are asked, has nothing to share.
  const once = part.directives.length < 2 ? each : oneOfEquals()
  const around = { resolve, grants, once, shared: countLimbs(part) }
  const programs: CompiledDirective[] = []
  const versions = Map.groupBy(part.directives, ({ id }) => id)
  const withdrawals = Map.groupBy(part.withdrawals, ({ directive }) => directive)
  for (const directive of [...part.directives].sort(byIdAndVersion)) {
    const others = { directives: versions.get(directive.id) ?? [], withdrawals: withdrawals.get(directive.id) ?? [] }
    const end = endOf(directive, others)
    const scope = around.once('scope', directive.scope, (one) => compileScope(one, reach))
    if (directive.kind !== 'evaluation-window') {
      // In order of version: what a program replaces stands before it.
      const replaces =
        directive.kind === 'program' ? programs.filter(({ source }) => supersedes(directive, source)) : none
      const compiled = compileDirective(directive, end, { ...around, scope, replaces })
      if (directive.kind === 'program') programs.push(compiled)
      for (const id of scope.models) of(id).restricting.push(compiled)
      // A window that another version replaces is gone: it closes no less, since the other one closes at all times too.
    } else if (!isSuperseded(directive, others)) {
      const window = { source: directive, scope, to: end }
      for (const id of scope.models) of(id).windows.push(window)
    }
  }
  return new Map(
    models.map((id): [string, ModelDirectives] => {
      const { restricting = none, windows = none } = concerning.get(id) ?? {}
      return [id, { ...nothing, restricting, windows: windows.length === 0 ? none : windows }]
    }),
  )
}

const byIdAndVersion = (a: Directive, b: Directive): number =>
  a.id === b.id ? a.version - b.version : a.id < b.id ? -1 : 1

interface Surroundings {
  readonly scope: CompiledDirective['scope']
  readonly resolve: Resolver
  readonly grants: ReadonlyMap<string, readonly CompiledGrant[]>
  readonly once: OneOfEquals
  readonly shared: ReadonlyMap<string, number>
  readonly replaces: readonly CompiledDirective[]
}

function compileDirective(directive: RestrictingDirective, to: number, around: Surroundings): CompiledDirective {
  const { scope, once, replaces } = around
  const { id, version } = directive
  const grants = directive.limbs.map((limb) => around.grants.get(limbKey(id, version, limb.id)) ?? none)
  const ids = grants.map((some) => some.map(({ source }) => source.id))
  return {
    id,
    version,
    scope,
    rule: compileRule(directive, to, grants.flat(), around),
    grants: once('grants', ids, () =>
      grants.map((some, index) => once('grants of a limb', ids[index], () => indexGrants(some))),
    ),
    replaces,
    source: directive,
  }
}

function compileRule(
  directive: RestrictingDirective,
  to: number,
  grants: readonly CompiledGrant[],
  { scope, once, resolve, shared }: Surroundings,
): Rule {
  const { limbs, kind, obligations, tellTheCaller, onUnknown, reportOnlyUntil } = directive
  const from = kind === 'program' ? Number.NEGATIVE_INFINITY : directive.effective
  const demands = demandsOf(directive)
  const own = {
    kind,
    obligations,
    tellTheCaller,
    onUnknown,
    reportOnlyUntil,
    licensed: grants.length > 0,
    // A grant for one mode leaves the others as they are: it tells modes apart as well.
    modal: scope.modes !== 'any' || limbs.some(isModal) || grants.some((grant) => grant.scope.modes !== 'any'),
  }
  const keys = limbs.map((limb) => contentKey(limb, demands))
  // JSON has no infinities.
  return once('rule', [String(from), String(to), own, demands, keys], () => ({
    ...own,
    from,
    to,
    demands: once('demands', demands, ({ status, residence, place }) => ({
      status: once('status demand', status, (one) => one),
      residence: once('residence demand', residence, (one) => one),
      place: once('place demand', place, (one) => one),
    })),
    limbs: limbs.map((limb, index) =>
      once('limb', keys[index], (key = '') => compileLimb(limb, shared.get(key) ?? null, once, resolve)),
    ),
  }))
}

const demandsOf = ({ statusEvidence, residenceEvidence, placeEvidence }: RestrictingDirective): Demands => ({
  status: statusEvidence,
  residence: residenceEvidence,
  place: placeEvidence,
})

const isModal = ({ is }: Limb): boolean => testsOf(is).some(({ test }) => test === 'mode')

/** @param shared its number among those that stand in several directives */
function compileLimb(limb: Limb, shared: number | null, once: OneOfEquals, resolve: Resolver): CompiledLimb {
  return {
    source: limb,
    roles: roleSet(limb.anyOf),
    condition: once('condition', limb.is, (is) => compileCondition(is, resolve)),
    personal: testsPersons(limb.is),
    acceptedRisk: `accepted_risk:${limb.id}`,
    // With a mode it depends on which one.
    shared: isModal(limb) ? null : shared,
  }
}

const contentKey = (limb: Limb, demands: Demands): string => JSON.stringify([limb, demands])

/** Numbers for the limbs that stand word by word, with the same demands, in more than one directive. */
function countLimbs({ directives }: Bundle): ReadonlyMap<string, number> {
  const seen = new Set<string>()
  const shared = new Map<string, number>()
  // As where the examples of one instrument are asked.
  if (directives.length < 2) return shared
  for (const directive of directives) {
    if (directive.kind === 'evaluation-window') continue
    for (const limb of directive.limbs) {
      const key = contentKey(limb, demandsOf(directive))
      if (seen.has(key) && !shared.has(key)) shared.set(key, shared.size)
      seen.add(key)
    }
  }
  return shared
}

function compileCondition(condition: Condition, resolve: Resolver): CompiledCondition {
  switch (condition.test) {
    case 'all':
    case 'any':
      return { test: condition.test, of: condition.of.map((one) => compileCondition(one, resolve)) }
    case 'nationality':
      return { ...condition, countries: resolve(condition.countries).countries }
    case 'place':
      return { ...condition, places: resolve(condition.places) }
    case 'residence':
      return { ...condition, places: resolve(condition.places) }
    default:
      return condition
  }
}

/** Of no two limbs the same, whatever their names are. */
const limbKey = (directive: string, version: number, limb: string): string =>
  `${version} ${limb.length} ${limb} ${directive}`

function compileGrants(bundle: Bundle, reach: Reach, resolve: Resolver): ReadonlyMap<string, readonly CompiledGrant[]> {
  const byLimb = new Map<string, CompiledGrant[]>()
  // By id, so that of several grants that help the same one is named, however the files were ordered.
  for (const grant of [...bundle.grants].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const compiled: CompiledGrant = {
      source: grant,
      scope: compileScope(grant.scope, reach),
      covers: grant.covers,
      places: grant.places === null ? null : { within: resolve(grant.places.within), evidence: grant.places.evidence },
    }
    for (const { directive, versions, limbs } of grant.discharges) {
      for (const version of versions) {
        for (const limb of limbs) {
          const key = limbKey(directive, version, limb)
          const known = byLimb.get(key)
          if (known === undefined) byLimb.set(key, [compiled])
          else known.push(compiled)
        }
      }
    }
  }
  return byLimb
}
