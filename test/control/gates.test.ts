// What control knows of its gates: who lacks what, who is not waited for any more, and that there are too many.
import t from 'tap'
import { Gates, type KnownGate } from '../../src/control/gates.ts'
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
