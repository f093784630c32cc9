// What a policy source says of how it stands, wherever its bundles come from: to `/readyz`, and, once each time that something has
// become late, to the log.
import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import { alarmsOf } from './alarms.ts'
import type { ApprovalRules } from './judge-part.ts'
import type { PolicySource } from './source.ts'
import { detailOf, untrusted } from './source-words.ts'
import type { Succession } from './succession.ts'

/** @param doubts sentences of the source itself, why it is not sure of what it holds */
export function statusOf(
  { active, inForce, rejected }: Succession,
  checks: ReturnType<PolicySource['status']>['checks'],
  doubts: { readonly before: readonly string[]; readonly after: readonly string[] },
): ReturnType<PolicySource['status']> {
  const all = [
    ...doubts.before,
    ...(active !== undefined || inForce === undefined ? [] : [untrusted]),
    ...(rejected === undefined ? [] : [`the newest state was rejected: ${rejected[0] ?? 'no reason'}`]),
    ...doubts.after,
  ]
  return {
    ok: active !== undefined && all.length === 0,
    detail: [detailOf(active), ...all].join('; '),
    digest: active?.digest ?? null,
    serial: active?.serial ?? null,
    checks,
  }
}

export interface Alarms {
  readonly checks: () => ReturnType<typeof alarmsOf>
  stop(): void
}

/** Tells what is late, once until it is mended, from now on. */
export function soundAlarms(succession: Succession, rules: ApprovalRules, clock: Clock): Alarms {
  const checks = (): ReturnType<typeof alarmsOf> => alarmsOf(succession.inForce, rules, clock.now())
  const late = new Set<string>()
  const sound = (): void => {
    for (const { name, ok, detail } of checks()) {
      if (ok) late.delete(name)
      else if (!late.has(name)) {
        late.add(name)
        const { digest = null, pair } = succession.inForce ?? {}
        succession.tell({
          kind: 'alarm',
          about: { check: name, detail, digest, serial: pair?.policy.statement.serial ?? null },
        })
      }
    }
  }
  sound()
  const timer = setInterval(sound, limits.policyAlarmMs).unref()
  return { checks, stop: () => clearInterval(timer) }
}
