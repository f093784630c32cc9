import t from 'tap'
import type { Grant } from '../../src/policy/bundle/bundle.ts'
import { exhaustedQuantities } from '../../src/policy/index.ts'
import {
  answer,
  ask,
  at,
  ever,
  everything,
  foreign,
  grant,
  issuer,
  limb,
  load,
  model,
  noon,
  registers,
  restriction,
  strictPlace,
} from './small-policy.ts'

const person = (subject: string, organization: string) =>
  ({ issuer, subject, ...ever, organization, engagement: 'employee' }) as const
const known = registers({
  employees: [
    person('ada', 'holder'),
    { ...person('con', 'holder'), engagement: 'contractor' },
    person('eve', 'other'),
  ],
  clients: [
    { issuer, subject: 'holders-bot', ...ever, organization: 'holder' },
    { issuer, subject: 'others-bot', ...ever, organization: 'other' },
  ],
  organizations: ['holder', 'other'].map((id) => ({
    ...ever,
    id,
    name: id,
    kind: 'company',
    incorporatedIn: 'FR',
    organizedIn: [],
    ownedBy: [],
    branchOf: null,
  })),
})
const everyone = limb(foreign, { anyOf: ['subject', 'actor', 'organization', 'end-user'] })
const under = (...grants: readonly Grant[]) =>
  load({
    catalogue: { models: [model('m'), model('n')] },
    directives: [restriction('r', [everyone])],
    grants,
    registers: known,
  })
const ada = { id: 'ada', us_person: false }
const g = (more: Partial<Grant> = {}) => grant('g', 'r', more)

t.test('a grant discharges the limb for whom it covers, and says so', async (t) => {
  const decision = ask(under(g()), { who: ada })
  t.equal(decision.reason, 'permitted_under_grant')
  t.same(decision.determinations[0]?.limbs[0]?.grants, [{ grant: 'g', party: 'subject', result: 'discharged' }])
  t.equal(answer(ask(under(g()), { who: { ...ada, id: 'eve' } })), 'person_restricted')
  t.equal(answer(ask(under(g()), { who: { ...ada, id: 'con' } })), 'person_restricted', 'a contractor is no employee')
  t.equal(
    answer(ask(under(g()), { who: { id: 'ada' } })),
    'permit',
    'what is unknown of a covered party does not matter',
  )
})

t.test('every party that matches needs cover; different grants may cover different parties', async (t) => {
  const withBot = (bot: string) => ({ who: { ...ada, actor: { kind: 'service', id: bot } } })
  const ofBots = grant('h', 'r', { covers: [{ cover: 'organization', organization: 'other' }] })
  t.equal(answer(ask(under(g()), withBot('others-bot'))), 'person_restricted')
  const ofHolder = grant('k', 'r', { covers: [{ cover: 'organization', organization: 'holder' }] })
  t.equal(
    answer(ask(under(g(), ofHolder), { who: { ...ada, organization: 'holder' } })),
    'permit',
    'the organization itself',
  )
  t.equal(answer(ask(under(g(), ofHolder), { who: { ...ada, organization: 'other' } })), 'person_restricted')
  t.equal(answer(ask(under(g(), ofBots), withBot('others-bot'))), 'permit')
  t.equal(answer(ask(under(g()), withBot('holders-bot'))), 'person_restricted', 'employees are not services')
  t.equal(
    answer(ask(under(g()), { who: { ...ada, organization: 'holder' } })),
    'person_restricted',
    'nor the organization',
  )
})

t.test('it holds from its first instant to its last', async (t) => {
  const when = (text: string, uncertainty = 0) => answer(ask(under(g()), { who: ada, when: text }, uncertainty))
  t.equal(when('2026-06-09T23:59:59.999Z'), 'person_restricted', 'before it begins there is nothing to expire')
  t.equal(when('2026-06-10T00:00:00Z'), 'permit')
  t.equal(when('2026-06-29T23:59:59.999Z'), 'permit')
  t.equal(when('2026-06-30T00:00:00Z'), 'grant_expired')
  t.equal(when('2026-06-10T00:00:00Z', 250), 'person_restricted')
  t.equal(when('2026-06-29T23:59:59.750Z', 250), 'grant_expired')
})

t.test('what it fails by is told in place of the limb, if it covers every party', async (t) => {
  const failing = (more: Partial<Grant>, asked: Record<string, unknown> = {}) =>
    answer(ask(under(g(more)), { who: ada, ...asked }))
  t.equal(failing({ revokedFrom: noon }), 'grant_revoked')
  t.equal(failing({ revokedFrom: noon + 1 }), 'permit')
  t.equal(failing({ scope: { ...everything, models: { families: [], ids: ['n'] } } }), 'grant_scope_mismatch')
  t.equal(failing({ scope: { ...everything, actions: ['count-tokens'] } }), 'grant_scope_mismatch')
  t.equal(failing({ scope: { ...everything, phases: ['deliver'] } }), 'grant_scope_mismatch')
  t.equal(failing({ to: noon }, { who: { ...ada, actor: { kind: 'service', id: 'others-bot' } } }), 'person_restricted')
})

