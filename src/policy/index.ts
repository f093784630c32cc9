// The front of the policy room: everything that others may use. Pure: no I/O, no clock, no randomness.

import type { Decision } from '../vocabulary/decision.ts'
import type { Operation, Resource } from '../vocabulary/operation.ts'
import { callerText } from './engine/caller-text.ts'
import {
  type OfferedModel,
  type ResourceReading as ReadResources,
  readResources,
  type ServedName,
} from './engine/catalogue.ts'
import type { Policy } from './engine/policy.ts'

export type { Bundle } from './bundle/bundle.ts'
export { type Case, differences, factsOf } from './case/case.ts'
export { type CaseReading, readCase } from './case/read-case.ts'
export { withIssuers } from './case/with-issuers.ts'
export type { OfferedModel, ServedName } from './engine/catalogue.ts'
export { type DecideOptions, decide } from './engine/decide.ts'
export { isKeptBy } from './engine/obligations.ts'
export type { Policy } from './engine/policy.ts'
export { PolicyError } from './engine/policy-error.ts'
export { withRevokedGrants } from './engine/revoked-grants.ts'
export { type Suspension, withSuspensions } from './engine/suspension.ts'
export { unconfirmed } from './engine/unconfirmed.ts'
export { type Account, accountOf } from './explain/account.ts'
export { decisive } from './explain/decisive.ts'
export { explain } from './explain/explain.ts'
export type { Explanation } from './explain/explanation.ts'
export { explanationText } from './explain/explanation-text.ts'
export { recordedAccount } from './explain/recorded-account.ts'
export { loadPolicy } from './load/load.ts'

export type ResourceReading =
  | { readonly kind: 'resources'; readonly resources: readonly Resource[] }
  | { readonly kind: 'unknown'; readonly name: string }

/**
 * What the operation names, after the catalogue: exact names only. `unknown` holds the first name that the catalogue does not have;
 * the gate answers it with `model_unknown`. (`decide` does the same, and also hides hidden models from outsiders.)
 */
export function resourcesOf(policy: Policy, operation: Operation): ResourceReading {
  const reading: ReadResources = readResources(policy.catalogue, operation)
  if (reading.kind === 'unknown') return reading
  return {
    kind: 'resources',
    resources: reading.resources.map(({ resource }) => resource),
  }
}

/**
 * Every model of the catalogue, in order of id; the same array at every call. To list what a caller may use, decide `infer` for each
 * with listing `shown`. Names say what goes upstream (`forwardAs`) and which names an answer may carry (`servedAs`).
 */
export const catalogueOf = ({ offered }: Policy): readonly OfferedModel[] => offered

/** One model of the catalogue by its canonical id; undefined: there is none. */
export const offeredModel = ({ offeredById }: Policy, id: string): OfferedModel | undefined => offeredById.get(id)

/**
 * What a name stands for that an answer carries: first by the names that a request may carry, then by `served-as`, which stands for
 * the model itself. Undefined: the catalogue does not have it, or several models are served as it: ask `offeredModel` of the
 * decided one as well.
 */
export const nameOf = ({ served }: Policy, servedName: string): ServedName | undefined => served.get(servedName)

/**
 * Whether the decision rests on more than embargoes: on any determination of a directive of another kind, or of the catalogue that
 * keeps an unreleased model closed. A determination of what the policy does not have counts as more.
 */
export function isCoveredBeyondEmbargo({ bundle }: Policy, { determinations }: Decision): boolean {
  return determinations.some(
    ({ directive, version, result }) =>
      result !== 'not-applicable' &&
      !bundle.directives.some((one) => one.kind === 'embargo' && one.id === directive && one.version === version),
  )
}

/**
 * The grants with a quantity of which nothing was left for this decision, each once, with the output tokens that they license in all:
 * with more left it may be another.
 */
export function exhaustedQuantities(
  { quantities }: Policy,
  { determinations }: Decision,
): readonly { readonly grant: string; readonly total: number }[] {
  if (quantities.size === 0) return []
  const exhausted = new Map<string, number>()
  for (const { limbs } of determinations) {
    for (const { grants } of limbs) {
      for (const { grant, result } of grants) {
        const total = quantities.get(grant)
        if (result === 'exhausted' && total !== undefined) exhausted.set(grant, total)
      }
    }
  }
  return [...exhausted].map(([grant, total]) => ({ grant, total }))
}

/** The text that an instrument wants told beside its reason; null: the reason's own sentence, or nothing may be told. */
export function callerTextOf(policy: Policy, { tellReason, reason, determinations }: Decision): string | null {
  if (!tellReason) return null
  const { directives } = policy.bundle
  return callerText(determinations, reason, (id, version) =>
    directives.find((one) => one.id === id && one.version === version),
  )
}
