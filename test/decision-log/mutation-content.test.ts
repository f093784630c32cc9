import t from 'tap'
import { findEvery } from './every-mutation.ts'

// Longer with more records; the runner has its own bound.
t.setTimeout(0)

t.test('no line of a covered log can be changed or moved', async (t) => {
  await findEvery(t, ['flip', 'swap', 'duplicate'])
})
