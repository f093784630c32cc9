// An example for each reason that a case can show. What the scenarios show already is taken from there (docs/reason-pages.ts).
import type { Reason } from '../src/vocabulary/reason.ts'
import type { Asked } from './shown-cases.ts'

const citizen = { us_person: { value: true, basis: 'citizen-or-national' } }
const june = '2026-06-20T12:00:00Z'

export const ownCases: Partial<Readonly<Record<Reason, Asked>>> = {
  embargoed_resident: {
    title: 'a resident of Cuba who says so, travelling in the US',
    case: { who: { residence: 'CU' }, asks: 'open-1' },
    at: june,
  },
  tier_restricted: {
    title: 'a model that is open to one tier',
    case: { who: {}, asks: 'muse-spark-thinking' },
    at: june,
    change: { file: 'policies/directives/muse-spark-thinking.yaml', was: '    mode: thinking\n', is: '' },
  },
  model_suspended: {
    title: 'a US citizen at home',
    case: { who: citizen, asks: 'fable-5' },
    at: june,
    suspended: 'fable-5',
  },
  policy_stale: {
    title: 'a US citizen at home',
    case: { who: citizen, asks: 'fable-5' },
    at: june,
    isUnconfirmed: true,
  },
  obligation_unenforceable: {
    title: 'a condition that has run out',
    case: { who: { id: 'partner-us', issuer: 'demo', ...citizen }, asks: 'mythos-5' },
    at: june,
    change: {
      file: 'policies/directives/glasswing.yaml',
      was: 'opens-to:',
      is: 'obligations: [{ terminate-at: 2026-06-15T00:00:00Z }]\nopens-to:',
    },
  },
  membership_ended: {
    title: 'a US citizen whose employer is no longer a member',
    case: { who: { id: 'partner-us', issuer: 'demo', ...citizen }, asks: 'mythos-5' },
    at: june,
    change: {
      file: 'policies/registers/glasswing-members.yaml',
      was: 'northgate-labs, from: 2026-06-09T00:00:00Z, until: further-notice',
      is: 'northgate-labs, from: 2026-06-09T00:00:00Z, until: 2026-06-15T00:00:00Z',
    },
  },
  grant_revoked: {
    title: 'a foreign employee of a listed organization, after the annex was revoked',
    case: { who: { id: 'partner-foreign', issuer: 'demo', us_person: false }, asks: 'mythos-5' },
    at: '2026-06-29T12:00:00Z',
    change: {
      file: 'policies/grants/us-bis-2026-06-26-annex.yaml',
      was: 'until: further-notice\n',
      is: 'until: further-notice\nrevoked-from: 2026-06-28T00:00:00Z\n',
    },
  },
  grant_scope_mismatch: {
    title: 'a foreign employee of a listed organization asks for the other model',
    case: { who: { id: 'partner-foreign', issuer: 'demo', us_person: false }, asks: 'fable-5' },
    at: '2026-06-27T12:00:00Z',
  },
  pending_review: {
    title: 'nothing is known of the caller',
    case: { who: {}, asks: 'fable-5' },
    at: june,
    change: {
      file: 'policies/directives/us-bis-2026-06-12.yaml',
      was: 'on-unknown: step-up',
      is: 'on-unknown: review',
    },
  },
  evidence_conflict: {
    title: 'a citizen of the United States, and a complete list of nationalities without it',
    case: { who: { ...citizen, nationalities: ['FR'], nationalities_complete: true }, asks: 'fable-5' },
    at: june,
  },
  evidence_revoked: {
    title: 'a US citizen at home',
    case: { who: citizen, asks: 'fable-5' },
    at: june,
    evidenceIs: 'revoked',
  },
  identity_unavailable: {
    title: 'a US citizen at home',
    case: { who: citizen, asks: 'fable-5' },
    at: june,
    evidenceIs: 'unavailable',
  },
  geo_unavailable: {
    title: 'no place database',
    case: { who: citizen, asks: 'fable-5', where: 'no-database' },
    at: june,
  },
  location_unknown: {
    title: 'an address that no database places',
    case: { who: citizen, asks: 'fable-5', where: 'nowhere-in-database' },
    at: june,
  },
  clock_unsynchronized: {
    title: 'nobody knows what time it is',
    case: { who: citizen, asks: 'fable-5' },
    at: june,
    clockUncertaintyMs: 1500,
  },
  no_directive_applies: {
    title: 'a model that nothing restricts',
    case: { who: {}, asks: 'open-1' },
    at: june,
    without: 'policies/directives/embargo.yaml',
  },
}
