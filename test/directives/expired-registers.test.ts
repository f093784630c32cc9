// Expired registers admit nobody: whoever came in through them is out at that instant and not before it, nobody who was out comes in
// by it, and no decision outlives it.
import t from 'tap'
import { bundleOf } from '../../src/directives/index.ts'
import type { JsonObject } from '../../src/json/index.ts'
import { type Bundle, type Case, decide, factsOf, loadPolicy, type Policy } from '../../src/policy/index.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'
import { readScenarios, scenarioBundle } from '../support/scenario.ts'
import { compiled, reference } from './bundles.ts'
import { envelope } from './envelopes.ts'

const partsOf = (bundle: Bundle) => ({
  bundle: bundle as unknown as JsonObject,
  registerFiles: bundle.sources.flatMap(({ path }) => (path.includes('registers/') ? [path] : [])),
})

function expiring(bundle: Bundle, notAfter: number | null): Policy {
  const parts = partsOf(bundle)
  return loadPolicy(
    bundleOf({ policy: envelope('policy', parts), registers: envelope('registers', parts, { notAfter }) }),
  )
}

const answer = (policy: Policy, one: Case): Decision =>
  decide(policy, factsOf(one), one.when, { clockUncertaintyMs: 0 })

t.test('both parts make the bundle that the compiler made', async (t) => {
  const base = compiled(reference)
  const parts = partsOf(base)
  const [policy, registers] = [envelope('policy', parts), envelope('registers', parts)]
  const sorted = ({ sources, ...rest }: Bundle): object => ({
    ...rest,
    sources: [...sources].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  })
  t.same(sorted(bundleOf({ policy, registers }) as unknown as Bundle), sorted(base))
  t.same(Object.keys(registers.content).toSorted(), ['format', 'registers', 'sources'])
  t.notOk('registers' in policy.content || 'serial' in policy.content)
  t.notMatch(JSON.stringify(policy.content), /registers\//)
})

t.test('in every scenario an expired register closes, or changes nothing', async (t) => {
  const out = { permits: 0, closed: 0, changedBefore: 0 }
  for (const { row, cases } of readScenarios()) {
    for (const { name, overlay, case: one } of cases) {
      const bundle = scenarioBundle(overlay)
      const before = answer(expiring(bundle, null), one)
      const expired = answer(expiring(bundle, one.when), one)
      const eve = answer(expiring(bundle, one.when + 60_000), one)
      const sentence = `row ${row}, ${name}`
      if (before.effect === 'deny') t.equal(expired.effect, 'deny', sentence)
      t.equal(eve.effect, before.effect, sentence)
      t.equal(eve.reason, before.reason, sentence)
      if (before.effect === 'permit') {
        out.permits++
        if (expired.effect === 'deny') {
          out.closed++
          t.ok(eve.validUntil !== null && eve.validUntil <= one.when + 60_000, `${sentence} ends with the registers`)
        }
      }
    }
  }
  t.ok(out.closed > 0 && out.permits > out.closed, `${out.closed} of ${out.permits} permits rest on registers`)
})

t.test('what an attestation says against people goes on counting, in effect', async (t) => {
  const base = compiled(reference)
  const [attestation] = base.registers.attestations
  if (attestation === undefined) throw new Error('no attestation')
  const abroad: Bundle = {
    ...base,
    registers: { ...base.registers, attestations: [{ ...attestation, places: ['IR'] }] },
  }
  const when = Date.parse('2026-06-20T12:00:00Z')
  const [client] = attestation.clients
  const [other] = readScenarios().flatMap(({ cases }) => cases)
  if (client === undefined || other === undefined) throw new Error('no client')
  const service: Case = {
    who: {
      id: client.subject,
      issuer: client.issuer,
      kind: 'service',
      verified: true,
      nationalities_complete: false,
      organization_expected: false,
      prior_actors: [],
      step_up: false,
    },
    asks: { ...other.case.asks, model: ['open-1'] },
    where: 'home',
    when,
    expect: { answer: 'deny' },
  }
  t.equal(answer(expiring(base, null), service).effect, 'permit', 'as the attestation stands it is served')
  for (const notAfter of [null, when]) {
    t.equal(answer(expiring(abroad, notAfter), service).effect, 'deny', `expires ${notAfter}`)
  }
})
