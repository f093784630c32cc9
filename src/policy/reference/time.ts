// semantics.md §8: half-open intervals under an uncertain clock. "Prohibitions hold on [effective − e, expires + e), grants and
// admissions on [from + e, to − e)": where the clock could stand on either side of an edge, the answer is the stricter one.

import type { Directive, EvaluationWindow, Interval, RestrictingDirective } from '../bundle/bundle.ts'
import type { Question } from './question.ts'

/** What admits has begun for certain. */
export const hasBegun = (from: number, { instant, uncertainty }: Question): boolean => instant >= from + uncertainty

/** What admits may have ended. */
export const mayHaveEnded = (to: number | null, { instant, uncertainty }: Question): boolean =>
  to !== null && instant >= to - uncertainty

/** Grants, admissions, and every entry of a register that opens something or names somebody. */
export const admitsNow = ({ from, to }: Interval, question: Question): boolean =>
  hasBegun(from, question) && !mayHaveEnded(to, question)

/** What prohibits may have begun. */
export const mayHaveBegun = (from: number, { instant, uncertainty }: Question): boolean => instant >= from - uncertainty

/** An entry of a register that prohibits. */
export const prohibitsNow = ({ from, to }: Interval, question: Question): boolean =>
  mayHaveBegun(from, question) && (to === null || question.instant < to + question.uncertainty)

/** What prohibits has not ended for certain. */
export const mayStillHold = (directive: RestrictingDirective, question: Question): boolean =>
  endsOf(directive, question).every((end) => question.instant < end + question.uncertainty)

/** "A directive leaves force only by its own end, a withdrawal or a recorded superseding version." */
function endsOf(directive: Directive, question: Question): readonly number[] {
  const { bundle } = question
  const own = directive.kind === 'evaluation-window' ? directive.admission.to : directive.ends
  const withdrawals = bundle.withdrawals
    .filter((one) => one.directive === directive.id && one.versions.includes(directive.version))
    .map(({ effective }) => effective)
  const successors: number[] = []
  for (const other of bundle.directives) {
    // An evaluation window has no instant at which it takes effect: it closes at all times.
    if (other.kind === 'evaluation-window' || !replaces(other, directive)) continue
    // What was withdrawn or replaced before it took effect never was in force, and takes nothing else out of force.
    const wasInForce = endsOf(other, question).every((end) => end > other.effective)
    if (wasInForce) successors.push(other.effective)
  }
  return [...(own === null ? [] : [own]), ...withdrawals, ...successors]
}

export const replaces = (one: Directive, other: Directive): boolean =>
  one.id === other.id && one.supersedes.includes(other.version)

/** A window that another version replaces is gone: the other one closes at all times, too. */
export const isReplaced = (window: EvaluationWindow, { bundle }: Question): boolean =>
  bundle.directives.some((one) => replaces(one, window))

/** Whether a window admits now those whom it names. */
export const isOpen = (window: EvaluationWindow, question: Question): boolean =>
  hasBegun(window.admission.from, question) && endsOf(window, question).every((end) => !mayHaveEnded(end, question))
