import t from 'tap'
import type { Condition, PlaceDemand } from '../../../src/policy/bundle/bundle.ts'
import { decide, factsOf, type Policy, readCase } from '../../../src/policy/index.ts'
import type { Place } from '../../../src/vocabulary/place.ts'
import { answer, ask, ever, issuer, limb, load, noon, registers, restriction, strictPlace } from '../small-policy.ts'

const prohibiting = (outside: boolean, codes: readonly string[], demand: Partial<PlaceDemand> = {}) => {
  const is: Condition = { test: 'place', outside, places: { lists: [], codes } }
  return load({
    directives: [
      restriction('r', [limb(is, { reason: 'destination_restricted' })], {
        placeEvidence: { ...strictPlace, ...demand },
      }),
    ],
  })
}
const outsideUs = prohibiting(true, ['US', 'PR'])
const insideIran = prohibiting(false, ['IR'])

t.test('a prohibited place is believed, stale and anonymized as it may be', async (t) => {
  const doubtful = { anonymizer: 'tor', database_days: 400 }
  t.equal(answer(ask(insideIran, { where: { country: 'IR', ...doubtful } })), 'destination_restricted')
  t.equal(answer(ask(outsideUs, { where: { country: 'DE', ...doubtful } })), 'destination_restricted')
})

t.test('a favourable place needs a fresh database and no anonymizer', async (t) => {
  for (const [where, expected] of [
    [{ country: 'US' }, 'permit'],
    [{ country: 'PR' }, 'permit'],
    [{ country: 'US', database_days: 29 }, 'permit'],
    [{ country: 'US', database_days: 30 }, 'evidence_stale'],
    [{ country: 'US', anonymizer: 'vpn' }, 'anonymizer'],
    [{ country: 'US', anonymizer: 'tor' }, 'anonymizer'],
    [{ country: 'US', anonymizer: 'public-proxy' }, 'anonymizer'],
    [{ country: 'US', anonymizer: 'residential-proxy', database_days: 400 }, 'anonymizer'],
    [{ country: 'US', anonymizer: 'no-data' }, 'permit'],
  ] as const) {
    t.equal(answer(ask(outsideUs, { where })), expected, JSON.stringify(where))
  }
  t.equal(answer(ask(insideIran, { where: { country: 'US', anonymizer: 'vpn' } })), 'anonymizer')
})

t.test('a directive may take the address as it is, or refuse to go without anonymizer data', async (t) => {
  const useAddress = prohibiting(true, ['US'], { anonymizers: 'use-address', whereAnonymizersAreUnknown: null })
  t.equal(answer(ask(useAddress, { where: { country: 'US', anonymizer: 'vpn' } })), 'permit')
  const demanding = prohibiting(true, ['US'], { whereAnonymizersAreUnknown: 'unknown' })
  t.equal(answer(ask(demanding, { where: { country: 'US', anonymizer: 'no-data' } })), 'location_unknown')
  t.equal(answer(ask(demanding, { where: { country: 'US' } })), 'permit')
})

t.test('each way not to know a place has its reason', async (t) => {
  for (const [where, expected] of [
    ['nowhere-in-database', 'location_unknown'],
    ['no-address', 'location_unknown'],
    ['no-database', 'geo_unavailable'],
  ] as const) {
    const decision = ask(outsideUs, { where })
    t.equal(answer(decision), expected)
    t.equal(decision.stepUp, false, 'no step-up mends a place')
  }
  t.equal(ask(outsideUs, { where: 'no-database' }).basis, 'system')
})

t.test('regions', async (t) => {
  const crimea = prohibiting(false, ['UA-43', 'UA-40'])
  const whole = prohibiting(false, ['UA-43', 'UA-40'], { whereRegionsAreUnknown: 'whole-country' })
  for (const policy of [crimea, whole]) {
    t.equal(answer(ask(policy, { where: 'UA-43' })), 'destination_restricted')
    t.equal(answer(ask(policy, { where: 'UA-30' })), 'permit', 'another region is another place')
    t.equal(answer(ask(policy, { where: 'RU' })), 'permit', 'another country needs no regions')
    t.equal(answer(ask(policy, { where: 'UA' })), 'location_unknown', 'the country alone proves nothing')
    t.equal(answer(ask(policy, { where: { country: 'UA', resolves_regions: true } })), 'location_unknown')
  }
  for (const region of ['UA-99', 'UA-043', 'UA-KRM', 'UA-SEV', 'RU-CR', 'UA-', '30']) {
    const decision = ask(whole, { where: { country: 'UA', region } })
    t.equal(answer(decision), 'location_unknown', `${region} is no region that proves to be elsewhere`)
    t.same(decision.determinations[0]?.limbs[0]?.flags, ['over_included'])
  }
  const flags = (policy: typeof crimea) => ask(policy, { where: 'UA' }).determinations[0]?.limbs[0]?.flags
  t.same(flags(crimea), [])
  t.same(flags(whole), ['over_included'])
})

t.test('of a country without a table of regions none proves to be elsewhere', async (t) => {
  const policy = prohibiting(false, ['GE-AB'])
  t.equal(answer(ask(policy, { where: 'GE-AB' })), 'destination_restricted')
  t.equal(answer(ask(policy, { where: 'GE-TB' })), 'location_unknown')
  t.equal(answer(ask(policy, { where: 'UA-30' })), 'permit')
})

