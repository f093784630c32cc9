// What is wrong only where files meet: versions that take each other's place, grants and withdrawals that are left behind.
import t from 'tap'
import { compilePolicy, type PolicyText } from '../../src/policy/read/index.ts'
import { changed, referenceTexts } from './reference.ts'

const reference = referenceTexts()
const letterPath = 'directives/us-bis-2026-06-12.yaml'
const annexPath = 'grants/us-bis-2026-06-26-annex.yaml'
const withdrawalPath = 'directives/us-bis-2026-06-30-withdrawal.yaml'
const letter = reference.find(({ path }) => path === letterPath)?.text ?? ''

/** The letter once more, as version 2 from `effective` on. */
const second = (effective: string, supersedes = 'supersedes: [1]\n'): PolicyText => ({
  path: 'directives/second.yaml',
  text: letter
    .replace('version: 1\n', () => `version: 2\n${supersedes}`)
    .replace('effective: 2026-06-12T21:21:00Z', () => `effective: ${effective}`)
    .replace('2026-06-12T21:20:59Z', '2026-06-11T00:00:00Z'),
})

/** `file code: message` of every error and warning. */
function found(texts: readonly PolicyText[]): readonly string[] {
  const result = compilePolicy(texts, { serial: 1 })
  const all = result.kind === 'faults' ? result.faults : result.warnings
  return all.map(({ file, line, code, severity, message }) => `${file}:${line} ${severity} ${code}: ${message}`)
}

const including = (lines: readonly string[], pattern: RegExp): boolean => lines.some((line) => pattern.test(line))

t.test('a grant that is left behind by a new version is warned of, and told from when', async (t) => {
  const lines = found([...reference, second('2026-06-28T00:00:00Z')])
  t.ok(
    including(lines, /annex\.yaml:13 warning superseded: from 2026-06-28T00:00:00Z on version 2 takes its place/),
    lines.join('\n'),
  )
  const named = changed(reference, annexPath, (text) => text.replace('versions: [1]', 'versions: [1, 2]'))
  t.notOk(including(found([...named, second('2026-06-28T00:00:00Z')]), /annex\.yaml.*superseded/))
})

t.test('a grant for a version that is out of force when it begins is an error', async (t) => {
  const lines = found([...reference, second('2026-06-20T00:00:00Z')])
  t.ok(
    including(lines, /annex\.yaml:13 error discharges-nothing: version 1 is out of force from 2026-06-20T00:00:00Z on/),
    lines.join('\n'),
  )
})

t.test('a withdrawal of what a new version has replaced lifts nothing, and is an error', async (t) => {
  const lines = found([...reference, second('2026-06-28T00:00:00Z')])
  t.ok(including(lines, /withdrawal\.yaml:\d+ error withdraws-nothing: version 2 took its place/), lines.join('\n'))
  const later = found([...reference, second('2026-07-28T00:00:00Z')])
  t.ok(
    including(
      later,
      /withdrawal\.yaml:\d+ warning superseded: version 2 takes effect at 2026-07-28T00:00:00Z all the same/,
    ),
  )
  const both = changed(reference, withdrawalPath, (text) => text.replace('versions: [1]', 'versions: [1, 2]'))
  t.notOk(including(found([...both, second('2026-06-28T00:00:00Z')]), /withdrawal\.yaml/))
})

t.test(
  'an earlier version that stays in force beside a later one is an error; withdrawn or replaced it is none',
  async (t) => {
    const lines = found([...reference, second('2026-06-28T00:00:00Z', '')])
    t.ok(
      including(lines, /us-bis-2026-06-12\.yaml:\d+ error not-superseded: version 1 stays in force beside version 2/),
      lines.join('\n'),
    )
    t.notOk(including(found([...reference, second('2026-07-28T00:00:00Z', '')]), /not-superseded/))
  },
)

t.test('a version that is replaced before it takes effect is never in force, and is an error', async (t) => {
  const lines = found([...reference, second('2026-06-12T00:00:00Z')])
  t.ok(
    including(
      lines,
      /us-bis-2026-06-12\.yaml:\d+ error never-in-force: version 2 takes its place at 2026-06-12T00:00:00Z/,
    ),
    lines.join('\n'),
  )
})

t.test(
  'a quantity over a model of which the greatest output is unknown is an error where the model stands',
  async (t) => {
    const counted = changed(reference, annexPath, (text) =>
      text.replace('covers:', 'quantity: { output-tokens: 1000 }\ncovers:'),
    )
    const silent = changed(counted, 'catalogue/models.yaml', (text) =>
      text.replace('    max-output-tokens: 64000\n', ''),
    )
    t.ok(including(found(silent), /models\.yaml:\d+ error maximum-missing: a grant with a quantity covers it/))
  },
)

t.test('a fine-tune of a fine-tune is covered by what covers the first', async (t) => {
  const deeper = changed(
    reference,
    'catalogue/models.yaml',
    (text) =>
      `${text}\n  deep:\n    family: acme\n    version: "1"\n    derived-from: ["ft:fable-5:acme:v2"]\n    release: released\n    listing: shown\n    modes: [odd]\n`,
  )
  const scoped = changed(deeper, letterPath, (text) =>
    text.replace('families: [mythos-5, fable-5],', 'families: [fable-5], modes: [odd],'),
  )
  t.notOk(including(found(scoped), /matches-nothing/))
})

t.test('a passed review of an accepted risk is warned of where it stands', async (t) => {
  const result = compilePolicy(reference, { serial: 1, now: Date.parse('2027-07-09T00:00:00Z') })
  const warnings = result.kind === 'bundle' ? result.warnings : []
  t.match(
    warnings.filter(({ file }) => file === 'directives/embargo.yaml').map(({ line }) => line),
    [12, 19, 25],
  )
})

t.test('every missing key is told with its meaning and how to write it', async (t) => {
  const without = (file: string, line: RegExp): readonly string[] =>
    found(changed(reference, file, (text) => text.replace(line, '')))
  t.match(without(letterPath, /^effective: .*\n/m), [
    /missing: `effective` is missing: from which instant it holds, that instant included\. Write for example `effective: 2026-06-12T21:21:00Z`/,
  ])
  t.match(without(annexPath, /^discharges:\n {2}- .*\n/m), [
    /`discharges: \[\{ directive: us-bis-2026-06-12, versions: \[1\], limbs: \[person, destination\] \}\]`/,
  ])
  t.match(
    without('registers/cyber-tier.yaml', /^tier: .*\n/m).join(' '),
    /`tier` is missing: the tier\. Write for example `tier: cyber`/,
  )
})

t.test('a key that is written wrong is not told to be missing as well', async (t) => {
  const lines = found(changed(reference, letterPath, (text) => text.replace('effective:', 'efective:')))
  t.match(lines, [/unknown-key: `efective` is not known here: did you mean `effective`\?/])
  t.equal(lines.length, 1)
})
