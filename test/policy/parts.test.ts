// Parts of a bundle: some of its instruments, ready to decide for some of its models.

import t from 'tap'
import type { JsonValue } from '../../src/json/index.ts'
import { loadPolicy } from '../../src/policy/index.ts'
import { partsOf } from '../../src/policy/load/load.ts'
import {
  answer,
  ask,
  bundle,
  foreign,
  grant,
  issuer,
  limb,
  load,
  model,
  noon,
  registers,
  restriction,
} from './small-policy.ts'

const r = restriction('r', [limb(foreign)])
const whole = bundle({
  catalogue: {
    models: [
      model('m', {
        names: ['m', 'm-latest'].map((name) => ({ name, variant: null, mode: null, forwardAs: null })),
      }),
      model('n'),
    ],
  },
  directives: [r, restriction('s', [limb(foreign)])],
})
loadPolicy(JSON.parse(JSON.stringify(whole)) as JsonValue)
const part = partsOf(whole)
const only = { directives: [r], grants: [], withdrawals: [] }
const who = { us_person: false }

t.test('a part decides by its own instruments alone', async (t) => {
  const ids = (asks: string, names?: readonly string[]) =>
    ask(part(only, names), { who, asks }).determinations.map(({ directive }) => directive)
  t.same(ids('m'), ['r'])
  t.same(ids('n'), ['r'])
  t.same(ids('m', ['m']), ['r'])
  t.same(ids('m', ['m-latest']), ['r'], 'by any of its names')
})

t.test('a model that was not named is denied as on a fault, and a name that is none is passed over', async (t) => {
  const named = part(only, ['m', 'no-such-name'])
  t.equal(answer(ask(named, { who, asks: 'm' })), 'person_restricted')
  t.equal(answer(ask(named, { who, asks: 'n' })), 'evaluation_failed')
  t.equal(answer(ask(named, { who, asks: 'no-such-name' })), 'model_unknown')
})

t.test('a withdrawal ends the directive that it names, whatever the versions of another', async (t) => {
  const { about, position } = r
  const withdrawal = { id: 'w', title: 'w', about, directive: 'r', versions: [1], effective: noon - 1, position }
  const { determinations } = ask(part({ ...only, directives: whole.directives, withdrawals: [withdrawal] }), { who })
  t.same(
    determinations.map(({ directive }) => directive),
    ['s'],
  )
})

t.test(
  'limbs that stand word by word in several directives, each with a grant of its own, are kept apart',
  async (t) => {
    const covering = (subject: string) => [{ cover: 'subject', subject: { issuer, subject } }] as const
    const policy = load({
      directives: [restriction('a', [limb(foreign)]), restriction('b', [limb(foreign)])],
      grants: [grant('g', 'a', { covers: covering('somebody') }), grant('h', 'b', { covers: covering('another') })],
    })
    t.same(
      ask(policy, { who }).determinations.map(({ result }) => result),
      ['satisfied', 'violated'],
    )
  },
)

t.test('a limb that stands often is never taken for another one that does', async (t) => {
  const tier = (name: string) => limb({ test: 'tier', tier: name, holds: true }, { reason: 'tier_restricted' })
  const [none, one, other] = [tier('none'), tier('one'), tier('other')]
  const standing = { a1: none, a2: none, b1: one, b2: one, a3: none, c1: other, c2: other, a4: none, b3: one }
  const entry = (tier: string) => ({ issuer, subject: 'somebody', tier, from: 0, to: null })
  const policy = load({
    directives: Object.entries(standing).map(([id, limb]) => restriction(id, [limb])),
    registers: registers({ tiers: [entry('one')] }),
  })
  t.same(
    Object.fromEntries(ask(policy).determinations.map(({ directive, result }) => [directive, result])),
    Object.fromEntries(Object.entries(standing).map(([id, limb]) => [id, limb === one ? 'violated' : 'satisfied'])),
  )
})

t.test('a part is worked out for the models that are asked for, and for nothing else', async (t) => {
  t.same([...part(only, ['m-latest']).concerning.keys()], ['m'])
  t.same([...part(only, ['nobody']).concerning.keys()], [])
  t.same([...part(only).concerning.keys()], ['m', 'n'])
})
