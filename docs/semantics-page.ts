// docs/semantics.md: what a directive means. Every example is decided by the gate's own engine while the page is printed; one that comes
// out otherwise than its sentence says stops the printing.
import { readFileSync } from 'node:fs'
import { reasonOrder } from '../src/policy/engine/reason-order.ts'
import { flow } from '../src/policy/read/index.ts'
import { timestamp } from '../src/vocabulary/clock.ts'
import { answerSections } from './semantics-answers.ts'
import { evidenceSections } from './semantics-evidence.ts'
import type { Example, Section } from './semantics-example.ts'
import { type Asked, circumstances, type ShownCase, show, typed, writtenScenarios } from './shown-cases.ts'

export const sections: readonly Section[] = [...evidenceSections, ...answerSections]

let scenarios: readonly Asked[] | undefined

/** The case of a scenario, by the name of its file and its own. */
function written(file: string, name: string): Asked {
  scenarios ??= writtenScenarios()
  const text = readFileSync(new URL(`../test/scenarios/${file}.yaml`, import.meta.url), 'utf8')
  const title = /^title: (.*)$/m.exec(text)?.[1] ?? ''
  const found = scenarios.find((one) => one.title === `${title}: ${name}`)
  if (found === undefined) throw new Error(`${file} has no case \`${name}\``)
  return found
}

const answerOf = ({ decision }: ShownCase): string =>
  decision.effect === 'permit' ? 'permit' : `deny ${decision.reason}${decision.stepUp ? ' 401' : ''}`

const flagsOf = ({ decision }: ShownCase): readonly string[] =>
  decision.determinations.flatMap(({ limbs }) => limbs.flatMap(({ flags }) => flags))

/** @throws Error where the engine says something else than the example */
export function decided(example: Example): ShownCase {
  const shown = show('scenario' in example ? written(...example.scenario) : { title: example.so, at: june, ...example })
  const found = {
    answer: answerOf(shown),
    flags: (example.flags ?? []).filter((flag) => flagsOf(shown).includes(flag)),
    until: shown.decision.validUntil === null ? null : timestamp(shown.decision.validUntil),
  }
  const { answer, flags = [], until = found.until } = example
  if (found.answer !== answer || found.flags.length !== flags.length || found.until !== until)
    throw new Error(`${example.so}: ${JSON.stringify({ ...found, has: flagsOf(shown) })}`)
  return shown
}

const june = '2026-06-20T12:00:00Z'

function row(example: Example): string {
  const shown = decided(example)
  const { asked } = shown
  const { expect: _, when = asked.at, ...said } = asked.case
  const notes = [
    ...(example.flags ?? []).map((flag) => `flag \`${flag}\``),
    ...(example.until === undefined ? [] : [`valid until ${example.until ?? 'for ever'}`]),
    circumstances(shown).replace(/^Asked of `policies\/`(, )?/, ''),
    'scenario' in example ? `[scenario](../test/scenarios/${example.scenario[0]}.yaml)` : '',
  ]
  const at = when === june ? [] : [`at ${String(when)}`]
  const cells = [
    example.so,
    [`\`${flow(typed(said)).replaceAll('{  }', '{}')}\``, ...at].join(' '),
    `**${example.answer}**`,
    notes.filter((note) => note !== '').join('; '),
  ]
  return `| ${cells.join(' | ')} |`
}

const section = ({ title, text, examples }: Section): string => `## ${title}

${text.trim()}
${examples.length === 0 ? '' : `\n| for example | asked | answer | |\n|---|---|---|---|\n${examples.map(row).join('\n')}\n`}`

const order = reasonOrder.map((reason, i) => `${i + 1}. [\`${reason}\`](reasons/${reason}.md)`).join('\n')

export const semanticsPage = (): string => `# What a directive means

For whoever writes directives, approves them, or has to defend a decision. How one is written: [the language](directive-language.md).
The gate decides *determination under directive X, with definition Y, on evidence Z*. It never says “legal”.

Printed by \`npm run pages\`. Every example is decided by the gate’s own engine while this page is printed: asked of the directives in
[policies/](../policies/README.md) on 20 June 2026 at noon (UTC), from a US address, unless it says otherwise. *Scenario* links the file
in which the same case stands, with its neighbours.

\`\`\`
  evidence of each party          limb: does its condition match?      true · unknown · false
  place, registers, model   ──►         less what grants discharge
                                              │
                                              ▼  any limb of it
                                  directive: violated · indeterminate · satisfied
                                              │
                                              ▼  every directive in force
                                  answer:    deny     · deny evidence · permit with obligations
\`\`\`

${sections.map(section).join('\n')}
## The order of reasons

Of all that stands in the way one reason is shown, the first of these. Among gaps of evidence those come first that the caller cannot
mend. All of them are on record.

${order}
`
