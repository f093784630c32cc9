import t from 'tap'
import { callerTextOf, decide, factsOf, type Policy, readCase } from '../../src/policy/index.ts'
import type { Facts } from '../../src/vocabulary/decision.ts'
import {
  answer,
  ask,
  at,
  everything,
  foreign,
  issuer,
  limb,
  load,
  model,
  noon,
  registers,
  restriction,
  window,
} from './small-policy.ts'

const restricted = load({
  catalogue: { models: [model('m'), model('open')] },
  directives: [restriction('r', [limb(foreign)], { scope: { ...everything, models: { families: ['m'], ids: [] } } })],
})

t.test('a name that the catalogue does not have is denied, whoever asks', async (t) => {
  for (const name of ['M', 'm ', 'm:v2', 'models/m', '', 'constructor', '__proto__']) {
    const decision = ask(restricted, { who: { us_person: true }, asks: [name] })
    t.equal(answer(decision), 'model_unknown', JSON.stringify(name))
    t.equal(decision.tellReason, true)
  }
})

t.test('of several models the strictest wins and all are recorded', async (t) => {
  const decision = ask(restricted, { who: { us_person: false }, asks: ['open', 'm'] })
  t.equal(answer(decision), 'person_restricted')
  t.same(
    decision.resources.map(({ pointer, model }) => [pointer, model]),
    [
      ['/model', 'open'],
      ['/models/1', 'm'],
    ],
  )
  t.same(
    decision.determinations.map(({ directive, resource, result }) => [directive, resource, result]),
    [['r', '/models/1', 'violated']],
  )
  t.equal(answer(ask(restricted, { asks: ['open', 'nobody-knows'] })), 'model_unknown')
})

t.test('where no directive concerns the model the permit says so', async (t) => {
  t.equal(ask(restricted, { asks: 'open' }).reason, 'no_directive_applies')
  t.equal(ask(restricted, { who: { us_person: true } }).reason, 'permitted')
})

t.test('it throws for no facts, and whatever goes wrong inside denies for no longer than this instant', async (t) => {
  const broken: unknown[] = [
    null,
    undefined,
    {},
    { caller: null, place: null, operation: { models: [{ name: 'm' }] } },
    7,
    'facts',
  ]
  for (const facts of broken) {
    const decision = decide(restricted, facts as Facts, noon, { clockUncertaintyMs: 0 })
    t.equal(answer(decision), 'evaluation_failed')
    t.equal(decision.basis, 'system')
    t.equal(decision.validUntil, noon)
  }
  const noIndex = { ...restricted, concerning: new Map() } as Policy
  t.equal(answer(ask(noIndex)), 'evaluation_failed')
})

t.test('what went wrong inside is told to whoever listens, once, and to nobody else', async (t) => {
  const heard: unknown[] = []
  const listening = { clockUncertaintyMs: 0, onFault: (error: unknown) => heard.push(error) }
  const decision = decide(restricted, {} as Facts, noon, listening)
  t.match(heard, [TypeError])
  t.same(decision, decide(restricted, {} as Facts, noon, { clockUncertaintyMs: 0 }))
  const failing = {
    clockUncertaintyMs: 0,
    onFault: () => {
      throw new Error('and the listener too')
    },
  }
  t.same(decide(restricted, {} as Facts, noon, failing), decision, 'a listener that fails changes nothing')
  const reading = readCase({ asks: 'm', expect: 'permit' }, Date.UTC(2026, 5, 20, 12))
  if (reading.kind === 'faults') throw new Error('case')
  decide(restricted, factsOf(reading.case), noon, listening)
  t.equal(heard.length, 1, 'a decision is no fault')
})

t.test('a request without any model is denied', async (t) => {
  const reading = readCase({ asks: 'm', expect: 'permit' }, Date.UTC(2026, 5, 20, 12))
  if (reading.kind === 'faults') throw new Error('case')
  const facts = factsOf(reading.case)
  const none = { ...facts, operation: { ...facts.operation, models: [] } }
  t.equal(answer(decide(restricted, none, noon, { clockUncertaintyMs: 0 })), 'model_absent')
})

t.test('a clock that may be wrong by more than a second decides nothing', async (t) => {
  t.equal(answer(ask(restricted, { asks: 'open' }, 1000)), 'permit')
  t.equal(answer(ask(restricted, { asks: 'open' }, 1001)), 'clock_unsynchronized')
  t.equal(answer(ask(restricted, { asks: 'open' }, Number.NaN)), 'clock_unsynchronized')
})

