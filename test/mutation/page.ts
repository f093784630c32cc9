// docs/mutation.md: what the last full run found.

import { changeOf, type Equivalent, isThis } from './equivalents.ts'
import type { Mutant } from './mutants.ts'
import { type Judged, type Score, scoreOf, shareOf } from './score.ts'

export const percent = (share: number): string => `${(Math.floor(share * 1000) / 10).toFixed(1)} %`

/** Where it stands, and what it writes for what. */
export const changeAt = (mutant: Mutant): string =>
  `${mutant.file}:${mutant.line}:${mutant.column} ${code(changeOf(mutant))}`

interface Run {
  readonly judged: readonly Judged[]
  readonly equivalents: readonly Equivalent[]
  /** Of the run, YYYY-MM-DD. */
  readonly day: string
  /** 0 to 1: below it the run fails. */
  readonly bar: number
}

export function pageOf({ judged, equivalents, day, bar }: Run): string {
  const score = scoreOf(judged, equivalents)
  return `${[
    '# Mutation: what a slip in the engine would meet',
    `Printed by \`npm run mutate\` on ${day}. Below ${percent(bar)} it ends with exit code 2.`,
    `**${percent(shareOf(score))}**: of ${score.all} mutants of the engine and of the checks of a bundle's meaning, ${score.killed} are seen, ${score.equivalent} mean the same as what is written, and ${score.survivors.length} live. (Of all of them, those that mean the same counted as well, ${percent(score.killed / score.all)} are seen.)`,
    "A mutant is one small change: a comparison turned or its boundary moved, `&&` for `||`, a condition fixed, a word, a list, a block or a step of a chain dropped ([Stryker](https://stryker-mutator.io)'s instrumenter makes them; all of them, strings included). Every one is laid into one copy of the sources behind a switch, and switched on alone.",
    `- ${score.by.reference} give another answer than the reference interpreter, on a fixed corpus: random policies with random requests near their edges, and every row of \`test/scenarios\`; or say that an answer holds longer than it does.`,
    `- ${score.by.test} fail a test of \`test/policy\` or \`test/policy-explain\`.`,
    `- ${score.by.time} come to no end.`,
    'What sees a mutant is asked again without it, and must see nothing; else the mutant is judged once more by an engine that nothing has touched.',
    '## By file',
    table(judged, equivalents),
    '## Live',
    score.survivors.length === 0
      ? 'None.'
      : [
          'No reason is known why nothing should see these; a test is missing. Marked with *: some input of the corpus is answered otherwise, in what neither the reference nor a test looks at.',
          '',
          ...score.survivors.map(lineOf),
        ].join('\n'),
    '## Of the same meaning',
    'Each with the reason why nothing that asks the engine can see it. What is there for speed is here only where nobody could tell: that equal parts are one object, and equal limbs are evaluated once, is tested.',
    ...equivalentSections(judged, equivalents),
  ].join('\n\n')}\n`
}

function table(judged: readonly Judged[], equivalents: readonly Equivalent[]): string {
  const rows = [...Map.groupBy(judged, ({ mutant }) => mutant.file)].map(([file, own]) => {
    const score = scoreOf(own, equivalents)
    const counts = [score.all, score.killed, score.equivalent, score.survivors.length]
    return `| \`${file.replace('src/policy/', '')}\` | ${counts.join(' | ')} | ${percent(shareOf(score))} |`
  })
  return ['| file | mutants | seen | same | live | score |', '|---|---|---|---|---|---|', ...rows].join('\n')
}

function lineOf({ mutant, verdict }: Judged): string {
  return `- ${changeAt(mutant)}${verdict.kind === 'survived' && verdict.witness !== null ? ' *' : ''}`
}

function equivalentSections(judged: readonly Judged[], equivalents: readonly Equivalent[]): readonly string[] {
  const live = judged.filter(({ verdict }) => verdict.kind === 'survived')
  const told = [...Map.groupBy(equivalents, ({ why }) => why)].map(([why, entries]) => {
    const those = live.filter(({ mutant }) => entries.some((one) => isThis(one, mutant)))
    return [`${those.length}: ${why}`, '', ...those.map(lineOf)].join('\n')
  })
  return told.length === 0 ? ['None.'] : told
}

function code(text: string): string {
  const short = text.length > 160 ? `${text.slice(0, 157)}…` : text
  return short.includes('`') ? `\`\` ${short} \`\`` : `\`${short}\``
}

export const summaryOf = (score: Score): string =>
  `${score.all} mutants: ${score.killed} seen (${score.by.reference} by the reference, ${score.by.test} by tests, ${score.by.time} without end), ${score.equivalent} equivalent, ${score.survivors.length} live: ${percent(shareOf(score))}`
