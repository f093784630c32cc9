// Caller text: the words that an instrument wants told beside its reason.

import type { Determination } from '../../vocabulary/decision.ts'
import type { Reason } from '../../vocabulary/reason.ts'
import type { Directive } from '../bundle/bundle.ts'

/** Of the first instrument that gives `reason`, lets it be told and has a text; null: the reason's own sentence must do. */
export function callerText(
  determinations: readonly Determination[],
  reason: Reason,
  directiveOf: (id: string, version: number) => Directive | undefined,
): string | null {
  for (const { directive, version, limbs } of determinations) {
    if (!limbs.some((limb) => limb.reason === reason)) continue
    const found = directiveOf(directive, version)
    if (found?.tellTheCaller === 'reason' && found.callerText !== null) return found.callerText
  }
  return null
}
