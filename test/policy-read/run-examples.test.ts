// What the examples in a file are asked of: its own instrument, with what names it, and nothing else.
import t from 'tap'
import { compilePolicy } from '../../src/policy/read/index.ts'
import { referenceTexts } from './reference.ts'

// Without the questions to all files together, which know nothing of what is added here.
const reference = referenceTexts().filter(({ path }) => !path.startsWith('examples/'))
const letter = reference.find(({ path }) => path === 'directives/us-bis-2026-06-12.yaml')?.text ?? ''
const annex = reference.find(({ path }) => path === 'grants/us-bis-2026-06-26-annex.yaml')?.text ?? ''

t.test('a grant may discharge limbs of several directives, each of which is tested by itself', async (t) => {
  const second = letter.replace('id: us-bis-2026-06-12', () => 'id: us-bis-second')
  const both = annex.replace(
    '  - { directive: us-bis-2026-06-12, versions: [1], limbs: [person, destination] }\n',
    (line) => line + line.replace('us-bis-2026-06-12', 'us-bis-second'),
  )
  t.not(both, annex)
  const texts = reference.map((one) => (one.text === annex ? { ...one, text: both } : one))
  const result = compilePolicy([...texts, { path: 'directives/second.yaml', text: second }], { serial: 1 })
  t.same(result.kind === 'faults' ? result.faults.map(({ file, code }) => `${file} ${code}`) : [], [])
  t.ok(result.examples.every(({ passed }) => passed))
})

t.test('a version is tested without the version that supersedes it', async (t) => {
  const next = letter
    .replace('version: 1\n', 'version: 2\nsupersedes: [1]\n')
    .replace('effective: 2026-06-12T21:21:00Z', 'effective: 2026-06-13T00:00:00Z')
    .replace('2026-06-12T21:20:59Z', '2026-06-12T23:59:59Z')
  // Without the grant and the withdrawal: they name the first version only, and would do nothing once the second took its place.
  const others = reference.filter(({ path }) => !path.includes('withdrawal') && !path.startsWith('grants/'))
  const result = compilePolicy([...others, { path: 'directives/next.yaml', text: next }], { serial: 1 })
  const ofFirst = result.examples.filter(({ file }) => file === 'directives/us-bis-2026-06-12.yaml')
  t.ok(ofFirst.length > 0)
  t.ok(
    ofFirst.every(({ passed }) => passed),
    'after the second version the first has ended, and its own examples still say what it means',
  )
})
