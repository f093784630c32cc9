// Grants: what each names exists, meets it in time and scope, and is still in force when it helps.
import { isRegionCode } from '../../../vocabulary/country.ts'
import type { Directive, Grant } from '../../bundle/bundle.ts'
import type { Context, Written } from '../context.ts'
import { covered, type Known } from './known.ts'
import { codesOf, silentOnRegions } from './limbs.ts'
import { shown, supersededAt } from './versions.ts'

export function checkGrant(grant: Written<Grant>, known: Known, context: Context): void {
  checkPlaces(grant, known, context)
  for (const [index, discharge] of grant.noun.discharges.entries()) {
    const versions = known.versions.get(discharge.directive)
    // That there is no such directive has been reported.
    if (versions !== undefined) checkDischarge(grant, index, versions, known, context)
  }
}

function checkDischarge(
  { noun: grant, file }: Written<Grant>,
  index: number,
  versions: readonly Directive[],
  known: Known,
  { report }: Context,
): void {
  const discharge = grant.discharges[index]
  if (discharge === undefined) return
  const path = ['discharges', index]
  const end = grant.revokedFrom ?? grant.to
  for (const [nth, version] of discharge.versions.entries()) {
    const at = [...path, 'versions', nth]
    const directive = versions.find((one) => one.version === version)
    if (directive === undefined) {
      const others = versions.map((one) => one.version).join(', ')
      report.error(
        file,
        at,
        'unknown-version',
        `\`${discharge.directive}\` has no version ${version}; it has ${others}`,
      )
      continue
    }
    const limbs = directive.kind === 'evaluation-window' ? [] : directive.limbs.map(({ id }) => id)
    for (const [limbIndex, limb] of discharge.limbs.entries()) {
      if (limbs.includes(limb)) continue
      const message = `version ${version} of \`${directive.id}\` has no limb \`${limb}\`; it has ${limbs.join(', ') || 'none'}`
      report.error(file, [...path, 'limbs', limbIndex], 'unknown-limb', message)
    }
    if (directive.kind === 'evaluation-window') continue
    const later = supersededAt(directive, known)
    const over = later === undefined ? directive.ends : Math.min(later.at, directive.ends ?? later.at)
    if ((over !== null && over <= grant.from) || (end !== null && end <= directive.effective)) {
      const why =
        over !== null && over <= grant.from
          ? `is out of force from ${shown(over)} on`
          : `takes effect at ${shown(directive.effective)}`
      report.error(file, at, 'discharges-nothing', `version ${version} ${why}: they are never in force together`)
    } else if (later !== undefined && !discharge.versions.includes(later.version) && (end === null || end > later.at)) {
      const message = `from ${shown(later.at)} on version ${later.version} takes its place, which this grant does not name: it helps no more. Name it too if it is to go on`
      report.warning(file, at, 'superseded', message)
    }
  }
  checkOverlap(grant, index, versions, known, report, file)
}

/** A grant for other models than the directive covers would look like help and be none. */
function checkOverlap(
  grant: Grant,
  index: number,
  versions: readonly Directive[],
  known: Known,
  report: Context['report'],
  file: Written<Grant>['file'],
): void {
  const mine = covered(grant.scope, known)
  const named = versions.filter(({ version }) => grant.discharges[index]?.versions.includes(version))
  const theirs = new Set(named.flatMap(({ scope }) => covered(scope, known)))
  if (mine.length === 0 || theirs.size === 0 || mine.some((model) => theirs.has(model))) return
  const message = `\`${grant.discharges[index]?.directive}\` covers no model that this grant covers, so that nothing would be discharged`
  report.error(file, ['discharges', index], 'discharges-nothing', message)
}

function checkPlaces({ noun: { places }, file }: Written<Grant>, known: Known, { report }: Context): void {
  if (places === null || places.evidence.whereRegionsAreUnknown !== null) return
  if (!codesOf(places.within, known.lists).some(isRegionCode)) return
  report.error(file, ['only-at', 'evidence'], 'regions-silent', `\`within\` ${silentOnRegions}`)
}
