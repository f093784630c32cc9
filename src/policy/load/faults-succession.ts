// What is wrong with how versions follow each other: nothing may open because a version or a withdrawal came in its place.

import type { Bundle, Directive } from '../bundle/bundle.ts'

export function successionFaults({ directives, withdrawals }: Bundle): readonly string[] {
  const versions = Map.groupBy(directives, ({ id }) => id)
  return [
    ...directives.flatMap((directive) => supersedingFaults(directive, versions.get(directive.id) ?? [])),
    // A withdrawal of what is not there yet would end it on the day that it is written.
    ...withdrawals.flatMap(({ id, directive, versions: withdrawn }) =>
      withdrawn
        .filter((version) => !versions.get(directive)?.some((one) => one.version === version))
        .map((version) => `withdrawal ${id}: there is no directive ${directive}@${version}`),
    ),
  ]
}

function supersedingFaults(directive: Directive, versions: readonly Directive[]): readonly string[] {
  const name = `directive ${directive.id}@${directive.version}`
  return directive.supersedes.flatMap((version) => {
    if (version === directive.version) return [`${name}: supersedes itself`]
    if (version > directive.version) return [`${name}: supersedes version ${version}, which is later`]
    const earlier = versions.find((one) => one.version === version)
    if (earlier === undefined) return []
    const faults: string[] = []
    const closing = closes(earlier) || closes(directive)
    if (closing && earlier.kind !== directive.kind) {
      faults.push(
        `${name}: supersedes version ${version} of kind ${earlier.kind}: only the same kind may take its place`,
      )
    }
    if (isReportedLonger(directive, earlier)) {
      faults.push(`${name}: supersedes version ${version}, which is enforced while it is only reported itself`)
    }
    return faults
  })
}

/** Programs and windows keep their scope closed at all times: what comes in their place must do so too. */
const closes = ({ kind }: Directive): boolean => kind === 'program' || kind === 'evaluation-window'

function isReportedLonger(directive: Directive, earlier: Directive): boolean {
  const until = reportedUntil(directive)
  return (
    until !== null && until > (reportedUntil(earlier) ?? Number.NEGATIVE_INFINITY) && until > effectiveOf(directive)
  )
}

const reportedUntil = (directive: Directive): number | null =>
  directive.kind === 'evaluation-window' ? null : directive.reportOnlyUntil
const effectiveOf = (directive: Directive): number =>
  directive.kind === 'evaluation-window' ? Number.NEGATIVE_INFINITY : directive.effective
