// Changes: flips gathered into what a person can read: the same thing, for the same reason, over the same time, said once.

import type { Decision, Facts } from '../../vocabulary/decision.ts'
import type { Reason } from '../../vocabulary/reason.ts'
import { answerOf, obligationText } from '../case/case.ts'
import { isKeptBy } from '../engine/obligations.ts'
import { type DeterminationReason, reasonOrder } from '../engine/reason-order.ts'
import { type Interval, type Slice, type WrittenCase, writtenCase } from '../space/index.ts'
import { type Flip, type Turn, turns } from './flips.ts'

export interface Change {
  readonly turn: Turn
  /** `fable-5`, `next-1 (safeguards-reduced)`, `muse-spark [instant, thinking]`: model, variant, reachable modes. */
  readonly resources: readonly string[]
  /** When it holds, within what was compared; half-open, in order, milliseconds since the epoch; null: no end on this side. */
  readonly during: readonly Interval[]
  /** What the policy that denies says: the one before of a gain, the one after of a loss. Null where both permit. */
  readonly denied: { readonly reason: Reason; readonly by: readonly string[] } | null
  /** Grants under which it is permitted where it is. */
  readonly grants: readonly string[]
  /** Obligations that fell away (`eased`) or came (`bound`). */
  readonly obligations: readonly string[]
  /** Classes of requests that the policies can tell apart, over all resources and intervals. */
  readonly classes: number
  /** The plainest few. */
  readonly examples: readonly Example[]
}

export interface Example {
  readonly facts: Facts
  readonly instant: number
  /** The same as a lawyer writes it, with the answer of the policy after: to be explained, and kept as an example. */
  readonly case: WrittenCase
}

/** Of one resource. */
interface Gathered {
  readonly subject: Omit<Change, 'resources' | 'during' | 'classes' | 'examples'>
  readonly resource: string
  readonly spans: Interval[]
  classes: number
  readonly candidates: Candidate[]
}

interface Candidate {
  readonly flip: Flip
  readonly oddity: number
}

export class Gathering {
  readonly #found = new Map<string, Gathered>()

  /** @param end where the slice ends in time: the next instant at which something is different, or the end of its interval */
  add(slice: Slice, end: number | null, flips: readonly Flip[]): void {
    const seen = new Set<Gathered>()
    for (const flip of flips) {
      const gathered = this.#gatheredFor(flip)
      seen.add(gathered)
      gathered.classes += 1
      keepPlainest(gathered.candidates, { flip, oddity: oddity(flip.facts) })
    }
    for (const { spans } of seen) extend(spans, { from: startOf(slice), to: end })
  }

  /** In order of turn, time and resource. */
  changes(): readonly Change[] {
    const changes = new Map<string, Change>()
    for (const { subject, resource, spans, classes, candidates } of this.#found.values()) {
      const key = JSON.stringify([subject, spans])
      const before = changes.get(key)
      if (before === undefined) {
        changes.set(key, {
          ...subject,
          resources: [resource],
          during: spans,
          classes,
          examples: candidates.map(exampleOf),
        })
        continue
      }
      const resources = [...before.resources, resource]
      changes.set(key, { ...before, resources, classes: before.classes + classes })
    }
    return [...changes.values()].sort(byTurnAndTime)
  }

  #gatheredFor(flip: Flip): Gathered {
    const subject = subjectOf(flip)
    const resource = resourceText(flip.asked.slice)
    const key = JSON.stringify([subject, resource])
    const found = this.#found.get(key)
    if (found !== undefined) return found
    const made: Gathered = { subject, resource, spans: [], classes: 0, candidates: [] }
    this.#found.set(key, made)
    return made
  }
}

function byTurnAndTime(a: Change, b: Change): number {
  const start = ({ during }: Change): number => during[0]?.from ?? Number.NEGATIVE_INFINITY
  const rank = ({ denied }: Change): number =>
    denied === null ? 0 : reasonOrder.indexOf(denied.reason as DeterminationReason)
  if (a.turn !== b.turn) return turns.indexOf(a.turn) - turns.indexOf(b.turn)
  const [first, second] = [a.resources.join(), b.resources.join()]
  if (start(a) !== start(b)) return start(a) - start(b)
  return first === second ? rank(a) - rank(b) : first < second ? -1 : 1
}

