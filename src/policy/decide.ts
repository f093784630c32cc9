// Decide: facts × policy × instant → decision. Pure and total: it throws for no facts, and whatever goes wrong inside denies.
//
// resources → directives in scope → limbs → discharge → combine

import { limits } from '../limits.ts'
import type { Decision, Facts } from '../vocabulary/decision.ts'
import type { Operation } from '../vocabulary/operation.ts'
import { type NamedResource, readResources } from './catalogue.ts'
import { type Answer, combine, refusal, type Verdict } from './combine.ts'
import { inScope, judge, judgeRelease, type Outcome } from './judge.ts'
import { partiesOf } from './parties.ts'
import type { CompiledDirective, Policy } from './policy.ts'
import type { Situation } from './situation.ts'
import { Horizon } from './valid-until.ts'

export interface DecideOptions {
  /** The clock's uncertainty e, milliseconds. */
  readonly clockUncertaintyMs: number
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
  } catch {
    // Invariant: an error is a denial. It holds for no instant but this one, so nothing keeps it.
    return { ...refusal('evaluation_failed'), validUntil: instant }
  }
}

function answerTo(policy: Policy, { caller, place, operation }: Facts, horizon: Horizon): Answer {
  const reading = readResources(policy.catalogue, operation)
  if (reading.kind === 'unknown') return refusal('model_unknown')
  if (reading.resources.length === 0) return refusal('model_absent')
  const parties = partiesOf(caller, policy.registers, horizon)
  const situation: Situation = { parties, place, registers: policy.registers, horizon }

  const verdicts: Verdict[] = []
  for (const resource of reading.resources) {
    const verdict = verdictOn(policy, resource, operation, situation)
    // To an outsider a hidden model does not exist, whatever else could be said of it.
    if (verdict === 'hidden') return refusal('model_unknown')
    verdicts.push(verdict)
  }
  return combine(verdicts, operation, caller)
}

function verdictOn(
  policy: Policy,
  resource: NamedResource,
  operation: Operation,
  situation: Situation,
): Verdict | 'hidden' {
  const concerning = policy.concerning.get(resource.model)
  if (concerning === undefined) throw new Error(`model \`${resource.model}\` has no entry in the index`)

  const release = judgeRelease(concerning, resource, operation, situation)
  const isClosed = release.outcomes.some(({ reason }) => reason !== null)
  if (isClosed && !resource.released && resource.listing === 'hidden' && !release.named) return 'hidden'

  const directives = inScope(concerning, resource, operation, situation.horizon)
  const about = (directive: CompiledDirective, modes: readonly string[]): Outcome =>
    judge(directive, resource, operation, situation, modes)
  // Only where several modes can be reached, and a directive tells them apart, is each asked about by itself.
  const isSplit = ({ modal }: CompiledDirective): boolean => modal && resource.modes.length > 1
  const common = directives.filter((one) => !isSplit(one)).map((directive) => about(directive, resource.modes))
  return settleModes(resource, [...release.outcomes, ...common], directives.filter(isSplit), about)
}

/** What is left to the model is a set of modes. If only some are denied and the gate can fix another, it permits that one. */
function settleModes(
  resource: NamedResource,
  common: readonly Outcome[],
  modal: readonly CompiledDirective[],
  about: (directive: CompiledDirective, modes: readonly string[]) => Outcome,
): Verdict {
  if (modal.length === 0) return { resource, outcomes: inOrder(common), avoided: [], forcedMode: null }
  const byMode = resource.modes.map((mode) => {
    const concerned = modal.filter(({ scope }) => scope.modes === 'any' || scope.modes.has(mode))
    return { mode, outcomes: concerned.map((directive) => inMode(about(directive, [mode]), mode)) }
  })
  const denied = byMode.filter(({ outcomes }) => outcomes.some(standsInTheWay))
  const free = byMode.find((one) => !denied.includes(one) && resource.forceable.includes(one.mode))
  if (denied.length === 0 || free === undefined) {
    return {
      resource,
      outcomes: inOrder([...common, ...byMode.flatMap((one) => one.outcomes)]),
      avoided: [],
      forcedMode: null,
    }
  }
  const avoided = denied.flatMap((one) => one.outcomes)
  return { resource, outcomes: inOrder([...common, ...free.outcomes]), avoided, forcedMode: free.mode }
}

const standsInTheWay = ({ reason }: Outcome): boolean => reason !== null

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
