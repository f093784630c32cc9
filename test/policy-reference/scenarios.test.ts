// Every row of test/scenarios, decided by the reference interpreter: the right answer, and the engine's in every particular.

import t from 'tap'
import { differences, factsOf } from '../../src/policy/index.ts'
import { readScenarios, scenarioBundle, scenarioPolicy } from '../support/scenario.ts'
import { byEngine, byReference, comparable } from './compare.ts'

for (const { row, title, cases } of readScenarios()) {
  t.test(`row ${row}, read by the letter: ${title}`, async (t) => {
    for (const { name, overlay, case: one } of cases) {
      const asked = { facts: factsOf(one), instant: one.when, clockUncertaintyMs: 0 }
      const engine = byEngine(scenarioPolicy(overlay), asked)
      const reference = byReference(scenarioBundle(overlay), asked)
      t.strictSame(comparable(reference), comparable(engine), name)
      // With the reference's own answer in place of the engine's.
      t.same(differences(one, { ...engine, ...reference } as typeof engine), [], name)
    }
  })
}
