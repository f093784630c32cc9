// Decide: facts × policy × instant → decision. Pure and total: it throws for no facts, and whatever goes wrong inside denies.
//
// resources → directives in scope → limbs → discharge → combine

import { limits } from '../../limits.ts'
import type { Decision, Facts } from '../../vocabulary/decision.ts'
import { type NamedResource, readResources } from './catalogue.ts'
import { type Answer, combine, refusal, type Verdict } from './combine.ts'
import { none } from './finding.ts'
import { isInScope, judge } from './judge.ts'
import { inMode, inOrder, type ModeOutcomes, settleAll, settleModes } from './modes.ts'
import type { CompiledDirective, Policy } from './policy.ts'
import { judgeRelease, type Release } from './release.ts'
import { covers, coversSomeMode } from './scope.ts'
import { type Situation, situationOf } from './situation.ts'
import { suspended } from './suspension.ts'
import { shutBy } from './unconfirmed.ts'
import { Horizon } from './valid-until.ts'

export interface DecideOptions {
  /** The clock's uncertainty e, milliseconds. */
  readonly clockUncertaintyMs: number
  /** Hears what went wrong inside where the answer is `evaluation_failed`: for a log, since no decision carries it. */
  readonly onFault?: ((error: unknown) => void) | undefined
}

/** @param instant milliseconds since the epoch: what is decided is whether this is permitted then. */
export function decide(policy: Policy, facts: Facts, instant: number, options: DecideOptions): Decision {
  try {
    const { clockUncertaintyMs: uncertainty } = options
    if (!(uncertainty >= 0 && uncertainty <= limits.clockUncertaintyMs)) {
      return { ...refusal('clock_unsynchronized'), validUntil: instant }
    }
    const horizon = new Horizon(instant, uncertainty)
    const { effect, basis, reason, tellReason, stepUp, resources, determinations, obligations } = answerTo(
      policy,
      facts,
      horizon,
    )
    const { validUntil } = horizon
    return { effect, basis, reason, tellReason, stepUp, resources, determinations, obligations, validUntil }
  } catch (error) {
    // Invariant: an error is a denial. It holds for no instant but this one, so nothing keeps it.
    tellFault(error, options)
    return { ...refusal('evaluation_failed'), validUntil: instant }
  }
}

/** A listener that fails as well must not turn the denial into an error of the caller's. */
function tellFault(error: unknown, { onFault }: DecideOptions): void {
  try {
    onFault?.(error)
  } catch {
    // The denial stands.
  }
}

function answerTo(policy: Policy, facts: Facts, horizon: Horizon): Answer {
  const { caller, operation } = facts
  const reading = readResources(policy.catalogue, operation)
  if (reading.kind === 'unknown') return refusal('model_unknown')
  if (reading.resources.length === 0) return refusal('model_absent')
  const situation = situationOf(facts, policy.registers, horizon)

  const verdicts: Verdict[] = []
  for (const named of reading.resources) {
    const verdict = verdictOn(policy, named, situation)
    // To an outsider a hidden model does not exist, whatever else could be said of it.
    if (verdict === 'concealed') return refusal('model_unknown')
    verdicts.push(verdict)
  }
  return combine(verdicts, operation, caller, horizon)
}

function verdictOn(policy: Policy, named: NamedResource, situation: Situation): Verdict | 'concealed' {
  const { resource, forceable } = named
  const concerning = policy.concerning.get(resource.model)
  if (concerning === undefined) throw new Error(`model \`${resource.model}\` has no entry in the index`)
  const { windows, suspensions, restricting, shut } = concerning
  // Only where several modes can be reached, and an instrument tells them apart, is each asked about by itself.
  const several = resource.modes.length > 1
  const modalWindows =
    several && windows.some(({ scope }) => scope.modes !== 'any' && covers(scope, resource, situation.operation))
  const releases = modalWindows
    ? resource.modes.map((mode) => judgeRelease(windows, resource, situation, [mode]))
    : [judgeRelease(windows, resource, situation, resource.modes)]
  if (releases.every(({ isConcealed }) => isConcealed)) return 'concealed'

  const outcomes = modalWindows ? [] : (releases[0] as Release).outcomes.slice()
  for (const suspension of suspensions) outcomes.push(suspended(suspension, resource))
  if (shut.length > 0) outcomes.push(...shutBy(shut, resource, situation))
  // Directives stand in order of id; windows and suspensions have to be put between them.
  const isOrdered = outcomes.length === 0
  const modal: CompiledDirective[] = []
  for (const directive of restricting) {
    if (!isInScope(directive, resource, situation)) continue
    if (several && directive.rule.modal) modal.push(directive)
    else outcomes.push(judge(directive, named, situation, resource.modes))
  }
  if (modal.length === 0 && !modalWindows) {
    return settleAll(resource, forceable, isOrdered ? outcomes : inOrder(outcomes))
  }
  const byMode = resource.modes.map((mode, index): ModeOutcomes => {
    const alone = modal
      .filter(({ scope }) => coversSomeMode(scope, [mode]))
      .map((directive) => judge(directive, named, situation, [mode]))
    const released = modalWindows ? (releases[index] as Release).outcomes : none
    return { mode, outcomes: [...released, ...alone].map((outcome) => inMode(outcome, mode)) }
  })
  return settleModes(resource, forceable, outcomes, byMode, situation.horizon)
}
