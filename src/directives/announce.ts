// What the records say of a policy that came into force: who approved it, which files changed, and for each directive that is new here
// the interval between the instant from which it holds and the one from which this gate has enforced it (the exposure window).
import { digestOf } from '../json/index.ts'
import type { Policy } from '../policy/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import type { Events, PolicyLoaded } from '../vocabulary/event.ts'
import type { PolicySigner } from '../vocabulary/settings.ts'
import { approversOf } from './alarms.ts'
import type { InForce } from './next-policy.ts'

/** `approved`: approvals came that were due. `alarm`: something is late; it lifts nothing. */
export type PolicySourceEvent = {
  [Kind in 'loaded' | 'rejected' | 'approved' | 'alarm']: {
    readonly kind: Kind
    readonly about: Events[`policy.${Kind}`]
  }
}['loaded' | 'rejected' | 'approved' | 'alarm']

/** A record holds no more lines than this of any one list. */
const mostLines = 200

/**
 * @param before what was in force before; undefined: nothing. Equal to `after`: it was recalled and confirmed
 * @param paths of the source
 */
export function loadedAbout(
  after: InForce,
  before: InForce | undefined,
  { path, signers }: { readonly path: string; readonly signers: readonly PolicySigner[] },
): PolicyLoaded {
  const { pair, bundle, policy, digest, due } = after
  const { serial: _, ...content } = bundle
  const { directives, sources } = policy.bundle
  const { registers } = pair
  const isSame = before === after
  return {
    digest,
    content: digestOf(content),
    serial: pair.policy.statement.serial,
    unsigned: signers.length === 0,
    path,
    files: sources.length,
    directives: directives.length,
    before: before?.digest ?? null,
    author: pair.policy.statement.author,
    approvers: approversOf(pair.policy, signers),
    approval_due: due.policy === null ? null : timestamp(due.policy),
    ...(registers === null
      ? {}
      : {
          policy_digest: pair.policy.statement.digest,
          registers_digest: registers.statement.digest,
          registers_serial: registers.statement.serial,
          registers_author: registers.statement.author,
          registers_approvers: approversOf(registers, signers),
          registers_approval_due: due.registers === null ? null : timestamp(due.registers),
          registers_not_after: registers.statement.notAfter === null ? null : timestamp(registers.statement.notAfter),
        }),
    changed: isSame ? [] : cut(filesChanged(before?.policy, policy)),
    exposure: isSame ? [] : cut(exposures(after, before)),
  }
}

/** Files that are new, gone or say something else. */
function filesChanged(before: Policy | undefined, after: Policy): readonly string[] {
  const digests = (policy: Policy | undefined): ReadonlyMap<string, string> =>
    new Map((policy?.bundle.sources ?? []).map(({ path, digest }) => [path, digest]))
  const [was, is] = [digests(before), digests(after)]
  return [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path)).toSorted()
}

/** One line for each directive that is new here: its name, from when it holds, since when it is enforced here. */
function exposures({ policy, heldSince }: InForce, before: InForce | undefined): readonly string[] {
  return policy.bundle.directives.flatMap((one) => {
    const key = heldKey(one)
    const since = heldSince[key]
    if (since === undefined || before?.heldSince[key] !== undefined) return []
    return [`${key} holds from ${timestamp(beginningOf(one))}, enforced here since ${timestamp(since)}`]
  })
}

/** Since when each directive of `policy` has been enforced here: as before, or from `now` on. */
export const heldSinceOf = (
  policy: Policy,
  before: InForce | undefined,
  now: number,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    policy.bundle.directives.map((one) => {
      const since = before?.heldSince[heldKey(one)] ?? now
      return [heldKey(one), since]
    }),
  )

type Directive = Policy['bundle']['directives'][number]

const heldKey = ({ id, version }: Directive): string => `${id}@${version}`

const beginningOf = (one: Directive): number => (one.kind === 'evaluation-window' ? one.admission.from : one.effective)

const cut = (lines: readonly string[]): readonly string[] =>
  lines.length <= mostLines ? lines : [...lines.slice(0, mostLines), `… and ${lines.length - mostLines} more`]
