// Trials: what one test of a limb says of somebody, decided while the page is printed.
import type { PredicateFinding, Truth } from '../src/vocabulary/decision.ts'
import { type Asked, show } from './shown-cases.ts'

export interface Trial {
  /** What is said, or where it is asked from. */
  readonly said: string
  readonly case: Readonly<Record<string, unknown>>
  readonly evidenceIs?: Asked['evidenceIs']
  readonly at?: string
}

/** Where a test stands: the first limb of this directive that has it. */
export interface Bench {
  readonly predicate: string
  readonly party?: string
  readonly directive: string
  readonly at: string
  readonly overlay?: Asked['overlay']
  readonly change?: Asked['change']
}

export interface TrialResult {
  /** Undefined: a window records no test, only whom it admits. */
  readonly value: Truth | undefined
  /** Why the limb is unknown. */
  readonly gap: string | null
  readonly answer: string
}

export function tried(trial: Trial, bench: Bench): TrialResult {
  const { overlay, change } = bench
  const asked = {
    title: trial.said,
    case: trial.case,
    at: trial.at ?? bench.at,
    overlay,
    change,
    evidenceIs: trial.evidenceIs,
  }
  const { decision } = show(asked)
  const limbs = decision.determinations.flatMap((one) => (one.directive === bench.directive ? one.limbs : []))
  const party = bench.party ?? 'subject'
  const is = ({ predicate }: PredicateFinding): boolean =>
    predicate === `${bench.predicate}(${party})` || predicate === `not-${bench.predicate}(${party})`
  const limb = limbs.find(({ predicates }) => predicates.some(is))
  const found = limb?.predicates.find(is)
  const isContrary = found?.predicate.startsWith('not-') === true
  const status = decision.stepUp ? ' 401' : ''
  return {
    value: found === undefined ? undefined : isContrary ? contrary[found.value] : found.value,
    gap: found?.value === 'unknown' ? (limb?.reason ?? null) : null,
    answer: decision.effect === 'permit' ? 'permit' : `deny ${decision.reason}${status}`,
  }
}

const contrary: Readonly<Record<Truth, Truth>> = { true: 'false', false: 'true', unknown: 'unknown' }
