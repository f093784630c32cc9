// The vanish rule on two compiled policies.
import t from 'tap'
import { vanishedFrom } from '../../src/directives/index.ts'
import type { Policy } from '../../src/policy/index.ts'
import type { PolicyText } from '../../src/policy/read/index.ts'
import { compiled, modelOf, policyOf, reference } from './bundles.ts'

const now = Date.parse('2026-06-20T12:00:00Z')
const load = (texts: readonly PolicyText[]): Policy => policyOf(compiled(texts))
const bundle = compiled(reference)
const before = load(reference)
const lostBy = (change: Parameters<typeof policyOf>[1], at = now): readonly string[] =>
  vanishedFrom(before, policyOf(bundle, change), at)
const thinking = 'directives/muse-spark-thinking.yaml'

t.test('the same policy has lost nothing', async (t) => {
  t.same(vanishedFrom(before, load(reference.toReversed()), now), [])
})

t.test(
  'a directive that is missing has vanished; a grant, a withdrawal or a register that is missing has not',
  async (t) => {
    const without = (file: string): readonly string[] =>
      vanishedFrom(before, load(reference.filter(({ path }) => path !== file)), now)
    t.match(without(thinking), [/^`muse-spark-thinking` version 1 was in force and is missing: put it back, or/])
    t.match(without('directives/next-1-evaluation.yaml'), [/was closing `next-1-safeguards-reduced` and is missing/])
    t.equal(without('directives/embargo.yaml').length, 1, 'said once, not for every model')
    t.same(without('grants/us-bis-2026-06-26-annex.yaml'), [])
    t.same(without('directives/us-bis-2026-06-30-withdrawal.yaml'), [])
  },
)

t.test('a name may leave the catalogue, but not come to stand for what is not covered', async (t) => {
  const alias = { name: 'fable-latest', variant: null, mode: null, forwardAs: null }
  const withoutAlias = (names: readonly { name: string }[]) => names.findIndex(({ name }) => name === alias.name)
  t.same(
    lostBy((next) => {
      const { names } = modelOf(next, 'fable-5')
      names.splice(withoutAlias(names), 1)
    }),
    [],
    'unknown is denied',
  )
  t.match(
    lostBy((next) => {
      const { names } = modelOf(next, 'fable-5')
      names.splice(withoutAlias(names), 1)
      modelOf(next, 'open-1').names.push(alias)
    }),
    [/^`us-bis-2026-06-12` version 1 was in force and no longer covers `fable-latest`: undo what/],
  )
  t.match(
    lostBy((next) => {
      const tuned = modelOf(next, 'ft:fable-5:acme:v2')
      tuned.derivedFrom = []
      tuned.family = 'acme'
    }),
    [/no longer covers `ft:fable-5:acme:v2`/],
    'a fine-tune that forgets what it was tuned from',
  )
  const renamed = (lineage: string[], family: string) =>
    lostBy((next) => {
      const tuned = modelOf(next, 'ft:fable-5:acme:v2')
      tuned.names.push({ name: 'acme-v2', variant: null, mode: null, forwardAs: null })
      Object.assign(tuned, { id: 'acme-v2', family, derivedFrom: lineage })
    })
  t.match(renamed([], 'acme'), [/no longer covers `ft:fable-5:acme:v2`/], 'under another canonical id, too')
  t.same(renamed(['fable-5'], 'acme'), [], 'another canonical id of the same lineage is covered as before')
  t.match(
    lostBy((next) => {
      for (const name of modelOf(next, 'next-1').names) name.variant = null
    }),
    [/`next-1-evaluation` version 1 was closing `next-1-safeguards-reduced` and no longer covers/],
    'a name that meant a variant',
  )
})

t.test(
  'where a directive tells modes apart, the catalogue may not call a prohibited one by another name',
  async (t) => {
    const selection = (field: string, change: (values: { value: string; mode: string }[]) => void) =>
      lostBy((next) => {
        const found = modelOf(next, 'muse-spark').modeSelectors.find((one) => one.field === field)
        if (found !== undefined) change(found.values)
      })
    t.match(
      lostBy((next) => {
        for (const name of modelOf(next, 'muse-spark').names) if (name.mode === 'thinking') name.mode = 'instant'
      }),
      [/no longer covers `muse-spark-thinking`/],
    )
    t.match(
      selection('thinking', (values) => {
        for (const one of values) one.mode = 'instant'
      }),
      [/no longer covers `muse-spark-instant`/, /no longer covers `muse-spark`/],
    )
    t.match(
      selection('reasoning-effort', (values) => values.push({ value: 'high', mode: 'instant' })),
      [/`muse-spark-instant`/, /`muse-spark`/],
    )
    t.same(
      selection('reasoning-effort', (values) => values.push({ value: 'high', mode: 'thinking' })),
      [],
    )
    t.same(
      lostBy((next) => modelOf(next, 'muse-spark').modes.push('drawing')),
      [],
      'a mode of which nobody spoke may come',
    )
  },
)

t.test('what is not in force yet may still be taken back; what has ended may go', async (t) => {
  const without = load(reference.filter(({ path }) => path !== thinking))
  t.same(vanishedFrom(before, without, Date.parse('2026-05-31T00:00:00Z')), [])
  const rest = reference.filter(({ path }) => !/us-bis/.test(path))
  t.same(vanishedFrom(before, load(rest), Date.parse('2026-07-01T00:00:00Z')), [], 'after the withdrawal')
  t.match(vanishedFrom(before, load(rest), now), [/`us-bis-2026-06-12` version 1/])
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
