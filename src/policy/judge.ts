// Judge: one instrument's determination on one resource, with what it would mean for the decision.

import type { Determination, LimbFinding } from '../vocabulary/decision.ts'
import type { Operation } from '../vocabulary/operation.ts'
import type { DirectiveObligation, InFlight } from './bundle.ts'
import type { NamedResource } from './catalogue.ts'
import { none } from './finding.ts'
import { evaluateLimb } from './limb.ts'
import type { CompiledDirective, CompiledWindow, ModelDirectives } from './policy.ts'
import { standingIn } from './predicates/index.ts'
import { type DeterminationReason, firstGap, firstReason, type Gap } from './reason-order.ts'
import { covers, coversSomeMode } from './scope.ts'
import type { Question, Situation } from './situation.ts'
import type { Horizon } from './valid-until.ts'

export interface Outcome {
  readonly determination: Determination
  /** What it shows where it stands in the way; null where it does not. */
  readonly reason: DeterminationReason | null
  /** Every unknown in the way; empty unless indeterminate. */
  readonly gaps: readonly Gap[]
  readonly onUnknown: 'deny' | 'step-up'
  readonly tellReason: boolean
  readonly obligations: readonly DirectiveObligation[]
}

/** Directives in force whose scope covers the resource, the operation and its phase. */
export function inScope(
  { restricting }: ModelDirectives,
  resource: NamedResource,
  operation: Operation,
  horizon: Horizon,
): readonly CompiledDirective[] {
  return restricting.filter(
    ({ scope, from, to, source }) =>
      covers(scope, resource, operation) &&
      coversSomeMode(scope, resource.modes) &&
      horizon.prohibits(from, to) &&
      (operation.phase !== 'continue' || reachesOpenAnswers(source.inFlight, horizon)),
  )
}

function reachesOpenAnswers(inFlight: InFlight, horizon: Horizon): boolean {
  if (inFlight.kind === 'terminate') return true
  return inFlight.kind === 'drain-until' && horizon.reached(inFlight.at - horizon.uncertainty)
}

/** @param modes those that are asked about; where `note` is not null it names the one of several. */
export function judge(
  directive: CompiledDirective,
  resource: NamedResource,
  operation: Operation,
  situation: Situation,
  modes: readonly string[],
): Outcome {
  const { source, demands } = directive
  const question: Question = { situation, demands, modes }
  const asked = { resource, operation }
  const limbs: LimbFinding[] = []
  const gaps: Gap[] = []
  const reasons: DeterminationReason[] = []
  const obligations: DirectiveObligation[] = [...source.obligations]
  for (const limb of directive.limbs) {
    const { finding, ...found } = evaluateLimb(limb, question, asked)
    limbs.push(finding)
    gaps.push(...found.gaps)
    obligations.push(...found.obligations)
    if (finding.value === 'true' && finding.reason !== null) reasons.push(finding.reason as DeterminationReason)
  }
  if (source.kind === 'program' && !situation.horizon.reached(source.effective + situation.horizon.uncertainty)) {
    // A program closes its resource before it begins, too: it admits nobody yet.
    limbs.push(admission('true', 'membership_absent', []))
    reasons.push('membership_absent')
  }
  const result = reasons.length > 0 ? 'violated' : gaps.length > 0 ? 'indeterminate' : 'satisfied'
  const reason = reasons.length > 0 ? firstReason(reasons) : gaps.length > 0 ? firstGap(gaps).reason : null
  const determination = {
    directive: source.id,
    version: source.version,
    resource: resource.pointer,
    result,
    limbs,
  } as const
  const said = { onUnknown: source.onUnknown, tellReason: source.tellTheCaller === 'reason' }
  if (
    source.reportOnlyUntil !== null &&
    !situation.horizon.reached(source.reportOnlyUntil - situation.horizon.uncertainty)
  ) {
    return { determination: reported(determination), reason: null, gaps: none, obligations: none, ...said }
  }
  return { determination, reason, gaps: result === 'indeterminate' ? gaps : none, obligations, ...said }
}

/** Evaluated and recorded, but it denies nothing yet. */
function reported(determination: Determination): Determination {
  if (determination.result === 'satisfied') return determination
  const limbs = determination.limbs.map((limb) =>
    limb.value === 'false' ? limb : { ...limb, flags: [...limb.flags, 'would_deny'] },
  )
  return { ...determination, limbs }
}

export interface ReleaseJudgement {
  readonly outcomes: readonly Outcome[]
  /** Some window names the caller, now or at another time. */
  readonly named: boolean
}

/**
 * Windows and the release state. A window closes its scope at all times; over one resource they add up: it is open to whoever one of
 * them admits. What is unreleased and has no window is closed to everyone.
 */
export function judgeRelease(
  { windows }: ModelDirectives,
  resource: NamedResource,
  operation: Operation,
  situation: Situation,
): ReleaseJudgement {
  const inScopeWindows = windows.filter(
    ({ scope }) => covers(scope, resource, operation) && coversSomeMode(scope, resource.modes),
  )
  if (inScopeWindows.length === 0) {
    return { outcomes: resource.released ? none : [unreleased(resource)], named: false }
  }
  const entries = inScopeWindows.map((window) => ({ window, ...entryTo(window, situation) }))
  const opener = entries.find(({ admitted }) => admitted)
  return {
    outcomes: entries.map(({ window, admitted, named }) => {
      const reason = admitted || opener !== undefined ? null : named ? 'evaluation_closed' : 'model_unreleased'
      const flags = admitted || opener === undefined ? none : [`opened_by:${opener.window.source.id}`]
      const { id, version, tellTheCaller, obligations } = window.source
      return {
        determination: {
          directive: id,
          version,
          resource: resource.pointer,
          result: reason === null ? 'satisfied' : 'violated',
          limbs: [admission(reason === null ? 'false' : 'true', reason, flags)],
        },
        reason,
        gaps: none,
        onUnknown: 'deny',
        tellReason: tellTheCaller === 'reason',
        obligations: admitted ? obligations : none,
      }
    }),
    named: entries.some(({ named }) => named),
  }
}

/** The current actor counts with the subject: an evaluator's agent must be named too. */
function entryTo(
  window: CompiledWindow,
  situation: Situation,
): { readonly admitted: boolean; readonly named: boolean } {
  const { parties, horizon } = situation
  const { admits, admission: interval } = window.source
  const present = parties.actor === null ? [parties.subject] : [parties.subject, parties.actor]
  const standings = present.map((party) => admits.map((test) => standingIn(test, party, situation)))
  const open = horizon.admits(interval.from, window.to)
  return {
    admitted: open && standings.every((found) => found.includes('holds')),
    named: !open && standings.every((found) => found.some((standing) => standing !== 'absent')),
  }
}

function unreleased(resource: NamedResource): Outcome {
  return {
    determination: {
      directive: `catalogue:${resource.model}`,
      version: 1,
      resource: resource.pointer,
      result: 'violated',
      limbs: [{ ...admission('true', 'model_unreleased', none), limb: 'release-state' }],
    },
    reason: 'model_unreleased',
    gaps: none,
    onUnknown: 'deny',
    tellReason: true,
    obligations: none,
  }
}

function admission(
  value: LimbFinding['value'],
  reason: DeterminationReason | null,
  flags: readonly string[],
): LimbFinding {
  return { limb: 'admission', value, reason, dischargedBy: none, flags, predicates: none }
}
