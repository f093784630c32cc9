import { readFileSync } from 'node:fs'
import t from 'tap'
import { operationsPage, routes } from '../../src/request/index.ts'

t.test('docs/operations.md is what the route table says', async (t) => {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  t.equal(page, operationsPage())
})

t.test('the page names every operation', async (t) => {
  for (const { id, path } of routes)
    t.match(operationsPage(), new RegExp(`\`${id}\` \\| (?:GET|POST|PUT|DELETE) \`${path.replace(/[{}]/g, '\\$&')}\``))
})
