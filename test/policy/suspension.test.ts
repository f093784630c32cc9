import t from 'tap'
import { PolicyError, type Suspension, withSuspensions } from '../../src/policy/index.ts'
import { answer, ask, everything, foreign, limb, load, model, restriction, window } from './small-policy.ts'

const of = (what: Suspension['of'], id = 's'): Suspension => ({
  id,
  of: what,
  why: 'a flaw was found',
  by: 'officer',
  since: 0,
})
const policy = load({
  catalogue: {
    models: [
      model('base', { family: 'f' }),
      model('tuned', { family: 'g', derivedFrom: ['base'] }),
      model('apart', {
        names: ['apart', 'apart-latest'].map((name) => ({ name, variant: null, mode: null, forwardAs: null })),
      }),
      model('secret', { release: 'unreleased', listing: 'hidden' }),
    ],
  },
  directives: [
    restriction('r', [limb(foreign)]),
    restriction('z', [limb(foreign)], { inFlight: { kind: 'finish-started' } }),
  ],
})
const us = { us_person: true }
const asking = (suspensions: readonly Suspension[], model: string, more: Record<string, unknown> = {}) =>
  ask(withSuspensions(policy, suspensions), { who: us, asks: { model, ...more } })

t.test('a suspended model is closed to everyone, with whatever derives from it and nothing else', async (t) => {
  const base = [of({ kind: 'model', model: 'base' })]
  t.equal(answer(asking(base, 'base')), 'model_suspended')
  t.equal(answer(asking(base, 'tuned')), 'model_suspended')
  t.equal(answer(asking(base, 'apart')), 'permit')
  t.equal(answer(asking([of({ kind: 'model', model: 'tuned' })], 'base')), 'permit')
})

t.test('a suspended family is closed with what derives from it; `all` closes everything by every name', async (t) => {
  const family = [of({ kind: 'family', family: 'f' })]
  t.equal(answer(asking(family, 'tuned')), 'model_suspended')
  t.equal(answer(asking(family, 'apart')), 'permit')
  t.equal(answer(asking([of({ kind: 'all' })], 'apart-latest')), 'model_suspended')
})

t.test('it holds at every phase and for every action, and at any time', async (t) => {
  const all = [of({ kind: 'all' })]
  for (const phase of ['admit', 'start', 'continue', 'deliver']) {
    t.equal(answer(asking(all, 'base', { phase })), 'model_suspended', phase)
  }
  for (const action of ['count-tokens', 'list-models']) {
    t.equal(answer(asking(all, 'base', { action })), 'model_suspended', action)
  }
  const suspended = withSuspensions(policy, all)
  for (const when of ['1970-01-01T00:00:00Z', '2999-01-01T00:00:00Z']) {
    const decision = ask(suspended, { who: us, asks: 'base', when })
    t.equal(answer(decision), 'model_suspended', when)
  }
})

t.test('whatever else is determined is recorded beside it, in order of id', async (t) => {
  const { determinations } = asking([of({ kind: 'all' }, 'b'), of({ kind: 'all' }, 'a')], 'base')
  t.same(
    determinations.map(({ directive, version, result }) => [directive, version, result]),
    [
      ['r', 1, 'satisfied'],
      ['suspension:a', 1, 'violated'],
      ['suspension:b', 1, 'violated'],
      ['z', 1, 'satisfied'],
    ],
  )
  t.same(
    determinations[1]?.limbs.map(({ limb, value, reason }) => [limb, value, reason]),
    [['suspension', 'true', 'model_suspended']],
  )
})

t.test('what stands before it in the order of reasons is shown before it', async (t) => {
  const foreigner = ask(withSuspensions(policy, [of({ kind: 'all' })]), { who: { us_person: false }, asks: 'base' })
  t.equal(answer(foreigner), 'person_restricted')
  t.equal(answer(asking([of({ kind: 'all' })], 'secret')), 'model_unknown', 'a hidden model stays hidden')
})

t.test('a second set adds to the first, and lifting begins with the loaded policy', async (t) => {
  const first = withSuspensions(policy, [of({ kind: 'model', model: 'base' }, 'a')])
  const both = withSuspensions(first, [of({ kind: 'model', model: 'apart' }, 'b')])
  t.equal(answer(ask(both, { who: us, asks: 'base' })), 'model_suspended')
  t.equal(answer(ask(both, { who: us, asks: 'apart' })), 'model_suspended')
  t.equal(answer(ask(policy, { who: us, asks: 'base' })), 'permit', 'the policy that was loaded is as it was')
})

t.test('a window opens nothing that is suspended', async (t) => {
  const only = { ...everything, models: { families: [], ids: ['apart'] } }
  const opened = load({ catalogue: policy.bundle.catalogue, directives: [window('w', { scope: only })] })
  const decision = ask(withSuspensions(opened, [of({ kind: 'all' })]), { asks: 'apart' })
  t.equal(answer(decision), 'model_suspended')
})

t.test('what names nothing of the catalogue is refused with every fault', async (t) => {
  t.throws(
    () =>
      withSuspensions(policy, [
        of({ kind: 'model', model: 'apart-latest' }, 'a'),
        of({ kind: 'family', family: 'h' }, 'b'),
        of({ kind: 'all' }, 'b'),
      ]),
    new PolicyError([
      'suspension a: there is no model `apart-latest`: it is a name of `apart`, name that',
      'suspension b: there is no family `h`',
      'suspension b: stands twice',
    ]),
  )
})

t.test('an id stands once among all that are in force, and what is nobody’s name is hinted at no model', async (t) => {
  const first = withSuspensions(policy, [of({ kind: 'model', model: 'base' }, 'a')])
  t.throws(
    () => withSuspensions(first, [of({ kind: 'model', model: 'apart' }, 'a')]),
    new PolicyError(['suspension a: stands twice']),
  )
  t.throws(
    () => withSuspensions(policy, [of({ kind: 'model', model: 'nothing' }, 'a')]),
    new PolicyError(['suspension a: there is no model `nothing`']),
  )
})

t.test('every fault is told, and no more', async (t) => {
  try {
    withSuspensions(policy, [of({ kind: 'model', model: 'nothing' }, 'a')])
    t.fail('it is refused')
  } catch (error) {
    t.same(error instanceof PolicyError && error.faults, ['suspension a: there is no model `nothing`'])
  }
})
