// Who gains and who loses: every way in which a change can let something through is seen, and nothing is seen where there is none.
import t from 'tap'
import type { Bundle, Grant } from '../../src/policy/bundle/bundle.ts'
import {
  type Change,
  changeCause,
  changeTimes,
  diffOf,
  firstOpening,
  openingText,
  type PolicyDiff,
} from '../../src/policy/diff/index.ts'
import { decide } from '../../src/policy/index.ts'
import {
  at,
  day,
  everything,
  foreign,
  grant,
  limb,
  load,
  model,
  registers,
  restriction,
  window,
} from '../policy/small-policy.ts'

const r = restriction('r', [limb(foreign)])
const abroad = limb(
  { test: 'place', outside: true, places: { lists: [], codes: ['US'] } },
  { id: 'abroad', reason: 'destination_restricted' },
)
const employed = registers({
  organizations: ['one', 'two'].map((id) => ({
    id,
    name: id,
    kind: 'company' as const,
    incorporatedIn: 'US',
    organizedIn: [],
    ownedBy: [],
    branchOf: null,
    from: 0,
    to: null,
  })),
  employees: ['one', 'two'].map((organization) => ({
    issuer: 'https://id.portcullis.example',
    subject: `of-${organization}`,
    organization,
    engagement: 'employee' as const,
    from: 0,
    to: null,
  })),
})
const licence = (more: Partial<Grant> = {}): Grant =>
  grant('g', 'r', { covers: [{ cover: 'employees-of', organization: 'one' }], ...more })

function compare(before: Partial<Bundle>, after: Partial<Bundle>, from: number | null = null): PolicyDiff {
  const diff = diffOf(load(before), load(after), { from })
  const opening = firstOpening(load(before), load(after), { from })
  t.equal(opening !== undefined, diff.permitsMore, 'the quick answer is the answer of the whole')
  return diff
}

const turnsOf = ({ changes }: PolicyDiff): readonly string[] => [...new Set(changes.map(({ turn }) => turn))]
const spans = ({ changes }: PolicyDiff, turn: Change['turn']): readonly string[] => [
  ...new Set(
    changes.filter((one) => one.turn === turn).flatMap(({ during }) => during.map((one) => JSON.stringify(one))),
  ),
]

t.test('the same policy in another order changes nothing', async (t) => {
  const other = restriction('s', [abroad])
  const diff = compare({ directives: [r, other] }, { directives: [other, r] })
  t.strictSame([diff.changes, diff.instruments, diff.permitsMore], [[], [], false])
})

t.test(
  'a new restriction takes from those whom it concerns, from its instant, and gives nobody anything',
  async (t) => {
    const diff = compare({}, { directives: [r] })
    t.strictSame(turnsOf(diff), ['loses'])
    t.notOk(diff.permitsMore)
    t.strictSame(spans(diff, 'loses'), [JSON.stringify({ from: r.effective, to: null })])
    t.strictSame(diff.instruments, [{ kind: 'directive', name: 'r version 1', change: 'added' }])
    const restricted = diff.changes.find(({ denied }) => denied?.reason === 'person_restricted')
    t.strictSame(restricted?.denied?.by, ['r version 1, limb limb'])
    t.match(
      `${changeTimes(restricted?.during ?? [])}: ${changeCause(restricted as Change)}`,
      /^from 2026-06-01T00:00:00Z on: denied person_restricted \(.*\), by r version 1, limb limb; was permitted$/,
    )
  },
)

t.test('every example of a change is one: the engine answers it so', async (t) => {
  const [before, after] = [load({ directives: [r] }), load({ directives: [r, restriction('s', [abroad])] })]
  const { changes } = diffOf(before, after, { from: null })
  t.not(changes.length, 0)
  for (const { examples, denied } of changes) {
    for (const { facts, instant } of examples) {
      const ask = (policy: typeof before) => decide(policy, facts, instant, { clockUncertaintyMs: 0 })
      t.equal(ask(before).effect, 'permit')
      t.equal(ask(after).reason, denied?.reason)
    }
  }
})

