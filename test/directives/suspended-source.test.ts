// What is suspended, laid over a policy that changes under it.
import t from 'tap'
import type { ActivePolicy, PolicySource, Standing } from '../../src/directives/index.ts'
import {
  keptClosed,
  noRevocations,
  readSuspensionName,
  revocationSet,
  type SuspendedSource,
  suspendable,
} from '../../src/directives/index.ts'
import type { Policy } from '../../src/policy/index.ts'
import type { Revoked } from '../../src/vocabulary/revocation.ts'
import { load, model } from '../policy/small-policy.ts'
import { compiled, modelOf, policyOf, reference } from './bundles.ts'

const bundle = compiled(reference)
const june = policyOf(bundle)

/** A source that holds what the test puts there. */
function held(first: Policy | undefined) {
  const listeners: ((active: ActivePolicy) => void)[] = []
  let serial = 0
  let active: ActivePolicy | undefined
  const activated = (policy: Policy): ActivePolicy => ({
    ...(active as ActivePolicy),
    policy,
    digest: `sha256:${++serial}`,
    suspensions: null,
    serial,
  })
  if (first !== undefined) active = activated(first)
  const source: PolicySource = {
    ...({} as PolicySource),
    current: () => active,
    onChange: (listener) => void listeners.push(listener),
  }
  return {
    source,
    take: (policy: Policy): void => {
      const next = activated(policy)
      active = next
      for (const listener of listeners) listener(next)
    },
  }
}

function standing(policy: Policy, word: string, id = 's1'): Standing {
  const reading = readSuspensionName(policy, word)
  if (reading.kind === 'unknown') throw new Error(reading.message)
  const by = { issuer: 'https://id.example', subject: 'ada' }
  return { id, of: reading.of, name: word, models: reading.models, why: 'x', by, since: 0, lift: null }
}

function over(first: Policy | undefined, ...all: readonly Standing[]) {
  const { source, take } = held(first)
  const reached: [string, readonly string[]][] = []
  const faults: unknown[] = []
  const policies = suspendable({
    source,
    standing: all,
    revoked: noRevocations,
    onReached: (id, models) => void reached.push([id, models.map((one) => one.id)]),
    onListenerFault: (error) => void faults.push(error),
  })
  return { policies, take, reached, faults, source }
}

const closed = (policies: SuspendedSource, id = 's1'): readonly string[] =>
  keptClosed((policies.current() as ActivePolicy).policy, { id })

t.test('a word closes the larger of two things, and every name that a request may carry is one', async (t) => {
  const of = (word: string) => {
    const reading = readSuspensionName(june, word)
    return reading.kind === 'unknown' ? reading.message : [reading.of, reading.models.map(({ id }) => id)]
  }
  const both = ['fable-5', 'ft:fable-5:acme:v2']
  t.strictSame(of('fable-5'), [{ kind: 'family', family: 'fable-5' }, both])
  t.strictSame(of('family:fable-5'), of('fable-5'))
  t.strictSame(of('model:fable-5'), [{ kind: 'model', model: 'fable-5' }, both])
  t.strictSame(of('fable-latest'), of('model:fable-5'))
  t.strictSame(of('model:fable-latest'), of('model:fable-5'))
  t.strictSame(of('ft:fable-5:acme:v2'), [{ kind: 'model', model: 'ft:fable-5:acme:v2' }, ['ft:fable-5:acme:v2']])
  t.strictSame(of('all'), [{ kind: 'all' }, june.offered.map(({ id }) => id).toSorted()])
  for (const word of ['Fable-5', 'fable', 'family:fable-latest', 'model:', 'model:all', ' all', 'constructor'])
    t.match(of(word), /^there is no .*; name `all` or one of these: families: .*fable-5.*; models: .*open-1/, word)
  t.match(readSuspensionName(null, 'fable-5'), { kind: 'unknown', message: /no policy is loaded/ })
  t.match(readSuspensionName(null, 'all'), { kind: 'suspension', models: [] })
})

t.test('without a suspension the policy is the one of the source, as the same object', async (t) => {
  const { policies, take, source } = over(june)
  t.equal(policies.current(), source.current())
  take(policyOf(bundle))
  t.equal(policies.current(), source.current())
})

t.test('what is in force stays one object until something changes, and is bound to what is suspended', async (t) => {
  const { policies, source } = over(june)
  const told: (string | null)[] = []
  policies.onChange(({ suspensions }) => told.push(suspensions))
  policies.suspend([standing(june, 'open-1')])
  const one = policies.current()
  t.equal(policies.current(), one)
  t.match(one?.suspensions, /^sha256:[0-9a-f]{64}$/)
  t.equal(one?.digest, source.current()?.digest)
  t.equal(source.current()?.suspensions, null)
  policies.suspend([standing(june, 'open-1'), standing(june, 'fable-5', 's2')])
  const two = policies.current()?.suspensions
  policies.suspend([standing(june, 'fable-5', 's2'), standing(june, 'open-1')])
  t.equal(policies.current()?.suspensions, two, 'their order is nothing')
  policies.suspend([])
  t.equal(policies.current(), source.current())
  t.strictSame([told.length, new Set(told).size, told.at(-1)], [4, 3, null])
})

