// The comparing process: reads two bundles, looks for the first thing that the later one permits and the earlier one does not, says
// so and ends. What it cannot finish it does not answer, and no answer counts as one that permits more.

import { firstOpening, openingText, SpaceError } from '../policy/diff/index.ts'
import { loadPolicy } from '../policy/index.ts'
import type { CompareRequest } from './compare-bundles.ts'

process.once('message', (request) => {
  const { before, after, ...options } = request as CompareRequest
  const answer = answerOf(() => firstOpening(loadPolicy(before), loadPolicy(after), options))
  process.send?.(answer, () => process.disconnect?.())
})

function answerOf(compare: () => ReturnType<typeof firstOpening>): Readonly<Record<string, string>> {
  try {
    const opening = compare()
    return opening === undefined ? { kind: 'nothing-new' } : { kind: 'permits-more', opening: openingText(opening) }
  } catch (error) {
    if (error instanceof SpaceError) return { kind: 'too-large', why: error.message }
    throw error
  }
}

// The gate is gone: nobody waits for the answer.
process.once('disconnect', () => process.exit(0))
