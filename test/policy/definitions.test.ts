// Who is foreign under which definition: the table of the design, row by row, as single statements of verified evidence.

import t from 'tap'
import type { Attestation, DefinitionId, Organization } from '../../src/policy/bundle/bundle.ts'
import { definitions } from '../../src/policy/definitions/index.ts'
import { noStanding, standingOfStatus, statusWords } from '../../src/policy/definitions/standing.ts'
import { answer, ask, ever, issuer, limb, load, noon, registers, restriction } from './small-policy.ts'

const ids = Object.keys(definitions) as DefinitionId[]
const policies = new Map(
  ids.map((definition) => [
    definition,
    load({ directives: [restriction('r', [limb({ test: 'foreign-person', definition })])] }),
  ]),
)

/** s: served, f: foreign, i: evidence_insufficient, m: evidence_missing, c: evidence_conflict, x: evidence_invalid */
const words: Readonly<Record<string, string>> = {
  s: 'permit',
  f: 'person_restricted',
  i: 'evidence_insufficient',
  m: 'evidence_missing',
  c: 'evidence_conflict',
  x: 'evidence_invalid',
}

// Abroad, so that presence in the United States (doj-202.256) admits nobody.
// Columns: EAR, ITAR, CFIUS, NISPOM, DOJ, OFAC.
const table: readonly (readonly [sentence: string, who: Record<string, unknown>, answers: string])[] = [
  [
    'a citizen with no other nationality',
    { us_person: { value: true, basis: 'citizen-or-national' }, nationalities: ['US'], nationalities_complete: true },
    'ssssss',
  ],
  [
    'a citizen with another nationality',
    { us_person: { value: true, basis: 'citizen-or-national' }, nationalities: ['US', 'IR'] },
    'sssssf',
  ],
  ['a citizen of whom nothing else is known', { us_person: { value: true, basis: 'citizen-or-national' } }, 'sssssi'],
  ['a US nationality on an incomplete list', { nationalities: ['usa'] }, 'sssssi'],
  ['a permanent resident', { us_person: { value: true, basis: 'permanent-resident' } }, 'ssffsf'],
  ['a permanent resident by status', { status: 'lawful-permanent-resident' }, 'ssffsf'],
  ['an asylee', { status: 'asylee' }, 'ssffsf'],
  ['a refugee', { status: 'refugee' }, 'ssffsf'],
  ['a temporary resident', { status: 'temporary-resident' }, 'ssffff'],
  ['a protected individual of unknown kind', { us_person: { value: true, basis: 'protected' } }, 'ssffif'],
  ['the value alone', { us_person: true }, 'ssiiii'],
  ['the value under CFIUS alone', { us_person: { value: true, definition: 'cfius-800' } }, 'sssssi'],
  ['the value under OFAC alone', { us_person: { value: true, definition: 'ofac-589.317-a' } }, 'ssssss'],
  ['the value under a definition that we do not know', { us_person: { value: true, definition: 'martian' } }, 'iiiiii'],
  [
    'a citizen under a definition that we do not know',
    { us_person: { value: true, basis: 'citizen-or-national', definition: 'martian' } },
    'sssssi',
  ],
  ['no US person', { us_person: false }, 'ffffff'],
  ['no US person under CFIUS', { us_person: { value: false, definition: 'cfius-800' } }, 'iiffif'],
  [
    'no US person under a definition that we do not know',
    { us_person: { value: false, definition: 'martian' } },
    'ffffff',
  ],
  ['a worker on an H-1B visa', { status: 'H-1B' }, 'ffffff'],
  ['a student', { status: 'f1' }, 'ffffff'],
  ['a status that we do not know', { status: 'galactic-envoy' }, 'mmmmmm'],
  ['a complete list without US', { nationalities: ['CN'], nationalities_complete: true }, 'mmffmf'],
  ['an incomplete list without US', { nationalities: ['CN'] }, 'mmiimf'],
  ['a stateless person', { nationalities: ['XXA'] }, 'mmffmf'],
  [
    'a complete list of none and one other nationality',
    { nationalities: ['XXA', 'CN'], nationalities_complete: true },
    'mmffmf',
  ],
  [
    'a complete list of none and the US nationality',
    { nationalities: ['XXA', 'US'], nationalities_complete: true },
    'ssssss',
  ],
  ['a stateless asylee', { nationalities: ['XXA'], status: 'asylee' }, 'ssffsf'],
  ['a territory as a nationality', { nationalities: ['PR'], nationalities_complete: true }, 'mmiimi'],
  [
    'a citizen whose complete list has no US',
    { us_person: { value: true, basis: 'citizen-or-national' }, nationalities: ['CN'], nationalities_complete: true },
    'cccccc',
  ],
  ['no US person with a US nationality', { us_person: false, nationalities: ['US'] }, 'cccccc'],
  ['a US person who says that they are none', { us_person: true, says: { us_person: false } }, 'cccccc'],
  ['a US person with a status that excludes it', { us_person: true, status: 'h-1b' }, 'ffffff'],
  ['a true word with the basis none', { us_person: { value: true, basis: 'none' } }, 'xxxxxx'],
  [
    'a true word with the basis none under a definition that we do not know',
    { us_person: { value: true, basis: 'none', definition: 'martian' } },
    'xxxxxx',
  ],
  ['nothing', {}, 'mmmmmm'],
]

