// Versions of one directive, and what withdraws them: that none is left behind in force, or never comes into force, unseen.
import type { Directive, Withdrawal } from '../../bundle/bundle.ts'
import type { Context, Written } from '../context.ts'
import type { Folder } from '../folder.ts'
import type { Known } from './known.ts'

export const shown = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z')

const beginOf = (noun: Directive): number => (noun.kind === 'evaluation-window' ? noun.admission.from : noun.effective)

/** The first instant at which a later version takes its place. */
export function supersededAt(
  { id, version }: Directive,
  { versions }: Known,
): { readonly version: number; readonly at: number } | undefined {
  return (versions.get(id) ?? [])
    .filter(({ supersedes }) => supersedes.includes(version))
    .map((later) => ({ version: later.version, at: beginOf(later) }))
    .toSorted((a, b) => a.at - b.at)[0]
}

export function checkVersions(folder: Folder, known: Known, { report }: Context): void {
  for (const { noun, file } of folder.directives) {
    if (noun.kind === 'evaluation-window') continue
    const later = supersededAt(noun, known)
    if (later !== undefined && later.at <= noun.effective) {
      const message = `version ${later.version} takes its place at ${shown(later.at)}, before it takes effect: it is never in force`
      report.error(file, ['effective'], 'never-in-force', message)
    }
    const beside = known.versions
      .get(noun.id)
      ?.find(
        (other) =>
          other.version > noun.version &&
          later === undefined &&
          (noun.ends === null || noun.ends > beginOf(other)) &&
          !isWithdrawnBy(noun, beginOf(other), known),
      )
    if (beside !== undefined) {
      const message = `version ${noun.version} stays in force beside version ${beside.version}: let that one say \`supersedes: [${noun.version}]\`, or withdraw this one`
      report.error(file, ['version'], 'not-superseded', message)
    }
  }
}

const isWithdrawnBy = ({ id, version }: Directive, instant: number, { withdrawals }: Known): boolean =>
  withdrawals.get(id)?.some(({ versions, effective }) => versions.includes(version) && effective <= instant) === true

export function checkWithdrawal({ noun, file }: Written<Withdrawal>, known: Known, { report }: Context): void {
  const all = known.versions.get(noun.directive)
  // That there is no such directive has been reported.
  if (all === undefined) return
  for (const [index, version] of noun.versions.entries()) {
    const at = ['withdraws', 'versions', index]
    const directive = all.find((one) => one.version === version)
    if (directive === undefined) {
      const versions = all.map((one) => one.version).join(', ')
      report.error(file, at, 'unknown-version', `\`${noun.directive}\` has no version ${version}; it has ${versions}`)
      continue
    }
    const later = supersededAt(directive, known)
    if (later === undefined || noun.versions.includes(later.version)) continue
    const message =
      later.at <= noun.effective
        ? `version ${later.version} took its place at ${shown(later.at)}: this lifts nothing. Name version ${later.version} if it is meant`
        : `version ${later.version} takes effect at ${shown(later.at)} all the same: name it too if it is meant`
    if (later.at <= noun.effective) report.error(file, at, 'withdraws-nothing', message)
    else report.warning(file, at, 'superseded', message)
  }
}
