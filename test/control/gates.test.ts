// What control knows of its gates: who lacks what, who is not waited for any more, and that there are too many.
import { join } from 'node:path'
import t from 'tap'
import { Gates, type KnownGate } from '../../src/control/gates.ts'
import { openControlJournal } from '../../src/control/journal.ts'
import { exposureOf } from '../../src/control/status.ts'
import type { Report } from '../../src/fleet/index.ts'
import { fleetLimits } from '../../src/fleet-limits.ts'

const start = Date.parse('2026-11-22T12:00:00Z')
const leaseMs = 60_000
const wanted = { policyDigest: 'p', suspensionDigest: 's', revocationDigest: 'r' }

const report = (gate: string, more: Partial<Report> = {}): Report => ({
  gate,
  policySerial: 1,
  registerSerial: 0,
  ...wanted,
  since: start,
  confirmedUntil: start + leaseMs,
  ...more,
})

const namesAt = (gates: Gates, now: number): readonly string[] =>
  gates.standings(wanted, { now, changedAt: start, leaseMs }).map(({ gate }) => gate)

t.test('a gate that has not followed a revocation is behind, then shut', async (t) => {
  const gates = new Gates([], start)
  gates.heard(report('a'), start)
  gates.heard(report('b', { revocationDigest: 'older' }), start)
  const at = (now: number) => gates.standings(wanted, { now, changedAt: start, leaseMs })
  t.match(at(start), [
    { gate: 'a', standing: 'enforced', lacks: [] },
    { gate: 'b', standing: 'behind', lacks: ['revocations'] },
  ])
  t.match(at(start + leaseMs + 1_000)[1], { standing: 'shut', lacks: ['revocations'] })
})

t.test('it is written down once a day when a gate was heard of, and forgotten long after', async (t) => {
  const known: KnownGate[] = [{ gate: 'old', at: start - fleetLimits.gateForgottenMs + 1 }]
  const gates = new Gates(known, start)
  t.equal(gates.heard(report('a'), start), 'note')
  t.equal(gates.heard(report('a'), start + fleetLimits.gateNotedMs - 1), 'known')
  t.equal(gates.heard(report('a'), start + fleetLimits.gateNotedMs), 'note')
  t.strictSame(namesAt(gates, start), ['a', 'old'])
  t.strictSame(namesAt(gates, start + 1), ['a'])
  t.strictSame(namesAt(gates, start + fleetLimits.gateNotedMs + fleetLimits.gateForgottenMs), [])
})

t.test('more than can be listed are told of, and room is made by those that are gone', async (t) => {
  const gates = new Gates([], start, 2)
  t.equal(gates.heard(report('a'), start), 'note')
  t.equal(gates.heard(report('b'), start), 'note')
  t.notOk(gates.isFull(start, leaseMs))
  t.equal(gates.heard(report('c'), start), 'full')
  t.equal(gates.heard(report('a'), start), 'known', 'those that are listed stay')
  t.ok(gates.isFull(start, leaseMs))
  t.notOk(gates.isFull(start + leaseMs, leaseMs), 'it went away')
  const later = start + fleetLimits.gateForgottenMs
  t.equal(gates.heard(report('c'), later), 'note')
  t.strictSame(namesAt(gates, later), ['c'])
})

t.test('a clock that is set forth shuts no gate before its lease is over', async (t) => {
  const gates = new Gates([{ gate: 'unheard', at: start }], start)
  gates.heard(report('behind', { policyDigest: 'older' }), start)
  const hourLater = start + 3_600_000
  const standingsAt = (now: number) =>
    gates.standings(wanted, { now, changedAt: start, leaseMs }).map((one) => one.standing)
  gates.stepped(hourLater)
  t.strictSame(standingsAt(hourLater + leaseMs - 1), ['behind', 'behind'])
  t.strictSame(standingsAt(hourLater + leaseMs + 1_000), ['shut', 'shut'])
})

t.test('the exposure window ends with the last gate that served something else', async (t) => {
  const published = start + 10_000
  const later = published + 60_000
  const windowOf = (gates: Gates) => {
    const shown = gates.standings(wanted, { now: later, changedAt: published, leaseMs: 3_600_000 })
    return exposureOf(shown, wanted, { from: published, leftBy: gates.exposedUntil })
  }
  const two = () => {
    const gates = new Gates([], start)
    for (const gate of ['a', 'b']) gates.heard(report(gate, { policyDigest: 'older' }), start)
    gates.heard(report('a', { since: published + 1_000 }), published + 1_000)
    return gates
  }
  const enforced = two()
  enforced.heard(report('b', { since: published + 40_000 }), published + 40_000)
  t.match(windowOf(enforced), { milliseconds: 40_000 })
  enforced.left('b', 'p', later)
  t.match(windowOf(enforced), { milliseconds: 40_000 }, 'also when that gate has left')
  enforced.left('a', 'p', later)
  t.match(windowOf(enforced), { milliseconds: 40_000 }, 'and when all have')

  const behind = two()
  t.match(windowOf(behind), { milliseconds: null, not_acknowledged: ['b'] })
  behind.left('b', 'p', published + 30_000)
  t.match(
    windowOf(behind),
    { milliseconds: 30_000, not_acknowledged: [] },
    'one that never had it served until it left',
  )

  const unheard = new Gates([{ gate: 'c', at: start }], start)
  unheard.left('c', 'p', published + 20_000)
  t.match(windowOf(unheard), { milliseconds: 20_000 }, 'nobody knows what it had')

  const restarted = two()
  restarted.left('b', 'p', published + 5_000)
  restarted.heard(report('b', { since: later }), later)
  t.match(windowOf(restarted), { milliseconds: 5_000 }, 'one that began afterwards exposed nothing')
})

t.test('a gate that has left is waited for by nobody, also after a restart', async (t) => {
  const journal = await openControlJournal(join(t.testdir({}), 'journal.ndjson'))
  const gates = new Gates([], start)
  for (const gate of ['a', 'b']) {
    t.equal(gates.heard(report(gate), start), 'note')
    await journal.add({ act: 'gate', at: start, gate })
  }
  t.ok(gates.left('a', null, 0))
  t.notOk(gates.left('a', null, 0), 'it was not listed any more')
  await journal.forget('a')
  t.strictSame(namesAt(gates, start), ['b'])
  const again = await openControlJournal(join(t.testdirName, 'journal.ndjson'))
  t.strictSame(
    again.gates().map(({ gate }) => gate),
    ['b'],
  )
  t.equal(gates.heard(report('a'), start), 'note', 'it is back')
})