for (const [sentence, who, answers] of table) {
  t.test(sentence, async (t) => {
    ids.forEach((id, column) => {
      const policy = policies.get(id)
      if (policy === undefined) throw new Error(id)
      t.equal(answer(ask(policy, { who, where: 'DE' })), words[answers[column] ?? ''], id)
    })
  })
}

t.test('under DOJ anybody in the United States is a US person, if the place can be believed', async (t) => {
  const policy = policies.get('doj-202.256')
  if (policy === undefined) throw new Error('doj')
  t.equal(answer(ask(policy, { who: { us_person: false } })), 'permit')
  t.equal(answer(ask(policy, { who: { us_person: false }, where: 'PR' })), 'permit')
  t.equal(answer(ask(policy, { who: { us_person: false }, where: { country: 'US', anonymizer: 'vpn' } })), 'anonymizer')
  t.equal(answer(ask(policy, { who: { us_person: false }, where: 'DE' })), 'person_restricted')
})

const organization = (more: Partial<Organization>): Organization => ({
  ...ever,
  id: 'o',
  name: 'O',
  kind: 'company',
  incorporatedIn: 'US',
  organizedIn: [],
  ownedBy: [],
  branchOf: null,
  ...more,
})

const organizations: readonly (readonly [sentence: string, facts: Partial<Organization>, answers: string])[] = [
  ['a US company', {}, 'ssssss'],
  ['a US subsidiary of a foreign parent', { ownedBy: ['Lutèce SA'] }, 'ssssss'],
  ['a foreign subsidiary of a US parent', { incorporatedIn: 'FR', ownedBy: ['us-parent'] }, 'ffffff'],
  ['a foreign company organized to do business in the US', { incorporatedIn: 'FR', organizedIn: ['US'] }, 'ssffff'],
  ['a US company organized abroad too', { organizedIn: ['IE'] }, 'sssssf'],
  ['a foreign branch of a US company', { incorporatedIn: 'FR', branchOf: 'us-parent' }, 'ffffsf'],
  ['a mission that calls itself a branch of a US company', { kind: 'mission', branchOf: 'us-parent' }, 'ffffff'],
  ['a foreign government in the US', { kind: 'foreign-government' }, 'ffffff'],
  [
    'a foreign government organized to do business in the US',
    { kind: 'foreign-government', incorporatedIn: 'FR', organizedIn: ['US'] },
    'ffffff',
  ],
  ['a mission', { kind: 'mission' }, 'ffffff'],
  ['an international organization', { kind: 'international-organization' }, 'ffffff'],
]

for (const [sentence, facts, answers] of organizations) {
  t.test(sentence, async (t) => {
    ids.forEach((definition, column) => {
      const policy = load({
        directives: [restriction('r', [limb({ test: 'foreign-person', definition }, { anyOf: ['organization'] })])],
        registers: registers({ organizations: [organization(facts), organization({ id: 'us-parent' })] }),
      })
      t.equal(answer(ask(policy, { who: { organization: 'o' } })), words[answers[column] ?? ''], definition)
    })
  })
}

