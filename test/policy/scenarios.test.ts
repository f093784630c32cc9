// Every row of test/scenarios, decided by the engine against the real policies.

import t from 'tap'
import { decide, differences, factsOf } from '../../src/policy/index.ts'
import { readScenarios, scenarioPolicy } from '../support/scenario.ts'

for (const { row, title, cases } of readScenarios()) {
  t.test(`row ${row}: ${title}`, async (t) => {
    for (const { name, overlay, case: one } of cases) {
      const decision = decide(scenarioPolicy(overlay), factsOf(one), one.when, { clockUncertaintyMs: 0 })
      t.same(differences(one, decision), [], name)
    }
  })
}