t.test('what a newer catalogue adds to a family is closed, and stays so when it is filed elsewhere', async (t) => {
  const { policies, take, reached } = over(june, standing(june, 'family:fable-5'))
  t.strictSame(closed(policies), ['fable-5', 'ft:fable-5:acme:v2'])
  take(policyOf(bundle, (next) => void (modelOf(next, 'open-1').family = 'fable-5')))
  t.strictSame(closed(policies), ['fable-5', 'ft:fable-5:acme:v2', 'open-1'])
  t.strictSame(reached, [['s1', ['fable-5', 'ft:fable-5:acme:v2', 'open-1']]])
  take(policyOf(bundle))
  t.strictSame(closed(policies), ['fable-5', 'ft:fable-5:acme:v2', 'open-1'], 'no reload opens it')
  policies.suspend([])
  t.strictSame(closed(policies), [])
})

t.test('a catalogue without what is suspended is taken, and one that has it again closes it', async (t) => {
  const without = policyOf(bundle, (next) => {
    next.catalogue.models = next.catalogue.models.filter(({ id }) => id !== 'open-1')
  })
  const { policies, take, reached } = over(june, standing(june, 'model:open-1'), standing(june, 'all', 's2'))
  take(without)
  t.strictSame(closed(policies), [])
  t.ok(closed(policies, 's2').includes('fable-5'), 'the rest stays closed')
  take(june)
  t.strictSame(closed(policies), ['open-1'])
  t.strictSame(reached, [], 'and of everything nothing need be remembered')
})

t.test('a model that takes over the name of a suspended one is suspended', async (t) => {
  const names = (...all: readonly string[]) => all.map((name) => ({ name, variant: null, mode: null, forwardAs: null }))
  const first = load({ catalogue: { models: [model('m', { names: names('m', 'm-latest') }), model('other')] } })
  const renamed = load({
    catalogue: {
      models: [model('m-latest', { family: 'f', names: names('m', 'm-latest'), servedAs: ['m'] }), model('other')],
    },
  })
  for (const word of ['model:m', 'family:m']) {
    const { policies, take } = over(first, standing(first, word))
    t.same(closed(policies), ['m'])
    take(renamed)
    t.same(closed(policies), ['m-latest'], word)
  }
})

t.test('a model that lost its id is known again by its other names, and by what the model API calls it', async (t) => {
  const names = (...all: readonly string[]) => all.map((name) => ({ name, variant: null, mode: null, forwardAs: null }))
  const of = (...models: readonly ReturnType<typeof model>[]) => load({ catalogue: { models } })
  const other = model('other')
  const first = of(model('m', { names: names('m', 'm-latest'), servedAs: ['m-0613'] }), other)
  const byAlias = of(model('n', { family: 'f', names: names('n', 'm-latest') }), other)
  const byServed = of(model('n', { family: 'f', names: names('n'), servedAs: ['m-0613'] }), other)
  const moved = of(model('m', { names: names('m') }), model('n', { family: 'f', names: names('n', 'm-latest') }), other)
  for (const word of ['model:m', 'family:m']) {
    for (const renamed of [byAlias, byServed]) {
      const { policies, take, reached } = over(first, standing(first, word))
      take(renamed)
      t.same(closed(policies), ['n'], word)
      t.same(reached, [['s1', ['m', 'n']]], 'and that is remembered')
      take(of(model('o', { family: 'g', names: names('o', 'n') }), other))
      t.same(closed(policies), ['o'], 'renamed once more')
    }
    const { policies, take } = over(first, standing(first, word))
    take(moved)
    t.same(closed(policies), ['m'], 'a name that moved on to another model takes nothing with it')
  }
})

t.test(
  'what replaces a suspended model under one of its names is open, and stays so when the old one is retired',
  async (t) => {
    const names = (...all: readonly string[]) =>
      all.map((name) => ({ name, variant: null, mode: null, forwardAs: null }))
    const of = (...models: readonly ReturnType<typeof model>[]) => load({ catalogue: { models } })
    const [other, n] = [model('other'), model('n', { family: 'f', names: names('n', 'latest') })]
    const first = of(model('m', { names: names('m', 'latest') }), other)
    const { policies, take } = over(first, standing(first, 'model:m'))
    take(of(model('m'), n, other))
    t.same(closed(policies), ['m'])
    take(of(n, other))
    t.same(closed(policies), [], 'nothing that was suspended is left')
    take(of(model('m'), n, other))
    t.same(closed(policies), ['m'], 'and it is closed when it comes back')
  },
)

