// Decide: facts × policy × instant → decision. Pure and total: it throws for no facts, and whatever goes wrong inside denies.
//
// resources → directives in scope → limbs → discharge → combine

import { limits } from '../../limits.ts'
import type { Decision, Facts } from '../../vocabulary/decision.ts'
import type { Operation } from '../../vocabulary/operation.ts'
import { type NamedResource, readResources } from './catalogue.ts'
import { type Answer, combine, refusal, type Verdict } from './combine.ts'
import type { Asked } from './grants.ts'
import { isInScope, judge, type Outcome } from './judge.ts'
import { partiesOf } from './parties.ts'
import type { CompiledDirective, Policy } from './policy.ts'
import { judgeRelease } from './release.ts'
import { coversSomeMode } from './scope.ts'
import type { Situation } from './situation.ts'
import { suspended } from './suspension.ts'
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
    if (!(options.clockUncertaintyMs <= limits.clockUncertaintyMs)) {
      return { ...refusal('clock_unsynchronized'), validUntil: instant }
    }
    const horizon = new Horizon(instant, options.clockUncertaintyMs)
    const answer = answerTo(policy, facts, horizon)
    return { ...answer, validUntil: horizon.validUntil }
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

function answerTo(policy: Policy, { caller, place, operation }: Facts, horizon: Horizon): Answer {
  const reading = readResources(policy.catalogue, operation)
  if (reading.kind === 'unknown') return refusal('model_unknown')
  if (reading.resources.length === 0) return refusal('model_absent')
  const parties = partiesOf(caller, policy.registers, horizon)
  const situation: Situation = { parties, place, registers: policy.registers, horizon, sharedLimbs: new Map() }

  const verdicts: Verdict[] = []
  for (const named of reading.resources) {
    const verdict = verdictOn(policy, named, operation, situation)
    // To an outsider a hidden model does not exist, whatever else could be said of it.
    if (verdict === 'concealed') return refusal('model_unknown')
    verdicts.push(verdict)
  }
  return combine(verdicts, operation, caller)
}

function verdictOn(
  policy: Policy,
  { resource, forceable }: NamedResource,
  operation: Operation,
  situation: Situation,
): Verdict | 'concealed' {
  const concerning = policy.concerning.get(resource.model)
  if (concerning === undefined) throw new Error(`model \`${resource.model}\` has no entry in the index`)
  const asked: Asked = { resource, operation }
  const release = judgeRelease(concerning.windows, asked, situation)
  if (release.isConcealed) return 'concealed'

  const outcomes = release.outcomes.slice()
  for (const suspension of concerning.suspensions) outcomes.push(suspended(suspension, resource))
  // Directives stand in order of id; windows and suspensions have to be put between them.
  const isOrdered = outcomes.length === 0
  const modal: CompiledDirective[] = []
  for (const directive of concerning.restricting) {
    if (!isInScope(directive, resource, operation, situation.horizon)) continue
    // Only where several modes can be reached, and a directive tells them apart, is each asked about by itself.
    if (directive.modal && resource.modes.length > 1) modal.push(directive)
    else outcomes.push(judge(directive, asked, situation, resource.modes))
  }
  if (modal.length > 0) return settleModes(asked, forceable, outcomes, modal, situation)
  return { resource, outcomes: isOrdered ? outcomes : inOrder(outcomes), avoided: [], forcedMode: null }
}

/** What is left to the model is a set of modes. If only some are denied and the gate can fix another, it permits that one. */
function settleModes(
  asked: Asked,
  forceable: readonly string[],
  common: readonly Outcome[],
  modal: readonly CompiledDirective[],
  situation: Situation,
): Verdict {
  const { resource } = asked
  const byMode = resource.modes.map((mode) => ({
    mode,
    outcomes: modal
      .filter(({ scope }) => coversSomeMode(scope, [mode]))
      .map((directive) => inMode(judge(directive, asked, situation, [mode]), mode)),
  }))
  const denied = byMode.filter(({ outcomes }) => outcomes.some(({ reason }) => reason !== null))
  const free = byMode.find((one) => !denied.includes(one) && forceable.includes(one.mode))
  if (denied.length === 0 || free === undefined) {
    const outcomes = inOrder([...common, ...byMode.flatMap((one) => one.outcomes)])
    return { resource, outcomes, avoided: [], forcedMode: null }
  }
  const avoided = inOrder(denied.flatMap((one) => one.outcomes))
  return { resource, outcomes: inOrder([...common, ...free.outcomes]), avoided, forcedMode: free.mode }
}

function inMode(outcome: Outcome, mode: string): Outcome {
  const limbs = outcome.determination.limbs.map((limb) => ({ ...limb, flags: [...limb.flags, `mode:${mode}`] }))
  return { ...outcome, determination: { ...outcome.determination, limbs } }
}

/** By id and version: the record does not tell how the files were ordered. */
function inOrder(outcomes: readonly Outcome[]): readonly Outcome[] {
  return [...outcomes].sort(({ determination: a }, { determination: b }) =>
    a.directive === b.directive ? a.version - b.version : a.directive < b.directive ? -1 : 1,
  )
}
