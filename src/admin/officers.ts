// What the routes of officers' acts share: who acts, their word, and the refusals that are the same for all of them.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Officer, pendingLift, Unkept } from '../directives/index.ts'
import { limits } from '../limits.ts'
import { timestamp } from '../vocabulary/clock.ts'
import { type AdminRefusal, askerOf } from './admission.ts'

export const why: z.ZodString = z
  .string()
  .trim()
  .min(1, 'must say why, in words that an auditor will read')
  .max(limits.officerWhyChars)
export const liftSchema: z.ZodType<{ readonly why: string }> = z.strictObject({ why })

/** Never somebody who acts in another's place (RFC 8693), whose token has no role: that would be one officer with two names. */
export function officerOf(request: FastifyRequest): Officer {
  const { issuer, subject } = askerOf(request).caller.subject.id
  return { issuer, subject }
}

/** Where officers' acts are for the control of a fleet; absent or null: they are for this listener. */
export interface OfFleet {
  readonly fleet?: { readonly control: string } | null
  /** It speaks for a fleet: what is open is cut in its gates, and nobody here can count it. */
  readonly isOfFleet?: true
}

export const elsewhere = ({ control }: { readonly control: string }): AdminRefusal => ({
  status: 409,
  code: 'control_decides',
  message: `this gate follows a fleet's control: say it there, for all gates at once (--admin ${control})`,
})

/** Answers that an act cut; null: in the gates, nobody here knows how many. */
export const cutIn = ({ isOfFleet }: OfFleet, cut: number): number | null => (isOfFleet === true ? null : cut)

type Lifting = Parameters<typeof pendingLift>[0]

export function shownLift(one: Lifting, now: number): object | null {
  const lift = pendingLift(one, now)
  return lift && { by: lift.by, why: lift.why, asked_at: timestamp(lift.at), expires_at: timestamp(lift.until) }
}

export function unreadable({ issues: [issue] }: z.ZodError): AdminRefusal {
  const at = issue === undefined || issue.path.length === 0 ? '' : `\`${issue.path.join('.')}\`: `
  return { status: 400, code: 'request_unreadable', message: `${at}${issue?.message ?? 'it cannot be read'}` }
}

/** @param stays what stays as it is until then */
export function sameOfficer(one: Lifting, now: number, stays: string): AdminRefusal {
  const lift = pendingLift(one, now)
  const until = lift === null ? '' : `, before ${timestamp(lift.until)}`
  const message = `you have asked for this already; ${stays} until a second, different officer asks for it too${until}`
  return { status: 409, code: 'second_officer_needed', message }
}

export interface Unwritten {
  /** What could not be kept or recorded. */
  readonly what: string
  /** It is so all the same. */
  readonly holds: boolean
  /** Code of what a journal could not take. */
  readonly unkept: string
}

/** @throws whatever is none of the two known ways to fail */
export function unwritten(error: unknown, { what, holds, unkept }: Unwritten): AdminRefusal {
  if (error instanceof Unkept) {
    const message = `${what} could not be kept: a restart would know nothing of it; mend the disk that holds the journal, then ask again`
    return { status: 503, code: unkept, message }
  }
  if (error instanceof Error && 'code' in error && error.code === 'log_unavailable') {
    const unrecorded = `${what} could not be recorded: the decision log cannot be written`
    return { status: 503, code: error.code, message: holds ? `${unrecorded}; ${keepMessage}` : unrecorded }
  }
  throw error
}

const keepMessage =
  'it holds all the same: keep this message, tell whoever runs this that the disk of its log is full or fails, and ask again when that is mended, so that it is recorded'
