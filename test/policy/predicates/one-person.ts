// One person and what is said of their standing, asked about under every definition.

import type { DefinitionId } from '../../../src/policy/bundle/bundle.ts'
import { definitions } from '../../../src/policy/definitions/index.ts'
import { decide, factsOf, readCase } from '../../../src/policy/index.ts'
import type { Decision } from '../../../src/vocabulary/decision.ts'
import type { Evidence } from '../../../src/vocabulary/evidence.ts'
import { day, limb, load, noon, restriction } from '../small-policy.ts'

export const ids: readonly DefinitionId[] = Object.keys(definitions) as DefinitionId[]
const policies = new Map(
  ids.map((definition) => [
    definition,
    load({ directives: [restriction('r', [limb({ test: 'foreign-person', definition })])] }),
  ]),
)
const reading = readCase({ asks: 'm', where: 'DE', expect: 'permit' }, Date.UTC(2026, 5, 20, 12))
if (reading.kind === 'faults') throw new Error('case')
const plain = factsOf(reading.case)

export const decided = (definition: DefinitionId, evidence: readonly Evidence[]): Decision => {
  const policy = policies.get(definition)
  if (policy === undefined) throw new Error(definition)
  const { caller } = plain
  const facts = { ...plain, caller: { ...caller, subject: { ...caller.subject, evidence } } }
  return decide(policy, facts, noon, { clockUncertaintyMs: 0 })
}

export type Backing = Pick<Evidence, 'verifiedAt' | 'source'> & { readonly state: 'verified' | 'asserted' }
export const verified: Backing = { state: 'verified', verifiedAt: noon - day, source: 'test' }
export const asserted: Backing = { state: 'asserted', verifiedAt: null, source: 'test' }
export type Basis = 'citizen-or-national' | 'permanent-resident' | 'protected' | null
export const us = (
  value: boolean,
  basis: Basis = null,
  by: Backing = verified,
  definition: string | null = null,
): Evidence => ({
  name: 'us-person',
  value: { value, definition, basis },
  ...by,
})
export const status = (value: string, by: Backing = verified): Evidence => ({
  name: 'immigration-status',
  value,
  ...by,
})
export const list = (value: readonly string[], complete: boolean, by: Backing = verified): Evidence => ({
  name: 'nationalities',
  value,
  complete,
  ...by,
})
export const citizen: Evidence = us(true, 'citizen-or-national')
