// Versions that follow each other, and the edges of what holds: nothing opens because something comes in the place of something else.

import t from 'tap'
import type { Bundle, Directive, Limb, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import {
  answer,
  ask,
  everything,
  foreign,
  issuer,
  limb,
  load,
  model,
  noon,
  registers,
  restriction,
} from './small-policy.ts'

const before = new Date(noon - 1).toISOString()
const after = new Date(noon).toISOString()
const withdrawn = (directive: Directive, effective: number): Bundle['withdrawals'][number] => ({
  id: `w${directive.version}`,
  title: 'w',
  about: directive.about,
  directive: directive.id,
  versions: [directive.version],
  effective,
  position: directive.position,
})
const who = { us_person: false }

t.test('a version that never was in force takes nothing out of force', async (t) => {
  const v1 = restriction('r', [limb(foreign)])
  const barred = limb({ test: 'tier', tier: 'barred', holds: true })
  const v2 = restriction('r', [barred], { version: 2, supersedes: [1], effective: noon })
  const asked = (withdrawals: Bundle['withdrawals'], ...directives: Directive[]) =>
    answer(ask(load({ directives, withdrawals }), { who, when: after }))
  t.equal(asked([], v1, v2), 'permit')
  t.equal(asked([withdrawn(v2, noon - 5)], v1, v2), 'person_restricted', 'withdrawn before it began')
  t.equal(asked([withdrawn(v2, noon)], v1, v2), 'person_restricted', 'withdrawn as it began')
  t.equal(asked([withdrawn(v2, noon + 5)], v1, v2), 'permit')
  const v3 = restriction('r', [barred], { version: 3, supersedes: [2], effective: noon - 1 })
  t.equal(asked([], v1, v2, v3), 'person_restricted', 'replaced before it began, by one that says nothing of the first')
  t.equal(asked([], v1, v2, { ...v3, supersedes: [1, 2] }), 'permit')
})

const member = (program: string): Limb =>
  limb({ test: 'member', program, holds: false }, { reason: 'membership_absent' })
const program = (version: number, of: string, more: Partial<RestrictingDirective> = {}) =>
  restriction('p', [member(of)], { version, kind: 'program', scope: scoped('m'), ...more })
const scoped = (...ids: readonly string[]) => ({ ...everything, models: { families: [], ids } })
const entry = (program: string, subject: string) => ({
  program,
  member: { kind: 'subject' as const, subject: { issuer, subject } },
  from: 0,
  to: null,
})
const programs = (...directives: readonly Directive[]) =>
  load({
    catalogue: { models: [model('m'), model('n')] },
    directives,
    registers: registers({
      members: [entry('first', 'ada'), entry('second', 'eve'), entry('first', 'both'), entry('second', 'both')],
    }),
  })

t.test('until a program begins that replaces another, the other says who is admitted', async (t) => {
  const policy = programs(
    program(1, 'first'),
    program(2, 'second', { supersedes: [1], effective: noon, scope: scoped('m', 'n') }),
  )
  const asked = (id: string, when: string, asks = 'm', uncertainty = 0) =>
    answer(ask(policy, { who: { id }, asks, when }, uncertainty))
  t.same(
    ['ada', 'eve', 'both', 'mallory'].map((id) => [asked(id, before), asked(id, after)]),
    [
      ['permit', 'membership_absent'],
      ['membership_absent', 'permit'],
      ['permit', 'permit'],
      ['membership_absent', 'membership_absent'],
    ],
  )
  t.same(
    [asked('both', before, 'n'), asked('both', after, 'n')],
    ['membership_absent', 'permit'],
    'what it adds is closed before',
  )
  for (const ms of [-251, -250, 0, 249, 250]) {
    const when = new Date(noon + ms).toISOString()
    t.equal(asked('both', when, 'm', 250), 'permit', `${ms} ms from the change`)
    t.not(asked('mallory', when, 'm', 250), 'permit')
  }
})

t.test('a program that begins after the one that it replaces was withdrawn admits nobody until then', async (t) => {
  const first = program(1, 'first')
  const second = program(2, 'second', { supersedes: [1], effective: noon })
  const policy = load({
    directives: [first, second],
    withdrawals: [withdrawn(first, noon - 1000)],
    registers: registers({ members: [entry('first', 'ada'), entry('second', 'ada')] }),
  })
  t.equal(answer(ask(policy, { who: { id: 'ada' }, when: before })), 'membership_absent')
  t.equal(answer(ask(policy, { who: { id: 'ada' }, when: after })), 'permit')
})

t.test('an entry admits only while it surely holds, and prohibits while it may', async (t) => {
  const on = { issuer, subject: 'ada', tier: 'x', from: noon, to: noon + 1000 }
  const policy = (holds: boolean) =>
    load({
      directives: [restriction('r', [limb({ test: 'tier', tier: 'x', holds }, { reason: 'tier_restricted' })])],
      registers: registers({ tiers: [on] }),
    })
  const asked = (holds: boolean, ms: number, uncertainty: number) =>
    answer(ask(policy(holds), { who: { id: 'ada' }, when: new Date(noon + ms).toISOString() }, uncertainty)) ===
    'permit'
  t.same(
    [-1, 0, 999, 1000].map((ms) => [asked(false, ms, 0), asked(true, ms, 0)]),
    [
      [false, true],
      [true, false],
      [true, false],
      [false, true],
    ],
  )
  t.same(
    [-251, -250, 249, 250, 749, 750, 1249, 1250].map((ms) => [asked(false, ms, 250), asked(true, ms, 250)]),
    [
      [false, true],
      [false, false],
      [false, false],
      [true, false],
      [true, false],
      [false, false],
      [false, false],
      [false, true],
    ],
  )
})

t.test('a clock whose uncertainty is no amount, or too great, decides nothing', async (t) => {
  const policy = load()
  for (const uncertainty of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1001]) {
    t.equal(answer(ask(policy, {}, uncertainty)), 'clock_unsynchronized', String(uncertainty))
  }
  t.equal(answer(ask(policy, {}, 1000)), 'permit')
})