t.test('a step-up is asked for only where it could mend everything that is in the way', async (t) => {
  const place = limb(
    { test: 'place', outside: true, places: { lists: [], codes: ['US'] } },
    { id: 'place', reason: 'destination_restricted' },
  )
  const both = load({ directives: [restriction('r', [limb(foreign), place])] })
  t.match(ask(both, {}), { reason: 'evidence_missing', stepUp: true })
  t.match(ask(both, { where: { country: 'US', anonymizer: 'vpn' } }), { reason: 'anonymizer', stepUp: false })
  t.match(ask(both, { where: 'DE' }), { reason: 'destination_restricted', stepUp: false })
  t.match(ask(both, { who: { step_up: false } }), { reason: 'evidence_missing', stepUp: false })
  const stern = load({
    directives: [restriction('r', [limb(foreign)]), restriction('s', [limb(foreign)], { onUnknown: 'deny' })],
  })
  t.match(ask(stern, {}), { reason: 'evidence_missing', stepUp: false })
  const agent = load({ directives: [restriction('r', [limb(foreign, { anyOf: ['subject', 'actor'] })])] })
  t.match(ask(agent, { who: { us_person: true, actor: { id: 'a' } } }), { reason: 'evidence_missing', stepUp: false })
  t.match(ask(agent, { who: { us_person: true, says: { us_person: false } } }), {
    reason: 'evidence_conflict',
    stepUp: false,
  })
})

t.test('among unknowns those that the caller cannot mend are shown first', async (t) => {
  const both = load({
    directives: [
      restriction('r', [limb(foreign)]),
      restriction('s', [limb({ test: 'place', outside: true, places: { lists: [], codes: ['US'] } })]),
    ],
  })
  const decision = ask(both, { who: { verified: false, us_person: true }, where: { country: 'US', database_days: 99 } })
  t.match(decision, { reason: 'evidence_stale', stepUp: false })
})

t.test('a violation is shown before any unknown, and the first in the fixed order', async (t) => {
  const place = limb(
    { test: 'place', outside: false, places: { lists: [], codes: ['IR'] } },
    { reason: 'embargoed_location' },
  )
  const policy = load({
    directives: [restriction('a', [limb(foreign)]), restriction('x', [place], { kind: 'embargo' })],
  })
  t.equal(answer(ask(policy, { who: { us_person: false }, where: 'IR' })), 'embargoed_location')
  t.equal(answer(ask(policy, { who: { us_person: false } })), 'person_restricted')
  t.equal(answer(ask(policy, { where: 'IR' })), 'embargoed_location')
})

t.test('the reason is told where the directive says so', async (t) => {
  const telling = load({ directives: [restriction('r', [limb(foreign)], { callerText: 'Ask the export office.' })] })
  const silent = load({ directives: [restriction('r', [limb(foreign)], { tellTheCaller: 'nothing' })] })
  const refused = { who: { us_person: false } }
  t.equal(ask(telling, refused).tellReason, true)
  t.equal(callerTextOf(telling, ask(telling, refused)), 'Ask the export office.')
  t.equal(ask(silent, refused).tellReason, false)
  t.equal(callerTextOf(silent, ask(silent, refused)), null)
  const placed = limb({ test: 'place', outside: true, places: { lists: [], codes: ['US'] } })
  const system = load({ directives: [restriction('r', [placed], { tellTheCaller: 'nothing' })] })
  t.equal(ask(system, { where: 'no-database' }).tellReason, true, 'a fault of ours discloses nothing')
})

t.test('of several unknowns the one that is shown decides what may be told', async (t) => {
  const codes = { lists: [], codes: ['US'] }
  const place = limb({ test: 'place', outside: true, places: codes }, { id: 'place' })
  const both = load({
    directives: [
      restriction('r', [limb(foreign), place]),
      restriction('s', [limb(foreign)], { tellTheCaller: 'nothing' }),
    ],
  })
  t.match(ask(both, { where: 'no-address' }), { reason: 'location_unknown', tellReason: true })
  const silent = load({
    directives: [restriction('r', [place], { tellTheCaller: 'nothing' }), restriction('s', [limb(foreign)])],
  })
  t.match(ask(silent, { where: 'no-address' }), { reason: 'location_unknown', tellReason: false })
})

