import t from 'tap'
import { closeCodeOf } from '../../src/gateway/close-codes.ts'
import { type Reason, reasons } from '../../src/vocabulary/reason.ts'
import { read } from '../architecture/tree.ts'

t.test('every close code stands in docs/operations.md, and no other does', async (t) => {
  const page = read('docs/operations.md').split('| closed with | when |')[1]?.split('\n\n')[0] ?? ''
  const told = [...page.matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => Number(code))
  const ofReasons = Object.keys(reasons).map((reason) => closeCodeOf(reason as Reason))
  // By itself: silence (1001), the end of the gate (1012), and what `ws` finds wrong with a frame (1002).
  t.strictSame(
    told,
    [...new Set([...ofReasons, 1001, 1002, 1012])].toSorted((a, b) => a - b),
  )
})

t.test('what a directive forbids is never closed with a code that says: try again', async (t) => {
  for (const [reason, { basis }] of Object.entries(reasons)) {
    if (basis !== 'system') t.notMatch(String(closeCodeOf(reason as Reason)), /^101[123]$/, reason)
  }
})
