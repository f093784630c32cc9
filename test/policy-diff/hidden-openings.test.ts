// Openings that lie beside what the registers and the catalogue say at first sight: each was once taken for "nothing new".
import t from 'tap'
import type { Bundle, Grant, Organization } from '../../src/policy/bundle/bundle.ts'
import { definitionIds } from '../../src/policy/bundle/directives.ts'
import { firstOpening } from '../../src/policy/diff/index.ts'
import { parseClaim, prove } from '../../src/policy/prove/index.ts'
import type { Role } from '../../src/vocabulary/party.ts'
import {
  answer,
  ask,
  day,
  ever,
  foreign,
  grant,
  issuer,
  limb,
  load,
  model,
  noon,
  registers,
  restriction,
} from '../policy/small-policy.ts'

const everyRole = restriction('r', [limb(foreign, { anyOf: ['subject', 'actor', 'organization', 'end-user'] })])

const opens = (before: Partial<Bundle>, after: Partial<Bundle>): boolean =>
  firstOpening(load(before), load(after), { from: noon }) !== undefined

const company = (id: string): Organization => ({
  id,
  name: id,
  kind: 'company',
  incorporatedIn: 'US',
  organizedIn: [],
  ownedBy: [],
  branchOf: null,
  ...ever,
})

const named = grant('g', 'r', { covers: [{ cover: 'subject', subject: { issuer, subject: 'zed' } }] })

t.test('a grant to somebody whom no register has is seen', async (t) => {
  const granted = { directives: [everyRole], grants: [named] }
  t.equal(answer(ask(load(granted), { who: { id: 'zed', us_person: false } })), 'permit', 'it does open')
  t.ok(opens({ directives: [everyRole] }, granted))
  const reading = parseClaim('no known foreign person reaches m at 2026-06-20T12:00:00Z')
  if (reading.kind !== 'claim') throw new Error('the claim cannot be read')
  t.equal(prove(reading.claim, load({ directives: [everyRole] })).kind, 'holds')
  t.equal(prove(reading.claim, load(granted)).kind, 'refuted')
})

t.test('a grant to an organization that only a token names is seen', async (t) => {
  const byToken = [restriction('r', [limb(foreign, { anyOf: ['organization'] })])]
  const covers: Grant['covers'] = [{ cover: 'organization', organization: 'ghost' }]
  t.ok(opens({ directives: byToken }, { directives: byToken, grants: [grant('g', 'r', { covers })] }))
})

t.test(
  'an attestation for a service that no register says who runs is seen, whichever organization speaks',
  async (t) => {
    const organizations = [company('aa'), company('bb')]
    for (const organization of ['aa', 'bb', 'cc']) {
      const attestation = {
        id: 'word',
        organization,
        signer: 'counsel',
        clients: [{ issuer, subject: 'robot' }],
        noForeignPersonUnder: ['ear-772.1-foreign-person' as const],
        foreignPersonsUnder: [],
        employeesOnly: false,
        places: [],
        ...ever,
      }
      const directives = [restriction('r', [limb(foreign, { anyOf: ['subject', 'end-user'] })])]
      const after = { directives, registers: registers({ organizations, attestations: [attestation] }) }
      const who = { id: 'robot', kind: 'service', organization, us_person: true }
      t.equal(answer(ask(load(after), { who })), 'permit', 'it does open')
      t.ok(opens({ directives, registers: registers({ organizations }) }, after), organization)
    }
  },
)

t.test('an opening for earlier actors alone is seen, where nobody may act now', async (t) => {
  const nobodyActs = limb({ test: 'member', program: 'none', holds: false }, { id: 'acting', anyOf: ['actor'] })
  const person = (anyOf: readonly Role[]) => [restriction('r', [limb(foreign, { anyOf }), nobodyActs])]
  const after = person(['subject'])
  const who = { us_person: true, prior_actors: [{ id: 'zed', us_person: false }] }
  t.equal(answer(ask(load({ directives: person(['subject', 'actor']) }), { who })), 'person_restricted')
  t.equal(answer(ask(load({ directives: after }), { who })), 'permit', 'it does open')
  t.ok(opens({ directives: person(['subject', 'actor']) }, { directives: after }))
  t.notOk(opens({ directives: after }, { directives: person(['subject', 'actor']) }))
})

t.test('one grant may come where the other is used up', async (t) => {
  const employee = { issuer, subject: 'emp', organization: 'holder', engagement: 'employee' as const, ...ever }
  const counted = (id: string, outputTokens: number): Grant => grant(id, 'r', { quantity: { outputTokens } })
  const to = (...grants: readonly Grant[]): Partial<Bundle> => ({
    directives: [everyRole],
    grants,
    registers: registers({ organizations: [company('holder')], employees: [employee] }),
  })
  t.ok(opens(to(counted('one', 5)), to(counted('one', 5), counted('two', 5))), 'another grant')
  t.ok(opens(to(counted('one', 5)), to(counted('one', 6))), 'a greater quantity')
  t.notOk(opens(to(counted('one', 5)), to(counted('one', 4))), 'a smaller one')
  const elsewhere = { ...counted('two', 5), covers: [{ cover: 'employees-of', organization: 'other' } as const] }
  t.ok(opens(to(counted('one', 5), elsewhere), to(counted('one', 5), counted('two', 5))), 'for somebody else')
})

