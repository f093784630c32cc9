// What is revoked here, and how it changes: acts of officers and operators (officer-acts.ts) that shut out tokens, sessions, parties
// and grants. Nothing is forgotten that could still reach anything.
import { limits } from '../limits.ts'
import { timestamp } from '../vocabulary/clock.ts'
import type { Revoked } from '../vocabulary/revocation.ts'
import type { ActEvent } from './act-records.ts'
import { type ActsOptions, type Begun, type Lift, type LiftWord, openActs } from './officer-acts.ts'
import type { Officer } from './officer-entry.ts'
import { epochOf, lapseOf, type Revocation, type RevocationEntry, revocationForm } from './revocation-entry.ts'
import { keyOfRevoked } from './revocation-set.ts'

export type RevocationEvent = ActEvent<Revocation>

export interface RevocationsOptions extends ActsOptions<Revocation> {
  /** Hears of what was forgotten, since it reaches nothing any more. */
  readonly onForgotten: (one: Revocation) => void
  /** `limits.revocationLookMs` unless given. */
  readonly lookMs?: number
  /** `limits.revocations` unless given. */
  readonly most?: number
}

export interface Revocations {
  /** What is in force, oldest first. */
  standing(): readonly Revocation[]
  /** How many acts there were: it never goes back, also over a restart. */
  epoch(): number
  /**
   * In force at once, before it returns. `full`: as many stand as may. Throws where it cannot be laid over the policy: nothing is
   * revoked then.
   */
  begin(act: { of: Revoked; why: string; by: Officer }): Begun<Revocation> | 'full'
  /** One officer's word, as `Acts.askLift`. */
  askLift(word: LiftWord): Promise<Lift<Revocation>>
  /** `ok` is false while something is revoked here that a restart would let in. */
  status(): { readonly ok: boolean; readonly detail: string }
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>
}

/** @throws Error with one sentence where the journal is damaged: then nobody can say what is revoked, and nothing may start. */
export async function openRevocations(options: RevocationsOptions): Promise<Revocations> {
  const { path, clock, apply, onForgotten, onFault, lookMs = limits.revocationLookMs } = options
  const { most = limits.revocations } = options
  const acts = await openActs<Revocation, RevocationEntry>(options, revocationForm)
  const { standing, askLift } = acts
  /** In how many looks one had lapsed, one after the other. */
  const lapsed = new Map<string, number>()

  const look = (): void => {
    const now = clock.now()
    const gone: Revocation[] = []
    for (const one of standing()) {
      const lapse = lapseOf(one)
      const looks = lapse === null || now < lapse ? 0 : (lapsed.get(one.id) ?? 0) + 1
      if (looks === 0) lapsed.delete(one.id)
      else lapsed.set(one.id, looks)
      if (looks >= limits.revocationLooks) gone.push(one)
    }
    for (const { id } of gone) {
      acts.note(id, (at) => ({ act: 'forgotten', id, at }))
      lapsed.delete(id)
    }
    if (gone.length > 0) void apply(standing())
    for (const one of gone) onForgotten(one)
    acts.writeAgain().catch(onFault)
  }
  const timer = setInterval(() => {
    try {
      look()
    } catch (error) {
      onFault(error)
    }
  }, lookMs)
  timer.unref()

  return {
    standing,
    askLift,
    epoch: () => epochOf(acts.entries()),
    begin: ({ of, why, by }) => {
      const key = keyOfRevoked(of)
      const isSame = (one: Revocation): boolean => keyOfRevoked(one.of) === key
      const stand = standing()
      if (stand.length >= most && !stand.some(isSame)) return 'full'
      return acts.begin(isSame, (id, at) => ({ act: 'begun', id, at, of, why, by }))
    },
    status: () => {
      const { length } = standing()
      const detail =
        length === 0 ? 'nothing is revoked' : `${length === 1 ? '1 revocation' : `${length} revocations`} in force`
      const warning = `a restart would forget some of it, since \`${path}\` cannot be written`
      if (acts.isFailing()) return { ok: false, detail: `${detail}; ${warning}` }
      return { ok: true, detail }
    },
    close: async () => {
      clearInterval(timer)
      await acts.close()
    },
  }
}

/** What is revoked in one line, with the very names: for officers, never for a record. */
export function nameOfRevoked(of: Revoked): string {
  switch (of.kind) {
    case 'token':
      return `token ${of.jti} of ${of.issuer}`
    case 'token-content':
      return `token sha256:${of.digest}`
    case 'session':
      return `session ${of.session} of ${of.issuer}${issuedText(of.issuedUntil)}`
    case 'subject':
      return `subject ${of.subject} of ${of.issuer}${issuedText(of.issuedUntil)}`
    case 'organization':
      return `organization ${of.organization} of ${of.issuer}${issuedText(of.issuedUntil)}`
    case 'grant':
      return `grant ${of.grant}`
  }
}

const issuedText = (until: number | null): string =>
  until === null ? ', for good' : `, issued until ${timestamp(until)}`
