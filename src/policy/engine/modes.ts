// Modes: what is left to the model is a set of modes. If only some may answer, by what is determined of each or by a mode that an
// obligation forces, and the request has a field by which the gate can fix another, it permits that one.

import type { LimbFinding } from '../../vocabulary/decision.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import type { Verdict } from './combine.ts'
import { none } from './finding.ts'
import { forcedModes, forcesMode, hasTerminated } from './obligations.ts'
import type { Outcome } from './outcome.ts'
import type { Horizon } from './valid-until.ts'

/** What was determined of one mode alone. */
export interface ModeOutcomes {
  readonly mode: string
  readonly outcomes: readonly Outcome[]
}

/** Where nothing tells the reachable modes apart. @param outcomes in the order of the record */
export function settleAll(resource: Resource, forceable: readonly string[], outcomes: readonly Outcome[]): Verdict {
  const forced = forcedModes(outcomes)
  if (forced.length === 0) return verdict(resource, outcomes)
  const [mode = ''] = forced
  const { modes } = resource
  if (forced.length === 1 && modes.includes(mode)) {
    if (modes.length === 1) return verdict(resource, outcomes)
    if (forceable.includes(mode)) return { ...verdict(resource, outcomes), forcedMode: mode }
  }
  return { ...verdict(resource, outcomes), unenforceable: outcomes.filter(forcesMode) }
}

/** Where something tells them apart. @param common what was determined of all modes together */
export function settleModes(
  resource: Resource,
  forceable: readonly string[],
  common: readonly Outcome[],
  byMode: readonly ModeOutcomes[],
  horizon: Horizon,
): Verdict {
  const recorded = inOrder([...common, ...byMode.flatMap(({ outcomes }) => outcomes)])
  const open = byMode.filter((one) => mayAnswer(one, common, horizon))
  if (open.length === byMode.length) return verdict(resource, recorded)
  const chosen = open.find(({ mode }) => forceable.includes(mode))
  if (chosen === undefined) {
    const unenforceable = recorded.filter((one) => forcesMode(one) || hasTerminated(one, horizon))
    return { ...verdict(resource, recorded), unenforceable }
  }
  return { resource, recorded, counted: [...common, ...chosen.outcomes], forcedMode: chosen.mode, unenforceable: none }
}

function mayAnswer({ mode, outcomes }: ModeOutcomes, common: readonly Outcome[], horizon: Horizon): boolean {
  return (
    outcomes.every((one) => one.reason === null && !hasTerminated(one, horizon)) &&
    [...forcedModes(common), ...forcedModes(outcomes)].every((forced) => forced === mode)
  )
}

const verdict = (resource: Resource, outcomes: readonly Outcome[]): Verdict => ({
  resource,
  recorded: outcomes,
  counted: outcomes,
  forcedMode: null,
  unenforceable: none,
})

/** The same outcome, as the record tells it of one mode. */
export function inMode(outcome: Outcome, mode: string): Outcome {
  const limbs = outcome.determination.limbs.map(
    (limb): LimbFinding => ({
      ...limb,
      flags: [...limb.flags, `mode:${mode}`],
    }),
  )
  return { ...outcome, determination: { ...outcome.determination, limbs } }
}

/** By id and version: the record does not tell how the files were ordered. */
export function inOrder(outcomes: readonly Outcome[]): readonly Outcome[] {
  return [...outcomes].sort(({ determination: a }, { determination: b }) =>
    a.directive === b.directive ? a.version - b.version : a.directive < b.directive ? -1 : 1,
  )
}