t.test('report-only is recorded as a would-be denial until its instant, and denies from then on', async (t) => {
  const policy = load({
    directives: [
      restriction('r', [limb(foreign)], {
        kind: 'internal-policy',
        reportOnlyUntil: noon,
        statusEvidence: { atLeast: 'verified', notOlderThan: null, whenConflicting: 'unknown' },
      }),
    ],
  })
  const before = ask(policy, { who: { us_person: false }, when: '2026-06-20T11:59:59.999Z' })
  t.equal(answer(before), 'permit')
  t.equal(before.determinations[0]?.result, 'violated')
  t.same(before.determinations[0]?.limbs[0]?.flags, ['would_deny'])
  t.equal(before.validUntil, noon)
  t.equal(answer(ask(policy, { who: { us_person: false } })), 'person_restricted')
})

t.test('prior actors: a known foreign one denies, an unknown one is recorded, none helps', async (t) => {
  const policy = load({ directives: [restriction('r', [limb(foreign, { anyOf: ['subject', 'actor'] })])] })
  const us = { us_person: true }
  const known = ask(policy, { who: { ...us, prior_actors: [{ us_person: false }] } })
  t.equal(answer(known), 'person_restricted')
  t.same(known.determinations[0]?.limbs[0]?.flags, ['prior_actor'])
  const unknown = ask(policy, { who: { ...us, prior_actors: [{}] } })
  t.equal(answer(unknown), 'permit')
  t.match(unknown.determinations[0]?.limbs[0]?.predicates[1], {
    predicate: 'foreign-person(prior-actor)',
    value: 'unknown',
  })
  t.equal(answer(ask(policy, { who: { prior_actors: [us] } })), 'evidence_missing')
  const outsiders = limb(
    { test: 'all', of: [foreign, { test: 'tier', tier: 'x', holds: false }] },
    { anyOf: ['actor'] },
  )
  const mixed = load({ directives: [restriction('r', [outsiders])] })
  t.equal(
    answer(ask(mixed, { who: { prior_actors: [{ us_person: false }] } })),
    'person_restricted',
    'a person among others',
  )
  const registered = limb({ test: 'tier', tier: 'x', holds: false }, { anyOf: ['actor'] })
  const register = load({ directives: [restriction('r', [registered])] })
  t.equal(answer(ask(register, { who: { prior_actors: [{}] } })), 'permit', 'registers are not asked about the past')
})

t.test('a service stands for the entity that runs it; of its own word what is adverse is believed', async (t) => {
  const policy = load({
    directives: [restriction('r', [limb(foreign)])],
    registers: registers({
      organizations: [
        {
          id: 'us',
          name: 'us',
          kind: 'company',
          incorporatedIn: 'US',
          organizedIn: [],
          ownedBy: [],
          branchOf: null,
          from: 0,
          to: null,
        },
      ],
      clients: [{ issuer, subject: 'bot', organization: 'us', from: 0, to: null }],
    }),
  })
  const service = (more: object) => answer(ask(policy, { who: { kind: 'service', ...more } }))
  const entity = { value: true, basis: 'entity' }
  t.equal(service({ id: 'bot' }), 'permit', 'by the client register')
  t.equal(service({ organization: 'us' }), 'permit', 'by the organization that the credential names')
  t.equal(service({}), 'evidence_missing', 'nobody runs it')
  t.equal(service({ id: 'bot', us_person: false }), 'person_restricted')
  t.equal(service({ id: 'bot', verified: false, us_person: false }), 'person_restricted')
  t.equal(service({ us_person: entity }), 'permit')
  t.equal(service({ verified: false, us_person: entity }), 'evidence_insufficient')
  t.equal(
    service({ us_person: entity, says: { us_person: entity } }),
    'permit',
    'a weaker word beside it takes nothing away',
  )
  t.equal(service({ us_person: entity, says: { us_person: false } }), 'evidence_conflict')
})

t.test('an issuer that always asserts an organization and does not leaves it unknown', async (t) => {
  const policy = load({ directives: [restriction('r', [limb(foreign, { anyOf: ['subject', 'organization'] })])] })
  t.equal(answer(ask(policy, { who: { us_person: true } })), 'permit')
  t.match(ask(policy, { who: { us_person: true, organization_expected: true } }), {
    reason: 'evidence_missing',
    stepUp: false,
  })
  t.equal(answer(ask(policy, { who: { us_person: true, organization: 'nobody-registered' } })), 'evidence_missing')
})

