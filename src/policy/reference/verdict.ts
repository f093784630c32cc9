// semantics.md §6: one resource, with every mode that the request could reach. "If only some members are denied and the dialect has a
// field by which the gate can fix the member, permit with `force-mode`; else deny."

import type { Directive, RestrictingDirective } from '../bundle/bundle.ts'
import type { NamedResource } from './catalogue.ts'
import { determine, type Finding } from './determine.ts'
import { concerns } from './in-force.ts'
import { releaseOf, settled, suspensionsOf, windowsOver } from './release.ts'
import { covers, coversSome } from './scope.ts'
import type { Situation, Suspension } from './situation.ts'
import { testsIn } from './tests.ts'
import { mayHaveBegun, mayHaveEnded, mayStillHold } from './time.ts'

export interface Verdict {
  /** Everything that was determined. */
  readonly recorded: readonly Finding[]
  /** What counts: not what concerns a mode that a forced one avoids. */
  readonly counted: readonly Finding[]
  readonly forcedMode: string | null
  /** Whose obligations cannot hold together, or cannot be enforced on this resource. */
  readonly unenforceable: readonly Finding[]
}

export function verdictOn(
  named: NamedResource,
  { suspensions, isUnconfirmed }: { readonly suspensions: readonly Suspension[]; readonly isUnconfirmed: boolean },
  situation: Situation,
): Verdict | 'concealed' {
  const { modes } = named.resource
  const directives = situation.bundle.directives
    .filter((one): one is RestrictingDirective => one.kind !== 'evaluation-window')
    .filter((one) => concerns(one, named, situation))
  const windowsTellApart = modes.length > 1 && windowsOver(named, situation).some(({ scope }) => scope.modes !== 'any')
  const apart = directives.filter((one) => modes.length > 1 && tellsModesApart(one, situation))

  const releases = (windowsTellApart ? modes.map((mode) => [mode]) : [modes]).map((some) =>
    releaseOf(named, some, situation),
  )
  if (releases.every(({ isConcealed }) => isConcealed)) return 'concealed'
  const common: Finding[] = [
    ...(windowsTellApart ? [] : releases.flatMap(({ findings }) => findings)),
    ...suspensionsOf(named, suspensions, situation),
    ...(isUnconfirmed ? shutBy(named, situation) : []),
    ...directives.filter((one) => !apart.includes(one)).map((one) => determine(one, named, modes, situation)),
  ]
  if (apart.length === 0 && !windowsTellApart) return ofAllModes(named, common)
  const byMode = modes.map((mode, index) => ({
    mode,
    findings: [
      ...(windowsTellApart ? (releases[index]?.findings ?? []) : []),
      ...apart.filter(({ scope }) => coversSome(scope, [mode])).map((one) => determine(one, named, [mode], situation)),
    ].map((finding) => inMode(finding, mode)),
  }))
  return ofEachMode(named, common, byMode, situation)
}

/** "Directives that say `refuse` shut their scope (`policy_stale`), those that say `hold` go on": answers under way are no exception. */
function shutBy(named: NamedResource, situation: Situation): readonly Finding[] {
  const { bundle, facts } = situation
  const windows: readonly Directive[] = windowsOver(named, situation)
  const restricting = bundle.directives.filter(
    (one) =>
      one.kind !== 'evaluation-window' &&
      covers(one.scope, named, facts.operation, bundle) &&
      mayStillHold(one, situation) &&
      (one.kind === 'program' || mayHaveBegun(one.effective, situation)) &&
      (one.reportOnlyUntil === null || mayHaveBegun(one.reportOnlyUntil, situation)),
  )
  return [...windows, ...restricting]
    .filter(({ whenFreshnessIsUnknown }) => whenFreshnessIsUnknown === 'refuse')
    .filter(({ scope }) => coversSome(scope, named.resource.modes))
    .map(({ id, version }) => settled(`lease:${id}`, version, 'freshness', named, 'policy_stale', []))
}

/** It speaks of modes, or a grant that may discharge it does: what it says of one mode it need not say of another. */
function tellsModesApart({ id, version, scope, limbs }: RestrictingDirective, { bundle }: Situation): boolean {
  return (
    scope.modes !== 'any' ||
    limbs.some(({ is }) => testsIn(is).some(({ test }) => test === 'mode')) ||
    bundle.grants.some(
      (grant) =>
        grant.scope.modes !== 'any' &&
        grant.discharges.some(({ directive, versions }) => directive === id && versions.includes(version)),
    )
  )
}

/** Nothing but an obligation could tell the modes apart. */
function ofAllModes({ resource, forcible }: NamedResource, findings: readonly Finding[]): Verdict {
  const verdict: Verdict = { recorded: findings, counted: findings, forcedMode: null, unenforceable: [] }
  const [mode, ...others] = forcedModes(findings)
  if (mode === undefined) return verdict
  const isReachable = others.length === 0 && resource.modes.includes(mode)
  if (isReachable && resource.modes.length === 1) return verdict
  if (isReachable && forcible.includes(mode)) return { ...verdict, forcedMode: mode }
  return { ...verdict, unenforceable: findings.filter(forcesMode) }
}

function ofEachMode(
  { forcible }: NamedResource,
  common: readonly Finding[],
  byMode: readonly { readonly mode: string; readonly findings: readonly Finding[] }[],
  situation: Situation,
): Verdict {
  const recorded = [...common, ...byMode.flatMap(({ findings }) => findings)]
  const mayAnswer = ({ mode, findings }: (typeof byMode)[number]): boolean =>
    findings.every((one) => !isInTheWay(one) && !hasTerminated(one, situation)) &&
    forcedModes([...common, ...findings]).every((forced) => forced === mode)
  const free = byMode.filter(mayAnswer)
  if (free.length === byMode.length) return { recorded, counted: recorded, forcedMode: null, unenforceable: [] }
  const chosen = free.find(({ mode }) => forcible.includes(mode))
  if (chosen !== undefined) {
    return { recorded, counted: [...common, ...chosen.findings], forcedMode: chosen.mode, unenforceable: [] }
  }
  const unenforceable = recorded.filter((one) => forcesMode(one) || hasTerminated(one, situation))
  return { recorded, counted: recorded, forcedMode: null, unenforceable }
}

export const isInTheWay = ({ result, reportOnly }: Finding): boolean =>
  !reportOnly && (result === 'violated' || result === 'indeterminate')

const forcedModes = (findings: readonly Finding[]): readonly string[] => [
  ...new Set(
    findings.flatMap(({ obligations }) => obligations.flatMap((one) => (one.kind === 'force-mode' ? [one.mode] : []))),
  ),
]

const forcesMode = ({ obligations }: Finding): boolean => obligations.some(({ kind }) => kind === 'force-mode')

/** "Nothing flows from this instant on." */
export const hasTerminated = ({ obligations }: Finding, situation: Situation): boolean =>
  obligations.some((one) => one.kind === 'terminate-at' && mayHaveEnded(one.at, situation))

function inMode(finding: Finding, mode: string): Finding {
  return { ...finding, limbs: finding.limbs.map((limb) => ({ ...limb, flags: [...limb.flags, `mode:${mode}`] })) }
}
