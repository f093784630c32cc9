// A file that was cut short never loads as something laxer, at whatever byte it was cut.
import t from 'tap'
import { vanishedFrom } from '../../src/directives/index.ts'
import type { JsonValue } from '../../src/json/index.ts'
import { loadPolicy, type Policy } from '../../src/policy/index.ts'
import { compilePolicy, type PolicyText } from '../../src/policy/read/index.ts'
import { readYaml } from '../../src/yaml/index.ts'
import { referenceTexts } from './reference.ts'

// Thousands of compilations, or dozens of processes: slow where the machine is busy.
t.setTimeout(400_000)

const now = Date.parse('2026-06-20T12:00:00Z')
const reference = referenceTexts()
const only = (...paths: readonly RegExp[]): PolicyText[] =>
  reference.filter(({ path }) => paths.some((one) => one.test(path)))

const load = (texts: readonly PolicyText[]): Policy | undefined => {
  const result = compilePolicy(texts, { serial: 1 })
  return result.kind === 'bundle' ? loadPolicy(result.bundle as unknown as JsonValue) : undefined
}

/** Cut inside a line: such a file is refused for itself, whatever stands beside it. At a line's end the whole folder must be asked. */
const isRefusedAlone = (path: string, text: string): boolean => {
  if (text.endsWith('\n')) return false
  if (readYaml(text).kind === 'faults') return true
  const result = compilePolicy([{ path, text }], { serial: 1 })
  return result.kind === 'faults' && result.faults.some(({ code }) => code === 'cut-short')
}

/** What a policy makes of a directive, without where it was written. */
const meaning = (policy: Policy, id: string): unknown =>
  policy.bundle.directives.filter((one) => one.id === id).map(({ about: _, position: __, ...rest }) => rest)

const cases: readonly [id: string, file: string, beside: readonly RegExp[]][] = [
  ['us-bis-2026-06-12', 'directives/us-bis-2026-06-12.yaml', [/^catalogue/, /ear-places/]],
  ['comprehensive-embargo', 'directives/embargo.yaml', [/^catalogue/, /ofac/]],
  ['glasswing', 'directives/glasswing.yaml', [/^catalogue/, /^registers/]],
]

for (const [id, file, beside] of cases) {
  t.test(`${file} cut at any byte is refused, or means what it meant`, async (t) => {
    const whole = only(...beside, new RegExp(file))
    const before = load(whole)
    if (before === undefined) throw new Error('the whole does not compile')
    const bytes = Buffer.from(whole.find(({ path }) => path === file)?.text ?? '')
    let loaded = 0
    const laxer: number[] = []
    for (let length = 0; length < bytes.length; length++) {
      // Decoded leniently: worse than what the reader of folders lets through.
      const text = bytes.subarray(0, length).toString()
      if (isRefusedAlone(file, text)) continue
      const after = load(whole.map((one) => (one.path === file ? { path: file, text } : one)))
      if (after === undefined) continue
      loaded += 1
      const same = JSON.stringify(meaning(after, id)) === JSON.stringify(meaning(before, id))
      if (!same || vanishedFrom(before, after, now).length > 0) laxer.push(length)
    }
    t.same(laxer, [])
    t.ok(loaded < 20, `only cuts between examples load (${loaded})`)
  })
}

t.test('a list cut at any byte is refused', async (t) => {
  const whole = only(/^catalogue/, /ofac/, /embargo/)
  const text = whole.find(({ path }) => path === 'lists/ofac-comprehensive.yaml')?.text ?? ''
  const loads = Array.from({ length: text.length }, (_, length) => length).filter(
    (length) =>
      load(whole.map((one) => (one.text === text ? { ...one, text: text.slice(0, length) } : one))) !== undefined,
  )
  t.same(loads, [])
})

t.test('a register cut at any byte names nobody who did not stand there', async (t) => {
  const whole = only(/^catalogue/, /^registers/, /muse-spark/)
  const before = load(whole)
  const file = 'registers/employees.yaml'
  const text = whole.find(({ path }) => path === file)?.text ?? ''
  const entries = new Set((before?.bundle.registers.employees ?? []).map((one) => JSON.stringify(one)))
  t.equal(entries.size, 4)
  for (let length = 0; length < text.length; length++) {
    if (isRefusedAlone(file, text.slice(0, length))) continue
    const after = load(whole.map((one) => (one.path === file ? { path: file, text: text.slice(0, length) } : one)))
    const strangers = after?.bundle.registers.employees.filter((one) => !entries.has(JSON.stringify(one))) ?? []
    if (strangers.length > 0) t.fail(`cut at ${length}: ${JSON.stringify(strangers)}`)
  }
})
