// The mutator works: it finds no difference where nothing is changed, sees what matters most, and lets live what means the same.
// (`npm run mutate` looks at all of them; docs/mutation.md has what it found.)

import t from 'tap'
import { changeOf, isThis, readEquivalents } from './equivalents.ts'
import { judgeAll } from './judge-all.ts'
import { instrument, type Mutant, mutated } from './mutants.ts'
import { sampled } from './options.ts'

const engine = (name: string): string => `src/policy/engine/${name}.ts`

/** Each is one boundary or combinator: in which file, and what is written there for what. */
const boundaries: readonly (readonly [string, string, string])[] = [
  ['a directive holds at its first instant', 'valid-until', 'edge <= this.instant → edge < this.instant'],
  ['to its end, and e beyond', 'valid-until', 'to + this.uncertainty → to - this.uncertainty'],
  ['from its beginning, less e', 'valid-until', 'from - this.uncertainty → from + this.uncertainty'],
  ['a grant only from e after its beginning', 'valid-until', 'from + this.uncertainty → from - this.uncertainty'],
  ['and to e before its end', 'valid-until', 'to - this.uncertainty → to + this.uncertainty'],
  [
    'evidence below the least assurance is insufficient, at it sufficient',
    'evidence-state',
    'assuranceRank[state] < assuranceRank[demand.atLeast] → assuranceRank[state] <= assuranceRank[demand.atLeast]',
  ],
  ['evidence is stale at its age', 'evidence-state', 'verifiedAt + notOlderThan → verifiedAt - notOlderThan'],
  [
    'what is below a limit of age needs a time',
    'evidence-state',
    'verifiedAt === null || horizon.reached(verifiedAt + notOlderThan) → verifiedAt === null && horizon.reached(verifiedAt + notOlderThan)',
  ],
  [
    'a list proves that somebody is no national only if it is complete',
    'predicates/nationality',
    'evidence.complete && evidence.value.length > 0 → evidence.complete || evidence.value.length > 0',
  ],
  [
    'every party needs cover',
    'grants',
    'parties.every((one) => isCovered(one, grant.covers, question.situation)) → parties.some(one => isCovered(one, grant.covers, question.situation))',
  ],
  ['a violation comes before an unknown', 'combine', 'gaps.length === 0 → gaps.length !== 0'],
  ['anything in the way denies', 'combine', 'inTheWay.length > 0 → inTheWay.length >= 0'],
  [
    'the first reason is shown',
    'reason-order',
    'rankOf(next.reason) < rankOf(first.reason) → rankOf(next.reason) >= rankOf(first.reason)',
  ],
]

/** It writes into a list that every decision shares: those that are judged after it must not be held to that. */
const spoiling = '(releases[0] as Release).outcomes.slice() → (releases[0] as Release).outcomes'

/** The edge stands already, and is set again. */
const same = 'edge < this.#first → edge <= this.#first'

t.test('what is said to mean the same is written somewhere', async (t) => {
  const { mutants } = await instrument(mutated())
  const nowhere = readEquivalents().filter((one) => !mutants.some((mutant) => isThis(one, mutant)))
  t.strictSame(
    nowhere.map(({ file, text, change }) => `${file}: ${text ?? ''} ${change ?? ''}`),
    [],
  )
})

t.test('what matters most is seen when it is flipped, and nothing else is', async (t) => {
  const files = [...new Set(['decide', ...boundaries.map(([, file]) => file)])].map(engine)
  const { mutants, sources } = await instrument(files)
  const written = (file: string, change: string): readonly Mutant[] =>
    mutants.filter((mutant) => mutant.file === engine(file) && changeOf(mutant) === change)
  for (const [what, file, change] of boundaries) t.ok(written(file, change).length > 0, `${what}: ${change}`)
  const flipped = boundaries.flatMap(([, file, change]) => written(file, change))
  const equal = written('valid-until', same)
  t.equal(equal.length, 2)
  const equivalents = readEquivalents()
  const isEquivalent = (mutant: Mutant): boolean => equivalents.some((one) => isThis(one, mutant))
  t.ok(equal.every(isEquivalent), 'and the list says so')
  const byChance = sampled(
    mutants.filter((mutant) => mutant.file === engine('evidence-state') && !isEquivalent(mutant)),
    20,
    7,
  )
  const asked = [...new Set([...written('decide', spoiling), ...flipped, ...byChance, ...equal])]

  let questions = 0
  // Fails where the engine as it stands does not give the reference's answers, or fails a test.
  const tests = ['evidence-state', 'grants', 'several-runners'].map((name) => `test/policy/${name}.test.ts`)
  const verdicts = await judgeAll(
    { sources, mutants: asked, bundles: 120, questions: 6, tests },
    { ready: (ready) => (questions = ready.questions), verdict: () => undefined },
  )
  t.ok(questions > 1000, `${questions} questions`)
  const lives = ({ id }: Mutant): boolean => verdicts.get(id)?.kind !== 'killed'
  for (const [what, file, change] of boundaries) t.same(written(file, change).filter(lives), [], what)
  t.same(byChance.filter(lives).map(changeOf), [], 'twenty of one file, by chance')
  t.same(written('decide', spoiling).map(lives), [false])
  t.same(equal.map(lives), [true, true], 'what means the same is no difference')
})
