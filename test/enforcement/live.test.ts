import t from 'tap'
import { createLiveAnswers, type OpenAnswer } from '../../src/enforcement/index.ts'
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
/** Nobody sets it back. */
const onlyWall = (now: () => number) => ({ now, since: now })
type Given = Parameters<typeof createLiveAnswers>
type Answer = Parameters<ReturnType<typeof createLiveAnswers>['open']>[0]
/** A registry under a policy that is fresh, of answers of which nothing waits unless they say so. */
function registry(clock: Given[0], redecide: Given[1], onFault: Given[3] = (error) => t.fail(String(error))) {
  const answers = createLiveAnswers(clock, redecide, () => true, onFault)
  const open = (answer: Omit<Answer, 'isUnsent'> & Partial<Answer>, validUntil: number | null): OpenAnswer =>
    answers.open({ isUnsent: () => false, ...answer }, validUntil)
  /** How many are denied. */
  const recheckAll = async (...concerns: Parameters<typeof answers.recheckAll>): Promise<number> => {
    const before = answers.denied()
    answers.recheckAll(...concerns)
    await answers.reviewed()
    return answers.denied() - before
  }
  return { ...answers, open, recheckAll }
}
const facts = { operation: { phase: 'admit' } } as unknown as Facts

t.test('an answer is cut by its own timer when its decision ends', async (t) => {
  const answers = registry(
    onlyWall(() => Date.now()),
    () => deny,
  )
  const cut = await new Promise<Decision>((resolve) => {
    answers.open({ id: '1', anchor: 0, facts, applied: [], cut: resolve, end: () => {} }, Date.now() + 20)
    setTimeout(() => {}, 200) // timers of the registry do not hold the process
  })
  t.equal(cut.reason, 'person_restricted')
  t.equal(answers.size(), 0)
})

t.test('nothing is released at or after the edge, however late the timer is', async (t) => {
  let now = 1_000
  let cuts = 0
  const answers = registry(
    onlyWall(() => now),
    () => deny,
  )
  const open = answers.open({ id: '1', anchor: 0, facts, applied: [], cut: () => cuts++, end: () => {} }, 5_000)
  now = 4_999
  t.ok(open.check())
  now = 5_000
  t.notOk(open.check())
  t.notOk(open.check(), 'and stays shut')
  t.equal(cuts, 1)
})

t.test('a clock that is set forward cuts what nobody releases anything of', async (t) => {
  let now = 1_000
  const answers = registry(
    onlyWall(() => now),
    () => deny,
  )
  const keptAwake = setInterval(() => {}, 1_000)
  const cut = new Promise<Decision>((resolve) => {
    answers.open({ id: '1', anchor: 0, facts, applied: [], cut: resolve, end: () => {} }, 3_600_000)
  })
  now = 3_600_000
  t.equal((await cut).reason, 'person_restricted')
  clearInterval(keptAwake)
})

t.test('an answer that is still permitted goes on to its next edge', async (t) => {
  let now = 1_000
  const phases: string[] = []
  const answers = registry(
    onlyWall(() => now),
    (asked) => {
      phases.push(asked.operation.phase)
      return permit(9_000)
    },
  )
  const open = answers.open(
    { id: '1', anchor: 0, facts, applied: [], cut: () => t.fail('not to be cut'), end: () => {} },
    2_000,
  )
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
  const answers = registry(
    onlyWall(() => 0),
    ({ caller }) => ((caller as unknown as string) === 'bad' ? deny : permit(null)),
  )
  for (const id of ['good', 'bad', 'good']) {
    answers.open(
      {
        id,
        anchor: 0,
        facts: { ...facts, caller: id } as unknown as Facts,
        applied: [],
        cut: () => cut.push(id),
        end: () => {},
      },
      null,
    )
  }
  t.equal(await answers.recheckAll(), 1)
  t.strictSame(cut, ['bad'])
  t.equal(answers.size(), 2)
  t.equal(await answers.recheckAll(), 0, 'a cut answer is not cut again')
})

t.test('an answer that ended is not decided again', async (t) => {
  const answers = registry(
    onlyWall(() => 0),
    () => t.fail('not to be asked') as unknown as Decision,
  )
  answers.open({ id: '1', anchor: 0, facts, applied: [], cut: () => {}, end: () => {} }, null).close()
  t.equal(await answers.recheckAll(), 0)
})

