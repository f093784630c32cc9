import t from 'tap'
import { findEvery } from './every-mutation.ts'

// Longer with more records; the runner has its own bound.
t.setTimeout(0)

t.test('no line of a covered log can be removed, inserted or cut off', async (t) => {
  await findEvery(t, ['delete', 'insert', 'cut off inside', 'cut off before'])
})
