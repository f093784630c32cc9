// docs/claims.md: every claim on the page is read, and answered as the page says.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseClaim, prove } from '../../src/policy/prove/index.ts'
import { scenarioPolicy } from '../support/scenario.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/claims.md'), 'utf8')
const block = (tag: string): string => {
  const [, text] = new RegExp(`^\`\`\`${tag}\n(.*?)^\`\`\``, 'ms').exec(page) ?? []
  if (text === undefined) throw new Error(`no block ${tag}`)
  return text
}

const examples = block('claims')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [, answer = '', claim = ''] = /^(holds|refuted|fault)\s+(.*)$/.exec(line) ?? []
    return { answer, claim }
  })

t.test('the page has examples of every answer', async (t) => {
  t.strictSame([...new Set(examples.map(({ answer }) => answer))].sort(), ['fault', 'holds', 'refuted'])
})

for (const { answer, claim } of examples) {
  t.test(`${answer}: ${claim}`, async (t) => {
    const reading = parseClaim(claim)
    const found = reading.kind === 'fault' ? 'fault' : prove(reading.claim, scenarioPolicy()).kind
    t.equal(found, answer)
  })
}

t.test('a claim that cannot be read is told as the page shows it', async (t) => {
  const shown = /^nobody gets fable-5\n( *)\^ column (\d+): (.*)$/m.exec(page)
  const reading = parseClaim('nobody gets fable-5')
  if (reading.kind !== 'fault') throw new Error('it was read')
  const { column, message } = reading.fault
  t.strictSame([column - 1, String(column), message], [shown?.[1]?.length, shown?.[2], shown?.[3]])
})
