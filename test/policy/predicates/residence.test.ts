import t from 'tap'
import type { Limb, Organization } from '../../../src/policy/bundle/bundle.ts'
import { decide, factsOf, readCase } from '../../../src/policy/index.ts'
import { answer, ask, at, ever, issuer, limb, load, noon, registers, restriction } from '../small-policy.ts'

const is = { test: 'residence', places: { lists: [], codes: ['CU', 'UA-43'] } } as const
const seat = (id: string, incorporatedIn: string): Organization => ({
  ...ever,
  id,
  name: id,
  kind: 'company',
  incorporatedIn,
  organizedIn: [],
  ownedBy: [],
  branchOf: null,
})
const resident = (accepted: boolean, anyOf: Limb['anyOf'] = ['subject', 'end-user']) =>
  load({
    directives: [
      restriction(
        'x',
        [
          limb(is, {
            anyOf,
            reason: 'embargoed_resident',
            whenUnknown: accepted ? { kind: 'not-met', reason: 'few say', reviewBy: at('2027-01-01T00:00:00Z') } : null,
          }),
        ],
        { kind: 'embargo' },
      ),
    ],
    registers: registers({
      organizations: [seat('cuban', 'CU'), seat('german', 'DE')],
      clients: ['cuban', 'german'].map((organization) => ({
        issuer,
        subject: `${organization}-bot`,
        ...ever,
        organization,
      })),
    }),
  })
const accepting = resident(true)
const strict = resident(false)
const subjectAlone = resident(false, ['subject'])
const decided = (policy: typeof strict, who: Record<string, unknown>) => answer(ask(policy, { who }))

t.test('a stated residence in a listed place counts at any assurance', async (t) => {
  for (const residence of ['CU', 'cub', '192', { country: 'UA', region: '43' }, { country: 'UKR', region: 'UA-43' }]) {
    t.equal(decided(accepting, { residence }), 'embargoed_resident')
    t.equal(decided(accepting, { verified: false, residence }), 'embargoed_resident')
    t.equal(decided(accepting, { residence: 'DE', says: { residence } }), 'embargoed_resident')
  }
})

t.test('a residence elsewhere is believed as far as the directive says', async (t) => {
  t.equal(decided(strict, { residence: 'DE' }), 'permit')
  t.equal(decided(strict, { verified: false, residence: 'DE' }), 'permit')
  t.equal(decided(strict, { residence: { country: 'UA', region: '30' } }), 'permit')
})

t.test('what is stated too weakly, or says nothing, is no worse than silence', async (t) => {
  const verified = { atLeast: 'verified', notOlderThan: null, whenConflicting: 'unknown' } as const
  const demanding = load({
    directives: accepting.bundle.directives.map((one) => ({ ...one, residenceEvidence: verified }) as typeof one),
  })
  t.equal(decided(demanding, {}), 'permit')
  t.equal(decided(demanding, { verified: false, residence: 'DE' }), 'permit')
  t.equal(decided(demanding, { residence: 'DE', says: { residence: 'XXX' } }), 'permit', 'nor does it spoil a good one')
  t.equal(decided(demanding, { residence: 'XXX' }), 'permit')
  t.equal(decided(demanding, { residence: 'Q1' }), 'evidence_invalid', 'what cannot be read is another thing')
  t.equal(decided(demanding, { verified: false, residence: 'CU' }), 'embargoed_resident')
})

t.test('a region that is none of its country does not prove to be elsewhere in it', async (t) => {
  for (const region of ['KRM', '043', 'SEV', '99', 'UA-99', 'UA43', 'Crimea', 'Крим', '', 'RU-30']) {
    const decision = ask(accepting, { who: { residence: { country: 'UA', region } } })
    t.equal(answer(decision), 'evidence_insufficient', region)
    t.same(decision.determinations[0]?.limbs[0]?.flags, ['over_included'], region)
  }
  t.equal(decided(accepting, { residence: { country: 'DE', region: 'KRM' } }), 'permit', 'a country not listed in part')
})

t.test('the accepted risk covers a residence that nobody stated, and nothing else', async (t) => {
  t.equal(decided(strict, {}), 'evidence_missing')
  const decision = ask(accepting, { who: {} })
  t.equal(answer(decision), 'permit')
  t.same(decision.determinations[0]?.limbs[0]?.flags, ['accepted_risk:limb'])
  t.equal(decided(accepting, { residence: 'Q1' }), 'evidence_invalid')
  t.equal(decided(accepting, { residence: 'ZZ' }), 'permit', 'nobody stated one')
  t.equal(decided(accepting, { residence: 'SU' }), 'evidence_insufficient', 'somebody must look')
  t.equal(decided(accepting, { residence: 'UA' }), 'evidence_insufficient', 'which part of Ukraine?')
})

t.test('a service resides where the entity that runs it has its seat', async (t) => {
  t.equal(decided(accepting, { kind: 'service', id: 'cuban-bot' }), 'embargoed_resident')
  t.equal(decided(accepting, { kind: 'service', id: 'german-bot' }), 'permit')
  t.equal(decided(subjectAlone, { kind: 'service', id: 'german-bot' }), 'permit')
  t.equal(decided(subjectAlone, { kind: 'service', organization: 'german' }), 'permit')
  t.equal(decided(strict, { kind: 'service', organization: 'cuban' }), 'embargoed_resident')
  t.equal(
    decided(strict, { kind: 'service', id: 'german-bot', residence: 'CU' }),
    'embargoed_resident',
    'its own word adds',
  )
  t.equal(decided(subjectAlone, { kind: 'service', id: 'nobodys-bot', residence: 'DE' }), 'permit')
  t.equal(decided(accepting, { kind: 'service', id: 'nobodys-bot' }), 'permit', 'nobody stated it')
  t.equal(decided(strict, { kind: 'service', id: 'nobodys-bot' }), 'evidence_missing')
})

t.test('a residence that is well stated once is no mere assertion, whatever stands beside it', async (t) => {
  const verified = { atLeast: 'verified', notOlderThan: null, whenConflicting: 'unknown' } as const
  const demanding = load({
    directives: strict.bundle.directives.map((one) => ({ ...one, residenceEvidence: verified }) as typeof one),
  })
  const flags = (who: Record<string, unknown>) => ask(demanding, { who }).determinations[0]?.limbs[0]?.flags
  t.same(flags({ residence: 'CU', says: { residence: 'CU' } }), [])
  t.same(flags({ residence: 'DE', says: { residence: 'CU' } }), ['adverse_assertion'])
})

t.test('the accepted risk does not cover a register of residences that cannot be asked', async (t) => {
  const reading = readCase({ asks: 'm', expect: 'permit' }, noon)
  if (reading.kind === 'faults') throw new Error('case')
  const facts = factsOf(reading.case)
  const { caller } = facts
  const value = { country: 'DE', region: null }
  const unavailable = { name: 'residence', value, state: 'unavailable', source: 'test', verifiedAt: null } as const
  const weak = { ...unavailable, state: 'inferred' } as const
  for (const evidence of [[unavailable], [unavailable, weak], [weak, unavailable]]) {
    const asked = { ...facts, caller: { ...caller, subject: { ...caller.subject, evidence } } }
    t.equal(answer(decide(accepting, asked, noon, { clockUncertaintyMs: 0 })), 'identity_unavailable')
  }
})
