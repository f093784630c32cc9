// Every combination over a small vocabulary: one US-person statement in each state, each kind of nationality list, each state of a
// place, who acts beside the subject, with and without a grant, on either side of every edge, under two definitions.

import { deepStrictEqual } from 'node:assert/strict'
import t from 'tap'
import type { Bundle, Organization, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import type { Evidence } from '../../src/vocabulary/evidence.ts'
import type { Caller, Subject } from '../../src/vocabulary/party.ts'
import type { Place } from '../../src/vocabulary/place.ts'
import {
  at,
  bundle,
  day,
  everything,
  grant,
  limb,
  registers,
  restriction,
  strictPlace,
} from '../policy/small-policy.ts'
import { byEngine, byReference, comparable, policyOf } from './compare.ts'

const issuer = 'https://id.example'
const begins = at('2026-06-12T21:21:00Z')
const granted = { from: begins + day, to: begins + 2 * day }
const fresh = begins - 10 * day

// ---- the policy: a license requirement on two limbs, an embargo with an accepted risk

const places = (...codes: readonly string[]) => ({ lists: [], codes })
const licenseRequired = (definition: 'ear-772.1-foreign-person' | 'cfius-800'): RestrictingDirective =>
  restriction(
    'license',
    [
      limb({ test: 'foreign-person', definition }, { id: 'person', anyOf: ['subject', 'actor', 'end-user'] }),
      limb(
        { test: 'place', outside: true, places: places('US', 'PR') },
        { id: 'destination', anyOf: ['subject', 'actor', 'end-user'], reason: 'destination_restricted' },
      ),
    ],
    { effective: begins },
  )
const embargo = restriction(
  'embargo',
  [
    limb(
      { test: 'place', outside: false, places: places('IR', 'UA-43') },
      {
        id: 'location',
        anyOf: ['subject', 'actor', 'end-user'],
        reason: 'embargoed_location',
        whenUnknown: { kind: 'not-met', reason: 'mobile networks', reviewBy: begins + 365 * day },
      },
    ),
  ],
  {
    kind: 'embargo',
    onUnknown: 'deny',
    placeEvidence: {
      databaseNotOlderThan: null,
      anonymizers: 'use-address',
      whereAnonymizersAreUnknown: null,
      whereRegionsAreUnknown: 'whole-country',
    },
  },
)
const license = grant('g', 'license', {
  ...granted,
  discharges: [{ directive: 'license', versions: [1], limbs: ['person', 'destination'] }],
  covers: [{ cover: 'subject', subject: { issuer, subject: 'ada' } }],
  scope: everything,
  places: { within: places('US', 'DE'), evidence: strictPlace },
})
const company = (id: string, incorporatedIn: string): Organization => {
  return {
    id,
    name: id,
    kind: 'company',
    incorporatedIn,
    organizedIn: [],
    ownedBy: [],
    branchOf: null,
    from: 0,
    to: null,
  }
}
const known = registers({
  organizations: [company('us-co', 'US'), company('fr-co', 'FR')],
  clients: ['us', 'fr'].map((which) => ({
    issuer,
    subject: `${which}-agent`,
    organization: `${which}-co`,
    from: 0,
    to: null,
  })),
})

// ---- the questions

const backing = (state: Evidence['state'], verifiedAt: number | null = fresh) => ({
  state,
  source: 'token',
  verifiedAt,
})
const backings = [
  backing('verified'),
  backing('verified', begins - 400 * day),
  backing('verified', null),
  backing('asserted'),
  backing('inferred'),
  backing('invalid'),
  backing('revoked'),
  backing('unavailable'),
]
const usPerson = (value: boolean): readonly Evidence[] =>
  backings.map((how) => ({ name: 'us-person', value: { value, definition: null, basis: null }, ...how }))
const statements: readonly (readonly Evidence[])[] = [
  [],
  ...[...usPerson(true), ...usPerson(false)].map((one) => [one]),
]

const list = (complete: boolean, how: ReturnType<typeof backing>, ...value: readonly string[]): readonly Evidence[] => [
  { name: 'nationalities', value, complete, ...how },
]
const lists = [
  [],
  list(true, backing('verified'), 'US'),
  list(true, backing('verified'), 'FR'),
  list(false, backing('asserted'), 'US', 'FR'),
  list(false, backing('verified'), 'PRI'),
  list(true, backing('verified'), 'XXA'),
]

const home: Place = {
  state: 'located',
  address: '192.0.2.1',
  country: 'US',
  region: null,
  resolvesRegions: true,
  source: 'database',
  databaseBuiltAt: begins - day,
  databaseDigest: 'sha256:x',
  anonymizer: 'none',
}
const somewhere: readonly Place[] = [
  home,
  { ...home, country: 'DE' },
  { ...home, country: 'DE', anonymizer: 'vpn' },
  { ...home, country: 'UA', region: 'UA-43' },
  { ...home, country: 'UA', region: 'UA-30' },
  { ...home, country: 'UA', resolvesRegions: false },
  { ...home, anonymizer: 'residential-proxy' },
  { ...home, anonymizer: null },
  { ...home, databaseBuiltAt: begins - 31 * day },
  { ...home, databaseBuiltAt: begins + 30 * day },
  { ...home, state: 'not-found', country: null },
  { ...home, state: 'address-unknown', country: null, address: null },
  { ...home, state: 'unavailable', country: null, databaseDigest: null, anonymizer: null },
]

const agent = (subject: string): Subject => ({ id: { issuer, subject }, kind: 'service', evidence: [] })
const foreigner: Subject = { id: { issuer, subject: 'ben' }, kind: 'person', evidence: usPerson(false).slice(0, 1) }
const companions: readonly Pick<Caller, 'actor' | 'priorActors'>[] = [
  { actor: null, priorActors: [] },
  { actor: agent('us-agent'), priorActors: [] },
  { actor: agent('fr-agent'), priorActors: [] },
  { actor: agent('nobodys-agent'), priorActors: [] },
  { actor: agent('us-agent'), priorActors: [foreigner] },
]

const token = {
  issuer,
  jti: null,
  sid: null,
  issuedAt: 0,
  expiresAt: 1,
  audience: [],
  digest: 'd',
  keyThumbprint: 'k',
  stepUp: { acrValues: ['high'] },
}
const callers: readonly Caller[] = statements.flatMap((said) =>
  lists.flatMap((listed) =>
    companions.map((beside) => ({
      ...beside,
      subject: { id: { issuer, subject: 'ada' }, kind: 'person', evidence: [...said, ...listed] } as const,
      organization: null,
      organizationExpected: false,
      token,
    })),
  ),
)
const operation = {
  id: 'test',
  dialect: 'openai',
  action: 'infer',
  phase: 'admit',
  stream: false,
  maxOutputTokens: null,
  models: [{ pointer: '/model', name: 'm', mode: null }],
} as const

/** Both sides of every edge that the policy has. */
const instants = { without: [begins - 1, begins], with: [granted.from - 1, granted.from, granted.to - 1, granted.to] }

for (const definition of ['ear-772.1-foreign-person', 'cfius-800'] as const) {
  t.test(`under ${definition} every combination has the reference's answer`, async (t) => {
    let compared = 0
    const answers = new Map<string, number>()
    for (const isGranted of [false, true]) {
      const directives = [licenseRequired(definition), embargo]
      const policy: Bundle = bundle({ directives, registers: known, grants: isGranted ? [license] : [] })
      const loaded = policyOf(policy)
      for (const caller of callers) {
        for (const place of somewhere) {
          for (const instant of isGranted ? instants.with : instants.without) {
            const asked = { facts: { caller, place, operation, remaining: {} }, instant, clockUncertaintyMs: 0 }
            const engine = byEngine(loaded, asked)
            deepStrictEqual(comparable(engine), comparable(byReference(policy, asked)))
            compared++
            answers.set(engine.reason, (answers.get(engine.reason) ?? 0) + 1)
          }
        }
      }
    }
    t.comment(`${compared} combinations: ${[...answers].map(([reason, count]) => `${reason} ${count}`).join(', ')}`)
    t.equal(compared, statements.length * lists.length * companions.length * somewhere.length * 6)
  })
}
