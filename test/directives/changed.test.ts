// One version, one meaning, on two policies: what may be edited in place, and what needs a version of its own.
import t from 'tap'
import { changedInPlace, vanishedFrom } from '../../src/directives/index.ts'
import { compiled, directiveOf, policyOf, reference } from './bundles.ts'

const now = Date.parse('2026-06-20T12:00:00Z')
const bundle = compiled(reference)
const before = policyOf(bundle)
type Change = NonNullable<Parameters<typeof policyOf>[1]>
type Next = Parameters<Change>[0]
type Letter = ReturnType<typeof directiveOf>

const changedBy = (change: Change, at = now): readonly string[] => changedInPlace(before, policyOf(bundle, change), at)
/** A change of the letter of 12 June. */
const letter = (change: (directive: Letter) => void, at = now): readonly string[] =>
  changedBy((next) => change(directiveOf(next, 'us-bis-2026-06-12')), at)
const limb = ({ limbs }: Letter, id: string): Letter['limbs'][number] => {
  const found = limbs.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no limb ${id}`)
  return found
}
const members = (next: Next, id: string): string[] => next.lists.find((list) => list.id === id)?.members ?? []

t.test('the same policy in another order was not changed', async (t) => {
  t.same(changedInPlace(before, before, now), [])
  t.same(
    letter((one) => {
      one.limbs.reverse()
      for (const { anyOf } of one.limbs) anyOf.reverse()
    }),
    [],
  )
})

t.test('what a directive in force says may not be edited in place, and the sentence names the part', async (t) => {
  const cases: readonly (readonly [part: string, change: (directive: Letter) => void])[] = [
    ['limb `person`', (one) => void limb(one, 'person').anyOf.splice(1)],
    ['limb `person`', (one) => void (limb(one, 'person').is = { test: 'foreign-person', definition: 'doj-202.256' })],
    ['limb `person`', (one) => void (limb(one, 'person').is = { test: 'all', of: [limb(one, 'person').is] })],
    [
      'limb `destination`',
      (one) => {
        limb(one, 'destination').is = {
          test: 'place',
          outside: false,
          places: { lists: [], codes: ['IR'] },
        }
      },
    ],
    ['limb `more` is new', (one) => void one.limbs.push({ ...limb(one, 'person'), id: 'more' })],
    [
      '`status-evidence`',
      (one) => void (one.statusEvidence = { atLeast: 'asserted', notOlderThan: null, whenConflicting: 'unknown' }),
    ],
    [
      '`place-evidence`',
      (one) => {
        if (one.placeEvidence !== null) one.placeEvidence.anonymizers = 'use-address'
      },
    ],
    ['`ends`', (one) => void (one.ends = now + 60_000)],
    ['`effective`', (one) => void (one.effective = now + 1)],
    ['`in-flight`', (one) => void (one.inFlight = { kind: 'finish-started' })],
    ['`on-unknown`', (one) => void (one.onUnknown = 'deny')],
    ['`applies-to`', (one) => void (one.scope.actions = ['count-tokens'])],
    ['`applies-to`', (one) => void (one.scope.models = { families: ['fable-5'], ids: [] })],
    ['`applies-to`', (one) => void (one.scope.models = 'all')],
    ['`kind`', (one) => void (one.kind = 'internal-policy')],
    ['`obligations`', (one) => void one.obligations.push({ kind: 'no-store' })],
    ['`tell-the-caller`', (one) => void (one.tellTheCaller = 'nothing')],
  ]
  for (const [part, change] of cases) {
    const [sentence, ...more] = letter(change)
    t.same(more, [], part)
    t.equal(
      sentence,
      `\`us-bis-2026-06-12\` version 1 was changed in place (${part}): one version keeps one meaning, also where the new one is stricter; write a new version that supersedes it, or a withdrawal`,
    )
  }
  t.match(
    changedBy((next) => void (directiveOf(next, 'muse-spark-thinking').reportOnlyUntil = now + 1)),
    [/`enforcement`/],
  )
  t.match(
    changedBy((next) => {
      next.grants = []
      directiveOf(next, 'us-bis-2026-06-12').limbs.pop()
    }),
    [/\(limb `destination` is missing\)/],
  )
})

t.test('titles, rationale, texts and positions may be mended', async (t) => {
  t.same(
    letter((one) => {
      one.title = 'another title'
      one.about.rationale = 'another one'
      one.about.reviewBy += 1
      one.callerText = 'another text'
      one.position.line += 1
    }),
    [],
  )
  t.same(
    changedBy((next) => {
      for (const { whenUnknown } of directiveOf(next, 'comprehensive-embargo').limbs) {
        if (whenUnknown !== null) whenUnknown.reason = 'better words'
      }
    }),
    [],
    'of an accepted risk the reason',
  )
})

