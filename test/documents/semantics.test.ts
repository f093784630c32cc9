// docs/semantics.md: what it says is what the engine decides; and links from page to page lead to headings that exist.
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { decided, sections } from '../../docs/semantics-page.ts'
import { read, repositoryFiles } from '../architecture/tree.ts'

t.test('every example comes out as its sentence says', async (t) => {
  const examples = sections.flatMap((one) => one.examples)
  t.ok(examples.length > 50)
  for (const example of examples) t.doesNotThrow(() => decided(example), example.so)
})

t.test('an example that comes out otherwise stops the printing', async (t) => {
  const [example] = sections.flatMap((one) => one.examples)
  if (example === undefined) throw new Error('there is no example')
  t.throws(() => decided({ ...example, answer: 'permit' }))
  t.throws(() => decided({ ...example, flags: ['prior_actor'] }))
  t.throws(() => decided({ ...example, until: '2026-06-13T00:00:00.000Z' }))
  const scenario = ['05-h1b-at-home', 'abroad'] as const
  t.throws(() => decided({ so: 'x', answer: 'permit', scenario }), /has no case `abroad`/)
})

t.test('every section has an example, but those that say where the proof is', async (t) => {
  t.same(
    sections.flatMap(({ title, examples }) => (examples.length === 0 ? [title] : [])),
    ['What the caller is told', 'What always holds'],
  )
})

/** As code hosts make them: lower case, blanks to hyphens, nothing but letters, digits, hyphens and underscores. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

t.test('every link to a heading leads to one', async (t) => {
  const pages = repositoryFiles().filter((path) => path.endsWith('.md'))
  let links = 0
  for (const path of pages) {
    for (const [, target = '', anchor = ''] of read(path).matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      links += 1
      const page = target === '' ? path : normalize(join(dirname(path), target))
      const headings = existsSync(page)
        ? [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchorOf(text))
        : []
      t.ok(headings.includes(anchor), `${path} → ${page}#${anchor}`)
    }
  }
  t.ok(links > 20)
})
