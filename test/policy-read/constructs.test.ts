// What stands in a file stands in the bundle: each construct once, and what is assumed where nothing is said.
import t from 'tap'
import type { Bundle, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { type Compilation, compilePolicy } from '../../src/policy/read/index.ts'
import { changed, referenceTexts } from './reference.ts'

const reference = referenceTexts()
const letter = 'directives/us-bis-2026-06-12.yaml'

const compiled = (file: string, from: string, to: string): Compilation =>
  compilePolicy(
    changed(reference, file, (text) => text.replace(from, () => to)),
    { serial: 1 },
  )

function bundleOf(compilation: Compilation): Bundle {
  if (compilation.kind === 'faults') throw new Error(JSON.stringify(compilation.faults, null, 1))
  return compilation.bundle
}

const restriction = (bundle: Bundle): RestrictingDirective =>
  bundle.directives.find(({ id }) => id === 'us-bis-2026-06-12') as RestrictingDirective

t.test('what wins in a conflict is said, and nothing wins where nothing is said', async (t) => {
  const silent = restriction(bundleOf(compilePolicy(reference, { serial: 1 })))
  t.equal(silent.statusEvidence?.whenConflicting, 'unknown')
  for (const word of ['unknown', 'newer-wins', 'better-wins']) {
    const said = compiled(letter, 'not-older-than: 365d }', `not-older-than: 365d, when-conflicting: ${word} }`)
    t.equal(restriction(bundleOf(said)).statusEvidence?.whenConflicting, word)
  }
  const residence = compiled(
    'directives/embargo.yaml',
    'at-least: asserted, not-older-than: no-limit',
    'at-least: asserted, not-older-than: no-limit, when-conflicting: newer-wins',
  )
  const embargo = bundleOf(residence).directives.find(({ kind }) => kind === 'embargo') as RestrictingDirective
  t.equal(embargo.residenceEvidence?.whenConflicting, 'newer-wins')
})

t.test('an unknown may go to a person for review', async (t) => {
  const review = compiled(
    'directives/muse-spark-thinking.yaml',
    '  in-flight: finish-started',
    '  on-unknown: review\n  in-flight: finish-started',
  )
  const policy = bundleOf(review).directives.find(({ id }) => id === 'muse-spark-thinking') as RestrictingDirective
  t.equal(policy.onUnknown, 'review')
  t.equal(restriction(bundleOf(review)).onUnknown, 'step-up')
})

t.test('directives and grants carry every obligation', async (t) => {
  const all =
    '[no-store, log-full, { cap-output-tokens: 500 }, { force-mode: thinking }, { terminate-at: 2026-12-01T00:00:00Z }, { recheck-every: 2m }]'
  const expected = [
    { kind: 'no-store' },
    { kind: 'log-full' },
    { kind: 'cap-output-tokens', max: 500 },
    { kind: 'force-mode', mode: 'thinking' },
    { kind: 'terminate-at', at: Date.UTC(2026, 11, 1) },
    { kind: 'recheck-every', seconds: 120 },
  ]
  const shape = 'opens-to: { member-of: [glasswing] }'
  const directive = compiled('directives/glasswing.yaml', shape, `${shape}\nobligations: ${all}`)
  const grant = compiled(
    'grants/us-bis-2026-06-26-annex.yaml',
    'applies-to: { models: [mythos-5]',
    `obligations: ${all}\napplies-to: { models: [mythos-5]`,
  )
  const said = (compilation: Compilation): readonly string[] =>
    compilation.kind === 'faults' ? compilation.faults.map(({ code }) => code) : []
  t.notOk(said(directive).includes('wrong-word'))
  t.notOk(said(grant).includes('wrong-word'))
  if (directive.kind === 'bundle') {
    t.same(directive.bundle.directives.find(({ id }) => id === 'glasswing')?.obligations, expected)
  }
  if (grant.kind === 'bundle') t.same(grant.bundle.grants[0]?.obligations, expected)
})
