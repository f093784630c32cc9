// Openings that lie beside what the registers and the catalogue say at first sight: each was once taken for "nothing new".
import t from 'tap'
import type { Bundle, Grant, Organization } from '../../src/policy/bundle/bundle.ts'
import { firstOpening } from '../../src/policy/diff/index.ts'
import { parseClaim, prove } from '../../src/policy/prove/index.ts'
import type { Role } from '../../src/vocabulary/party.ts'
import {
  answer,
  ask,
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
  t.notOk(opens(before, { catalogue: { models: [model('m')] } }), 'to take it away closes')
})

t.test('a version that is replaced shuts no gate any more', async (t) => {
  const later = { ...everyRole, version: 2, supersedes: [1], whenFreshnessIsUnknown: 'hold' as const }
  t.ok(opens({ directives: [everyRole] }, { directives: [everyRole, later] }))
  t.notOk(opens({ directives: [everyRole, later] }, { directives: [everyRole, later] }))
})
