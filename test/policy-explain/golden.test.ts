// The texts that a lawyer is shown, whole, beside the decisions that they explain. A difference is read, and then kept by
// `node test/policy-explain/print-golden.ts`, or not.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { decisive, explanationText } from '../../src/policy/index.ts'
import { answeredTold, told } from './told.ts'

const folder = join(import.meta.dirname, 'golden')

t.test('each decision is explained in the words that were agreed', async (t) => {
  for (const one of told) {
    const text = explanationText(answeredTold(one).explanation)
    t.equal(text, readFileSync(join(folder, `${one.name}.txt`), 'utf8'), one.name)
  }
  t.strictSame(readdirSync(folder).sort(), told.map(({ name }) => `${name}.txt`).sort(), 'no text without its decision')
})

t.test('one line names the instant, the directive, the limb and the evidence that decided', async (t) => {
  const lineOf = (name: string): string => {
    const one = told.find((each) => each.name === name)
    return one === undefined ? '' : decisive(answeredTold(one).explanation)
  }
  t.match(
    lineOf('person'),
    /us-bis-2026-06-12 version 1 .*limb `person` matches: the subject is a foreign person under ear/,
  )
  t.match(lineOf('person'), /evidence: immigration status `h-1b`: verified.*\(decided for 2026-06-20T12:00:00Z\)$/)
  t.match(
    lineOf('permit'),
    /^Permitted: .*\(decided for 2026-06-20T12:00:00Z\); .*limb `destination` of us-bis-2026-06-12@1: /,
  )
  t.match(lineOf('unknown-model'), /^Refused \(model_unknown\)/)
  for (const one of told) t.notMatch(decisive(answeredTold(one).explanation), /\n/, one.name)
})
