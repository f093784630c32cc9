// Whether a change permits anything new, asked of a child process: what is no clear answer is none.
import t from 'tap'
import { comparingIn } from '../../src/directives/index.ts'
import type { JsonObject } from '../../src/json/index.ts'
import { compiled, type directiveOf, reference } from './bundles.ts'

t.setTimeout(300_000)

type Writable = Parameters<typeof directiveOf>[0]

const base = compiled(reference)
const now = Date.parse('2026-06-20T12:00:00Z')
const asked = { now: () => now, clockUncertaintyMs: 250 }
const never = new AbortController().signal

function changed(change: (bundle: Writable) => void): JsonObject {
  const bundle = structuredClone(base) as Writable
  change(bundle)
  return bundle as object as JsonObject
}
const before = changed(() => {})
const closing = changed((bundle) => {
  bundle.registers.members = []
})

t.test('what only closes permits nothing new; its undoing does', async (t) => {
  const permitsMore = comparingIn(asked)
  t.same(await permitsMore(before, closing, never), { kind: 'nothing-new' })
  t.same(await permitsMore(before, before, never), { kind: 'nothing-new' })
  const undone = await permitsMore(closing, before, never)
  t.match(undone, { kind: 'permits-more', examples: [/^from 2026-.*is permitted, and was not$/] })
})

t.test('a comparison that hangs, is stopped or fails is undecided', async (t) => {
  t.match(await comparingIn({ ...asked, timeoutMs: 1 })(before, closing, never), {
    kind: 'undecided',
    why: /longer than 1 ms/,
    isOpen: true,
  })
  t.match(await comparingIn(asked)({ no: 'bundle' }, closing, never), { kind: 'undecided', why: /without an answer/ })
  t.match(await comparingIn(asked)(before, closing, AbortSignal.abort()), { kind: 'undecided', why: /was stopped/ })
})

t.test('what tells more apart than the bound allows is not worth asking again, and says why', async (t) => {
  const verdict = await comparingIn({ ...asked, mostQuestions: 100 })(before, closing, never)
  t.match(verdict, { kind: 'undecided', isOpen: false, why: /could not be told apart.* limb / })
})