t.test('what is attested of end users under one definition serves every definition that admits no fewer', async (t) => {
  const client = { issuer, subject: 'desk' }
  const attested = (definition: DefinitionId, said: Partial<Attestation>) =>
    load({
      directives: [restriction('r', [limb({ test: 'foreign-person', definition }, { anyOf: ['end-user'] })])],
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
            places: [],
            ...said,
          },
        ],
      }),
    })
  const who = { kind: 'service', id: 'desk' }
  const under = (asked: DefinitionId, said: Partial<Attestation>) =>
    answer(ask(attested(asked, said), { who, where: 'DE' }))
  const nobody = (id: DefinitionId) => ({ noForeignPersonUnder: [id] })
  t.equal(under('ear-772.1-foreign-person', nobody('ear-772.1-foreign-person')), 'permit')
  t.equal(under('ear-772.1-foreign-person', nobody('cfius-800')), 'permit', 'citizens are US persons')
  t.equal(
    under('cfius-800', nobody('ear-772.1-foreign-person')),
    'evidence_insufficient',
    'US persons need not be citizens',
  )
  t.equal(
    under('ear-772.1-foreign-person', nobody('doj-202.256')),
    'evidence_insufficient',
    'they may just be in the US',
  )
  t.equal(under('doj-202.256', nobody('doj-202.256')), 'permit')
  t.equal(
    under('cfius-800', { noForeignPersonUnder: ['ear-772.1-foreign-person', 'nispom-117'] }),
    'permit',
    'one of two serves',
  )
  t.equal(under('ofac-589.317-a', nobody('cfius-800')), 'evidence_insufficient')
  t.equal(under('ear-772.1-foreign-person', { foreignPersonsUnder: ['ear-772.1-foreign-person'] }), 'person_restricted')
})

t.test('an attestation speaks only for services that its organization runs, and while it holds', async (t) => {
  const client = { issuer, subject: 'desk' }
  const by = (more: Partial<Attestation>) =>
    load({
      directives: [
        restriction('r', [limb({ test: 'foreign-person', definition: 'cfius-800' }, { anyOf: ['end-user'] })]),
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
            noForeignPersonUnder: ['cfius-800'],
            foreignPersonsUnder: [],
            employeesOnly: false,
            places: [],
            ...more,
          },
        ],
      }),
    })
  const who = { kind: 'service', id: 'desk' }
  t.equal(answer(ask(by({}), { who })), 'permit')
  t.equal(answer(ask(by({ organization: 'another' }), { who })), 'evidence_missing')
  const unregistered = { issuer, subject: 'claimed' }
  const claiming = (organization: string) => ({ who: { kind: 'service', id: 'claimed', organization } })
  t.equal(answer(ask(by({ clients: [unregistered] }), claiming('o'))), 'permit', 'its credential names who runs it')
  t.equal(answer(ask(by({ clients: [unregistered] }), claiming('another'))), 'evidence_missing')
  t.equal(
    answer(ask(by({ organization: 'another' }), { who: { ...who, organization: 'another' } })),
    'evidence_missing',
    'the register goes before the credential',
  )
  t.equal(answer(ask(by({ to: noon }), { who })), 'evidence_missing')
  t.equal(answer(ask(by({ from: noon + 1 }), { who })), 'evidence_missing')
  t.equal(answer(ask(by({ clients: [{ issuer, subject: 'another' }] }), { who })), 'evidence_missing')
})

t.test('every status word is understood as its table has it, and as people write it', async (t) => {
  for (const word of statusWords) t.ok(standingOfStatus(word), word)
  for (const word of ['B1/B2', 'B-1/B-2', 'b1-b2', 'H1B', 'h-1b', 'F1', ' Asylum applicant ', 'H1B1'])
    t.equal(standingOfStatus(word), noStanding, word)
  t.equal(standingOfStatus('something else'), undefined)
})