t.test('a permit that asks for what was not done to the request cuts the answer', async (t) => {
  let obligations: Decision['obligations'] = []
  const cut: string[] = []
  const answers = registry(
    onlyWall(() => 0),
    () => ({ ...permit(null), obligations }),
  )
  const forced = { kind: 'force-mode', pointer: '/model', mode: 'instant' } as const
  const open = (applied: Decision['obligations']) =>
    answers.open({ id: '1', anchor: 0, facts, applied, cut: ({ reason }) => cut.push(reason), end: () => {} }, null)
  open([])
  open([forced])
  obligations = [forced]
  t.equal(await answers.recheckAll(), 1, 'the one that was forced goes on')
  t.strictSame(cut, ['mode_restricted'])
  obligations = [{ kind: 'no-store' }]
  t.equal(await answers.recheckAll(), 1)
  t.strictSame(cut, ['mode_restricted', 'obligation_unenforceable'])
})

t.test('an answer that cannot be cut does not keep the others open', async (t) => {
  const cut: string[] = []
  const faults: unknown[] = []
  const answers = registry(
    onlyWall(() => 0),
    () => deny,
    (error) => faults.push(error),
  )
  const broken = new Error('broken')
  const failing = answers.open(
    {
      id: 'a',
      anchor: 0,
      facts,
      applied: [],
      cut: () => {
        throw broken
      },
      end: () => {},
    },
    null,
  )
  answers.open({ id: 'b', anchor: 0, facts, applied: [], cut: () => cut.push('b'), end: () => {} }, null)
  t.equal(await answers.recheckAll(), 2)
  t.strictSame([cut, faults], [['b'], [broken]])
  t.notOk(failing.check(), 'nothing more of it is released')
})

t.test('a decision that cannot be made again does not keep the others open', async (t) => {
  const cut: string[] = []
  const faults: unknown[] = []
  const broken = new Error('broken')
  let isBroken = true
  const answers = registry(
    onlyWall(() => 0),
    ({ caller }) => {
      if (isBroken && (caller as unknown as string) === 'a') throw broken
      return deny
    },
    (error) => faults.push(error),
  )
  const [first] = ['a', 'b'].map((id) =>
    answers.open(
      {
        id,
        anchor: 0,
        facts: { ...facts, caller: id } as unknown as Facts,
        applied: [],
        cut: () => cut.push(id),
        end: () => {},
      },
      null,
    ),
  )
  t.equal(await answers.recheckAll(), 1)
  t.strictSame([cut, faults], [['b'], [broken]])
  t.throws(() => first?.check(), broken, 'it releases nothing undecided')
  isBroken = false
  t.equal(await answers.recheckAll(), 1)
  t.strictSame(cut, ['b', 'a'])
})

const spin = (ms: number): void => {
  for (const until = performance.now() + ms; performance.now() < until; );
}

t.test('of thousands each is decided and ended in its turn: first those of which something waits', async (t) => {
  const decided: number[] = []
  const cut: number[] = []
  const answers = registry(
    onlyWall(() => 0),
    ({ caller }) => {
      decided.push(caller as unknown as number)
      spin(0.1)
      return deny
    },
  )
  const many = 400
  const open = Array.from({ length: many }, (_, index) =>
    answers.open(
      {
        id: String(index),
        anchor: 0,
        facts: { ...facts, caller: index } as unknown as Facts,
        applied: [],
        isUnsent: () => index >= many - 2,
        cut: () => {
          cut.push(index)
          spin(0.1)
        },
        end: () => {},
      },
      null,
    ),
  )
  let turns = 0
  const turning = setInterval(() => (turns += 1), 0)
  const all = answers.recheckAll()
  t.strictSame(cut, [many - 2, many - 1], 'nothing that was released before follows')
  t.ok(decided.length < many, 'the others wait for their turn')
  const waiting = open[many - 3] as OpenAnswer
  t.notOk(waiting.check(), 'but release nothing')
  t.strictSame([decided.at(-1), cut.at(-1)], [many - 3, many - 3], 'and whoever would is decided and ended then')
  ;(open[many - 4] as OpenAnswer).close()
  t.equal(await all, many - 1)
  t.equal(answers.size(), 0)
  t.ok(cut.length < many - 1, 'decided are all before the first is ended')
  while (cut.length < many - 1) await new Promise((resolve) => setTimeout(resolve, 1))
  clearInterval(turning)
  t.ok(turns > 2, 'everybody else has turns in between')
  t.strictSame([new Set(cut).size, new Set(decided).size], [many - 1, many - 1], 'each once')
  t.equal(decided.length, many - 1)
  t.notOk(cut.includes(many - 4), 'who has left by itself is not ended')
})

