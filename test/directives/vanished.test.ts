// The vanish rule on two compiled policies.
import t from 'tap'
import { vanishedFrom } from '../../src/directives/index.ts'
import type { JsonValue } from '../../src/json/index.ts'
import { loadPolicy, type Policy } from '../../src/policy/index.ts'
import { compilePolicy, type PolicyText } from '../../src/policy/read/index.ts'
import { changed, referenceTexts } from '../policy-read/reference.ts'

const now = Date.parse('2026-06-20T12:00:00Z')
// Without the examples that ask the whole: they would refuse most of these changes for themselves.
const reference = referenceTexts().filter(({ path }) => !path.startsWith('examples/'))

function load(texts: readonly PolicyText[]): Policy {
  const result = compilePolicy(texts, { serial: 1 })
  if (result.kind === 'faults') throw new Error(result.faults.map((f) => `${f.file}:${f.line} ${f.message}`).join('\n'))
  return loadPolicy(result.bundle as unknown as JsonValue)
}

const before = load(reference)
const lostBy = (file: string, change: (text: string) => string, at = now): readonly string[] =>
  vanishedFrom(before, load(changed(reference, file, change)), at)
const thinking = 'directives/muse-spark-thinking.yaml'

t.test('the same policy has lost nothing', async (t) => {
  t.same(vanishedFrom(before, load(reference.toReversed()), now), [])
})

t.test(
  'a directive that is missing has vanished; a grant, a withdrawal or a register that is missing has not',
  async (t) => {
    const without = (file: string): readonly string[] =>
      vanishedFrom(before, load(reference.filter(({ path }) => path !== file)), now)
    t.match(without(thinking), [/`muse-spark-thinking` version 1 was in force and no longer covers `muse-spark`/])
    t.match(without('directives/next-1-evaluation.yaml'), [/was closing `next-1` and no longer does/])
    t.equal(without('directives/embargo.yaml').length, 7, 'of every model')
    t.same(without('grants/us-bis-2026-06-26-annex.yaml'), [])
    t.same(without('directives/us-bis-2026-06-30-withdrawal.yaml'), [])
  },
)

t.test('a directive that covers less, or has lost a limb, has vanished as far as that goes', async (t) => {
  t.match(
    lostBy('directives/glasswing.yaml', (text) => text.replace('operations: any', 'operations: [infer]')),
    [/covers fewer actions/],
  )
  t.match(
    lostBy('directives/embargo.yaml', (text) => text.replace('limb: resident', 'limb: residence')),
    [/lost its limb `resident`/],
  )
  const alone = reference.filter(({ path }) => !/withdrawal|annex/.test(path))
  const fewer = vanishedFrom(
    load(alone),
    load(
      changed(alone, 'directives/us-bis-2026-06-12.yaml', (text) =>
        text
          .replace('families: [mythos-5, fable-5]', 'families: [mythos-5]')
          .replaceAll('asks: fable-5', 'asks: mythos-5')
          .replace(/ {2}- the alias[^]*?restricted\n/, ''),
      ),
    ),
    now,
  )
  t.match(fewer, [/no longer covers `fable-5`/, /no longer covers `ft:fable-5:acme:v2`/])
})

t.test('a directive that was put off, ended or made report-only in place has vanished', async (t) => {
  const later = (text: string): string =>
    text
      .replace('effective: 2026-06-01', 'effective: 2026-07-01')
      .replaceAll(/asks: (.*)\n/g, 'asks: $1\n      when: 2026-07-02T00:00:00Z\n')
  t.match(lostBy(thinking, later), [/is no longer, without a withdrawal/])
  t.match(
    lostBy(thinking, (text) => text.replace('ends: when-withdrawn', 'ends: 2026-06-20T12:00:00.500Z'), now + 500),
    [/is no longer/],
  )
  t.same(
    lostBy(thinking, (text) => text.replace('ends: when-withdrawn', 'ends: 2026-06-20T12:00:01Z')),
    [],
    'an end ahead is its own end',
  )
})

t.test('what is not in force yet may still be taken back; what has ended may go', async (t) => {
  const without = load(reference.filter(({ path }) => path !== thinking))
  t.same(vanishedFrom(before, without, Date.parse('2026-05-31T00:00:00Z')), [])
  const rest = reference.filter(({ path }) => !/us-bis/.test(path))
  t.same(vanishedFrom(before, load(rest), Date.parse('2026-07-01T00:00:00Z')), [], 'after the withdrawal')
  t.match(vanishedFrom(before, load(rest), now), [/us-bis-2026-06-12/, /us-bis-2026-06-12/, /us-bis-2026-06-12/])
})

t.test('a withdrawal lifts from its instant on, a superseding version from its own', async (t) => {
  const superseding = (version2: string): Policy =>
    load([
      ...reference.filter(({ path }) => path !== thinking),
      {
        path: thinking,
        text: (reference.find(({ path }) => path === thinking)?.text ?? '')
          .replace('version: 1', 'version: 2\nsupersedes: [1]')
          .replace('2026-06-01T00:00:00Z', version2)
          .replaceAll(/asks: (.*)\n/g, 'asks: $1\n      when: 2026-07-02T00:00:00Z\n'),
      },
    ])
  t.same(vanishedFrom(before, superseding('2026-06-20T12:00:00Z'), now), [])
  t.match(vanishedFrom(before, superseding('2026-06-20T12:00:01Z'), now), [/muse-spark-thinking/])
})

t.test('a model that left the catalogue is denied, so that nothing was lifted', async (t) => {
  const rest = reference
    .filter(({ path }) => path !== thinking)
    .map((one) => ({
      ...one,
      text: one.path === 'catalogue/models.yaml' ? one.text.replace(/ {2}muse-spark:\n(?: {4}.*\n)+/, '') : one.text,
    }))
  t.same(vanishedFrom(before, load(rest), now), [])
})