t.test('what the model API calls a suspended model leads to it, whatever else has its id or its names', async (t) => {
  const names = (...all: readonly (readonly [string, string | null])[]) =>
    all.map(([name, forwardAs]) => ({ name, variant: null, mode: null, forwardAs }))
  const of = (...models: readonly ReturnType<typeof model>[]) => load({ catalogue: { models } })
  const first = of(
    model('m', { names: names(['m', null], ['big', 'vendor-m']), servedAs: ['m', 'm-0613'] }),
    model('other'),
  )
  const decoy = model('decoy', { family: 'd', names: names(['decoy', null], ['m', null]), servedAs: ['decoy'] })
  const served = model('real', { family: 'r', names: names(['real', null]), servedAs: ['real', 'm-0613'] })
  for (const hidden of [served, model('real', { family: 'r', names: names(['real', null], ['vendor-m', null]) })]) {
    const { policies, take } = over(first, standing(first, 'model:m'))
    take(of(decoy, hidden, model('other')))
    t.same(closed(policies), ['decoy', 'real'])
  }
})

t.test('a policy that comes after the suspension has it from its first moment', async (t) => {
  const everything: Standing = { ...standing(june, 'all', 's2'), models: [] }
  const { policies, take, reached } = over(undefined, standing(june, 'fable-5'), everything)
  t.equal(policies.current(), undefined)
  const told: (readonly string[])[] = []
  policies.onChange(({ policy }) => told.push(keptClosed(policy, { id: 's1' })))
  take(june)
  t.strictSame(told, [['fable-5', 'ft:fable-5:acme:v2']])
  t.ok(closed(policies, 's2').includes('open-1'))
  t.strictSame(reached, [])
})

t.test('one that cannot be laid changes nothing; a listener that fails keeps the news from nobody', async (t) => {
  const { policies, faults } = over(june, standing(june, 'fable-5'))
  const before = policies.current()
  t.throws(() => policies.suspend([standing(june, 'fable-5'), standing(june, 'open-1')]), /stands twice/)
  t.equal(policies.current(), before)
  const told: number[] = []
  policies.onChange(() => {
    throw new Error('deaf')
  })
  policies.onChange(() => told.push(1))
  policies.suspend([])
  t.strictSame(told, [1])
  t.match(faults.splice(0), [{ message: 'deaf' }])
})

const revoking = (...of: readonly Revoked[]) =>
  revocationSet(of.map((one, index) => ({ id: `r${index}`, of: one, since: 5 })))
const alice: Revoked = { kind: 'subject', issuer: 'https://id.example', subject: 'alice', issuedUntil: null }
const annex: Revoked = { kind: 'grant', grant: 'us-bis-2026-06-26-annex' }
const revokedFrom = (policies: SuspendedSource): number | null | undefined =>
  policies.current()?.policy.bundle.grants.find(({ id }) => id === annex.grant)?.revokedFrom

t.test('what is revoked makes the policy in force another object; only a grant is told of', async (t) => {
  const { policies, source, take } = over(june, standing(june, 'open-1'))
  const before = policies.current()
  let told = 0
  policies.onChange(() => told++)
  const caller = revoking(alice)
  policies.revoke(caller)
  const one = policies.current()
  t.not(one, before, 'whatever was decided under the one before is decided again')
  t.equal(policies.current(), one)
  t.strictSame([one?.revocations, one?.suspensions, told], [caller.digest, before?.suspensions, 0])
  t.equal(one?.policy, before?.policy, 'it decides as before')

  policies.revoke(revoking(alice, annex))
  t.strictSame([revokedFrom(policies), told], [5, 1])
  t.equal(source.current()?.policy.bundle.grants.find(({ id }) => id === annex.grant)?.revokedFrom, null)
  t.strictSame(closed(policies), ['open-1'], 'what is suspended stays so')
  take(policyOf(bundle))
  t.strictSame([revokedFrom(policies), closed(policies)], [5, ['open-1']], 'no reload brings it back')
  policies.suspend([])
  t.strictSame([revokedFrom(policies), policies.current()?.suspensions], [5, null], 'nor what is opened')
  policies.revoke(caller)
  t.strictSame([revokedFrom(policies), policies.current()?.revocations], [null, caller.digest])
  policies.revoke(noRevocations)
  t.equal(policies.current()?.revocations, null)
})

t.test('a grant that a newer policy has again is still revoked; without a policy nothing is laid over', async (t) => {
  const without = policyOf(bundle, (next) => {
    next.grants = next.grants.filter(({ id }) => id !== annex.grant)
  })
  const { policies, take } = over(undefined)
  policies.revoke(revoking(annex))
  t.equal(policies.current(), undefined)
  take(without)
  t.strictSame([revokedFrom(policies), typeof policies.current()?.revocations], [undefined, 'string'])
  take(june)
  t.equal(revokedFrom(policies), 5)
})
