import t from 'tap'
import { createLiveAnswers } from '../../src/enforcement/index.ts'
import type { Decision, Facts } from '../../src/vocabulary/decision.ts'

const permit = (validUntil: number | null): Decision => ({
  effect: 'permit',
  basis: 'permit',
  reason: 'permitted',
  tellReason: true,
  stepUp: false,
  resources: [],
  determinations: [],
  obligations: [],
  validUntil,
})
const deny: Decision = { ...permit(null), effect: 'deny', basis: 'prohibited', reason: 'person_restricted' }
const facts = { operation: { phase: 'admit' } } as unknown as Facts

t.test('an answer is cut by its own timer when its decision ends', async (t) => {
  const answers = createLiveAnswers({ now: () => Date.now() }, () => deny)
  const cut = await new Promise<Decision>((resolve) => {
    answers.open({ id: '1', facts, applied: [], cut: resolve, end: () => {} }, Date.now() + 20)
    setTimeout(() => {}, 200) // timers of the registry do not hold the process
  })
  t.equal(cut.reason, 'person_restricted')
  t.equal(answers.size(), 0)
})

t.test('nothing is released at or after the edge, however late the timer is', async (t) => {
  let now = 1_000
  let cuts = 0
  const answers = createLiveAnswers({ now: () => now }, () => deny)
  const open = answers.open({ id: '1', facts, applied: [], cut: () => cuts++, end: () => {} }, 5_000)
  now = 4_999
  t.ok(open.check())
  now = 5_000
  t.notOk(open.check())
  t.notOk(open.check(), 'and stays shut')
  t.equal(cuts, 1)
})

t.test('a clock that is set forward cuts what nobody releases anything of', async (t) => {
  let now = 1_000
  const answers = createLiveAnswers({ now: () => now }, () => deny)
  const keptAwake = setInterval(() => {}, 1_000)
  const cut = new Promise<Decision>((resolve) => {
    answers.open({ id: '1', facts, applied: [], cut: resolve, end: () => {} }, 3_600_000)
  })
  now = 3_600_000
  t.equal((await cut).reason, 'person_restricted')
  clearInterval(keptAwake)
})

t.test('an answer that is still permitted goes on to its next edge', async (t) => {
  let now = 1_000
  const phases: string[] = []
  const answers = createLiveAnswers({ now: () => now }, (asked) => {
    phases.push(asked.operation.phase)
    return permit(9_000)
  })
  const open = answers.open({ id: '1', facts, applied: [], cut: () => t.fail('not to be cut'), end: () => {} }, 2_000)
  now = 2_000
  t.ok(open.check())
  t.ok(open.check())
  t.strictSame(phases, ['admit'], 'decided once at the edge; until it has started, as a request that starts')
  open.started()
  t.ok(open.recheck())
  t.equal(phases.at(-1), 'continue', 'then as one that goes on')
  open.close()
})

t.test('a change of policy decides every open answer again and cuts those it forbids', async (t) => {
  const cut: string[] = []
  const answers = createLiveAnswers({ now: () => 0 }, ({ caller }) =>
    (caller as unknown as string) === 'bad' ? deny : permit(null),
  )
  for (const id of ['good', 'bad', 'good']) {
    answers.open(
      { id, facts: { ...facts, caller: id } as unknown as Facts, applied: [], cut: () => cut.push(id), end: () => {} },
      null,
    )
  }
  t.equal(answers.recheckAll(), 1)
  t.strictSame(cut, ['bad'])
  t.equal(answers.size(), 2)
  t.equal(answers.recheckAll(), 0, 'a cut answer is not cut again')
})

t.test('an answer that ended is not decided again', async (t) => {
  const answers = createLiveAnswers({ now: () => 0 }, () => t.fail('not to be asked') as unknown as Decision)
  answers.open({ id: '1', facts, applied: [], cut: () => {}, end: () => {} }, null).close()
  t.equal(answers.recheckAll(), 0)
})

t.test('a permit that asks for what was not done to the request cuts the answer', async (t) => {
  let obligations: Decision['obligations'] = []
  const cut: string[] = []
  const answers = createLiveAnswers({ now: () => 0 }, () => ({ ...permit(null), obligations }))
  const forced = { kind: 'force-mode', pointer: '/model', mode: 'instant' } as const
  const open = (applied: Decision['obligations']) =>
    answers.open({ id: '1', facts, applied, cut: ({ reason }) => cut.push(reason), end: () => {} }, null)
  open([])
  open([forced])
  obligations = [forced]
  t.equal(answers.recheckAll(), 1, 'the one that was forced goes on')
  t.strictSame(cut, ['mode_restricted'])
  obligations = [{ kind: 'no-store' }]
  t.equal(answers.recheckAll(), 1)
  t.strictSame(cut, ['mode_restricted', 'obligation_unenforceable'])
})

t.test('an answer that cannot be cut does not keep the others open', async (t) => {
  const cut: string[] = []
  const answers = createLiveAnswers({ now: () => 0 }, () => deny)
  const failing = answers.open(
    {
      id: 'a',
      facts,
      applied: [],
      cut: () => {
        throw new Error('broken')
      },
      end: () => {},
    },
    null,
  )
  answers.open({ id: 'b', facts, applied: [], cut: () => cut.push('b'), end: () => {} }, null)
  t.throws(() => answers.recheckAll(), AggregateError)
  t.strictSame(cut, ['b'])
  t.notOk(failing.check(), 'nothing more of it is released')
})

t.test('a change that concerns some is asked of them alone', async (t) => {
  const asked: Facts[] = []
  const cut: string[] = []
  const answers = createLiveAnswers({ now: () => 0 }, (one) => {
    asked.push(one)
    return deny
  })
  const of = (sub: string) => ({ ...facts, caller: { subject: { id: { subject: sub } } } }) as unknown as Facts
  for (const sub of ['ann', 'bob'])
    answers.open({ id: sub, facts: of(sub), applied: [], cut: () => cut.push(sub), end: () => {} }, null)
  t.equal(
    answers.recheckAll(({ caller }) => caller.subject.id.subject === 'ann'),
    1,
  )
  t.strictSame([cut, asked.length, answers.size()], [['ann'], 1, 1])
  t.equal(answers.recheckAll(), 1)
})
