import t from 'tap'
import { findEvery } from './every-mutation.ts'

t.test('no line of a covered log can be changed or moved', { timeout: 110_000 }, async (t) => {
  await findEvery(t, ['flip', 'swap', 'duplicate'])
})
