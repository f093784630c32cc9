// Release: evaluation windows and the release state. A window closes its scope at all times, before and after its interval too; over
// one resource windows add up: it is open to whoever one of them admits. What is unreleased and has no window is closed to everyone.

import type { LimbFinding } from '../../vocabulary/decision.ts'
import type { Flag } from '../../vocabulary/flags.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import type { DirectiveObligation } from '../bundle/bundle.ts'
import { none } from './finding.ts'
import type { Asked } from './grants.ts'
import type { Outcome } from './judge.ts'
import type { CompiledWindow } from './policy.ts'
import { standingIn } from './predicates/index.ts'
import type { DeterminationReason } from './reason-order.ts'
import { covers, coversSomeMode } from './scope.ts'
import type { Situation } from './situation.ts'

export interface Release {
  readonly outcomes: readonly Outcome[]
  /** To an outsider a hidden model that is closed does not exist: nothing else may be said of it. */
  readonly isConcealed: boolean
}

const released: Release = { outcomes: none, isConcealed: false }

/** @param modes those that are asked about: one of them where several can be reached and a window tells them apart. */
export function judgeRelease(
  windows: readonly CompiledWindow[],
  asked: Asked,
  situation: Situation,
  modes: readonly string[],
): Release {
  const { resource, operation } = asked
  if (windows.length === 0 && resource.released) return released
  const concerned = windows.filter(({ scope }) => covers(scope, resource, operation) && coversSomeMode(scope, modes))
  const hidden = !resource.released && resource.listing === 'hidden'
  if (concerned.length === 0) {
    return resource.released ? released : { outcomes: [unreleased(resource)], isConcealed: hidden }
  }
  const entries = concerned.map((window) => ({ window, entry: entryTo(window, situation) }))
  const opener = entries.find(({ entry }) => entry === 'admitted')
  const isConcealed = hidden && entries.every(({ entry }) => entry === 'outsider')
  if (opener === undefined) {
    const closed = { named: 'evaluation_closed', outsider: 'model_unreleased', admitted: null } as const
    return { outcomes: entries.map(({ window, entry }) => outcome(window, resource, closed[entry], none)), isConcealed }
  }
  return {
    outcomes: entries.map(({ window, entry }) =>
      entry === 'admitted'
        ? outcome(window, resource, null, none, window.source.obligations)
        : outcome(window, resource, null, [`opened_by:${opener.window.source.id}`]),
    ),
    isConcealed,
  }
}

/** `named`: the window names them, but it is not open now. The current actor counts with the subject: both must be named. */
function entryTo({ source, to }: CompiledWindow, situation: Situation): 'admitted' | 'named' | 'outsider' {
  const { parties, horizon } = situation
  const present = parties.actor === null ? [parties.subject] : [parties.subject, parties.actor]
  const standings = present.map((party) => source.admits.map((test) => standingIn(test, party, situation, 'admit')))
  if (horizon.admits(source.admission.from, to)) {
    return standings.every((found) => found.includes('holds')) ? 'admitted' : 'outsider'
  }
  return standings.every((found) => found.some((standing) => standing !== 'absent')) ? 'named' : 'outsider'
}

function outcome(
  { source }: CompiledWindow,
  { pointer }: Resource,
  reason: DeterminationReason | null,
  flags: readonly Flag[],
  obligations: readonly DirectiveObligation[] = none,
): Outcome {
  return {
    determination: {
      directive: source.id,
      version: source.version,
      resource: pointer,
      result: reason === null ? 'satisfied' : 'violated',
      limbs: [limb('admission', reason, flags)],
    },
    reason,
    gaps: none,
    onUnknown: 'deny',
    tellReason: source.tellTheCaller === 'reason',
    reportOnly: false,
    obligations,
  }
}

/** Stands in the record under the catalogue's name: no directive is needed to keep an unreleased model closed. */
function unreleased({ model, pointer }: Resource): Outcome {
  const reason = 'model_unreleased'
  return {
    determination: {
      directive: `catalogue:${model}`,
      version: 1,
      resource: pointer,
      result: 'violated',
      limbs: [limb('release-state', reason, none)],
    },
    reason,
    gaps: none,
    onUnknown: 'deny',
    tellReason: true,
    reportOnly: false,
    obligations: none,
  }
}

function limb(name: string, reason: DeterminationReason | null, flags: readonly Flag[]): LimbFinding {
  const value = reason === null ? 'false' : 'true'
  return { limb: name, value, reason, grants: none, flags, predicates: none }
}
