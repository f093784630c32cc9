// Succession: how versions of one directive follow each other, and when each leaves force.

import type { Bundle, Directive, EvaluationWindow, RestrictingDirective } from '../bundle/bundle.ts'

/** Of one id, and what is withdrawn of them. */
export type Versions = Pick<Bundle, 'directives' | 'withdrawals'>

/** A directive leaves force only by its own end, a withdrawal, or a version that says that it supersedes it. */
export function endOf(directive: Directive, versions: Versions): number {
  const { directives, withdrawals } = versions
  const own = directive.kind === 'evaluation-window' ? directive.admission.to : directive.ends
  const withdrawn = withdrawals
    .filter((withdrawal) => withdrawal.versions.includes(directive.version))
    .map(({ effective }) => effective)
  const superseded = directives
    .filter(
      (other): other is RestrictingDirective => other.kind !== 'evaluation-window' && supersedes(other, directive),
    )
    // What was withdrawn or replaced before it took effect never was in force, and takes nothing else out of force.
    .filter((other) => endOf(other, versions) > other.effective)
    .map(({ effective }) => effective)
  return Math.min(own ?? Number.POSITIVE_INFINITY, ...withdrawn, ...superseded)
}

export const supersedes = (other: Directive, directive: Directive): boolean =>
  other.id === directive.id && other.supersedes.includes(directive.version)

export const isSuperseded = (window: EvaluationWindow, { directives }: Versions): boolean =>
  directives.some((other) => supersedes(other, window))
