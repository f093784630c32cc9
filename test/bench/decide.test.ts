// Not a benchmark: that the bench of decisions measures what it says, on its smallest table.
import t from 'tap'
import { type Bar, barsTable, figure, thousands, verdictOn } from '../../bench/bars.ts'
import { casbinOn } from '../../bench/decide/casbin.ts'
import { cedarOn } from '../../bench/decide/cedar.ts'
import { gateOn, withLicenses } from '../../bench/decide/gate.ts'
import { policyFiles } from '../../bench/decide/policy-files.ts'
import { drawRequests, drawTable } from '../../bench/decide/table.ts'
import { checkAnswers } from '../../bench/decide.ts'
import type { JsonValue } from '../../src/json/index.ts'
import { compilePolicy } from '../../src/policy/read/index.ts'

const table = drawTable(10)
const requests = drawRequests(table, 200)

function bundleOf(): JsonValue {
  const compilation = compilePolicy(policyFiles(table), { serial: 1 })
  if (compilation.kind === 'faults') throw new Error(JSON.stringify(compilation.faults.slice(0, 3)))
  return JSON.parse(JSON.stringify(compilation.bundle)) as JsonValue
}

t.test('the table compiles, and gate, cedar and casbin answer its requests alike', async (t) => {
  const gate = gateOn(bundleOf(), requests).map((ask) => ask().effect === 'permit')
  checkAnswers(
    'cedar',
    gate,
    cedarOn(table, requests).map((ask) => ask()),
  )
  checkAnswers(
    'casbin',
    gate,
    (await casbinOn(table, requests)).map((ask) => ask()),
  )
  t.equal(gate.length, 200)
})

t.test('the requests are denied for the reasons that their mix was made for, and none for a fault', async (t) => {
  const reasons = new Map<string, number>()
  for (const ask of gateOn(bundleOf(), requests)) {
    const { reason } = ask()
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  t.same([...reasons.keys()].toSorted(), [
    'destination_restricted',
    'embargoed_location',
    'evidence_missing',
    'evidence_stale',
    'location_unknown',
    'permitted',
    'permitted_under_grant',
    'person_restricted',
    'tier_restricted',
  ])
})

t.test('licenses of others change no answer', async (t) => {
  const answers = (bundle: JsonValue): readonly string[] => gateOn(bundle, requests).map((ask) => ask().reason)
  t.same(answers(withLicenses(bundleOf(), 50)), answers(bundleOf()))
})

t.test('a larger table begins with the smaller one, and the same seed draws the same', async (t) => {
  const larger = drawTable(100)
  t.same(larger.directives.slice(0, table.directives.length), table.directives)
  t.same(drawRequests(drawTable(100), 200), drawRequests(larger, 200))
  t.throws(() => drawTable(11), RangeError)
})

t.test('engines that differ in one answer, or give every request the same, are no comparison', async (t) => {
  checkAnswers('same', [true, false], [true, false])
  t.throws(() => checkAnswers('one differs', [true, false], [true, true]))
  t.throws(() => checkAnswers('one is missing', [true, false, true], [true, false]))
  t.throws(() => checkAnswers('all permitted', [true, true], [true, true]))
})

t.test('a bar is held at its floor and missed above it, and by what could not be measured', async (t) => {
  const bar = (measured: number, aim: number | null = 1): Bar => ({ of: 'x', measured, floor: 5, aim })
  t.equal(verdictOn(bar(1)), 'aim')
  t.equal(verdictOn(bar(5)), 'floor')
  t.equal(verdictOn(bar(5, null)), 'aim')
  t.equal(verdictOn(bar(5.01)), 'below the floor')
  t.equal(verdictOn(bar(Number.NaN)), 'below the floor')
  t.match(barsTable([bar(6)]), /\*\*below the floor\*\*/)
})

t.test('figures carry three digits', async (t) => {
  t.same([0.5, 12.34, 123.4, 12_345.6, 1_234_567].map(figure), ['0.50', '12.3', '123', '12 346', '1 234 567'])
  t.same([10, 1_000, 12_345.6].map(thousands), ['10', '1 000', '12 346'])
})
