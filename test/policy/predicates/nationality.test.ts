import t from 'tap'
import type { Attribution } from '../../../src/policy/bundle/bundle.ts'
import { answer, ask, limb, load, restriction } from '../small-policy.ts'

const under = (attribution: Attribution, regime: 'ear' | 'company' = 'company') =>
  load({
    lists: [
      {
        id: 'listed',
        title: 'Listed',
        regime,
        members: ['KP', 'CN'],
        asOf: 0,
        source: 'test',
        digest: null,
        reviewBy: 1,
        position: { path: 'lists.yaml', line: 1 },
      },
    ],
    directives: [
      restriction('r', [limb({ test: 'nationality', attribution, countries: { lists: ['listed'], codes: ['CU'] } })]),
    ],
  })

const anyHeld = under('any-held')
const decided = (who: Record<string, unknown>, policy = anyHeld) => answer(ask(policy, { who }))
const complete = (...nationalities: string[]) => ({ nationalities, nationalities_complete: true })

t.test('holding one is provable from a single entry, of the list or of the codes beside it', async (t) => {
  t.equal(decided({ nationalities: ['KP'] }), 'person_restricted')
  t.equal(decided({ nationalities: ['usa', 'prk'] }), 'person_restricted')
  t.equal(decided({ nationalities: ['CUB'] }), 'person_restricted')
  t.equal(decided({ nationalities: ['KP', 'Q1', ''] }), 'person_restricted', 'whatever stands beside it')
})

t.test('not holding one needs a list that says it is complete', async (t) => {
  t.equal(decided({ nationalities: ['NO'] }), 'evidence_insufficient')
  t.equal(decided(complete('NO')), 'permit')
  t.equal(decided({}), 'evidence_missing')
  t.equal(decided({ verified: false, ...complete('NO') }), 'evidence_insufficient')
  t.equal(decided({ ...complete('NO'), verified_at: '2025-06-20T12:00:00Z' }), 'evidence_stale')
  t.equal(decided({ ...complete('NO'), verified_at: '2025-06-20T12:00:00.001Z' }), 'permit')
})

t.test('what is adverse counts at any assurance and age, flagged', async (t) => {
  const decision = ask(anyHeld, { who: { verified: false, nationalities: ['KP'] } })
  t.equal(answer(decision), 'person_restricted')
  t.same(decision.determinations[0]?.limbs[0]?.flags, ['adverse_assertion'])
  t.equal(decided({ nationalities: ['KP'], verified_at: '1990-01-01T00:00:00Z' }), 'person_restricted')
})

t.test('no element is dropped', async (t) => {
  t.equal(decided(complete('NO', 'Q1')), 'evidence_invalid')
  t.equal(decided(complete('NO', 'SU')), 'evidence_insufficient')
  t.equal(decided(complete('NO', 'XXX')), 'evidence_missing')
  t.equal(decided(complete('XXA')), 'evidence_insufficient', 'a stateless person against a list of countries')
  t.same(ask(anyHeld, { who: complete('SU') }).determinations[0]?.limbs[0]?.flags, ['withdrawn_country_code'])
})

t.test('two different complete lists are a conflict, the same list twice is none', async (t) => {
  t.equal(decided({ ...complete('NO'), says: complete('SE') }), 'evidence_conflict')
  t.equal(decided({ ...complete('NO', 'SE'), says: complete('SWE', 'nor') }), 'permit')
})

t.test('Hong Kong counts as China on a list of the EAR, and only there; Macao stays itself', async (t) => {
  t.equal(decided(complete('HK'), under('any-held', 'ear')), 'person_restricted')
  t.equal(decided(complete('MO'), under('any-held', 'ear')), 'permit')
  t.equal(decided(complete('HK')), 'permit')
})

t.test('of several nationalities without dates nobody knows the most recent', async (t) => {
  const policy = under('ear-most-recent')
  t.equal(decided(complete('KP'), policy), 'person_restricted')
  t.equal(decided(complete('NO'), policy), 'permit')
  t.equal(decided(complete('NO', 'KP'), policy), 'evidence_insufficient')
  t.equal(decided(complete('CN', 'KP'), policy), 'person_restricted', 'both are listed')
  t.equal(decided(complete('NO', 'SE'), policy), 'permit', 'none is listed')
})

t.test('a list of today does not say what was ever held', async (t) => {
  const policy = under('itar-ever-held')
  t.equal(decided(complete('KP'), policy), 'person_restricted')
  t.equal(decided(complete('NO'), policy), 'evidence_insufficient')
})

t.test('most recent: of several lists each must be listed whole', async (t) => {
  const policy = under('ear-most-recent')
  t.equal(decided({ nationalities: ['KP'], says: { nationalities: ['NO', 'KP'] } }, policy), 'evidence_insufficient')
  t.equal(decided({ nationalities: ['KP'], says: { nationalities: ['CN', 'KP'] } }, policy), 'person_restricted')
})

t.test('a flag says only what is so of all that counts', async (t) => {
  const flags = (who: Record<string, unknown>) => ask(anyHeld, { who }).determinations[0]?.limbs[0]?.flags
  t.same(flags({ nationalities: ['KP'], says: { nationalities: ['KP'] } }), [], 'one is good enough')
  t.same(flags({ nationalities: ['SU'], says: { nationalities: ['NO'] } }), ['withdrawn_country_code'])
  t.same(flags({ nationalities: ['XXA'], says: { nationalities: ['NO'] } }), [])
})

t.test('two complete lists that cannot be read differ where their words do', async (t) => {
  t.equal(decided({ ...complete('Q1'), says: complete('Q2') }), 'evidence_conflict')
  t.equal(decided({ ...complete('Q1'), says: complete('Q1') }), 'evidence_invalid')
  t.equal(decided({ ...complete('Q1'), says: complete('NO') }), 'evidence_conflict')
})

t.test('what nobody attests of end users is not for the service to mend', async (t) => {
  const policy = load({
    directives: [
      restriction('r', [
        limb(
          { test: 'nationality', attribution: 'any-held', countries: { lists: [], codes: ['CU'] } },
          { anyOf: ['end-user'] },
        ),
      ]),
    ],
  })
  const decision = ask(policy, { who: { kind: 'service', step_up: true } })
  t.equal(answer(decision), 'evidence_missing')
  t.notOk(decision.stepUp)
})
