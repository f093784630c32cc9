// Prove: whether a claim holds of a policy, decided over every class of requests that the policy can tell apart (src/policy/space), by
// the engine itself. A claim that fails comes with the first request that breaks it.

import type { Decision, Facts } from '../../vocabulary/decision.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import { decide } from '../engine/decide.ts'
import { type Parties, type Party, partiesOf } from '../engine/parties.ts'
import type { Policy } from '../engine/policy.ts'
import type { Situation } from '../engine/situation.ts'
import { Horizon } from '../engine/valid-until.ts'
import { type Asked, askedAlone, askedInCompany, factsOf, type Slice, spaceOf } from '../space/index.ts'
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
  /** Hears now and then what is being looked at. */
  readonly onProgress?: ((covered: Covered, slice: Slice) => void) | undefined
}

/** Never throws for what a claim says. */
export function prove(claim: Claim, policy: Policy, options: ProveOptions = {}): Proof {
  try {
    return proofOf(claim, policy, options)
  } catch (error) {
    if (error instanceof ClaimError) return { kind: 'fault', claim, fault: error.fault }
    throw error
  }
}

function proofOf(claim: Claim, policy: Policy, { clockUncertaintyMs = 0, onProgress }: ProveOptions): Proof {
  const meaning = meaningOf(claim, policy)
  const search = new Search(claim, meaning, policy, clockUncertaintyMs)
  const policies = meaning.without === null ? [policy] : [meaning.without, policy]
  const assumes = assumptionsOf(meaning, policy, clockUncertaintyMs)
  for (const during of meaning.ranges) {
    const { concerns, asides } = meaning
    const space = spaceOf(policies, { detail: 'effect', during, clockUncertaintyMs, concerns, asides })
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
  readonly asked: Asked
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
    this.#resources.add(
      JSON.stringify([slice.resource.resource.model, slice.resource.resource.variant, slice.resource.resource.modes]),
    )
    this.#instants.add(slice.instant)
    // Of those who promise something, whoever asks is alone: company can only take (space.ts).
    const hosts = new Map<string, Asked>()
    for (const asked of askedAlone(slice)) {
      const facts = factsOf(asked)
      const decision = this.#decide(this.#policy, facts, slice.instant)
      this.#requests += 1
      if (this.#breaks(asked, facts, decision)) return { asked, decision }
      if (this.#claim.kind !== 'nobody' || decision.effect !== 'permit') continue
      const key = JSON.stringify([
        asked.operation.action,
        asked.operation.phase,
        asked.place,
        asked.remaining,
        asked.asker.subject.kind,
        asked.asker.subject.id,
      ])
      if (!hosts.has(key)) hosts.set(key, asked)
    }
    for (const host of hosts.values()) {
      for (const asked of askedInCompany(host)) {
        const facts = factsOf(asked)
        const decision = this.#decide(this.#policy, facts, slice.instant)
        this.#requests += 1
        if (this.#breaks(asked, facts, decision)) return { asked, decision }
      }
    }
    return null
  }

  #breaks(asked: Asked, facts: Facts, decision: Decision): boolean {
    const { instant, resource } = asked.slice
    const { who, but, where, without } = this.#meaning
    const situation = this.#situation(facts, instant)
    if (!where.holds(situation)) return false
    const isMeant = (party: Party): boolean =>
      who.holds(party, situation) && !but.some((one) => one.holds(party, situation))
    if (!this.#atIssue(situation.parties).some(isMeant)) return false
    if (!this.#isAsked(asked, resource.resource)) return false
    this.#concerned += 1
    switch (this.#claim.kind) {
      case 'nobody':
        if (decision.effect !== 'permit' || this.#avoidsMode(decision)) return false
        return without === null || this.#decide(without, facts, instant).effect === 'permit'
      case 'every':
        return decision.effect === 'deny'
      case 'takes-nothing':
        return decision.effect === 'deny' && this.#isPermittedWithout(facts, instant)
      case 'gives-nothing':
        return decision.effect === 'permit' && !this.#isPermittedWithout(facts, instant)
    }
  }

  /** Whom the release would reach; of a promise, and of what a directive takes or gives, whoever asks. */
  #atIssue({ subject, actor, organizations, endUsers }: Parties): readonly Party[] {
    if (this.#claim.kind !== 'nobody')
      return subject.kind === 'person' || this.#claim.who.kind === 'service' ? [subject] : []
    return [subject, ...(actor === null ? [] : [actor]), ...organizations, ...(endUsers === null ? [] : [endUsers])]
  }

  #isAsked({ asker }: Asked, resource: Resource): boolean {
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

  #isPermittedWithout(facts: Facts, instant: number): boolean {
    const { without } = this.#meaning
    return without !== null && this.#decide(without, facts, instant).effect === 'permit'
  }

  #decide(policy: Policy, facts: Facts, instant: number): Decision {
    const onFault = (error: unknown): never => {
      throw new Error('the engine could not decide a request of the space', { cause: error })
    }
    return decide(policy, facts, instant, { clockUncertaintyMs: this.#uncertainty, onFault })
  }

  #situation({ caller, place, remaining }: Facts, instant: number): Situation {
    const { registers } = this.#policy
    const horizon = new Horizon(instant, this.#uncertainty)
    const parties = partiesOf(caller, registers, horizon)
    return { parties, place, registers, horizon, sharedLimbs: new Map(), remaining }
  }
}