t.test('a grant that names another limb or another version helps nothing', async (t) => {
  const two = load({
    directives: [restriction('r', [everyone, limb(foreign, { id: 'second' })])],
    grants: [g()],
    registers: known,
  })
  t.equal(answer(ask(two, { who: ada })), 'person_restricted')
  t.same(
    ask(two, { who: ada }).determinations[0]?.limbs.map(({ value }) => value),
    ['false', 'true'],
  )
})

t.test('a grant that is limited to places helps there, and leaves open what nobody knows', async (t) => {
  const policy = under(g({ places: { within: { lists: [], codes: ['FR'] }, evidence: strictPlace } }))
  const from = (where: unknown) => answer(ask(policy, { who: ada, where }))
  t.equal(from('FR'), 'permit')
  t.equal(from('DE'), 'grant_scope_mismatch')
  t.equal(from('nowhere-in-database'), 'location_unknown')
  t.equal(from({ country: 'FR', anonymizer: 'vpn' }), 'anonymizer')
})

t.test('its obligations bind whoever used it', async (t) => {
  const policy = under(g({ obligations: [{ kind: 'log-full' }, { kind: 'cap-output-tokens', max: 500 }] }))
  t.same(ask(policy, { who: ada }).obligations, [{ kind: 'cap-output-tokens', max: 500 }, { kind: 'log-full' }])
  t.same(ask(policy, { who: { us_person: true } }).obligations, [])
  t.same(ask(policy, { who: ada, asks: { model: 'm', max_output_tokens: 100 } }).obligations[0], {
    kind: 'cap-output-tokens',
    max: 100,
  })
})

t.test('each kind of cover', async (t) => {
  const entries = registers({
    ...known,
    members: [{ ...ever, program: 'p', member: { kind: 'organization', organization: 'holder' } }],
    evaluators: [{ issuer, subject: 'ada', ...ever, list: 'l' }],
    staff: [{ issuer, subject: 'ada', ...ever, list: 'l' }],
    tiers: [{ issuer, subject: 'ada', ...ever, tier: 'x' }],
  })
  for (const cover of [
    { cover: 'members-of', program: 'p' },
    { cover: 'evaluators', list: 'l' },
    { cover: 'staff', list: 'l' },
    { cover: 'subject', subject: { issuer, subject: 'ada' } },
    { cover: 'anyone-who', is: { test: 'tier', tier: 'x', holds: true } },
  ] as const) {
    const policy = load({
      directives: [restriction('r', [everyone])],
      grants: [g({ covers: [cover] })],
      registers: entries,
    })
    t.equal(answer(ask(policy, { who: ada })), 'permit', cover.cover)
    t.equal(answer(ask(policy, { who: { ...ada, id: 'eve' } })), 'person_restricted', cover.cover)
    t.equal(answer(ask(policy, { who: { ...ada, issuer: 'https://other.example' } })), 'person_restricted', cover.cover)
  }
})

t.test('an attested employee of the holder is covered behind its service', async (t) => {
  const attested = (employeesOnly: boolean) =>
    load({
      directives: [restriction('r', [limb(foreign, { anyOf: ['end-user'] })])],
      grants: [g()],
      registers: registers({
        ...known,
        attestations: [
          {
            from: at('2026-01-01T00:00:00Z'),
            to: null,
            id: 'a',
            organization: 'holder',
            signer: 's',
            clients: [{ issuer, subject: 'holders-bot' }],
            noForeignPersonUnder: [],
            foreignPersonsUnder: ['ear-772.1-foreign-person'],
            employeesOnly,
            places: [],
          },
        ],
      }),
    })
  const who = { kind: 'service', id: 'holders-bot' }
  t.equal(answer(ask(attested(true), { who })), 'permit')
  t.equal(answer(ask(attested(false), { who })), 'person_restricted')
})

t.test('a grant for some modes does not reach a model that has none', async (t) => {
  const policy = load({
    catalogue: { models: [model('m', { modes: ['deep'] }), model('n')] },
    directives: [restriction('r', [everyone])],
    grants: [g({ scope: { ...everything, modes: ['deep'] } })],
    registers: known,
  })
  t.equal(answer(ask(policy, { who: ada, asks: 'm' })), 'permit')
  t.equal(answer(ask(policy, { who: ada, asks: 'n' })), 'grant_scope_mismatch')
})

t.test('of an amount that is used up, it is known how much was licensed', async (t) => {
  const policy = under(g({ quantity: { outputTokens: 1000 } }), grant('h', 'r', { to: noon }))
  t.strictSame(policy.quantities, new Map([['g', 1000]]))
  t.same(exhaustedQuantities(policy, ask(policy, { who: ada, left: { g: 0 } })), [{ grant: 'g', total: 1000 }])
  t.same(exhaustedQuantities(policy, ask(policy, { who: ada, left: { g: 1 } })), [])
})
