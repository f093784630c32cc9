// semantics.md §8: half-open intervals under an uncertain clock. "Prohibitions hold on [effective − e, expires + e), grants and
// admissions on [from + e, to − e)": where the clock could stand on either side of an edge, the answer is the stricter one.

import type { Directive, EvaluationWindow, Interval, RestrictingDirective } from '../bundle/bundle.ts'
import type { Situation } from './situation.ts'

/** What admits has begun for certain. */
export const hasBegun = (from: number, { instant, uncertainty }: Situation): boolean => instant >= from + uncertainty

/** What admits may have ended. */
export const mayHaveEnded = (to: number | null, { instant, uncertainty }: Situation): boolean =>
  to !== null && instant >= to - uncertainty

/** Grants, admissions, and every entry of a register that opens something or names somebody. */
export const admitsNow = ({ from, to }: Interval, situation: Situation): boolean =>
  hasBegun(from, situation) && !mayHaveEnded(to, situation)

/** What prohibits may have begun. */
export const mayHaveBegun = (from: number, { instant, uncertainty }: Situation): boolean =>
  instant >= from - uncertainty

/** An entry of a register that prohibits. */
export const prohibitsNow = ({ from, to }: Interval, situation: Situation): boolean =>
  mayHaveBegun(from, situation) && (to === null || situation.instant < to + situation.uncertainty)

/** What prohibits has not ended for certain. */
export const mayStillHold = (directive: RestrictingDirective, situation: Situation): boolean =>
  endsOf(directive, situation).every((end) => situation.instant < end + situation.uncertainty)

/** "A directive leaves force only by its own end, a withdrawal or a recorded superseding version." */
function endsOf(directive: Directive, situation: Situation): readonly number[] {
  const { bundle } = situation
  const own = directive.kind === 'evaluation-window' ? directive.admission.to : directive.ends
  const withdrawals = bundle.withdrawals
    .filter((one) => one.directive === directive.id && one.versions.includes(directive.version))
    .map(({ effective }) => effective)
  const successors: number[] = []
  for (const other of bundle.directives) {
    // An evaluation window has no instant at which it takes effect: it closes at all times.
    if (other.kind === 'evaluation-window' || !replaces(other, directive)) continue
    // What was withdrawn or replaced before it took effect never was in force, and takes nothing else out of force.
    const wasInForce = endsOf(other, situation).every((end) => end > other.effective)
    if (wasInForce) successors.push(other.effective)
  }
  return [...(own === null ? [] : [own]), ...withdrawals, ...successors]
}

export const replaces = (one: Directive, other: Directive): boolean =>
  one.id === other.id && one.supersedes.includes(other.version)

/** A window that another version replaces is gone: the other one closes at all times, too. */
export const isReplaced = (window: EvaluationWindow, { bundle }: Situation): boolean =>
  bundle.directives.some((one) => replaces(one, window))

/** Whether a window admits now those whom it names. */
export const isOpen = (window: EvaluationWindow, situation: Situation): boolean =>
  hasBegun(window.admission.from, situation) && endsOf(window, situation).every((end) => !mayHaveEnded(end, situation))
