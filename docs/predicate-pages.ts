// docs/predicates/*.md: one page for each test that a limb can hold; its table is decided while it is printed.
import { type PredicateWords, predicateWords } from './predicate-words.ts'
import { type Trial, type TrialResult, tried } from './trials.ts'

const names = Object.keys(predicateWords) as (keyof typeof predicateWords)[]

const index = (): string => `# Predicates

Printed by \`npm run pages\`. What a limb can test of a party, and on what that rests. How it is written in a directive:
[the directive language](../directive-language.md#limb); what it means: [semantics](../semantics.md).

| predicate | asks |
|---|---|
${names.map((name) => `| [\`${name}\`](${name}.md) | ${predicateWords[name].asks} |`).join('\n')}

A test says *true*, *false* or *unknown*. A limb matches if its tests are true of any party in the roles that it names; unknown and
false is false, so that nobody is asked for evidence that cannot change the answer. A limb that matches prohibits, one that stays unknown refuses
for want of evidence, unless a grant discharges it.
`

function page(name: keyof typeof predicateWords): string {
  const words: PredicateWords = predicateWords[name]
  const results = words.trials.map((trial): readonly [Trial, TrialResult] => [trial, tried(trial, words.bench)])
  const isRecorded = results.some(([, { value }]) => value !== undefined)
  const { directive, overlay } = words.bench
  const under = `\`${directive}\`${overlay === undefined ? ' of `policies/`' : ` (scenario overlay ${overlay})`}`
  const rows = results.map(([{ said }, result]) =>
    [said, ...(isRecorded ? [valueText(result)] : []), answerText(result.answer)].join(' | '),
  )
  return `# \`${name}\`

Printed by \`npm run pages\`. [All predicates](README.md)

${words.asks}

\`\`\`yaml
${words.written}
\`\`\`

| | |
|---|---|
| what settles it | ${words.evidence} |
| when it is unknown | ${words.unknown} |
| of whom | ${words.parties} |

## What it says

Under ${under}, decided while this page was printed. The answer is that of the whole policy.

| what is said | ${isRecorded ? `\`${name}\` | ` : ''}the answer |
|---|---|${isRecorded ? '---|' : ''}
${rows.map((row) => `| ${row} |`).join('\n')}
`
}

function valueText({ value, gap }: TrialResult): string {
  if (value === undefined) return 'not asked'
  return gap === null ? value : `unknown: [\`${gap}\`](../reasons/${gap}.md)`
}

/** A refusal leads to the page of its reason. */
const answerText = (answer: string): string =>
  answer.replace(/^deny (\w+)/, (_, reason: string) => `deny [\`${reason}\`](../reasons/${reason}.md)`)

export const predicatePages: Readonly<Record<string, () => string>> = {
  'docs/predicates/README.md': index,
  ...Object.fromEntries(names.map((name) => [`docs/predicates/${name}.md`, () => page(name)])),
}
