// Prove: whether a claim holds of a policy, decided over every class of requests that the policy can tell apart (src/policy/space), by
// the engine itself. A claim that fails comes with the first request that breaks it.

import type { Decision, Facts } from '../../vocabulary/decision.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import { decide } from '../engine/decide.ts'
import type { Parties, Party } from '../engine/parties.ts'
import type { Policy } from '../engine/policy.ts'
import { type Situation, situationOf } from '../engine/situation.ts'
import { Horizon } from '../engine/valid-until.ts'
import {
  askedAlone,
  askedInCompany,
  hostKey,
  type RequestClass,
  requestOf,
  type Slice,
  SpaceError,
  spaceOf,
} from '../space/index.ts'
import { assumptionsOf } from './assumptions.ts'
import type { Claim, ClaimFault } from './claim.ts'
import { ClaimError } from './claim-reader.ts'
import { type CounterExample, counterExample } from './counter-example.ts'
import { type Meaning, meaningOf } from './meaning.ts'

export type Proof =
  | {
      readonly kind: 'holds'
      readonly claim: Claim
      readonly covered: Covered
      /** Sentences. */
      readonly assumes: readonly string[]
    }
  | {
      readonly kind: 'refuted'
      readonly claim: Claim
      readonly counterExample: CounterExample
      readonly covered: Covered
      readonly assumes: readonly string[]
    }
  | { readonly kind: 'fault'; readonly claim: Claim; readonly fault: ClaimFault }
  /** Neither shown nor refuted: the policy tells more apart than the bound allows. */
  | { readonly kind: 'undecided'; readonly claim: Claim; readonly why: string }

/** What was looked at until the answer was found. */
export interface Covered {
  /** Classes of requests; each stands for all that the policy cannot tell from it. */
  readonly requests: number
  /** Of these, those of whom the claim speaks. */
  readonly concerned: number
  /** Models, variants and modes that can be asked for. */
  readonly resources: number
  readonly instants: number
}

export interface ProveOptions {
  /** The clock's uncertainty e, milliseconds. */
  readonly clockUncertaintyMs?: number
  /** What the engine may be asked until everybody is known whom the tests of a resource tell apart. */
  readonly mostQuestions?: number | undefined
  /** Hears now and then what is being looked at. */
  readonly onProgress?: ((covered: Covered, slice: Slice) => void) | undefined
}

/** Never throws for what a claim says. */
export function prove(claim: Claim, policy: Policy, options: ProveOptions = {}): Proof {
  try {
    return proofOf(claim, policy, options)
  } catch (error) {
    if (error instanceof ClaimError) return { kind: 'fault', claim, fault: error.fault }
    if (error instanceof SpaceError) return { kind: 'undecided', claim, why: error.message }
    throw error
  }
}

function proofOf(claim: Claim, policy: Policy, options: ProveOptions): Proof {
  const { clockUncertaintyMs = 0, mostQuestions, onProgress } = options
  const meaning = meaningOf(claim, policy)
  const search = new Search(claim, meaning, policy, clockUncertaintyMs)
  const policies = meaning.without === null ? [policy] : [meaning.without, policy]
  const assumes = assumptionsOf(meaning, policy, clockUncertaintyMs)
  for (const during of meaning.ranges) {
    const { concerns, asides } = meaning
    const space = spaceOf(policies, { detail: 'effect', during, clockUncertaintyMs, concerns, asides, mostQuestions })
    for (const slice of space.slices()) {
      const found = search.through(slice)
      onProgress?.(search.covered, slice)
      if (found !== null) {
        const example = counterExample(found.asked, found.decision, policy, search.isPermitClaimed)
        return { kind: 'refuted', claim, counterExample: example, covered: search.covered, assumes }
      }
    }
  }
  if (search.covered.concerned === 0) {
    throw new ClaimError(
      1,
      'the claim speaks of nobody: no request is by such a person, from such a place, in that time',
    )
  }
  return { kind: 'holds', claim, covered: search.covered, assumes }
}

interface Found {
  readonly asked: RequestClass
  readonly decision: Decision
}

class Search {
  readonly #claim: Claim
  readonly #meaning: Meaning
  readonly #policy: Policy
  readonly #uncertainty: number
  readonly #resources = new Set<string>()
  readonly #instants = new Set<number>()
  #requests = 0
  #concerned = 0

  constructor(claim: Claim, meaning: Meaning, policy: Policy, uncertainty: number) {
    this.#claim = claim
    this.#meaning = meaning
    this.#policy = policy
    this.#uncertainty = uncertainty
  }

