// Each class of fault is reported with its code where it stands (faults.yaml).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compilePolicy } from '../../src/policy/read/index.ts'
import { readYaml } from '../../src/yaml/index.ts'
import { changed, referenceTexts } from './reference.ts'

interface Row {
  readonly says: string
  readonly file: string
  readonly from: string
  readonly to: string
  readonly add?: string
  /** A second change to the same file. */
  readonly 'and-from'?: string
  readonly 'and-to'?: string
  /** Where the fault stands, if that is another file. */
  readonly in?: string
  readonly at: string
  readonly code: string
}

const reading = readYaml(readFileSync(join(import.meta.dirname, 'faults.yaml'), 'utf8'))
if (reading.kind !== 'document') throw new Error(JSON.stringify(reading.faults))
const rows = reading.value as readonly Row[]
const reference = referenceTexts()

for (const row of rows) {
  const { says, file, from, to, add = '', at, code, in: where = file } = row
  t.test(`${says} is an error where it stands`, async (t) => {
    let texts = changed(reference, file, (text) => text.replace(from, () => to) + add)
    const [again, by] = [row['and-from'], row['and-to']]
    if (again !== undefined) texts = changed(texts, file, (text) => text.replace(again, () => by ?? ''))
    const text = texts.find(({ path }) => path === where)?.text ?? ''
    const offset = text.indexOf(at)
    if (at === '' || offset === -1) throw new Error(`\`${at}\` does not stand in the changed file`)
    const before = text.slice(0, offset).split('\n')
    const expected = `${where}:${before.length}:${(before.at(-1)?.length ?? 0) + 1} ${code}`
    const result = compilePolicy(texts, { serial: 1 })
    t.equal(result.kind, 'faults')
    const found = result.kind === 'faults' ? result.faults.map((f) => `${f.file}:${f.line}:${f.column} ${f.code}`) : []
    t.ok(found.includes(expected), expected, { found })
  })
}

t.test('the reference compiles without a fault, and every example in it holds', async (t) => {
  const result = compilePolicy(reference, { serial: 7, now: Date.parse('2026-07-08T00:00:00Z') })
  t.same(result.kind === 'faults' ? result.faults : result.warnings, [])
  t.equal(result.kind, 'bundle')
  t.ok(result.examples.length >= 50)
  t.ok(result.examples.every(({ passed }) => passed))
})

t.test('faults of all files come out in one run, in order of file, line and column', async (t) => {
  let texts = changed(reference, 'directives/glasswing.yaml', (text) => text.replace('version: 1', 'version: one'))
  texts = changed(texts, 'catalogue/models.yaml', (text) => text.replace('listing: shown', 'listing: visible'))
  texts = changed(texts, 'registers/clients.yaml', (text) => text.replaceAll('until: further-notice', 'until: never'))
  const result = compilePolicy(texts.toReversed(), { serial: 1 })
  const found = result.kind === 'faults' ? result.faults.map((f) => `${f.file}:${f.line}`) : []
  t.same(found, [
    'catalogue/models.yaml:10',
    'directives/glasswing.yaml:4',
    'registers/clients.yaml:5',
    'registers/clients.yaml:6',
    'registers/clients.yaml:7',
  ])
})

t.test(
  'two models of one name, two lists of one id, a released variant in a window: said where the second stands',
  async (t) => {
    const codes = (file: string, change: (text: string) => string): readonly string[] => {
      const result = compilePolicy(changed(reference, file, change), { serial: 1 })
      return result.kind === 'faults' ? result.faults.map((f) => `${f.file} ${f.code}`) : []
    }
    t.match(
      codes('catalogue/models.yaml', (text) => text.replace('fable-latest: {', 'open-1: {}\n      fable-latest: {')),
      ['catalogue/models.yaml duplicate-id'],
    )
    t.ok(
      codes('lists/ear-country-groups.yaml', (text) => text.replace('ear-e2:', 'ofac-comprehensive:')).includes(
        'lists/ofac-comprehensive.yaml duplicate-id',
      ),
    )
    t.match(
      codes('catalogue/models.yaml', (text) =>
        text
          .replace('reduced: { release: un', 'reduced: { release: ')
          .replace('release: unreleased\n    listing', 'release: released\n    listing'),
      ),
      ['directives/next-1-evaluation.yaml window-over-released'],
    )
  },
)

t.test('an example that fails keeps the policy from being built', async (t) => {
  const texts = changed(reference, 'directives/glasswing.yaml', (text) =>
    text.replace('expect: deny membership_absent', 'expect: permit'),
  )
  const result = compilePolicy(texts, { serial: 1 })
  t.match(result.kind === 'faults' ? result.faults : [], [
    { code: 'example-failed', file: 'directives/glasswing.yaml', line: 25 },
  ])
  t.equal(result.examples.filter(({ passed }) => !passed).length, 1)
})

t.test('a limb without an example on one of its sides keeps the policy from being built', async (t) => {
  const texts = changed(reference, 'directives/us-bis-2026-06-12.yaml', (text) =>
    text.replace(/ {2}- a US citizen in Berlin is refused:\n(?: {6}.*\n)+/, ''),
  )
  const result = compilePolicy(texts, { serial: 1 })
  t.match(result.kind === 'faults' ? result.faults : [], [
    { code: 'example-missing', message: /denied by limb `destination`/ },
  ])
})

t.test('a passed review warns and changes nothing', async (t) => {
  const early = compilePolicy(reference, { serial: 1, now: Date.parse('2026-07-08T00:00:00Z') })
  const late = compilePolicy(reference, { serial: 1, now: Date.parse('2030-01-01T00:00:00Z') })
  if (early.kind !== 'bundle' || late.kind !== 'bundle') throw new Error('does not compile')
  t.ok(late.warnings.length > 5 && late.warnings.every(({ code }) => code === 'review-passed'))
  t.same(late.bundle, early.bundle)
})

t.test('an empty folder, a folder without a directive or without a catalogue is refused', async (t) => {
  const without = (kind: RegExp): readonly string[] => {
    const result = compilePolicy(
      reference.filter(({ text }) => !kind.test(text)),
      { serial: 1 },
    )
    return result.kind === 'faults' ? result.faults.map(({ code }) => code) : []
  }
  t.same(compilePolicy([], { serial: 1 }).kind, 'faults')
  t.ok(without(/^kind: catalogue/m).includes('catalogue-missing'))
  t.ok(
    without(
      /^kind: (restriction|embargo|program|internal-policy|evaluation-window|withdrawal|annex-listing|examples)/m,
    ).includes('directives-missing'),
  )
})

t.test('issuers may be given from outside, and every register follows', async (t) => {
  const result = compilePolicy(reference, { serial: 1, issuers: { demo: 'http://127.0.0.1:4455' } })
  if (result.kind !== 'bundle') throw new Error(JSON.stringify(result.faults))
  t.ok(result.bundle.registers.employees.every(({ issuer }) => issuer === 'http://127.0.0.1:4455'))
})
