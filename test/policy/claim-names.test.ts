// Under which names a claim may say which definition it was made under, and what law each definition is read from.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { definitionOfClaim, definitions } from '../../src/policy/definitions/index.ts'

const names: Readonly<Record<keyof typeof definitions, readonly string[]>> = {
  'ear-772.1-foreign-person': ['ear-772.1-foreign-person', 'ear-772.1', 'ear', '50-usc-4801', '15-cfr-772.1'],
  'itar-120.62': ['itar-120.62', 'itar', '22-cfr-120.62'],
  'cfius-800': ['cfius-800', 'cfius'],
  'nispom-117': ['nispom-117', 'nispom'],
  'doj-202.256': ['doj-202.256', 'doj'],
  'ofac-589.317-a': ['ofac-589.317-a', 'ofac-589.317', 'ofac'],
}

t.test(
  'a claim names its definition by its id or by the law, in any case, with or without blanks around',
  async (t) => {
    t.same(Object.keys(definitions).sort(), Object.keys(names).sort())
    for (const [id, known] of Object.entries(names)) {
      for (const name of known) {
        for (const written of [name, name.toUpperCase(), ` ${name} `])
          t.equal(definitionOfClaim(written)?.id, id, written)
      }
    }
  },
)

t.test('a name that no definition has is none', async (t) => {
  for (const name of ['', ' ', 'ear-772', 'us-person', 'constructor', 'Stryker was here']) {
    t.equal(definitionOfClaim(name), undefined, name)
  }
})

t.test('each definition stands under its own id, and its page cites the law that it has', async (t) => {
  for (const [id, definition] of Object.entries(definitions)) {
    t.equal(definition.id, id)
    t.same(definition.claimNames, names[id as keyof typeof definitions])
    const page = readFileSync(join(import.meta.dirname, `../../docs/definitions/${id}.md`), 'utf8')
    t.match(page, `**${definition.title}** (${definition.citations.join(', ')})`)
  }
})