t.test('open answers: terminate cuts, drain-until waits, finish-started lets them end', async (t) => {
  const under = (inFlight: Parameters<typeof restriction>[2]) =>
    load({ directives: [restriction('r', [limb(foreign)], inFlight)] })
  const open = (policy: Policy, when = '2026-06-20T12:00:00Z') =>
    answer(ask(policy, { who: { us_person: false }, asks: { model: 'm', phase: 'continue' }, when }))
  t.equal(open(under({ inFlight: { kind: 'terminate' } })), 'person_restricted')
  t.equal(open(under({ inFlight: { kind: 'finish-started' } })), 'permit')
  const draining = under({ inFlight: { kind: 'drain-until', at: noon } })
  t.equal(open(draining, '2026-06-20T11:59:59.999Z'), 'permit')
  t.equal(open(draining), 'person_restricted')
  t.equal(
    answer(ask(under({ inFlight: { kind: 'finish-started' } }), { who: { us_person: false } })),
    'person_restricted',
  )
})

t.test('a listing is decided as the use that it offers; counting tokens may be spared', async (t) => {
  const policy = load({
    directives: [restriction('r', [limb(foreign)], { scope: { ...everything, actions: ['infer'] } })],
  })
  const doing = (action: string) => answer(ask(policy, { who: { us_person: false }, asks: { model: 'm', action } }))
  t.equal(doing('infer'), 'person_restricted')
  t.equal(doing('list-models'), 'person_restricted')
  t.equal(doing('count-tokens'), 'permit')
})

t.test(
  'a hidden unreleased model does not exist for outsiders, wherever they are and whatever else they ask',
  async (t) => {
    const policy = load({
      catalogue: { models: [model('m'), model('secret', { release: 'unreleased', listing: 'hidden' })] },
      directives: [
        window('w', { scope: { ...everything, models: { families: [], ids: ['secret'] } } }),
        restriction('x', [
          limb(
            { test: 'place', outside: false, places: { lists: [], codes: ['IR'] } },
            { reason: 'embargoed_location' },
          ),
        ]),
      ],
      registers: registers({ evaluators: [{ issuer, subject: 'ada', from: 0, to: null, list: 'red-team' }] }),
    })
    const stranger = ask(policy, { asks: 'secret', where: 'IR' })
    t.same(
      { ...stranger, validUntil: null },
      { ...ask(policy, { asks: 'no-such-model', where: 'IR' }), validUntil: null },
    )
    t.equal(answer(ask(policy, { who: { id: 'ada' }, asks: 'secret' })), 'permit')
    t.equal(
      answer(ask(policy, { who: { id: 'ada' }, asks: 'secret', when: '2026-07-01T00:00:00Z' })),
      'evaluation_closed',
    )
    t.equal(answer(ask(policy, { who: { id: 'ada' }, asks: 'secret', where: 'IR' })), 'embargoed_location')
  },
)

t.test('valid-until is the first instant at which the answer could change', async (t) => {
  const policy = load({
    directives: [
      restriction('r', [limb(foreign)], { ends: at('2026-08-01T00:00:00Z') }),
      restriction('later', [limb(foreign)], { effective: at('2026-07-01T00:00:00Z') }),
    ],
  })
  t.equal(ask(policy, { who: { us_person: false } }).validUntil, at('2026-07-01T00:00:00Z'))
  t.equal(ask(policy, { who: { us_person: false } }, 250).validUntil, at('2026-07-01T00:00:00Z') - 250)
  t.equal(
    ask(policy, { who: { us_person: false }, when: '2026-07-15T00:00:00Z' }, 250).validUntil,
    at('2026-08-01T00:00:00Z') + 250,
  )
  t.equal(
    ask(policy, { who: { us_person: false }, when: '2026-08-02T00:00:00Z' }).reason,
    'person_restricted',
    '`later` holds on',
  )
  const aging = ask(policy, { who: { us_person: true, verified_at: '2025-06-21T12:00:00Z' } })
  t.equal(aging.validUntil, at('2026-06-21T12:00:00Z'), 'evidence turns stale')
  t.equal(ask(restricted, { asks: 'open' }).validUntil, null)
})