t.test('what changes again before all were decided is decided by what is in force then', async (t) => {
  let answer = permit(null)
  const cut: string[] = []
  const answers = registry(
    onlyWall(() => 0),
    () => {
      spin(0.2)
      return answer
    },
  )
  for (let index = 0; index < 100; index++)
    answers.open(
      { id: String(index), anchor: 0, facts, applied: [], cut: ({ reason }) => cut.push(reason), end: () => {} },
      null,
    )
  const first = answers.recheckAll()
  answer = deny
  const second = answers.recheckAll()
  t.equal(await second, 100, 'those that were permitted a moment ago too')
  await first
  while (cut.length < 100) await new Promise((resolve) => setTimeout(resolve, 1))
  t.equal(answers.size(), 0)
})

t.test('a gate that ends ends what waits for its turn as what it is', async (t) => {
  const ended: string[] = []
  const answers = registry(
    onlyWall(() => 0),
    () => deny,
  )
  for (let index = 0; index < 100; index++) {
    const cut = (): void => {
      ended.push('cut')
      spin(0.5)
    }
    answers.open({ id: String(index), anchor: 0, facts, applied: [], cut, end: () => ended.push('end') }, null)
  }
  await answers.recheckAll()
  t.ok(ended.length < 100)
  answers.endAll()
  t.strictSame(new Set(ended), new Set(['cut']))
  t.equal(ended.length, 100)
})

t.test('a change that concerns some is asked of them alone', async (t) => {
  const asked: Facts[] = []
  const cut: string[] = []
  const answers = registry(
    onlyWall(() => 0),
    (one) => {
      asked.push(one)
      return deny
    },
  )
  const of = (sub: string) => ({ ...facts, caller: { subject: { id: { subject: sub } } } }) as unknown as Facts
  for (const sub of ['ann', 'bob'])
    answers.open({ id: sub, anchor: 0, facts: of(sub), applied: [], cut: () => cut.push(sub), end: () => {} }, null)
  t.equal(await answers.recheckAll(({ caller }) => caller.subject.id.subject === 'ann'), 1)
  t.strictSame([cut, asked.length, answers.size()], [['ann'], 1, 1])
  t.equal(await answers.recheckAll(), 1)
})

t.test('a clock that is set back makes no answer longer', async (t) => {
  let [now, ticks] = [10_000, 500]
  const clock = { now: () => now, since: (anchor: number) => Math.max(now, anchor + ticks) }
  const asked: number[] = []
  const cut: string[] = []
  const answers = registry(clock, (_, instant) => {
    asked.push(instant)
    return instant < 20_000 ? permit(20_000) : deny
  })
  const answer = { facts, applied: [], end: () => {} }
  const open = answers.open({ ...answer, id: '1', anchor: now - ticks, cut: () => cut.push('before') }, 20_000)
  now -= 3_600_000
  ticks += 9_999
  t.ok(open.check(), 'its time is not over')
  t.equal(await answers.recheckAll(), 0)
  t.strictSame(asked, [19_999, 10_000 - 3_600_000], 'by both clocks')
  const next = answers.open({ ...answer, id: '2', anchor: now - ticks, cut: () => cut.push('after') }, 20_000)
  ticks += 1
  t.notOk(open.check())
  t.ok(next.check(), 'what was permitted after the step goes by the clock of then')
  t.strictSame(cut, ['before'])
})

t.test('a directive that ends lets nothing go on that the wall clock forbids', async (t) => {
  let [now, ticks] = [10_000, 0]
  const clock = { now: () => now, since: (anchor: number) => Math.max(now, anchor + ticks) }
  const answers = registry(clock, (_, instant) => (instant < 5_000 ? deny : permit(null)))
  let isCut = false
  const open = answers.open(
    { id: '1', anchor: now, facts, applied: [], cut: () => (isCut = true), end: () => {} },
    null,
  )
  now = 4_999
  ticks += 1
  t.equal(await answers.recheckAll(), 1)
  t.ok(isCut)
  t.notOk(open.check())
})

t.test('by the wall clock of then it may end sooner than by what has passed', async (t) => {
  let [now, ticks] = [10_000, 0]
  const clock = { now: () => now, since: (anchor: number) => Math.max(now, anchor + ticks) }
  const answers = registry(clock, (_, instant) =>
    instant >= 3_000 && instant < 4_000 ? deny : permit(instant < 3_000 ? 3_000 : null),
  )
  const open = answers.open({ id: '1', anchor: now, facts, applied: [], cut: () => {}, end: () => {} }, null)
  now = 2_000
  t.equal(await answers.recheckAll(), 0)
  now = 2_999
  ticks = 999
  t.ok(open.check())
  now = 3_000
  ticks = 1_000
  t.notOk(open.check())
})
