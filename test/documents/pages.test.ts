import t from 'tap'
import { pages } from '../../docs/pages.ts'
import { reasons } from '../../src/vocabulary/reason.ts'
import { read } from '../architecture/tree.ts'

for (const [path, page] of Object.entries(pages)) {
  t.test(`${path} says what the source says (if not: npm run pages)`, async (t) => {
    t.equal(read(path), page())
  })
}

t.test('every reason stands in its page, once, and nothing else does', async (t) => {
  const listed = [...read('docs/reasons.md').matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1])
  t.strictSame(listed.toSorted(), Object.keys(reasons).toSorted())
})
