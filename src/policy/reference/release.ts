// semantics.md §6: what is unreleased, hidden, suspended, or under evaluation.

import type { Reason } from '../../vocabulary/reason.ts'
import type { EvaluationWindow } from '../bundle/bundle.ts'
import { lineageOf, type NamedResource } from './catalogue.ts'
import type { Finding } from './determine.ts'
import { partiesIn } from './parties.ts'
import { registrationIn } from './registers.ts'
import { covers, coversSome } from './scope.ts'
import type { Situation, Suspension } from './situation.ts'
import { isOpen, isReplaced } from './time.ts'

export interface Release {
  readonly findings: readonly Finding[]
  /** "to outsiders of a hidden one `model_unknown`" */
  readonly isConcealed: boolean
}

/** "Programs and windows *close* their resource at all times and open it to those they admit"; windows over one resource add up. */
export function releaseOf(named: NamedResource, modes: readonly string[], situation: Situation): Release {
  const { resource } = named
  const windows = windowsOver(named, situation).filter(({ scope }) => coversSome(scope, modes))
  const isHidden = !resource.released && resource.listing === 'hidden'
  if (windows.length === 0) {
    // "An `unreleased` model or variant is denied to everyone except those whom an open window names."
    if (resource.released) return { findings: [], isConcealed: false }
    return { findings: [unreleased(named)], isConcealed: isHidden }
  }
  const entries = windows.map((window) => ({ window, entry: entryTo(window, situation) }))
  const isConcealed = isHidden && entries.every(({ entry }) => entry === 'outsider')
  const opener = entries.find(({ entry }) => entry === 'admitted')
  if (opener === undefined) {
    // "Outside its interval those a window names get `evaluation_closed`."
    const reasons = { named: 'evaluation_closed', outsider: 'model_unreleased', admitted: null } as const
    return { findings: entries.map(({ window, entry }) => admission(window, named, reasons[entry], [])), isConcealed }
  }
  const findings = entries.map(({ window, entry }) =>
    admission(window, named, null, entry === 'admitted' ? [] : [`opened_by:${opener.window.id}`]),
  )
  // "Its obligations bind those it admits."
  const binding = entries.map(({ window, entry }) => (entry === 'admitted' ? window.obligations : []))
  return {
    findings: findings.map((finding, index) => ({ ...finding, obligations: binding[index] ?? [] })),
    isConcealed,
  }
}

/** In order of id and version, whatever their modes. */
export function windowsOver(named: NamedResource, situation: Situation): readonly EvaluationWindow[] {
  return situation.bundle.directives
    .filter((one): one is EvaluationWindow => one.kind === 'evaluation-window')
    .filter((one) => !isReplaced(one, situation))
    .filter(({ scope }) => covers(scope, named, situation.facts.operation, situation.bundle))
    .sort((a, b) => (a.id === b.id ? a.version - b.version : a.id < b.id ? -1 : 1))
}

/** "The current actor counts with the subject": both must be named. */
function entryTo(window: EvaluationWindow, situation: Situation): 'admitted' | 'named' | 'outsider' {
  const present = partiesIn(['subject', 'actor'], situation).filter(({ label }) => label !== 'prior-actor')
  const registrations = present.map((party) =>
    window.admits.map((test) => registrationIn(test, party, 'admit', situation)),
  )
  if (isOpen(window, situation)) {
    return registrations.every((found) => found.includes('holds')) ? 'admitted' : 'outsider'
  }
  return registrations.every((found) => found.some((one) => one !== 'absent')) ? 'named' : 'outsider'
}

function admission(
  { id, version, tellTheCaller }: EvaluationWindow,
  named: NamedResource,
  reason: Reason | null,
  flags: readonly string[],
): Finding {
  return { ...settled(id, version, 'admission', named, reason, flags), tellsReason: tellTheCaller === 'reason' }
}

/** It stands in the record under the catalogue's name: no directive is needed to keep an unreleased model closed. */
const unreleased = (named: NamedResource): Finding =>
  settled(`catalogue:${named.resource.model}`, 1, 'release-state', named, 'model_unreleased', [])

/** §8: "one officer closes a model, a family or everything, for everyone, at once: it only adds denials". Lineage is followed. */
export function suspensionsOf(
  named: NamedResource,
  suspensions: readonly Suspension[],
  { bundle }: Situation,
): readonly Finding[] {
  const lineage = lineageOf(named.model, bundle)
  return suspensions
    .filter(({ of }) => {
      if (of.kind === 'all') return true
      return lineage.some(({ id, family }) => (of.kind === 'model' ? id === of.model : family === of.family))
    })
    .map(({ id }) => settled(`suspension:${id}`, 1, 'suspension', named, 'model_suspended', []))
}

/** A finding of one limb that is never unknown. */
export function settled(
  directive: string,
  version: number,
  limb: string,
  { resource }: NamedResource,
  reason: Reason | null,
  flags: readonly string[],
): Finding {
  return {
    directive,
    version,
    resource: resource.pointer,
    result: reason === null ? 'satisfied' : 'violated',
    limbs: [{ limb, value: reason === null ? 'false' : 'true', reason, gaps: [], grants: [], flags }],
    reportOnly: false,
    onUnknown: 'deny',
    tellsReason: true,
    obligations: [],
  }
}
