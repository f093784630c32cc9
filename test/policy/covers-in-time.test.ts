// Whom a grant covers, as a register has it: only while the entry surely holds, so narrower by the uncertainty of the clock.

import t from 'tap'
import type { Attestation, Cover, Registers } from '../../src/policy/bundle/bundle.ts'
import { answer, ask, ever, foreign, grant, issuer, limb, load, noon, registers, restriction } from './small-policy.ts'

const span = { from: noon, to: noon + 10_000 }
const somebody = { issuer, subject: 'somebody' }
const attested: Attestation = {
  ...ever,
  id: 'a',
  organization: 'holder',
  signer: 's',
  clients: [{ issuer, subject: 'agent' }],
  noForeignPersonUnder: [],
  foreignPersonsUnder: ['ear-772.1-foreign-person'],
  employeesOnly: true,
  places: ['US'],
}
const entries: readonly (readonly [Cover, Partial<Registers>])[] = [
  [
    { cover: 'employees-of', organization: 'holder' },
    { employees: [{ ...somebody, ...span, organization: 'holder', engagement: 'employee' }] },
  ],
  [
    { cover: 'members-of', program: 'p' },
    { members: [{ program: 'p', member: { kind: 'subject', subject: somebody }, ...span }] },
  ],
  [{ cover: 'evaluators', list: 'l' }, { evaluators: [{ ...somebody, ...span, list: 'l' }] }],
  [{ cover: 'staff', list: 'l' }, { staff: [{ ...somebody, ...span, list: 'l' }] }],
  [
    { cover: 'anyone-who', is: { test: 'tier', tier: 'x', holds: true } },
    { tiers: [{ ...somebody, ...span, tier: 'x' }] },
  ],
]

t.test('a person is covered from the first sure instant of their entry to the last', async (t) => {
  for (const [cover, more] of entries) {
    const policy = load({
      directives: [restriction('r', [limb(foreign)])],
      grants: [grant('g', 'r', { covers: [cover] })],
      registers: registers(more),
    })
    const asked = (ms: number, uncertainty: number) =>
      answer(ask(policy, { who: { us_person: false }, when: new Date(noon + ms).toISOString() }, uncertainty))
    const at = (uncertainty: number, ...instants: readonly number[]) => instants.map((ms) => asked(ms, uncertainty))
    const edges = ['person_restricted', 'permit', 'permit', 'person_restricted']
    t.same(at(0, -1, 0, 9_999, 10_000), edges, cover.cover)
    t.same(at(250, 249, 250, 9_749, 9_750), edges, `${cover.cover}, by an uncertain clock`)
  }
})

t.test('how long an answer holds that rests on an entry is told to the millisecond', async (t) => {
  for (const [cover, more] of entries) {
    const policy = load({
      directives: [restriction('r', [limb(foreign)])],
      grants: [grant('g', 'r', { covers: [cover] })],
      registers: registers(more),
    })
    const until = (ms: number) =>
      ask(policy, { who: { us_person: false }, when: new Date(noon + ms).toISOString() }, 250).validUntil
    t.equal(until(-1), noon + 250, cover.cover)
    t.equal(until(250), noon + 9_750, cover.cover)
  }
})

t.test('an attestation covers the employees of the organization that signs it, and of no other', async (t) => {
  const asked = (organization: string, employeesOnly: boolean) => {
    const policy = load({
      directives: [restriction('r', [limb(foreign, { anyOf: ['end-user'] })])],
      grants: [grant('g', 'r')],
      registers: registers({
        clients: [{ issuer, subject: 'agent', organization, ...ever }],
        attestations: [{ ...attested, organization, employeesOnly }],
      }),
    })
    return answer(ask(policy, { who: { id: 'agent', kind: 'service' } }))
  }
  t.equal(asked('holder', true), 'permit')
  t.equal(asked('holder', false), 'person_restricted')
  t.equal(asked('another', true), 'person_restricted')
})
