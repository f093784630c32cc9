// Programs that come one after the other: what stays closed until which instant, in which mode, and to whom.

import t from 'tap'
import type { Limb, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { answer, ask, everything, issuer, limb, load, model, noon, registers, restriction } from './small-policy.ts'

const member = (program: string): Limb =>
  limb({ test: 'member', program, holds: false }, { reason: 'membership_absent' })
const program = (id: string, version: number, of: string, more: Partial<RestrictingDirective> = {}) =>
  restriction(id, [member(of)], { version, kind: 'program', ...more })
const entry = (program: string, subject: string) => ({
  program,
  member: { kind: 'subject' as const, subject: { issuer, subject } },
  from: 0,
  to: null,
})
const policyOf = (...directives: readonly RestrictingDirective[]) =>
  load({
    catalogue: { models: [model('m', { modes: ['deep', 'quick'] })] },
    directives,
    registers: registers({
      members: [entry('first', 'ada'), entry('second', 'eve'), entry('first', 'both'), entry('second', 'both')],
    }),
  })
const asking = (policy: ReturnType<typeof policyOf>, id: string, ms: number, more: Record<string, unknown> = {}) =>
  ask(policy, { who: { id }, when: new Date(noon + ms).toISOString(), asks: { model: 'm', ...more } }, 250)

t.test('while the clock may stand on either side of the change, both programs must admit', async (t) => {
  const policy = policyOf(program('p', 1, 'first'), program('p', 2, 'second', { supersedes: [1], effective: noon }))
  const at = (id: string) => [-251, -250, 249, 250].map((ms) => answer(asking(policy, id, ms)))
  t.same(at('ada'), ['permit', 'membership_absent', 'membership_absent', 'membership_absent'])
  t.same(at('eve'), ['membership_absent', 'membership_absent', 'membership_absent', 'permit'])
  t.same(at('both'), ['permit', 'permit', 'permit', 'permit'])
})

t.test('what the earlier one leaves open is closed by the later one before it begins, mode by mode', async (t) => {
  const policy = policyOf(
    program('p', 1, 'first', { scope: { ...everything, modes: ['quick'] } }),
    program('p', 2, 'second', { supersedes: [1], effective: noon }),
  )
  t.equal(answer(asking(policy, 'ada', -1000, { mode: 'quick' })), 'permit')
  t.equal(answer(asking(policy, 'both', -1000, { mode: 'deep' })), 'membership_absent')
  t.equal(answer(asking(policy, 'both', 1000, { mode: 'deep' })), 'permit')
})

t.test('a program replaces versions of its own, and leaves those of another as they are', async (t) => {
  const policy = policyOf(program('p', 1, 'first'), program('q', 2, 'second', { supersedes: [1], effective: noon }))
  t.equal(answer(asking(policy, 'ada', -1000)), 'membership_absent', 'the other admits nobody before it begins')
  t.equal(answer(asking(policy, 'both', -1000)), 'membership_absent')
  t.equal(answer(asking(policy, 'both', 1000)), 'permit')
})

t.test('the answer before a program begins holds until it surely has', async (t) => {
  const policy = policyOf(program('p', 1, 'first', { effective: noon }))
  const decision = asking(policy, 'ada', -1000)
  t.equal(answer(decision), 'membership_absent')
  t.equal(decision.validUntil, noon + 250)
})

t.test('an earlier program that admits to one mode does not hold open the others', async (t) => {
  const policy = policyOf(
    program('p', 1, 'first', { scope: { ...everything, modes: ['quick'] } }),
    program('p', 2, 'second', { supersedes: [1], effective: noon }),
  )
  t.equal(answer(asking(policy, 'ada', -1000)), 'membership_absent', 'the mode is left to the model')
  t.equal(answer(asking(policy, 'both', -1000)), 'membership_absent')
})
