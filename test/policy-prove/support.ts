// Claims about the reference policies, as they stand and with one thing changed.
import type { JsonValue } from '../../src/json/index.ts'
import type { Bundle, Directive, Grant, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { decide, factsOf, loadPolicy, type Policy, readCase } from '../../src/policy/index.ts'
import { type Claim, type Proof, parseClaim, prove } from '../../src/policy/prove/index.ts'
import { type Overlay, scenarioBundle } from '../support/scenario.ts'

export const at = (text: string): number => Date.parse(text)

export const loaded = (bundle: Bundle): Policy => loadPolicy(JSON.parse(JSON.stringify(bundle)) as JsonValue)

/** @param change throws nothing away silently: a change that changes nothing is an error */
export function changedPolicy(change: (bundle: Bundle) => Bundle, overlay: Overlay | null = null): Policy {
  const before = scenarioBundle(overlay)
  const after = change(before)
  if (JSON.stringify(after) === JSON.stringify(before)) throw new Error('nothing changed')
  return loaded(after)
}

export const withDirective =
  (id: string, change: (directive: RestrictingDirective) => Directive | null) =>
  (bundle: Bundle): Bundle => ({
    ...bundle,
    directives: bundle.directives.flatMap(
      (one) => (one.id === id && one.kind !== 'evaluation-window' ? change(one) : one) ?? [],
    ),
  })

export const withGrant =
  (id: string, change: (grant: Grant) => Grant) =>
  (bundle: Bundle): Bundle => ({ ...bundle, grants: bundle.grants.map((one) => (one.id === id ? change(one) : one)) })

export function claimOf(text: string): Claim {
  const reading = parseClaim(text)
  if (reading.kind === 'fault') throw new Error(`column ${reading.fault.column}: ${reading.fault.message}`)
  return reading.claim
}

export const proved = (text: string, policy: Policy): Proof => prove(claimOf(text), policy)

export type Refuted = Extract<Proof, { kind: 'refuted' }>

/**
 * Throws unless it is refuted and the counter-example stands: its facts are answered as it says, and so is its case wherever a case
 * can say all of it.
 */
export function refuted(text: string, policy: Policy): Refuted['counterExample'] {
  const proof = proved(text, policy)
  if (proof.kind !== 'refuted') throw new Error(`${proof.kind}: ${text} ${JSON.stringify(proof)}`)
  const { counterExample } = proof
  const { facts, instant, answer } = counterExample
  const told = (found: ReturnType<typeof decide>): string =>
    found.effect === 'permit' ? 'permit' : `deny ${found.reason}`
  if (told(decide(policy, facts, instant, { clockUncertaintyMs: 0 })) !== answer) throw new Error(`not so: ${answer}`)
  const reading = readCase(counterExample.case.value)
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults))
  if (counterExample.case.isWhole) {
    const asCase = told(decide(policy, factsOf(reading.case), reading.case.when, { clockUncertaintyMs: 0 }))
    if (asCase !== answer) throw new Error(`the case says ${asCase}, the counter-example ${answer}`)
  }
  return counterExample
}
