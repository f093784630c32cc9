// The decisions whose explanations stand in golden/, each as a lawyer would ask it of the reference directives.
import {
  type Account,
  accountOf,
  type Case,
  decide,
  type Explanation,
  explain,
  factsOf,
  type Policy,
  readCase,
} from '../../src/policy/index.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'
import { type Overlay, scenarioPolicy } from '../support/scenario.ts'

export interface Told {
  readonly name: string
  readonly overlay: Overlay | null
  readonly asked: object
}

const when = '2026-06-20T12:00:00Z'
const demo = 'https://id.demo.example'
const citizen = { us_person: { value: true, basis: 'citizen-or-national' } }
const foreign = { us_person: false }
const licensed = { id: 'q-researcher', issuer: demo, ...foreign }

/** Every `asked` without `expect`: what is expected stands in the golden text. */
export const told: readonly Told[] = [
  { name: 'permit', overlay: null, asked: { who: citizen, asks: 'fable-5', when } },
  { name: 'person', overlay: null, asked: { who: { status: 'h-1b', nationalities: ['CA'] }, asks: 'fable-5', when } },
  { name: 'destination', overlay: null, asked: { who: citizen, asks: 'fable-5', where: 'DE', when } },
  { name: 'accepted-risk', overlay: null, asked: { asks: 'open-1', where: 'nowhere-in-database', when } },
  { name: 'over-included', overlay: null, asked: { asks: 'open-1', where: 'UA', when } },
  {
    name: 'grant-discharged',
    overlay: 'L8',
    asked: { who: licensed, asks: 'fable-5', left: { 'overlay-l8': 500_000 }, when },
  },
  { name: 'grant-expired', overlay: 'L8', asked: { who: licensed, asks: 'fable-5', when: '2026-07-15T00:00:00Z' } },
  {
    name: 'grant-out-of-scope',
    overlay: null,
    asked: { who: { id: 'partner-foreign', issuer: demo, ...foreign }, asks: 'fable-5', when: '2026-06-27T12:00:00Z' },
  },
  { name: 'step-up', overlay: null, asked: { asks: 'fable-5', when } },
  {
    name: 'anonymizer',
    overlay: null,
    asked: { who: citizen, asks: 'fable-5', where: { country: 'US', anonymizer: 'residential-proxy' }, when },
  },
  {
    name: 'window',
    overlay: null,
    asked: { who: { id: 'evaluator', issuer: demo }, asks: 'next-1-safeguards-reduced', when: '2026-10-01T00:00:00Z' },
  },
  { name: 'mode-forced', overlay: null, asked: { asks: 'muse-spark', when } },
  {
    name: 'prior-actor',
    overlay: null,
    asked: {
      who: { ...citizen, prior_actors: [{ kind: 'service', id: 'lutece-agent', issuer: demo }] },
      asks: 'fable-5',
      when,
    },
  },
  {
    name: 'service-without-attestation',
    overlay: null,
    asked: {
      who: { kind: 'service', id: 'harbor-bot', issuer: demo, organization: 'harbor-analytics' },
      asks: 'fable-5',
      when,
    },
  },
  { name: 'adverse-assertion', overlay: null, asked: { who: { says: foreign }, asks: 'fable-5', when } },
  { name: 'unknown-model', overlay: null, asked: { asks: 'fable-6', when } },
]

export interface Answered {
  readonly one: Case
  readonly policy: Policy
  readonly decision: Decision
  readonly account: Account
  readonly explanation: Explanation
}

export const policyDigest: string = `sha256:${'ab'.repeat(32)}`

export function answered(one: Case, policy: Policy): Answered {
  const facts = factsOf(one)
  const decision = decide(policy, facts, one.when, { clockUncertaintyMs: 0 })
  const account = accountOf(decision, { instant: one.when, policy: { digest: policyDigest, serial: 1 }, facts })
  return { one, policy, decision, account, explanation: explain(account, policy.bundle) }
}

export function answeredTold({ asked, overlay, name }: Told): Answered {
  const reading = readCase({ expect: 'permit', ...asked })
  if (reading.kind === 'faults') throw new Error(`${name}: ${JSON.stringify(reading.faults)}`)
  return answered(reading.case, scenarioPolicy(overlay))
}
