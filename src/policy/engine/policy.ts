// Policy: a bundle made ready to decide. Everything that does not depend on the request or the instant was worked out at load:
// named lists are sets, scopes are model ids, withdrawals and superseding versions are the end of an interval, grants hang on the
// limbs that they discharge, and each model knows the directives that concern it.

import type { Flag } from '../../vocabulary/flags.ts'
import type {
  Bundle,
  Cover,
  EvaluationWindow,
  Grant,
  Limb,
  PlaceDemand,
  RestrictingDirective,
  Scope,
} from '../bundle/bundle.ts'
import type { CatalogueIndex, OfferedModel, ServedName } from './catalogue.ts'
import type { GrantIndex } from './grant-index.ts'
import type { RoleSet } from './parties.ts'
import type { CompiledCondition } from './predicates/index.ts'
import type { PlaceSet } from './predicates/place.ts'
import type { RegisterIndex } from './registers.ts'
import type { Demands } from './situation.ts'
import type { Suspension } from './suspension.ts'

export interface Policy {
  readonly bundle: Bundle
  readonly catalogue: CatalogueIndex
  /** In order of id, and by id. */
  readonly offered: readonly OfferedModel[]
  readonly offeredById: ReadonlyMap<string, OfferedModel>
  /** By every name that an answer may carry. */
  readonly served: ReadonlyMap<string, ServedName>
  readonly registers: RegisterIndex
  /** Output tokens that grants license in all, by id of those that license an amount. */
  readonly quantities: ReadonlyMap<string, number>
  /** By canonical model id; in order of directive id and version. */
  readonly concerning: ReadonlyMap<string, ModelDirectives>
}

export interface ModelDirectives {
  readonly restricting: readonly CompiledDirective[]
  readonly windows: readonly CompiledWindow[]
  /** Laid over the bundle's policy (suspension.ts); a policy just loaded has none. */
  readonly suspensions: readonly Suspension[]
  /** Directives that shut what they cover while nobody can say that the policy is the newest (unconfirmed.ts); of one just loaded none. */
  readonly shut: readonly (CompiledDirective | CompiledWindow)[]
}

export interface CompiledDirective {
  readonly id: string
  readonly version: number
  readonly scope: CompiledScope
  readonly rule: Rule
  /** Of each limb of the rule, in its order: what discharges it. */
  readonly grants: readonly GrantIndex[]
  /** Of a program: earlier versions that it supersedes. Until it begins they say who is admitted. */
  readonly replaces: readonly CompiledDirective[]
  readonly source: RestrictingDirective
}

/**
 * What a directive says, whatever its name and the models that it is about. Directives that say the same have one (load/one-of-equals.ts):
 * thousands of models may stand under the same few rules, and a decision then finds them in the processor's cache.
 */
export interface Rule
  extends Pick<RestrictingDirective, 'kind' | 'obligations' | 'tellTheCaller' | 'onUnknown' | 'reportOnlyUntil'> {
  /** −∞ for a program: it closes its resource at all times, and admits its members only from `effective`. */
  readonly from: number
  /** Its own end, its withdrawal or the version that supersedes it, whichever is first; ∞ for none. */
  readonly to: number
  readonly demands: Demands
  readonly limbs: readonly CompiledLimb[]
  /** A grant discharges one of the limbs. */
  readonly licensed: boolean
  /** It tells modes apart: it must be asked about each mode that the request could reach. */
  readonly modal: boolean
}

export interface CompiledLimb {
  readonly source: Limb
  readonly roles: RoleSet
  readonly condition: CompiledCondition
  /** It tests persons (not places or registers): what is known of a prior actor counts. */
  readonly personal: boolean
  /** The flag of a record that relied on `when-unknown: not-met` here. */
  readonly acceptedRisk: Flag
  /**
   * Number of the limb among those that stand word by word, with the same demands, in several directives; null: it stands once, or
   * what it says depends on the mode.
   */
  readonly shared: number | null
}

/** In order of limb and id; one that discharges several limbs, as often. */
export const grantsOf = ({ grants }: Pick<CompiledDirective, 'grants'>): readonly CompiledGrant[] =>
  grants.flatMap(({ all }) => all)

export interface CompiledWindow {
  readonly source: EvaluationWindow
  readonly scope: CompiledScope
  /** End of admission: its own or its withdrawal, whichever is first. */
  readonly to: number
}

export interface CompiledGrant {
  readonly source: Grant
  readonly scope: CompiledScope
  readonly covers: readonly Cover[]
  readonly places: { readonly within: PlaceSet; readonly evidence: PlaceDemand } | null
}

export interface CompiledScope {
  readonly models: ReadonlySet<string>
  /** Every variant of these models, action and phase: what most scopes say. */
  readonly isWhole: boolean
  readonly variants: 'any' | ReadonlySet<string | null>
  readonly modes: 'any' | ReadonlySet<string>
  readonly actions: Scope['actions']
  readonly phases: Scope['phases']
}
