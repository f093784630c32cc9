// A service that several organizations run: each has end users of its own, and none speaks for another.

import t from 'tap'
import type { Attestation, Condition, Cover, Limb, Organization, Registers } from '../../src/policy/bundle/bundle.ts'
import {
  answer,
  ask,
  ever,
  foreign,
  grant,
  issuer,
  limb,
  load,
  registers,
  restriction,
  window,
} from './small-policy.ts'

const desk = { issuer, subject: 'desk' }
const who = { kind: 'service', id: 'desk' }
const company = (id: string, incorporatedIn = 'US'): Organization => ({
  ...ever,
  id,
  name: id,
  kind: 'company',
  incorporatedIn,
  organizedIn: [],
  ownedBy: [],
  branchOf: null,
})
const attests = (organization: string, more: Partial<Attestation> = {}): Attestation => ({
  ...ever,
  id: `of-${organization}`,
  organization,
  signer: 's',
  clients: [desk],
  noForeignPersonUnder: ['ear-772.1-foreign-person'],
  foreignPersonsUnder: [],
  employeesOnly: true,
  places: ['US'],
  ...more,
})
const ran = (more: Partial<Registers> = {}, runners: readonly string[] = ['one', 'two']) =>
  registers({
    organizations: [company('one'), company('two')],
    clients: runners.map((organization) => ({ ...desk, ...ever, organization })),
    ...more,
  })
const under = (is: Condition, anyOf: Limb['anyOf'], known: Registers) =>
  answer(ask(load({ directives: [restriction('r', [limb(is, { anyOf })])], registers: known }), { who }))

t.test('every organization must attest that no end user is foreign', async (t) => {
  const decided = (...attestations: readonly Attestation[]) => under(foreign, ['end-user'], ran({ attestations }))
  t.equal(decided(attests('one'), attests('two')), 'permit')
  t.equal(decided(attests('one')), 'evidence_missing')
  t.equal(decided(attests('one'), attests('two', { noForeignPersonUnder: [] })), 'evidence_insufficient')
  t.equal(
    decided(
      attests('one'),
      attests('two', { noForeignPersonUnder: [], foreignPersonsUnder: ['ear-772.1-foreign-person'] }),
    ),
    'person_restricted',
    'one is enough against it',
  )
  t.equal(under(foreign, ['end-user'], ran({ attestations: [attests('one')] }, ['one'])), 'permit', 'alone')
})

t.test('every organization must attest where its end users are', async (t) => {
  const outside: Condition = { test: 'place', outside: true, places: { lists: [], codes: ['US'] } }
  const decided = (...attestations: readonly Attestation[]) => under(outside, ['end-user'], ran({ attestations }))
  t.equal(decided(attests('one'), attests('two')), 'permit')
  t.equal(decided(attests('one')), 'evidence_missing')
  t.equal(decided(attests('one'), attests('two', { places: [] })), 'evidence_missing')
  t.equal(decided(attests('one', { places: ['DE'] })), 'person_restricted', 'one is enough against it')
})

t.test('every organization must be known, whatever the service says of itself', async (t) => {
  const policy = load({
    directives: [restriction('r', [limb(foreign)])],
    registers: ran({ organizations: [company('one')] }),
  })
  const entity = { us_person: { value: true, basis: 'entity' } }
  t.equal(answer(ask(policy, { who: { ...who, ...entity } })), 'evidence_missing')
  const home = load({
    directives: [
      restriction('r', [
        limb({ test: 'residence', places: { lists: [], codes: ['CU'] } }, { reason: 'embargoed_resident' }),
      ]),
    ],
    registers: ran({ organizations: [company('one')] }),
  })
  t.equal(answer(ask(home, { who: { ...who, residence: 'US' } })), 'evidence_missing')
})

t.test(
  'a program admits the service only if every organization is a member; one member is enough to prohibit',
  async (t) => {
    const members = (...ids: readonly string[]): Partial<Registers> => ({
      members: ids.map((organization) => ({ ...ever, program: 'p', member: { kind: 'organization', organization } })),
      attestations: [attests('one'), attests('two')],
    })
    for (const role of ['subject', 'end-user'] as const) {
      const admitted = (...ids: readonly string[]) =>
        under({ test: 'member', program: 'p', holds: false }, [role], ran(members(...ids)))
      t.equal(admitted('one', 'two'), 'permit', role)
      t.equal(admitted('one'), 'person_restricted', role)
      const prohibited = (...ids: readonly string[]) =>
        under({ test: 'member', program: 'p', holds: true }, [role], ran(members(...ids)))
      t.equal(prohibited(), 'permit', role)
      t.equal(prohibited('one'), 'person_restricted', role)
    }
    const unattested = {
      ...members('one', 'two'),
      attestations: [attests('one'), attests('two', { employeesOnly: false })],
    }
    t.equal(under({ test: 'member', program: 'p', holds: false }, ['end-user'], ran(unattested)), 'person_restricted')
    const opened = (...ids: readonly string[]) =>
      answer(
        ask(
          load({
            directives: [window('w', { admits: [{ test: 'member', program: 'p', holds: true }] })],
            registers: ran(members(...ids)),
          }),
          { who },
        ),
      )
    t.equal(opened('one', 'two'), 'permit')
    t.equal(opened('one'), 'model_unreleased')
  },
)

t.test('a grant covers the service, or its end users, only if it covers what each organization runs', async (t) => {
  const granted = (role: 'subject' | 'end-user', covers: readonly Cover[], known: Partial<Registers> = {}) =>
    answer(
      ask(
        load({
          directives: [restriction('r', [limb(foreign, { anyOf: [role] })])],
          grants: [grant('g', 'r', { covers })],
          registers: ran({
            organizations: [company('one', 'FR'), company('two', 'FR')],
            attestations: ['one', 'two'].map((id) => attests(id, { noForeignPersonUnder: [] })),
            ...known,
          }),
        }),
        { who },
      ),
    )
  const runs = (organization: string): Cover => ({ cover: 'organization', organization })
  t.equal(granted('subject', [runs('one')]), 'person_restricted')
  t.equal(granted('subject', [runs('one'), runs('two')]), 'permit')
  t.equal(granted('subject', [{ cover: 'subject', subject: desk }]), 'permit', 'the service itself is named')
  const employs = (organization: string): Cover => ({ cover: 'employees-of', organization })
  t.equal(granted('end-user', [employs('one')]), 'evidence_insufficient')
  t.equal(granted('end-user', [employs('one'), employs('two')]), 'permit')
  const member: Partial<Registers> = {
    members: [{ ...ever, program: 'p', member: { kind: 'organization', organization: 'two' } }],
  }
  t.equal(granted('end-user', [{ cover: 'members-of', program: 'p' }], member), 'evidence_insufficient')
  t.equal(granted('end-user', [employs('one'), { cover: 'members-of', program: 'p' }], member), 'permit')
})
