import t from 'tap'
import type { EvaluationWindow } from '../../src/policy/bundle/bundle.ts'
import { answer, ask, at, everything, issuer, load, model, registers, window } from './small-policy.ts'

const next = model('next', {
  release: 'unreleased',
  variants: [{ id: 'reduced', release: 'unreleased' }],
  names: [
    { name: 'next', variant: null, mode: null, forwardAs: null },
    { name: 'next-reduced', variant: 'reduced', mode: null, forwardAs: null },
  ],
})
const tuned = model('tuned', { derivedFrom: ['next'] })
const evaluators = ['ada', 'eve'].map((subject) => ({ issuer, subject, from: 0, to: null, list: `${subject}s` }))
const open = (id: string, list: string, more: Partial<EvaluationWindow> = {}) =>
  window(id, {
    scope: { ...everything, models: { families: ['next'], ids: [] }, variants: ['reduced'] },
    admits: [{ test: 'evaluator', list, holds: true }],
    ...more,
  })
const policyOf = (...directives: EvaluationWindow[]) =>
  load({ catalogue: { models: [next, tuned] }, directives, registers: registers({ evaluators }) })

t.test('what is unreleased and has no window is closed to everyone, and so is what derives from it', async (t) => {
  for (const asks of ['next', 'next-reduced', 'tuned'])
    t.equal(answer(ask(policyOf(), { asks })), 'model_unreleased', asks)
})

t.test('a window opens what it names to those it admits, while it is open', async (t) => {
  const policy = policyOf(open('w', 'adas'))
  const when = (text: string, who = 'ada') =>
    answer(ask(policy, { who: { id: who }, asks: 'next-reduced', when: text }))
  t.equal(when('2026-06-09T23:59:59.999Z'), 'evaluation_closed')
  t.equal(when('2026-06-10T00:00:00Z'), 'permit')
  t.equal(when('2026-06-29T23:59:59.999Z'), 'permit')
  t.equal(when('2026-06-30T00:00:00Z'), 'evaluation_closed')
  t.equal(when('2026-06-20T00:00:00Z', 'eve'), 'model_unreleased')
  t.equal(when('2026-07-20T00:00:00Z', 'eve'), 'model_unreleased')
  t.equal(answer(ask(policy, { who: { id: 'ada' }, asks: 'next' })), 'model_unreleased', 'the variant alone')
})

t.test('windows over one resource add up', async (t) => {
  const policy = policyOf(
    open('w', 'adas', { obligations: [{ kind: 'no-store' }] }),
    open('v', 'eves', { obligations: [{ kind: 'log-full' }] }),
  )
  const ada = ask(policy, { who: { id: 'ada' }, asks: 'next-reduced' })
  t.equal(answer(ada), 'permit')
  t.same(ada.obligations, [{ kind: 'no-store' }], 'obligations of the window that admits')
  t.same(
    ada.determinations.map(({ directive, result, limbs }) => [directive, result, limbs[0]?.flags]),
    [
      ['v', 'satisfied', ['opened_by:w']],
      ['w', 'satisfied', []],
    ],
  )
  t.equal(answer(ask(policy, { who: { id: 'eve' }, asks: 'next-reduced' })), 'permit')
})

t.test('a hidden model exists for whomever one of its windows names', async (t) => {
  const hidden = load({
    catalogue: { models: [{ ...next, listing: 'hidden' }] },
    directives: [open('w', 'adas'), open('v', 'eves')],
    registers: registers({ evaluators }),
  })
  const after = { asks: 'next-reduced', when: '2026-07-01T00:00:00Z' }
  t.equal(answer(ask(hidden, { ...after, who: { id: 'ada' } })), 'evaluation_closed')
  t.equal(answer(ask(hidden, { ...after, who: { id: 'mallory' } })), 'model_unknown')
})

t.test('the agent of an evaluator must be named too', async (t) => {
  const policy = policyOf(open('w', 'adas'))
  const through = (id: string) => answer(ask(policy, { who: { id: 'ada', actor: { id } }, asks: 'next-reduced' }))
  t.equal(through('somebody'), 'model_unreleased')
  t.equal(through('ada'), 'permit')
})

t.test('a window closes a released model at all times, too', async (t) => {
  const policy = load({ directives: [window('w')], registers: registers({ evaluators }) })
  for (const when of ['2026-01-01T00:00:00Z', '2026-06-20T00:00:00Z', '2027-01-01T00:00:00Z']) {
    t.equal(answer(ask(policy, { who: { id: 'mallory' }, when })), 'model_unreleased')
  }
})

t.test('a withdrawal ends the admission, and a new version takes its place', async (t) => {
  const withdrawn = load({
    catalogue: { models: [next] },
    directives: [open('w', 'adas')],
    withdrawals: [
      {
        id: 'x',
        title: 'x',
        about: open('w', 'adas').about,
        directive: 'w',
        versions: [1],
        effective: at('2026-06-15T00:00:00Z'),
        position: { path: 'w.yaml', line: 1 },
      },
    ],
    registers: registers({ evaluators }),
  })
  t.equal(answer(ask(withdrawn, { who: { id: 'ada' }, asks: 'next-reduced' })), 'evaluation_closed')
  const replaced = policyOf(open('w', 'adas'), open('w', 'eves', { version: 2, supersedes: [1] }))
  t.equal(answer(ask(replaced, { who: { id: 'ada' }, asks: 'next-reduced' })), 'model_unreleased')
  t.equal(answer(ask(replaced, { who: { id: 'eve' }, asks: 'next-reduced' })), 'permit')
})

t.test('a window over one mode opens and closes that mode alone', async (t) => {
  const modes = ['deep', 'quick']
  const only = (id: string, mode: string) => ({ ...everything, models: { families: [], ids: [id] }, modes: [mode] })
  const policy = load({
    catalogue: {
      models: [
        model('coming', { modes, release: 'unreleased' }),
        model('here', { modes }),
        model('hidden', { modes, release: 'unreleased', listing: 'hidden' }),
      ],
    },
    directives: [
      open('w', 'adas', { scope: only('coming', 'quick') }),
      open('v', 'adas', { scope: only('here', 'deep') }),
      open('u', 'eves', { scope: only('here', 'quick'), obligations: [{ kind: 'no-store' }] }),
      open('x', 'eves', { scope: only('hidden', 'quick') }),
    ],
    registers: registers({ evaluators }),
  })
  const asked = (id: string, model: string, mode?: string) => {
    const decision = ask(policy, { who: { id }, asks: { model, ...(mode === undefined ? {} : { mode }) } })
    const [first] = decision.obligations
    return first?.kind === 'force-mode' ? `forced to ${first.mode}` : answer(decision)
  }
  t.equal(asked('ada', 'coming', 'quick'), 'permit')
  t.equal(asked('ada', 'coming', 'deep'), 'model_unreleased', 'no window names it')
  t.equal(asked('ada', 'coming'), 'forced to quick')
  t.equal(asked('eve', 'coming'), 'model_unreleased')
  t.equal(asked('ada', 'here'), 'forced to deep')
  t.equal(asked('eve', 'here'), 'forced to quick')
  t.equal(asked('mallory', 'here'), 'model_unreleased')
  t.equal(asked('eve', 'hidden'), 'forced to quick')
  t.equal(asked('ada', 'hidden'), 'model_unknown')
})