t.test('what has not begun keeps its meaning as well; what has ended is free, but lifts nothing by it', async (t) => {
  const early = Date.parse('2026-06-01T00:00:00Z')
  t.match(
    letter((one) => void (one.onUnknown = 'deny'), early),
    [/changed in place/],
  )
  const late = Date.parse('2026-07-01T00:00:00Z')
  t.same(
    letter((one) => void (one.onUnknown = 'deny'), late),
    [],
    'withdrawn on 30 June',
  )
  /** A second version that came and went, as it was and as somebody would now have it. */
  const second = (supersedes: number[]) =>
    policyOf(bundle, (next) => {
      const first = directiveOf(next, 'us-bis-2026-06-12')
      next.directives.push({ ...first, version: 2, effective: early, ends: early + 1, supersedes })
    })
  t.match(changedInPlace(second([]), second([1]), late), [/`supersedes`/])
})

t.test('a window keeps its admission and whom it admits, also when it is over', async (t) => {
  for (const at of [now, Date.parse('2027-01-01T00:00:00Z')]) {
    const window = (change: (one: Extract<Next['directives'][number], { kind: 'evaluation-window' }>) => void) =>
      changedBy((next) => {
        for (const one of next.directives) if (one.kind === 'evaluation-window') change(one)
      }, at)
    t.match(
      window((one) => void (one.admission.to += 1)),
      [/`opens\/closes`/],
    )
    t.match(
      window((one) => void one.admits.pop()),
      [/`admits`/],
    )
    t.match(
      window((one) => void (one.scope.phases = ['deliver'])),
      [/`applies-to`/],
    )
    t.match(
      window((one) => void one.obligations.pop()),
      [/`obligations`/],
    )
  }
})

t.test(
  'a list may grow where a limb prohibits what is within, and shrink where it prohibits what is outside',
  async (t) => {
    const lists = (id: string, change: (codes: string[]) => void) => changedBy((next) => change(members(next, id)))
    const drop = (code: string) => (codes: string[]) => void codes.splice(codes.indexOf(code), 1)
    t.match(lists('ofac-comprehensive', drop('IR')), [
      /^`comprehensive-embargo` version 1 .*\(limb `location` by the list `ofac-comprehensive`, which lost IR, limb `resident` by/,
    ])
    t.match(lists('ofac-comprehensive', drop('UA-43')), [/which lost UA-43/])
    t.match(
      lists('ofac-comprehensive', (codes) => {
        drop('IR')(codes)
        codes.push('SY')
      }),
      [/which lost IR and gained SY/],
    )
    t.same(
      lists('ofac-comprehensive', (codes) => void codes.push('SY')),
      [],
    )
    t.same(
      lists('ofac-comprehensive', (codes) => {
        drop('UA-43')(codes)
        codes.push('UA')
      }),
      [],
      'the whole country holds its regions',
    )
    t.match(
      lists('ear-772.1-united-states', (codes) => void codes.push('CA')),
      [/limb `destination` by the list `ear-772.1-united-states`, which gained CA/],
    )
    t.same(lists('ear-772.1-united-states', drop('UM')), [])
    t.same(
      lists('ear-d5', (codes) => void codes.shift()),
      [],
      'no directive uses it',
    )
  },
)

t.test('a version that supersedes in force lets its list change with it', async (t) => {
  const superseding = (effective: number) => (next: Next) => {
    const embargo = directiveOf(next, 'comprehensive-embargo')
    next.directives.push({ ...structuredClone(embargo), version: 2, supersedes: [1], effective })
    members(next, 'ofac-comprehensive').shift()
  }
  t.same(changedBy(superseding(now)), [])
  t.match(changedBy(superseding(now + 1)), [/`comprehensive-embargo` version 1/])
})

t.test('a withdrawal may be taken back, not be made to say more', async (t) => {
  const first = (change: (one: Next['withdrawals'][number]) => void) =>
    changedBy((next) => {
      const [one] = next.withdrawals
      if (one !== undefined) change(one)
    })
  t.match(
    first((one) => void (one.effective = now)),
    [/^withdrawal `us-bis-2026-06-30-withdrawal` was changed in place/],
  )
  t.match(
    changedBy((next) => {
      next.directives.push({ ...directiveOf(next, 'us-bis-2026-06-12'), version: 2 })
      next.withdrawals[0]?.versions.push(2)
    }),
    [/changed in place/],
  )
  t.match(
    first((one) => void (one.directive = 'glasswing')),
    [/changed in place/],
  )
  t.same(
    first((one) => void (one.title = 'better words')),
    [],
  )
  t.same(
    changedBy((next) => void next.withdrawals.pop()),
    [],
  )
})

t.test('grants and registers stay free, and neither rule takes the other one over', async (t) => {
  t.same(
    changedBy((next) => {
      for (const grant of next.grants) grant.scope.models = 'all'
      next.registers.members.pop()
    }),
    [],
  )
  const gone = policyOf(bundle, (next) => void next.directives.shift())
  t.same(changedInPlace(before, gone, now), [])
  t.not(vanishedFrom(before, gone, now).length, 0)
})
