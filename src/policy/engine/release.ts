// Release: evaluation windows and the release state. A window closes its scope at all times, before and after its interval too; over
// one resource windows add up: it is open to whoever one of them admits. What is unreleased and has no window is closed to everyone.

import type { Flag } from '../../vocabulary/flags.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import type { DirectiveObligation } from '../bundle/bundle.ts'
import { none } from './finding.ts'
import { determinationBy, type Outcome, outcomeOf } from './outcome.ts'
import type { CompiledWindow } from './policy.ts'
import { registrationIn } from './predicates/index.ts'
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
  resource: Resource,
  situation: Situation,
  modes: readonly string[],
): Release {
  if (windows.length === 0 && resource.released) return released
  const concerned = windows.filter(
    ({ scope }) => covers(scope, resource, situation.operation) && coversSomeMode(scope, modes),
  )
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
  const registrations = present.map((party) =>
    source.admits.map((test) => registrationIn(test, party, situation, 'admit')),
  )
  if (horizon.admits(source.admission.from, to)) {
    return registrations.every((found) => found.includes('holds')) ? 'admitted' : 'outsider'
  }
  return registrations.every((found) => found.some((one) => one !== 'absent')) ? 'named' : 'outsider'
}

function outcome(
  { source }: CompiledWindow,
  resource: Resource,
  reason: DeterminationReason | null,
  flags: readonly Flag[],
  obligations: readonly DirectiveObligation[] = none,
): Outcome {
  const determination = determinationBy('admission', source, resource, reason, flags)
  return outcomeOf(determination, reason, source.tellTheCaller === 'reason', obligations)
}

/** Stands in the record under the catalogue's name: no directive is needed to keep an unreleased model closed. */
function unreleased(resource: Resource): Outcome {
  const reason = 'model_unreleased'
  const catalogue = { id: `catalogue:${resource.model}`, version: 1 }
  return outcomeOf(determinationBy('release-state', catalogue, resource, reason), reason, true)
}
