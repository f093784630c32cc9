import t from 'tap'
import { findEvery } from './every-mutation.ts'

t.test('no line of a covered log can be removed, inserted or cut off', { timeout: 110_000 }, async (t) => {
  await findEvery(t, ['delete', 'insert', 'cut off inside', 'cut off before'])
})
