// The list of threats is closed, and each of its rows leads to a test that exists.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { rows } from './rows.ts'

const sections: Readonly<Record<string, number>> = { A: 24, B: 20, P: 12, S: 13, H: 11 }

t.test('no row is missing', async (t) => {
  const expected = Object.entries(sections).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, at) => `${letter}${at + 1}`),
  )
  t.strictSame(
    Object.keys(rows).filter((id) => !id.startsWith('J')),
    expected,
  )
})

for (const [id, { tried, shown, open }] of Object.entries(rows)) {
  t.test(`${id}, ${tried}: a test shows it, or the row says why not`, async (t) => {
    t.equal(shown.length > 0, open === undefined)
    for (const [file, words] of shown) {
      const text = await readFile(new URL(`../${file}`, import.meta.url), 'utf8')
      t.ok(words !== '' && text.includes(words), `${file}: ${words}`)
      t.match(text, 't.test(', file)
    }
  })
}
