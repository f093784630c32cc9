// What the reference interpreter is worth rests on what it does not share: no line of the engine or of what that is made of, and no
// line of it in the gate.

import t from 'tap'
import { importsOf, repositoryFiles } from '../architecture/tree.ts'

const room = 'src/policy/reference/'
const sources = repositoryFiles().filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
const imports = sources.flatMap((path) => importsOf(path))
const show = (one: (typeof imports)[number]): string => `${one.from}:${one.line} imports ${one.to}`

t.test('the reference interpreter takes nothing from the engine, and little from elsewhere', async (t) => {
  const own = imports.filter((one) => one.from.startsWith(room) && !one.to.startsWith(room))
  t.ok(own.length > 20, 'its imports are seen')
  // Types say what is asked, and are gone at run time; the values are data of the world, not readings of a directive.
  const allowed = ['src/vocabulary/country.ts', 'src/vocabulary/subdivision.ts', 'src/vocabulary/reason.ts']
  t.strictSame(
    own
      .filter((one) => /^src\/policy\/(?!bundle\/)/.test(one.to) || !(one.typeOnly || allowed.includes(one.to)))
      .map(show),
    [],
  )
})

t.test('nothing that runs uses it', async (t) => {
  t.strictSame(imports.filter((one) => one.to.startsWith(room) && !one.from.startsWith(room)).map(show), [])
})
