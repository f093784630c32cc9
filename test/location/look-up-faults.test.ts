import t from 'tap'
import { limits } from '../../src/limits.ts'
import { type LookUpFault, LookUpFaults } from '../../src/location/look-up-faults.ts'

t.test('of many faults the first is told at once, and the next after a minute with their number', async (t) => {
  let now = 5
  t.intercept(performance, 'now', { configurable: true, value: () => now })
  const heard: LookUpFault[] = []
  const faults = new LookUpFaults((fault) => heard.push(fault))
  for (const error of ['a', 'b', 'c']) faults.tell(error)
  now += limits.geoFaultMs - 1
  faults.tell('d')
  t.same(heard, [{ error: 'a', failed: 1 }])
  now += 1
  faults.tell('e')
  t.same(heard.slice(1), [{ error: 'e', failed: 4 }])
})
