// A suspension never lapses, so it must not be forgotten: whoever runs the gate hears of each at the start and then every day.
import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { Standing } from './suspension-entry.ts'
import type { Suspensions } from './suspensions.ts'

export interface ReminderOptions {
  readonly suspensions: Pick<Suspensions, 'standing' | 'writeAgain'>
  readonly clock: Clock
  readonly remind: (standing: Standing, ageMs: number) => void
  /** Hears that what is closed can still not be written down. */
  readonly onFault: (error: unknown) => void
  /** `limits.suspensionLookMs` unless given. */
  readonly lookMs?: number
}

export interface Reminders {
  close(): void
}

/** Reminds of what is in force now, of each anew `limits.suspensionRemindMs` after it began or was last told of. */
export function startReminders({ suspensions, clock, remind, onFault, ...more }: ReminderOptions): Reminders {
  const told = new Map<string, number>()
  const tell = (one: Standing, now: number): void => {
    told.set(one.id, now)
    remind(one, Math.max(0, now - one.since))
  }
  const start = clock.now()
  for (const one of suspensions.standing()) tell(one, start)
  const look = (): void => {
    const now = clock.now()
    const standing = suspensions.standing()
    for (const id of told.keys()) if (!standing.some((one) => one.id === id)) told.delete(id)
    for (const one of standing) if (now - (told.get(one.id) ?? one.since) >= limits.suspensionRemindMs) tell(one, now)
    suspensions.writeAgain().catch(onFault)
  }
  const timer = setInterval(look, more.lookMs ?? limits.suspensionLookMs)
  timer.unref()
  return { close: () => clearInterval(timer) }
}
