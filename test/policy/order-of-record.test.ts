// What the record tells, it tells once and in one order, however the files were ordered.

import t from 'tap'
import type { Grant, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { orders } from './orders.ts'
import {
  answer,
  ask,
  everything,
  foreign,
  grant,
  issuer,
  limb,
  load,
  model,
  registers,
  restriction,
  window,
} from './small-policy.ts'

t.test('determinations stand in order of id, and of version within one', async (t) => {
  const version = (id: string, version: number, more: Partial<RestrictingDirective> = {}) =>
    restriction(id, [limb(foreign)], { version, ...more })
  for (const directives of orders([version('a', 2), version('a', 10), version('b', 1), version('c', 1)])) {
    const { determinations } = ask(load({ directives }), { who: { us_person: true } })
    t.same(
      determinations.map(({ directive, version }) => `${directive}@${version}`),
      ['a@2', 'a@10', 'b@1', 'c@1'],
    )
  }
})

t.test('so do those of windows, and of modes that are asked about one by one', async (t) => {
  const modes = ['deep', 'quick']
  const all = [
    restriction('c', [limb(foreign)], { version: 2 }),
    restriction('c', [limb(foreign)]),
    restriction('b', [limb({ test: 'mode', modes: ['deep'] }, { reason: 'mode_restricted' })]),
    window('a'),
    window('d', { scope: { ...everything, modes: ['quick'] } }),
  ]
  for (const directives of [all, all.toReversed()]) {
    const policy = load({ catalogue: { models: [model('m', { modes })] }, directives })
    const { determinations } = ask(policy, { who: { us_person: true } })
    t.same(
      [...new Set(determinations.map(({ directive, version }) => `${directive}@${version}`))],
      ['a@1', 'b@1', 'c@1', 'c@2', 'd@1'],
    )
  }
})

t.test('a flag stands once, however many parties raise it', async (t) => {
  const place = limb(
    { test: 'place', outside: false, places: { lists: [], codes: ['UA-43'] } },
    { anyOf: ['subject', 'actor'], reason: 'embargoed_location' },
  )
  const placeEvidence = {
    databaseNotOlderThan: null,
    anonymizers: 'unknown',
    whereAnonymizersAreUnknown: 'accept',
    whereRegionsAreUnknown: 'whole-country',
  } as const
  const policy = load({ directives: [restriction('r', [place], { placeEvidence })] })
  const { determinations } = ask(policy, { who: { actor: { id: 'eve' } }, where: 'UA' })
  t.same(determinations[0]?.limbs[0]?.flags, ['over_included'])
  t.equal(determinations[0]?.limbs[0]?.predicates.length, 2, 'each was looked at')
})

t.test('of several grants that help, the first by id is used, whichever way each is found', async (t) => {
  const somebody = { issuer, subject: 'somebody' }
  const covers = {
    register: [{ cover: 'staff', list: 'l' }],
    subject: [{ cover: 'subject', subject: somebody }],
    employer: [{ cover: 'employees-of', organization: 'holder' }],
  } as const
  const policyOf = (grants: readonly Grant[]) =>
    load({
      directives: [restriction('r', [limb(foreign)])],
      grants,
      registers: registers({
        staff: [{ ...somebody, list: 'l', from: 0, to: null }],
        employees: [{ ...somebody, organization: 'holder', engagement: 'employee', from: 0, to: null }],
      }),
    })
  for (const [a, b, c] of orders(Object.values(covers))) {
    const grants = [grant('a', 'r', { covers: a! }), grant('b', 'r', { covers: b! }), grant('c', 'r', { covers: c! })]
    for (const some of [grants, grants.slice(0, 2)]) {
      for (const given of orders(some)) {
        const decision = ask(policyOf(given), { who: { us_person: false } })
        t.equal(answer(decision), 'permit')
        t.same(
          decision.determinations[0]?.limbs[0]?.grants.map(({ grant }) => grant),
          ['a'],
        )
      }
    }
  }
})

t.test('findings of grants that do not help stand in order of id', async (t) => {
  const somebody = { issuer, subject: 'somebody' }
  const narrow = { ...everything, actions: ['count-tokens'] as const }
  const grants = [
    grant('a', 'r', { covers: [{ cover: 'subject', subject: somebody }], scope: narrow }),
    grant('b', 'r', { covers: [{ cover: 'staff', list: 'l' }], scope: narrow }),
    grant('c', 'r', { covers: [{ cover: 'subject', subject: somebody }], scope: narrow }),
  ]
  for (const given of orders(grants)) {
    const policy = load({
      directives: [restriction('r', [limb(foreign)])],
      grants: given,
      registers: registers({ staff: [{ ...somebody, list: 'l', from: 0, to: null }] }),
    })
    const { determinations } = ask(policy, { who: { us_person: false } })
    t.same(
      determinations[0]?.limbs[0]?.grants.map(({ grant, result }) => `${grant} ${result}`),
      ['a out-of-scope', 'b out-of-scope', 'c out-of-scope'],
    )
  }
})

t.test('versions stand in order, though one of them is asked about each mode', async (t) => {
  const modes = ['deep', 'quick']
  const directives = [
    restriction('a', [limb({ test: 'mode', modes: ['deep'] }, { reason: 'mode_restricted' })]),
    restriction('a', [limb(foreign)], { version: 2 }),
    restriction('b', [limb(foreign)]),
  ]
  for (const given of orders(directives)) {
    const policy = load({ catalogue: { models: [model('m', { modes })] }, directives: given })
    const { determinations } = ask(policy, { who: { us_person: true } })
    t.same(
      [...new Set(determinations.map(({ directive, version }) => `${directive}@${version}`))],
      ['a@1', 'a@2', 'b@1'],
    )
  }
})

t.test('grants hang on a limb in order of id', async (t) => {
  const grants = ['a', 'b', 'c', 'd'].map((id) => grant(id, 'r'))
  for (const given of orders(grants)) {
    const policy = load({ directives: [restriction('r', [limb(foreign)])], grants: given })
    const [directive] = policy.concerning.get('m')?.restricting ?? []
    t.equal(directive?.grants[0]?.all.map(({ source }) => source.id).join(), 'a,b,c,d')
  }
})
