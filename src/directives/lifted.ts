// What lifts a directive on the record. Everything else that takes one out of force is a deleted, renamed, half-written or edited
// file, and is refused by vanished.ts and changed.ts.
import type { Policy } from '../policy/index.ts'

export type Directive = Policy['bundle']['directives'][number]

/** By a withdrawal, or by a later version that says so, which holds already. `now` in milliseconds since the epoch. */
export function isLifted(source: Directive, { bundle }: Policy, now: number): boolean {
  const { withdrawals, directives } = bundle
  return (
    withdrawals.some(
      (one) => one.directive === source.id && one.versions.includes(source.version) && one.effective <= now,
    ) ||
    directives.some(
      (one) =>
        one.id === source.id &&
        one.supersedes.includes(source.version) &&
        (one.kind === 'evaluation-window' || (one.effective <= now && wasEver(one, bundle))),
    )
  )
}

/** A version that was withdrawn before it began was never in force, and took nothing out of force. */
const wasEver = (
  { id, version, effective, ends }: Extract<Directive, { effective: number }>,
  { withdrawals }: Policy['bundle'],
): boolean =>
  (ends === null || ends > effective) &&
  !withdrawals.some((one) => one.directive === id && one.versions.includes(version) && one.effective <= effective)

export const keyOf = ({ id, version }: Pick<Directive, 'id' | 'version'>): string => `\`${id}\` version ${version}`
