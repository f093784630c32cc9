// Grants revoked over a loaded policy: each is what it would be if its file said so. What no revocation concerns stays the very object
// that it was, and what was one object stays one: a policy of thousands of directives is laid over while requests wait.

import t from 'tap'
import type { Directive, Grant, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import type { CompiledDirective } from '../../src/policy/engine/policy.ts'
import { type Policy, withRevokedGrants, withSuspensions } from '../../src/policy/index.ts'
import {
  answer,
  ask,
  ever,
  everything,
  foreign,
  grant,
  issuer,
  limb,
  load,
  model,
  noon,
  registers,
  restriction,
  window,
} from './small-policy.ts'

const employees = registers({
  employees: ['holder', 'other'].map((organization) => ({
    issuer,
    subject: `of-${organization}`,
    organization,
    engagement: 'employee' as const,
    ...ever,
  })),
})
const policyOf = (directives: readonly Directive[], grants: readonly Grant[]): Policy =>
  load({ catalogue: { models: [model('m'), model('n')] }, registers: employees, directives, grants })
const program = (version: number, more: Partial<RestrictingDirective> = {}) =>
  restriction('p', [limb(foreign, { reason: 'membership_absent' })], { version, kind: 'program', ...more })
const toOther = { covers: [{ cover: 'employees-of' as const, organization: 'other' }] }
const of = (organization: string): Record<string, unknown> => ({ who: { id: `of-${organization}`, us_person: false } })

const revoking = (policy: Policy, ...revoked: readonly (readonly [id: string, from: number])[]): Policy =>
  withRevokedGrants(policy, new Map(revoked))
const directiveOf = (policy: Policy, id: string, name = 'm', version = 1): CompiledDirective => {
  const found = policy.concerning.get(name)?.restricting.find((one) => one.id === id && one.version === version)
  if (found === undefined) throw new Error(`${id} does not concern ${name}`)
  return found
}
/** Of each limb, each grant and from when on it is revoked. */
const revokedIn = (directive: CompiledDirective): readonly (readonly (readonly [string, number | null])[])[] =>
  directive.grants.map(({ all }) => all.map(({ source }) => [source.id, source.revokedFrom] as const))

t.test('a revoked grant helps nobody from its instant on, and others help as before', async (t) => {
  const policy = policyOf([restriction('r', [limb(foreign)])], [grant('a', 'r'), grant('b', 'r', toOther)])
  t.equal(answer(ask(policy, of('holder'))), 'permit')
  const revoked = revoking(policy, ['a', noon])
  t.equal(answer(ask(revoked, of('holder'))), 'grant_revoked')
  t.equal(answer(ask(revoked, of('other'))), 'permit')
  t.equal(answer(ask(revoking(policy, ['a', noon + 1]), of('holder'))), 'permit', 'not before')
  t.equal(answer(ask(policy, of('holder'))), 'permit', 'the policy that was loaded is as it was')
})

t.test('what it says of its grants is what it decides by', async (t) => {
  const policy = policyOf([restriction('r', [limb(foreign)])], [grant('a', 'r'), grant('b', 'r', toOther)])
  const { bundle, ...revoked } = revoking(policy, ['a', noon])
  t.same(
    bundle.grants.map(({ id, revokedFrom }) => [id, revokedFrom]),
    [
      ['a', noon],
      ['b', null],
    ],
  )
  t.strictSame(bundle, {
    ...policy.bundle,
    grants: [{ ...policy.bundle.grants[0], revokedFrom: noon }, grant('b', 'r', toOther)],
  })
  const [first, second] = directiveOf({ bundle, ...revoked }, 'r').grants[0]?.all ?? []
  t.equal(first?.source, bundle.grants[0])
  t.equal(second?.source, bundle.grants[1])
})

t.test('of two revocations of one grant the earlier one counts, whichever is in its file', async (t) => {
  const policy = policyOf([restriction('r', [limb(foreign)])], [grant('a', 'r', { revokedFrom: noon })])
  const from = (instant: number) => revokedIn(directiveOf(revoking(policy, ['a', instant]), 'r'))
  t.same(from(noon - 1), [[['a', noon - 1]]])
  t.same(from(noon + 1), [[['a', noon]]])
  const [written] = policy.bundle.grants
  for (const instant of [noon, noon + 1]) {
    t.equal(revoking(policy, ['a', instant]).bundle.grants[0], written, 'a file that says as much is left as it is')
  }
  t.equal(answer(ask(revoking(policy, ['a', noon + 1]), of('holder'))), 'grant_revoked')
})

t.test('a second set adds to the first', async (t) => {
  const policy = policyOf([restriction('r', [limb(foreign)])], [grant('a', 'r'), grant('b', 'r', toOther)])
  const both = revoking(revoking(policy, ['a', noon - 2]), ['a', noon - 1], ['b', noon - 1])
  t.same(revokedIn(directiveOf(both, 'r')), [
    [
      ['a', noon - 2],
      ['b', noon - 1],
    ],
  ])
})

t.test('what the policy does not have is passed over', async (t) => {
  const policy = policyOf([restriction('r', [limb(foreign)])], [grant('a', 'r'), grant('b', 'r', toOther)])
  t.equal(revoking(policy), policy, 'nothing to revoke leaves the very policy')
  t.equal(revoking(policy, ['gone', 0]), policy)
  const beside = revoking(policy, ['gone', 0], ['a', noon])
  t.equal(answer(ask(beside, of('holder'))), 'grant_revoked')
  t.equal(answer(ask(beside, of('other'))), 'permit')
})

t.test('of a directive with several limbs, those that it discharged are left open, and no other', async (t) => {
  const second = limb(foreign, { id: 'second', reason: 'tier_restricted' })
  const toSecond = [{ directive: 'r', versions: [1], limbs: ['second'] }]
  const policy = policyOf(
    [restriction('r', [limb(foreign), second])],
    [grant('a', 'r'), grant('b', 'r', { discharges: toSecond })],
  )
  t.equal(answer(ask(policy, of('holder'))), 'permit')
  const before = directiveOf(policy, 'r')
  for (const [id, index] of [
    ['a', 0],
    ['b', 1],
  ] as const) {
    const revoked = revoking(policy, [id, noon])
    t.same(
      ask(revoked, of('holder')).determinations[0]?.limbs.map(({ value }) => value),
      [0, 1].map((one) => (one === index ? 'true' : 'false')),
    )
    t.equal(
      directiveOf(revoked, 'r').grants[1 - index],
      before.grants[1 - index],
      'the other limb is looked up as ever',
    )
  }
})

t.test('what no revocation concerns stays the very object', async (t) => {
  const only = (id: string) => ({ ...everything, models: { ids: [id], families: [] } })
  const policy = policyOf(
    [
      restriction('free', [limb(foreign)], { scope: only('n') }),
      restriction('kept', [limb(foreign)]),
      restriction('r', [limb(foreign)]),
    ],
    [grant('a', 'r'), grant('b', 'r', toOther), grant('c', 'kept')],
  )
  const revoked = revoking(policy, ['a', noon])
  t.equal(directiveOf(revoked, 'free', 'n'), directiveOf(policy, 'free', 'n'))
  t.equal(directiveOf(revoked, 'kept'), directiveOf(policy, 'kept'))
  const [before, after] = [policy, revoked].map((one) => directiveOf(one, 'r'))
  t.not(after, before)
  t.equal(after?.rule, before?.rule)
  t.equal(after?.grants[0]?.all[1], before?.grants[0]?.all[1], 'the other grant of the same limb')
  t.equal(revoked.bundle.grants[1], policy.bundle.grants[1])
})

t.test('what was one object stays one', async (t) => {
  const twice = [1, 2].map((version) => ({ directive: version === 1 ? 'r' : 's', versions: [1], limbs: ['limb'] }))
  const policy = policyOf(
    [restriction('r', [limb(foreign)]), restriction('s', [limb(foreign)])],
    [grant('a', 'r', { discharges: twice })],
  )
  t.equal(directiveOf(policy, 'r').grants, directiveOf(policy, 's').grants)
  const revoked = revoking(policy, ['a', noon])
  t.equal(directiveOf(revoked, 'r', 'm'), directiveOf(revoked, 'r', 'n'), 'a directive about two models')
  t.equal(directiveOf(revoked, 'r').grants, directiveOf(revoked, 's').grants, 'grants of two directives')
  t.same(revokedIn(directiveOf(revoked, 's')), [[['a', noon]]])
})

t.test('one grant beside another in two look-ups is still one', async (t) => {
  const policy = policyOf(
    [restriction('r', [limb(foreign)]), restriction('s', [limb(foreign)])],
    [
      grant('a', 'r', { discharges: ['r', 's'].map((directive) => ({ directive, versions: [1], limbs: ['limb'] })) }),
      grant('b', 's', toOther),
    ],
  )
  const revoked = revoking(policy, ['a', noon])
  const [ofR, ofS] = ['r', 's'].map((id) => directiveOf(revoked, id).grants[0]?.all)
  t.equal(ofR?.length, 1)
  t.equal(ofS?.length, 2)
  t.equal(ofR?.[0], ofS?.[0])
})

t.test('a program still replaces the versions that stand in the policy', async (t) => {
  const ofVersion = (version: number) => ({ discharges: [{ directive: 'p', versions: [version], limbs: ['limb'] }] })
  const policy = policyOf(
    [program(1), program(2, { supersedes: [1], effective: noon + 1 })],
    [grant('first', 'p', ofVersion(1)), grant('second', 'p', ofVersion(2)), grant('third', 'p', toOther)],
  )
  const versions = (one: Policy) => [1, 2].map((version) => directiveOf(one, 'p', 'm', version))
  const [one, two] = versions(policy)
  t.equal(two?.replaces[0], one)

  const [firstRevoked, followed] = versions(revoking(policy, ['first', noon]))
  t.not(firstRevoked, one)
  t.equal(followed?.replaces.length, 1)
  t.equal(followed?.replaces[0], firstRevoked, 'the version that it replaces is the one with the revoked grant')

  const [untouched, secondRevoked] = versions(revoking(policy, ['second', noon]))
  t.equal(untouched, one)
  t.not(secondRevoked, two)
  t.equal(secondRevoked?.replaces[0], one)

  t.equal(answer(ask(revoking(policy, ['first', noon]), of('holder'))), 'grant_revoked')
  t.equal(answer(ask(revoking(policy, ['second', noon]), of('holder'))), 'permit', 'which has not begun')
})

t.test('programs without a revoked grant stay the very objects', async (t) => {
  const policy = policyOf(
    [program(1), program(2, { supersedes: [1], effective: noon + 1 }), restriction('r', [limb(foreign)])],
    [grant('a', 'r')],
  )
  const revoked = revoking(policy, ['a', noon])
  for (const version of [1, 2]) t.equal(directiveOf(revoked, 'p', 'm', version), directiveOf(policy, 'p', 'm', version))
})

t.test(
  'of several versions that a program replaces, one with a revoked grant is enough to make it another',
  async (t) => {
    const policy = policyOf(
      [program(1), program(2), program(3, { supersedes: [1, 2], effective: noon + 1 })],
      [grant('a', 'p', { discharges: [{ directive: 'p', versions: [2], limbs: ['limb'] }] })],
    )
    const revoked = revoking(policy, ['a', noon])
    const [one, two, three] = [1, 2, 3].map((version) => directiveOf(revoked, 'p', 'm', version))
    t.equal(one, directiveOf(policy, 'p', 'm', 1))
    t.not(two, directiveOf(policy, 'p', 'm', 2))
    t.equal(three?.replaces.length, 2)
    t.equal(three?.replaces[0], one)
    t.equal(three?.replaces[1], two)
  },
)

t.test('windows, suspensions and models without grants stay as they are', async (t) => {
  const policy = policyOf(
    [
      restriction('r', [limb(foreign)], { scope: { ...everything, models: { ids: ['m'], families: [] } } }),
      window('w', { scope: { ...everything, models: { ids: ['n'], families: [] } } }),
    ],
    [grant('a', 'r')],
  )
  const suspended = withSuspensions(policy, [
    { id: 's', of: { kind: 'model', model: 'm' }, why: 'a flaw was found', by: 'officer', since: 0 },
  ])
  const revoked = revoking(suspended, ['a', noon])
  t.same([...revoked.concerning.keys()], ['m', 'n'])
  for (const id of ['m', 'n']) {
    const [before, after] = [suspended, revoked].map((one) => one.concerning.get(id))
    t.equal(after?.windows, before?.windows)
    t.equal(after?.suspensions, before?.suspensions)
  }
  t.equal(answer(ask(revoked, of('holder'))), 'model_suspended')
  t.equal(answer(ask(revoked, { ...of('holder'), asks: 'n' })), 'model_unreleased')
})