t.test(
  'a limb that is dropped, a year that becomes a day more, an instant a millisecond later: all are seen',
  async (t) => {
    const base = restriction('r', [limb(foreign), abroad])
    const opened: readonly [string, Partial<Bundle>][] = [
      ['a limb is dropped', { directives: [restriction('r', [limb(foreign)])] }],
      ['the directive is gone', {}],
      ['it begins a millisecond later', { directives: [{ ...base, effective: base.effective + 1 }] }],
      ['it ends', { directives: [{ ...base, ends: at('2026-12-01T00:00:00Z') }] }],
      [
        'older evidence is accepted',
        {
          directives: [
            { ...base, statusEvidence: { atLeast: 'verified', notOlderThan: 366 * day, whenConflicting: 'unknown' } },
          ],
        },
      ],
      [
        'weaker evidence is accepted',
        {
          directives: [
            { ...base, statusEvidence: { atLeast: 'asserted', notOlderThan: 365 * day, whenConflicting: 'unknown' } },
          ],
        },
      ],
      [
        'the newer of two wins',
        {
          directives: [
            {
              ...base,
              statusEvidence: { atLeast: 'verified', notOlderThan: 365 * day, whenConflicting: 'newer-wins' },
            },
          ],
        },
      ],
      [
        'anonymizers do not matter',
        { directives: [{ ...base, placeEvidence: { ...base.placeEvidence, anonymizers: 'use-address' } as never }] },
      ],
      [
        'it only reports for a while',
        { directives: [{ ...base, kind: 'internal-policy', reportOnlyUntil: at('2026-07-01T00:00:00Z') }] },
      ],
      ['one action is left out', { directives: [{ ...base, scope: { ...everything, actions: ['infer'] } }] }],
      ['open answers may finish', { directives: [{ ...base, inFlight: { kind: 'finish-started' } }] }],
      ['a grant discharges a limb', { directives: [base], grants: [licence()], registers: employed }],
      ['an actor is looked at no more', { directives: [{ ...base, limbs: [limb(foreign), abroad] }] }],
    ]
    const both = { ...base, limbs: [limb(foreign, { anyOf: ['subject', 'actor'] }), abroad] }
    for (const [what, after] of opened) {
      const diff = compare({ directives: [both], registers: after.registers ?? registers() }, after)
      t.ok(diff.permitsMore, what)
    }
  },
)

t.test('the millisecond by which a directive begins later is the whole of the gain', async (t) => {
  const diff = compare({ directives: [r] }, { directives: [{ ...r, effective: r.effective + 1 }] })
  t.strictSame(turnsOf(diff), ['gains'])
  t.strictSame(spans(diff, 'gains'), [JSON.stringify({ from: r.effective, to: r.effective + 1 })])
  t.notOk(
    compare({ directives: [r] }, { directives: [{ ...r, effective: r.effective + 1 }] }, r.effective + 1).permitsMore,
    'what is past counts for nobody',
  )
})

t.test('a grant that covers one organization more gives to its people alone, while it holds', async (t) => {
  const before = { directives: [r], grants: [licence()], registers: employed }
  const covers = ['one', 'two'].map((organization) => ({ cover: 'employees-of' as const, organization }))
  const diff = compare(before, { ...before, grants: [licence({ covers })] })
  t.strictSame(turnsOf(diff), ['gains'])
  t.strictSame(spans(diff, 'gains'), [JSON.stringify({ from: licence().from, to: licence().to })])
  t.ok(diff.changes.every(({ grants }) => grants.join() === 'g'))
  const subjects = diff.changes.flatMap(({ examples }) => examples.map(({ facts }) => facts.caller.subject.id.subject))
  t.strictSame([...new Set(subjects)], ['of-two'])
})

t.test('an obligation that falls away permits more, one that comes does not', async (t) => {
  const strict = restriction('s', [limb(foreign)], {
    obligations: [{ kind: 'no-store' }, { kind: 'cap-output-tokens', max: 10 }],
  })
  const lighter = { ...strict, obligations: [{ kind: 'cap-output-tokens' as const, max: 20 }] }
  const eased = compare({ directives: [strict] }, { directives: [lighter] })
  t.ok(eased.permitsMore)
  t.strictSame(eased.changes.find(({ turn }) => turn === 'eased')?.obligations, ['cap-output-tokens 10', 'no-store'])
  const bound = compare({ directives: [lighter] }, { directives: [strict] })
  t.strictSame(turnsOf(bound), ['bound'])
  t.notOk(bound.permitsMore)
})

t.test('a window that closes its model takes, and opens nothing to anybody who had it', async (t) => {
  const list = { issuer: 'https://id.portcullis.example', subject: 'red', list: 'red-team', from: 0, to: null }
  const diff = compare(
    { registers: registers({ evaluators: [list] }) },
    { directives: [window('w')], registers: registers({ evaluators: [list] }) },
  )
  t.strictSame(turnsOf(diff), ['loses'])
})

t.test('what no decision shows counts as permitting more', async (t) => {
  const hold = compare({ directives: [r] }, { directives: [{ ...r, whenFreshnessIsUnknown: 'hold' }] })
  t.strictSame([hold.changes, hold.permitsMore], [[], true])
  t.match(hold.unseen, [/r: a gate that cannot know .* no longer shuts/])
  const names = (forwardAs: string | null) => [{ name: 'm', variant: null, mode: null, forwardAs }]
  const sent = compare(
    { catalogue: { models: [model('m')] } },
    { catalogue: { models: [model('m', { names: names('other'), servedAs: ['m', 'other'] })] } },
  )
  t.match(sent.unseen, [/`m` goes to the model API as `other`/, /answers that name `other` are believed/])
  t.ok(sent.permitsMore)
})

t.test('what is opened is said in one sentence', async (t) => {
  const abroad = restriction('s', [limb({ test: 'place', outside: true, places: { lists: [], codes: ['US'] } })])
  const [before, after] = [load({ directives: [r, abroad] }), load({ directives: [abroad] })]
  const opening = firstOpening(before, after, { from: at('2026-06-20T12:00:00Z') })
  t.match(
    opening === undefined ? '' : openingText(opening),
    /^from 2026-06-20T12:00:00Z: a person .* asks for m: is permitted, and was not$/,
  )
})
