// Explanation text: for people at a terminal. First the answer and what decided it, then the whole tree, then what follows from it.

import { instantText } from '../../vocabulary/instant-text.ts'
import { type Branch, drawn, type Page, paragraph, type Tone } from './draw.ts'
import type { Explanation, ExplanationNode } from './explanation.ts'

export interface TextOptions {
  /** Columns of the terminal; 100 unless said. */
  readonly width?: number | undefined
  /** ANSI colours; never the only sign of anything. */
  readonly colour?: boolean | undefined
}

/** Ends with a line break. Nothing in it moves a cursor, whatever stands in a title or a record. */
export function explanationText(explanation: Explanation, { width = 100, colour = false }: TextOptions = {}): string {
  const page: Page = { width, colour }
  const { decisive, resources, obligations, validity, told, corrections, effect, answer } = explanation
  const facts: readonly (readonly [name: string, text: string])[] = [
    ['decided for', `${instantText(Date.parse(explanation.decidedFor))}${policyText(explanation)}`],
    ...(decisive === null ? [] : decisiveFacts(decisive)),
  ]
  const after: readonly (readonly [name: string, text: string])[] = [
    ...obligations.map(({ says }): readonly [string, string] => ['obligation', says]),
    ['valid until', validity.says],
    ['told', told.says],
    ...corrections.map(({ says }): readonly [string, string] => ['correction', says]),
  ]
  const lines = [
    ...paragraph(answer, page, '', '', effect === 'permit' ? 'good' : 'bad'),
    '',
    ...facts.flatMap(([name, text]) => row(name, text, page)),
    '',
    ...drawn(resources.map(branchOf), page),
    ...(resources.length === 0 ? [] : ['']),
    ...after.flatMap(([name, text]) => row(name, text, page)),
  ]
  return `${lines.join('\n')}\n`
}

const policyText = ({ policy, quoted }: Explanation): string => {
  const texts = quoted ? '' : ', whose texts are not at hand here'
  return policy === null ? '' : ` under policy ${policy.digest}, serial ${policy.serial}${texts}`
}

function decisiveFacts(decisive: NonNullable<Explanation['decisive']>): readonly (readonly [string, string])[] {
  const { directive, version, title, limb, reason, because, grants } = decisive
  const evidence = [...new Set(because.flatMap(({ under }) => under.map(({ says }) => says)))]
  return [
    ['directive', `${directive} version ${version}${title === null ? '' : `: ${title}`}`],
    ['limb', `${limb} → ${reason}`],
    ...because.map(({ says }): readonly [string, string] => ['because', says]),
    ...(because.length > 0 && evidence.length === 0 ? [['evidence', 'none'] as const] : []),
    ...evidence.map((says): readonly [string, string] => ['evidence', says]),
    ...grants.map(({ says }): readonly [string, string] => ['grant', says]),
  ]
}

const nameWidth = 13

/** A name and what stands beside it, as every list of facts in a terminal is written. */
export function row(name: string, text: string, page: Page): string[] {
  return paragraph(text, page, name.padEnd(nameWidth), ' '.repeat(nameWidth))
}

function branchOf(node: ExplanationNode): Branch {
  const under: readonly ExplanationNode[] = node.under
  const { mark, tone } = signOf(node)
  return { text: `${mark}${node.says}`, tone, under: under.map(branchOf) }
}

const signs: Readonly<Record<string, { readonly mark: string; readonly tone: Tone }>> = {
  violated: { mark: '✗ ', tone: 'bad' },
  indeterminate: { mark: '? ', tone: 'open' },
  satisfied: { mark: '✓ ', tone: 'good' },
  'not-applicable': { mark: '', tone: 'plain' },
  true: { mark: '✗ ', tone: 'bad' },
  unknown: { mark: '? ', tone: 'open' },
  false: { mark: '✓ ', tone: 'good' },
}

const plain = { mark: '', tone: 'plain' } as const

function signOf(node: ExplanationNode): { readonly mark: string; readonly tone: Tone } {
  switch (node.kind) {
    case 'resource':
    case 'directive':
    case 'limb':
      return signs[node.state] ?? plain
    case 'quotation':
      return { mark: '', tone: 'faint' }
    default:
      return plain
  }
}
