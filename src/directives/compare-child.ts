// The comparing process: reads two bundles, looks for the first thing that the later one permits and the earlier one does not, says
// so and ends. What it cannot finish it does not answer, and no answer counts as one that permits more.

import { firstOpening, openingText } from '../policy/diff/index.ts'
import { loadPolicy } from '../policy/index.ts'
import type { CompareRequest } from './compare-bundles.ts'

process.once('message', (request) => {
  const { before, after, from, clockUncertaintyMs } = request as CompareRequest
  const opening = firstOpening(loadPolicy(before), loadPolicy(after), { from, clockUncertaintyMs })
  const answer =
    opening === undefined ? { kind: 'nothing-new' } : { kind: 'permits-more', opening: openingText(opening) }
  process.send?.(answer, () => process.disconnect?.())
})
// The gate is gone: nobody waits for the answer.
process.once('disconnect', () => process.exit(0))
