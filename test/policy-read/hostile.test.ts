// What is thrown at the compiler: it answers with faults, in bounded time, whatever a text holds; and a file that was damaged never
// takes a directive away unseen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { compileDirectory } from '../../src/directives/index.ts'
import { limits } from '../../src/limits.ts'
import { compilePolicy, type PolicyText } from '../../src/policy/read/index.ts'
import { referenceTexts } from './reference.ts'

// A busy machine compiles slowly.
t.setTimeout(600_000)

const reference = referenceTexts()
const letter = reference.find(({ path }) => path === 'directives/us-bis-2026-06-12.yaml')?.text ?? ''
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

const hostile: Readonly<Record<string, string>> = {
  'nested lists': `kind: restriction\nlimbs: ${'['.repeat(200_000)}`,
  'nested maps': `kind: restriction\n${lines(5_000, (index) => `${' '.repeat(index)}a:`)}\n`,
  'nested lists that are closed': `kind: restriction\nlimbs: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`,
  'aliases that double ten times over': `a: &a [x, x]\n${lines(30, (index) => `${String.fromCharCode(98 + (index % 24))}${index}: &b${index} [*a, *a]`)}\nkind: restriction\n`,
  'a scalar of ten megabytes': `kind: restriction\ntitle: ${'x'.repeat(10_000_000)}\n`,
  'a scalar just below the limit': `kind: restriction\nid: ${'x'.repeat(limits.policyFileBytes - 100)}\n`,
  'a key just below the limit': `kind: restriction\n${'x'.repeat(limits.policyFileBytes - 100)}: 1\n`,
  'fifty thousand unknown keys': `kind: restriction\n${lines(50_000, (index) => `key-${index}: 1`)}\n`,
  'fifty thousand keys that are nearly right': `kind: restriction\n${lines(50_000, (index) => `efectiv${index}: 1`)}\n`,
  'the same key fifty thousand times': `kind: restriction\n${lines(50_000, () => 'id: x')}\n`,
  'fifty thousand wrong entries': `kind: tiers\ntier: cyber\nentries:\n${lines(20_000, () => '  - { who: x }')}\n`,
  'a NUL': 'kind: restriction\nid: a\u0000b\n',
  'a lone surrogate': 'kind: restriction\nid: a\ud800b\n',
  'a right-to-left override': 'kind: restriction\nid: a\u202eb\n',
  'numbers without end': `kind: restriction\nversion: ${'9'.repeat(100_000)}\neffective: 99999999-01-01T00:00:00Z\n`,
  'a prototype': 'kind: restriction\n__proto__: { id: x }\nconstructor: { prototype: x }\n',
  'nothing at all': '',
  'a kind of an object': 'kind: { toString: x }\n',
  'a long line of quotes': `kind: restriction\ntitle: ${'"'.repeat(100_000)}\n`,
}

for (const [name, text] of Object.entries(hostile)) {
  t.test(`${name}: faults, no more than a person can read, and soon`, async (t) => {
    const begun = performance.now()
    const result = compilePolicy([...reference, { path: 'directives/hostile.yaml', text }], { serial: 1 })
    t.equal(result.kind, 'faults')
    const faults = result.kind === 'faults' ? result.faults : []
    t.ok(faults.some(({ file }) => file === 'directives/hostile.yaml'))
    t.ok(faults.length <= limits.yamlFaults + 5)
    t.ok(
      faults.every(({ message }) => message.length < 2_000),
      'no complaint repeats what was thrown at it',
    )
    t.ok(performance.now() - begun < limits.policyCompileMs)
  })
}

t.test('the child answers them all with faults, and is not killed for it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [index, text] of Object.values(hostile).entries()) writeFileSync(join(folder, `${index}.yaml`), text)
  const outcome = await compileDirectory({ folder, serial: 1 })
  const faults = outcome.kind === 'faults' ? outcome.faults : []
  t.ok(faults.length > 5)
  t.notOk(
    faults.some(({ code }) => code === 'compile-timeout' || code === 'compiler-died' || code === 'compiler-failed'),
  )
})

// ---- damage

const damages: readonly fc.Arbitrary<(text: string) => string>[] = [
  fc.nat().map((at) => (text) => dropLine(text.split('\n'), at)),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([a, b]) =>
      (text) =>
        swapLines(text.split('\n'), a, b),
  ),
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 4 })).map(
    ([at, by]) =>
      (text) =>
        indentLine(text.split('\n'), at, by),
  ),
  fc.nat().map((at) => (text) => text.slice(0, at % (text.length + 1))),
  fc.nat().map((at) => (text) => repeatLine(text.split('\n'), at)),
  fc.tuple(fc.nat(), fc.constantFrom(':', '-', '[', '}', '#', '"', '\t', ' ', '&', '*')).map(([at, sign]) => (text) => {
    const place = at % (text.length + 1)
    return `${text.slice(0, place)}${sign}${text.slice(place)}`
  }),
]

const dropLine = (all: readonly string[], at: number): string => all.toSpliced(at % all.length, 1).join('\n')
const repeatLine = (all: readonly string[], at: number): string =>
  all.toSpliced(at % all.length, 0, all[at % all.length] ?? '').join('\n')
const indentLine = (all: readonly string[], at: number, by: number): string =>
  all.with(at % all.length, `${' '.repeat(by)}${all[at % all.length]}`).join('\n')
const swapLines = (all: readonly string[], a: number, b: number): string =>
  all
    .with(a % all.length, all[b % all.length] ?? '')
    .with(b % all.length, all[a % all.length] ?? '')
    .join('\n')

const whole = compilePolicy(reference, { serial: 1 })
const directives = whole.kind === 'bundle' ? whole.bundle.directives.map(({ id }) => id) : []

t.test('a damaged file is refused, or its directives are all still there', async (t) => {
  t.ok(directives.length >= 5)
  const files = reference.filter(({ path }) => path.startsWith('directives/'))
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.oneof(...damages), (file: PolicyText, damage) => {
      const texts = reference.map((one) => (one === file ? { ...one, text: damage(one.text) } : one))
      const result = compilePolicy(texts, { serial: 1 })
      if (result.kind === 'faults') return result.faults.some(({ severity }) => severity === 'error')
      const left = result.bundle.directives.map(({ id }) => id)
      return directives.every((id) => left.includes(id))
    }),
    { numRuns: 300 },
  )
})

t.test('what is damaged anywhere, twice over, never throws', async () => {
  fc.assert(
    fc.property(fc.constantFrom(...reference), fc.oneof(...damages), fc.oneof(...damages), (file, first, second) => {
      const texts = reference.map((one) => (one === file ? { ...one, text: second(first(one.text)) } : one))
      const { kind } = compilePolicy(texts, { serial: 1 })
      return kind === 'bundle' || kind === 'faults'
    }),
    { numRuns: 150 },
  )
})

t.test('any text in place of the letter is refused, or is no letter', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat({ max: letter.length }), (noise, at) => {
      const text = `${letter.slice(0, at)}${noise}${letter.slice(at)}`
      const result = compilePolicy([{ path: 'directives/us-bis-2026-06-12.yaml', text }], { serial: 1 })
      return result.kind === 'faults'
    }),
    { numRuns: 300 },
  )
})