  get covered(): Covered {
    const { size: resources } = this.#resources
    return { requests: this.#requests, concerned: this.#concerned, resources, instants: this.#instants.size }
  }

  /** A denial breaks the claim, not a permit. */
  get isPermitClaimed(): boolean {
    return this.#claim.kind === 'every' || this.#claim.kind === 'takes-nothing'
  }

  through(slice: Slice): Found | null {
    const { model, variant, modes } = slice.resource.resource
    this.#resources.add(JSON.stringify([model, variant, modes]))
    this.#instants.add(slice.instant)
    const hosts = new Map<string, RequestClass>()
    for (const asked of askedAlone(slice)) {
      const decision = this.#breakingDecision(asked)
      if (decision !== null) return { asked, decision }
      // Of whoever promises something, or takes or gives it, the asker is alone: company can only take (space.ts).
      if (this.#claim.kind !== 'nobody') continue
      const key = hostKey(asked)
      if (!hosts.has(key) && this.#decide(this.#policy, requestOf(asked), slice.instant).effect === 'permit') {
        hosts.set(key, asked)
      }
    }
    for (const host of hosts.values()) {
      for (const asked of askedInCompany(host)) {
        // Nothing is released to somebody who acted earlier.
        if (asked.companion?.role === 'prior-actor') continue
        const decision = this.#breakingDecision(asked)
        if (decision !== null) return { asked, decision }
      }
    }
    return null
  }

  /** Null: this request does not break the claim. */
  #breakingDecision(asked: RequestClass): Decision | null {
    const facts = requestOf(asked)
    this.#requests += 1
    if (!this.#concerns(asked, facts)) return null
    this.#concerned += 1
    const { without } = this.#meaning
    const { instant } = asked.slice
    const decision = this.#decide(this.#policy, facts, instant)
    const isPermit = decision.effect === 'permit'
    if (isPermit === this.isPermitClaimed || (isPermit && this.#avoidsMode(decision))) return null
    if (without === null) return decision
    const isPermitWithout = this.#decide(without, facts, instant).effect === 'permit'
    // What a grant alone lets through is excepted; what a directive gives is a permit that without it is none.
    const isBroken = this.#claim.kind === 'gives-nothing' ? !isPermitWithout : isPermitWithout
    return isBroken ? decision : null
  }

  #concerns(asked: RequestClass, facts: Facts): boolean {
    const { who, but, where } = this.#meaning
    const situation = this.#situation(facts, asked.slice.instant)
    const isMeant = (party: Party): boolean =>
      who.holds(party, situation) && !but.some((one) => one.holds(party, situation))
    return (
      where.holds(situation) &&
      this.#isAsked(asked, asked.slice.resource.resource) &&
      this.#atIssue(situation.parties).some(isMeant)
    )
  }

  /** Whom the release would reach; of a promise, and of what a directive takes or gives, whoever asks. */
  #atIssue({ subject, actor, organizations, endUsers }: Parties): readonly Party[] {
    if (this.#claim.kind !== 'nobody')
      return subject.kind === 'person' || this.#claim.who.kind === 'service' ? [subject] : []
    return [subject, ...(actor === null ? [] : [actor]), ...organizations, ...(endUsers === null ? [] : [endUsers])]
  }

  #isAsked({ asker, operation }: RequestClass, resource: Resource): boolean {
    const isAdmission = 'what' in this.#claim && this.#claim.what.isAdmission
    if (isAdmission && operation.phase === 'continue') return false
    if (this.#claim.kind !== 'every') return true
    const { nothingElseSaid, what } = this.#claim
    if (nothingElseSaid && asker.subject.evidence.some(({ name }) => name === 'residence')) return false
    return what.mode === null || resource.modes.length === 1
  }

  /** The mode of which the claim speaks can be asked for, but the gate fixes another. */
  #avoidsMode({ obligations }: Decision): boolean {
    const mode = this.#claim.kind === 'nobody' ? this.#claim.what.mode : null
    return mode !== null && obligations.some((one) => one.kind === 'force-mode' && one.mode !== mode.text)
  }

  #decide(policy: Policy, facts: Facts, instant: number): Decision {
    const onFault = (error: unknown): never => {
      throw new Error('the engine could not decide a request of the space', { cause: error })
    }
    return decide(policy, facts, instant, { clockUncertaintyMs: this.#uncertainty, onFault })
  }

  #situation(facts: Facts, instant: number): Situation {
    return situationOf(facts, this.#policy.registers, new Horizon(instant, this.#uncertainty))
  }
}