t.test('for a service the attested places count with the address', async (t) => {
  const client = { issuer, subject: 'desk' }
  const attested = (places: readonly string[]) =>
    load({
      directives: [
        restriction('r', [
          limb(
            { test: 'place', outside: true, places: { lists: [], codes: ['US'] } },
            { anyOf: ['subject', 'actor', 'end-user'], reason: 'destination_restricted' },
          ),
        ]),
      ],
      registers: registers({
        clients: [{ ...client, ...ever, organization: 'o' }],
        attestations: [
          {
            ...ever,
            id: 'a',
            organization: 'o',
            signer: 's',
            clients: [client],
            noForeignPersonUnder: [],
            foreignPersonsUnder: [],
            employeesOnly: false,
            places,
          },
        ],
      }),
    })
  const who = { kind: 'service', id: 'desk' }
  t.equal(answer(ask(attested(['US']), { who })), 'permit')
  t.equal(answer(ask(attested(['US', 'DE']), { who })), 'destination_restricted')
  t.equal(answer(ask(attested([]), { who })), 'evidence_missing')
  t.equal(answer(ask(attested(['US']), { who, where: 'DE' })), 'destination_restricted')
  t.equal(answer(ask(attested(['US']), { who: { ...who, id: 'another' } })), 'evidence_missing')
  t.equal(answer(ask(attested([]), { who: { id: 'desk' } })), 'permit', 'a person is their own end user')
})

t.test(
  'a database that was built after the clock proves nothing favourable, and is believed where it is adverse',
  async (t) => {
    const reading = readCase({ asks: 'm', expect: 'permit' }, noon)
    if (reading.kind === 'faults') throw new Error('case')
    const facts = factsOf(reading.case)
    const from = (policy: Policy, more: Partial<Place>, clockUncertaintyMs = 0) =>
      decide(policy, { ...facts, place: { ...facts.place, ...more } }, noon, { clockUncertaintyMs })
    const anyAge = prohibiting(true, ['US'], { databaseNotOlderThan: null, anonymizers: 'use-address' })
    for (const policy of [outsideUs, anyAge]) {
      t.equal(answer(from(policy, { databaseBuiltAt: noon })), 'permit')
      const ahead = from(policy, { databaseBuiltAt: noon + 1 })
      t.same([answer(ahead), ahead.stepUp, ahead.validUntil], ['evidence_invalid', false, noon + 1])
      t.equal(answer(from(policy, { databaseBuiltAt: noon + 250 }, 250)), 'permit', 'the clock may be slow')
      t.equal(answer(from(policy, { databaseBuiltAt: noon + 251 }, 250)), 'evidence_invalid')
    }
    t.equal(answer(from(outsideUs, { databaseBuiltAt: noon + 1, anonymizer: 'vpn' })), 'evidence_invalid')
    t.equal(answer(from(insideIran, { databaseBuiltAt: noon + 1, country: 'IR' })), 'destination_restricted')
    t.equal(
      answer(from(outsideUs, { databaseBuiltAt: noon + 1, source: 'operator' })),
      'permit',
      'a mapping has no build date',
    )
  },
)

t.test('an attested region is outside of those that are listed only if there is such a region', async (t) => {
  const client = { issuer, subject: 'desk' }
  const attested = (...places: readonly string[]) => {
    const is: Condition = { test: 'place', outside: true, places: { lists: [], codes: ['UA-30'] } }
    const attestation = {
      ...ever,
      id: 'a',
      organization: 'o',
      signer: 's',
      clients: [client],
      noForeignPersonUnder: [],
      foreignPersonsUnder: [],
      employeesOnly: false,
      places,
    }
    const policy = load({
      directives: [restriction('r', [limb(is, { anyOf: ['end-user'], reason: 'destination_restricted' })])],
      registers: registers({ clients: [{ ...client, ...ever, organization: 'o' }], attestations: [attestation] }),
    })
    return ask(policy, { who: { kind: 'service', id: 'desk' } })
  }
  t.equal(answer(attested('UA-30')), 'permit')
  t.equal(answer(attested('UA-14')), 'destination_restricted')
  const open = attested('UA')
  t.equal(answer(open), 'evidence_insufficient')
  t.equal(open.stepUp, false, 'no step-up brings a better attestation')
})

t.test('a place without a country is nowhere, and one without an address is not looked at', async (t) => {
  const reading = readCase({ asks: 'm', expect: 'permit' }, noon)
  if (reading.kind === 'faults') throw new Error('case')
  const facts = factsOf(reading.case)
  const whole = prohibiting(false, ['UA-43'], { whereRegionsAreUnknown: 'whole-country' })
  const contradictory: readonly Partial<Place>[] = [
    { country: null },
    { state: 'address-unknown' },
    { state: 'address-unknown', country: null },
  ]
  for (const more of contradictory) {
    const place = { ...facts.place, ...more }
    const decision = decide(whole, { ...facts, place }, noon, { clockUncertaintyMs: 0 })
    t.equal(answer(decision), 'location_unknown')
    t.same(decision.determinations[0]?.limbs[0]?.flags, [], 'nothing was taken for the whole of a country')
  }
})
