// Of many licenses that name one limb, those of others are not even looked at, and those that cover the party are all found.
import t from 'tap'
import type { Grant } from '../../src/policy/bundle/bundle.ts'
import { type CompiledGrant, grantsOf } from '../../src/policy/engine/policy.ts'
import { answer, ask, ever, foreign, grant, issuer, limb, load, registers, restriction } from './small-policy.ts'

const employees = registers({
  employees: [{ issuer, subject: 'anna', organization: 'holder', engagement: 'employee', ...ever }],
  tiers: [{ issuer, subject: 'tom', tier: 'cyber', ...ever }],
})
const others = Array.from({ length: 50 }, (_, index) =>
  grant(`other-${index}`, 'letter', { covers: [{ cover: 'employees-of', organization: `other-${index}` }] }),
)
const policy = (grants: readonly Grant[]): ReturnType<typeof load> =>
  load({ directives: [restriction('letter', [limb(foreign)])], registers: employees, grants })
const asked = (id: string): Record<string, unknown> => ({ who: { id, issuer, us_person: false } })

t.test('each way to be covered is found among the licenses of others', async (t) => {
  const all = policy([
    ...others,
    grant('zz-employees', 'letter'),
    grant('zz-subject', 'letter', { covers: [{ cover: 'subject', subject: { issuer, subject: 'sue' } }] }),
    grant('zz-tier', 'letter', { covers: [{ cover: 'anyone-who', is: { test: 'tier', tier: 'cyber', holds: true } }] }),
  ])
  for (const id of ['anna', 'sue', 'tom']) t.equal(answer(ask(all, asked(id))), 'permit', id)
  t.equal(answer(ask(all, asked('nobody'))), 'person_restricted')
  t.equal(
    answer(ask(all, { who: { ...(asked('sue')['who'] as object), issuer: 'https://other.example' } })),
    'person_restricted',
  )
})

t.test('of several that help, the first by id is named, however they are found', async (t) => {
  const byTier = grant('a-tier', 'letter', {
    covers: [{ cover: 'anyone-who', is: { test: 'tier', tier: 'cyber', holds: true } }],
  })
  const bySubject = grant('b-subject', 'letter', {
    covers: [{ cover: 'subject', subject: { issuer, subject: 'tom' } }],
  })
  const both = grant('0-both', 'letter', {
    covers: [...byTier.covers, ...bySubject.covers, { cover: 'employees-of', organization: 'holder' }],
  })
  const used = (grants: readonly Grant[]): readonly string[] =>
    ask(policy(grants), asked('tom')).determinations.flatMap(({ limbs }) =>
      limbs.flatMap((one) => one.grants.map(({ grant: id }) => id)),
    )
  t.same(used([bySubject, byTier, ...others]), ['a-tier'])
  t.same(used([bySubject, both, byTier, ...others]), ['0-both'])
})

t.test('a licence of somebody else is not looked at, however many there are', async (t) => {
  const { concerning } = load({
    directives: [restriction('r', [limb(foreign)])],
    grants: [
      grant('a', 'r', {
        covers: [
          { cover: 'employees-of', organization: 'o' },
          { cover: 'organization', organization: 'o' },
        ],
      }),
      grant('b', 'r', { covers: [{ cover: 'organization', organization: 'o' }] }),
      grant('c', 'r', { covers: [{ cover: 'subject', subject: { issuer, subject: 'ada' } }] }),
      grant('d', 'r', { covers: [{ cover: 'staff', list: 'l' }] }),
    ],
  })
  const index = concerning.get('m')?.restricting[0]?.grants[0]
  const ids = (grants: readonly CompiledGrant[] | undefined) => grants?.map(({ source }) => source.id)
  t.same(ids(index?.anybody), ['d'])
  t.same(ids(index?.byOrganization.get('o')), ['a', 'b'])
  t.same(ids(index?.bySubject.get(issuer)?.get('ada')), ['c'])
})

t.test('all grants of a directive stand in order of limb and id, each as often as it discharges one', async (t) => {
  const second = limb(foreign, { id: 'second' })
  const to = (...limbs: readonly string[]) => ({ discharges: [{ directive: 'r', versions: [1], limbs }] })
  const { concerning } = load({
    directives: [restriction('r', [limb(foreign), second])],
    grants: [grant('c', 'r', to('limb')), grant('b', 'r', to('second')), grant('a', 'r', to('second', 'limb'))],
  })
  const [directive] = concerning.get('m')?.restricting ?? []
  t.same(
    grantsOf(directive ?? { grants: [] }).map(({ source }) => source.id),
    ['a', 'c', 'a', 'b'],
  )
})
