import t from 'tap'
import { definitionWords } from '../../docs/definition-words.ts'
import { pages } from '../../docs/pages.ts'
import { predicateWords } from '../../docs/predicate-words.ts'
import { exampleOf, isDecided } from '../../docs/reason-pages.ts'
import { notYetGiven } from '../../docs/reasons-page.ts'
import { definitions } from '../../src/policy/definitions/index.ts'
import { reasonOrder } from '../../src/policy/engine/reason-order.ts'
import { predicateNames } from '../../src/policy/explain/predicate-words.ts'
import { type Reason, reasons } from '../../src/vocabulary/reason.ts'
import { read, repositoryFiles } from '../architecture/tree.ts'

for (const [path, page] of Object.entries(pages)) {
  t.test(`${path} says what the source says (if not: npm run pages)`, async (t) => {
    t.equal(read(path), page())
  })
}

t.test('every reason stands in its page, once, and nothing else does', async (t) => {
  const listed = [
    ...read('docs/reasons.md').matchAll(/^\| \[`(\w+)`\]\(reasons\/\1\.md\)(?: \*\(not yet\)\*)? \|/gm),
  ].map((match) => match[1])
  t.strictSame(listed.toSorted(), Object.keys(reasons).toSorted())
})

t.test('a reason is marked as not given yet as long as nothing gives it, and no longer', async (t) => {
  // The table, its order and what is told in place of a reason name them all and give none.
  const tables = ['src/vocabulary/reason.ts', 'src/policy/engine/reason-order.ts', 'src/enforcement/answer-code.ts']
  const source = repositoryFiles()
    .filter((path) => path.startsWith('src/') && path.endsWith('.ts') && !tables.includes(path))
    // It names them all as well, and nothing that runs asks it.
    .filter((path) => !path.startsWith('src/policy/reference/'))
    .map(read)
    .join('\n')
  for (const reason of Object.keys(reasons) as Reason[]) {
    // `revoked` is a state of evidence too.
    if (reason !== 'revoked') t.equal(source.includes(`'${reason}'`), !notYetGiven.has(reason), reason)
  }
})

t.test('every reason, predicate and definition has a page of its own, and nothing else has one', async (t) => {
  const pagesIn = (folder: string): readonly string[] =>
    repositoryFiles().flatMap((path) => {
      const [, name] = new RegExp(`^docs/${folder}/(.*)\\.md$`).exec(path) ?? []
      return name === undefined || name === 'README' ? [] : [name]
    })
  t.strictSame(pagesIn('reasons').toSorted(), Object.keys(reasons).toSorted())
  t.strictSame(pagesIn('predicates').toSorted(), predicateNames.toSorted())
  t.strictSame(pagesIn('predicates').toSorted(), Object.keys(predicateWords).toSorted())
  t.strictSame(pagesIn('definitions').toSorted(), Object.keys(definitions).toSorted())
  t.strictSame(pagesIn('definitions').toSorted(), Object.keys(definitionWords).toSorted())
})

t.test('every reason that a decision gives has an example, which gives it', async (t) => {
  const decided = (Object.keys(reasons) as Reason[]).filter(isDecided)
  for (const reason of decided) {
    t.equal(exampleOf(reason).decision.reason, reason)
    t.match(
      read(`docs/reasons/${reason}.md`),
      `expect: ${reasons[reason].basis === 'permit' ? 'permit' : `deny ${reason}`}`,
    )
  }
  for (const reason of reasonOrder) t.ok(decided.includes(reason), reason)
})
