// Publications at control: each judged by the very code by which a gate takes a bundle, one at a time, in force or refused in the same
// words, and on record with the officer who sent it, whatever came of it.
//
// Crash order: policy kept (`policy-in-force.json`) → in force here → (journal, record) → statement signed and sent → answer. What
// cannot be written down is in force all the same, for it may be what closes something; the answer says so, and whatever is published
// next, also the same once more, writes it down before itself. What permits more is refused while the log is known to be failing.
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Notes } from '../acts/index.ts'
import { type Fed, type FedRefusal, type FedSource, type Officer, type Pair, statedIn } from '../directives/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import type { JsonValue } from '../json/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { Events } from '../vocabulary/event.ts'
import type { Activation, ControlJournal } from './journal.ts'
import type { Voice } from './voice.ts'

/** The documents of bundle files, as they were sent. */
export interface Sent {
  readonly policy: JsonValue
  readonly registers: JsonValue
}

export interface Publication {
  readonly ended: Events['policy.published']['ended']
  /** Why not, or why not all of it. */
  readonly refusals: readonly Objection[]
  /** Resolves when it is journaled and on record. @throws Unkept, or LogUnavailable; it has ended as it has all the same. */
  readonly written: Promise<void>
}

/** Right after the clock was set nobody knows what an instant is worth, nor whether a directive holds by now. */
interface Objection {
  readonly code: FedRefusal['code'] | 'clock_unsynchronized'
  readonly reasons: readonly string[]
}

export interface PublishingOptions {
  readonly source: Pick<FedSource, 'current' | 'pair' | 'feed'>
  readonly journal: Pick<ControlJournal, 'add' | 'kept'>
  readonly voice: Pick<Voice, 'sayPolicy'>
  readonly notes: Notes
  readonly clock: Clock
  readonly isClockStable: () => boolean
}

export type Publish = (sent: Sent, by: Officer) => Promise<Publication>

/** Who is told to have published is who brought about what changed. */
export function publishingTo(options: PublishingOptions): Publish {
  let before: Promise<unknown> = Promise.resolve()
  const unrecorded: Unrecorded = new Set()
  return (sent, by) => {
    const turn = before.then(() => publish(options, unrecorded, sent, by))
    before = turn.catch(() => {})
    return turn
  }
}

/** Publications that took effect and are not on record. */
type Unrecorded = Set<Events['policy.published']>

async function publish(
  options: PublishingOptions,
  unrecorded: Unrecorded,
  sent: Sent,
  by: Officer,
): Promise<Publication> {
  const { source, journal, voice, notes, clock, isClockStable } = options
  const [was, pairBefore] = [numbersOf(source), source.pair()]
  const objections: readonly Objection[] = isClockStable() ? await source.feed(fedOf(sent)) : [clockUnsteady]
  const is = numbersOf(source)
  const isNew = is !== null && !isDeepStrictEqual(is, was)
  const isApproved = source.pair() !== pairBefore
  const refusals = objections.length > 0 || isInForce(sent, source.pair()) ? objections : [notTaken]
  const ended = isNew ? 'in_force' : isApproved ? 'approved' : refusals.length > 0 ? 'refused' : 'unchanged'

  const journaled = isNew ? journal.add({ act: 'activated', at: clock.now(), ...is, by }) : journal.kept()
  const [policy, registers] = [statedIn(sent.policy), statedIn(sent.registers)]
  const recorded = record(notes, unrecorded, {
    ...notes.officer(by),
    policy_serial: policy?.serial ?? null,
    policy_digest: policy?.digest ?? null,
    registers_serial: registers?.serial ?? null,
    registers_digest: registers?.digest ?? null,
    ended,
    codes: [...new Set(refusals.map(({ code }) => code))],
    serial: is?.policySerial ?? null,
    digest: is?.digest ?? null,
  })
  // What was refused is in no journal.
  const awaited = ended === 'refused' ? [recorded] : [journaled, recorded]
  const written = Promise.all(awaited).then(() => {})
  // Whoever sent it may have left before it fails.
  written.catch(() => {})
  // A disk that hangs holds back nothing that closes, nor what is published next.
  const atMost = sleep(fleetLimits.unwrittenMs)
  await Promise.race([Promise.allSettled([journaled, recorded]), atMost])
  voice.sayPolicy()
  return { ended, refusals, written }
}

/** After whatever is not on record yet. */
async function record(notes: Notes, unrecorded: Unrecorded, about: Events['policy.published']): Promise<void> {
  if (about.ended === 'in_force' || about.ended === 'approved') unrecorded.add(about)
  const [earlier, own] = [[...unrecorded], unrecorded.has(about) ? [] : [about]]
  const one = async (each: Events['policy.published']): Promise<void> => {
    await notes.record('policy.published', each)
    unrecorded.delete(each)
  }
  await Promise.all([...earlier, ...own].map(one))
}

/** Each part that was sent is the one in force. */
function isInForce(sent: Sent, pair: Pair | undefined): boolean {
  return (['policy', 'registers'] as const).every((part) => {
    const [said, is] = [statedIn(sent[part]), pair?.[part]?.statement]
    return sent[part] === null || (said !== null && said.serial === is?.serial && said.digest === is.digest)
  })
}

const notTaken: Objection = {
  code: 'policy_faulty',
  reasons: [
    'not all that was sent is in force, and nothing was found that speaks against it: send each part by itself',
  ],
}

/** What is in force, as the journal tells it; null: nothing is. */
export function numbersOf(
  source: Pick<FedSource, 'current'>,
): Pick<Activation, 'policySerial' | 'registerSerial' | 'digest'> | null {
  const active = source.current()
  if (active === undefined) return null
  return { policySerial: active.serial, registerSerial: active.registersSerial ?? 0, digest: active.digest }
}

/** As their files hold them: read by the code that reads files. */
function fedOf({ policy, registers }: Sent): Fed {
  const bytesOf = (part: JsonValue): Uint8Array | null => (part === null ? null : Buffer.from(JSON.stringify(part)))
  return { policy: bytesOf(policy), registers: bytesOf(registers) }
}

export const clockUnsteady: { readonly code: 'clock_unsynchronized'; readonly reasons: readonly [string] } = {
  code: 'clock_unsynchronized',
  reasons: ['the clock of control was set just now: it signs nothing before it has stood for five seconds'],
}