t.test('a name that another model takes over counts, though the same people may ask for it', async (t) => {
  const names = (...all: readonly (readonly [string, string | null])[]) =>
    all.map(([name, forwardAs]) => ({ name, variant: null, mode: null, forwardAs }))
  const before = { catalogue: { models: [model('m', { names: names(['m', null], ['m-latest', null]) })] } }
  const taken = model('m-latest', { family: 'm', names: names(['m-latest', 'next']), servedAs: ['next'] })
  t.ok(opens(before, { catalogue: { models: [model('m'), taken] } }))
  const gone = { catalogue: { models: [model('m')] } }
  t.ok(opens(before, gone), 'where it is taken away, an answer that names it is no longer stopped')
  t.notOk(opens(gone, gone))
})

t.test('a version that is replaced shuts no gate any more', async (t) => {
  const later = { ...everyRole, version: 2, supersedes: [1], whenFreshnessIsUnknown: 'hold' as const }
  t.ok(opens({ directives: [everyRole] }, { directives: [everyRole, later] }))
  t.notOk(opens({ directives: [everyRole, later] }, { directives: [everyRole, later] }))
})

t.test('a service that is cleared by its own word under any definition is seen', async (t) => {
  const runs = registers({
    organizations: [],
    clients: [{ issuer, subject: 'robot', organization: 'aa', ...ever }],
    members: [{ program: 'p', member: { kind: 'organization', organization: 'aa' }, ...ever }],
  })
  const members = restriction('p', [limb({ test: 'member', program: 'p', holds: false })], { kind: 'program' })
  for (const definition of definitionIds) {
    const upTo = (days: number): Partial<Bundle> => {
      const statusEvidence = { atLeast: 'verified', notOlderThan: days * day, whenConflicting: 'unknown' } as const
      const one = restriction('r', [limb({ test: 'foreign-person', definition })], { statusEvidence })
      return { directives: [members, one], registers: runs }
    }
    t.ok(opens(upTo(30), upTo(365)), definition)
    t.notOk(opens(upTo(365), upTo(30)), definition)
  }
})

t.test('every combination of what is left is compared, and too many are none', async (t) => {
  const two = restriction('r', [limb(foreign, { id: 'a' }), limb(foreign, { id: 'b' })])
  const who = registers({ employees: [] })
  const of = (...limbs: readonly string[]): Partial<Bundle> => ({
    directives: [two],
    registers: who,
    grants: limbs.map((name, index) => {
      const one = grant(`g${index + 1}`, 'r', { covers: named.covers, quantity: { outputTokens: 5 } })
      return { ...one, discharges: one.discharges.map((each) => ({ ...each, limbs: [name] })) }
    }),
  })
  t.ok(opens(of('a', 'b', 'b', 'a', 'a'), of('a', 'a', 'b', 'a', 'a')), 'the first and the third together')
  const many = Array.from({ length: 9 }, () => 'a')
  t.throws(() => opens(of(...many), of(...many.with(0, 'b'))), {
    name: 'SpaceError',
    message: /grants for a quantity.*: g1, g2/,
  })
})

t.test('what an answer may name is compared as well', async (t) => {
  const decided = model('n', { servedAs: ['n'] })
  const other = (servedAs: readonly string[], more = {}) => model('m', { servedAs, ...more })
  const of = (...models: readonly ReturnType<typeof model>[]): Partial<Bundle> => ({ catalogue: { models } })
  const before = of(decided, other(['m', 'm-0613']))
  t.ok(opens(before, of(decided)), 'a model that is gone')
  const short = [{ name: 'short', variant: null, mode: null, forwardAs: 'n' }]
  const renamed = of(model('n', { servedAs: ['n'], names: [...decided.names, ...short] }), other(['m', 'm-0613']))
  t.notOk(opens(renamed, before), 'but not a name that only callers use')
  t.ok(opens(before, of(decided, other(['m']))), 'a name that is gone')
  t.ok(
    opens(before, of(decided, other(['m', 'm-0613']), model('x', { servedAs: ['x', 'm-0613'] }))),
    'one that is shared',
  )
  const embargo = restriction('r', [limb(foreign)], { kind: 'embargo' })
  t.ok(opens({ directives: [restriction('r', [limb(foreign)])] }, { directives: [embargo] }), 'nothing but an embargo')
})

t.test('directives that are only added are no opening, however much they tell apart', async (t) => {
  const ranked = (id: string, days: number) =>
    restriction(id, [limb(foreign)], {
      statusEvidence: { atLeast: 'verified', notOlderThan: days * day, whenConflicting: 'newer-wins' },
    })
  const many = [1, 2, 3, 4, 5, 6].map((days) => ranked(`r${days}`, days))
  const before = load({ directives: many })
  const added = limb({ test: 'place', outside: true, places: { lists: [], codes: ['US'] } })
  t.equal(firstOpening(before, load({ directives: [...many, restriction('s', [added])] }), { from: noon }), undefined)
  t.throws(
    () =>
      firstOpening(before, load({ directives: many.toSpliced(0, 1, ranked('r1', 7)) }), {
        from: noon,
        mostQuestions: 1000,
      }),
    {
      name: 'SpaceError',
    },
  )
})