const exampleOf = ({ flip: { asked, facts, after } }: Candidate): Example => ({
  facts,
  instant: asked.slice.instant,
  case: writtenCase(facts, asked.slice.instant, answerOf(after)),
})

const startOf = ({ interval, instant }: Slice): number | null =>
  interval.from === null && instant < (interval.to ?? Number.POSITIVE_INFINITY) ? null : instant

function extend(spans: Interval[], next: Interval): void {
  const last = spans.at(-1)
  if (last !== undefined && last.to !== null && last.to === next.from)
    spans[spans.length - 1] = { ...last, to: next.to }
  else spans.push(next)
}

function subjectOf({ turn, before, after }: Flip): Gathered['subject'] {
  switch (turn) {
    case 'gains':
      return { turn, denied: denialOf(before), grants: grantsOf(after), obligations: [] }
    case 'loses':
      return { turn, denied: denialOf(after), grants: grantsOf(before), obligations: [] }
    case 'eased':
      return { turn, denied: null, grants: [], obligations: lacking(before, after) }
    case 'bound':
      return { turn, denied: null, grants: [], obligations: lacking(after, before) }
  }
}

/** The limbs that give the reason that is shown: `us-bis-2026-06-12 version 1, limb person`. */
function denialOf({ reason, determinations }: Decision): Change['denied'] {
  const by = determinations.flatMap(({ directive, version, limbs }) =>
    limbs
      .filter((limb) => limb.reason === reason && limb.value !== 'false' && !limb.flags.includes('would_deny'))
      .map(({ limb }) => `${directive} version ${version}, limb ${limb}`),
  )
  return { reason, by: [...new Set(by)] }
}

function grantsOf({ determinations }: Decision): readonly string[] {
  const all = determinations.flatMap(({ limbs }) => limbs.flatMap(({ grants }) => grants))
  return [...new Set(all.flatMap(({ grant, result }) => (result === 'discharged' ? [grant] : [])))].sort()
}

function lacking(from: Decision, to: Decision): readonly string[] {
  return from.obligations.filter((one) => !isKeptBy(one, to.obligations)).map(obligationText)
}

function resourceText({ resource: { resource } }: Slice): string {
  const variant = resource.variant === null ? '' : ` (${resource.variant})`
  const modes = resource.modes.length === 0 ? '' : ` [${resource.modes.join(', ')}]`
  return `${resource.model}${variant}${modes}`
}

const mostExamples = 3

/** The fewer unusual things a request has, the sooner a reader sees what it shows. */
function keepPlainest(candidates: Candidate[], next: Candidate): void {
  const last = candidates.at(-1)
  if (candidates.length === mostExamples && last !== undefined && last.oddity <= next.oddity) return
  candidates.push(next)
  candidates.sort((a, b) => a.oddity - b.oddity)
  if (candidates.length > mostExamples) candidates.pop()
}

function oddity({ caller, place, operation }: Facts): number {
  const { evidence, kind } = caller.subject
  return (
    (evidence.some(({ name }) => name === 'us-person') ? 0 : 2) +
    evidence.length +
    evidence.filter(({ state }) => state !== 'verified').length * 2 +
    (kind === 'service' ? 4 : 0) +
    (caller.actor === null ? 0 : 4) +
    caller.priorActors.length * 4 +
    (caller.organization === null ? 0 : 4) +
    (caller.organizationExpected ? 4 : 0) +
    (place.state === 'located' ? 0 : 4) +
    (place.country === 'US' ? 0 : 2) +
    (place.anonymizer === 'none' ? 0 : 2) +
    (operation.action === 'infer' ? 0 : 2) +
    (operation.phase === 'admit' ? 0 : 1)
  )
}
