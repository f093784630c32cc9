// What `policy explain` prints: people's text, tab-separated lines for scripts, or the explanation as one JSON document.
import { type Explanation, explanationText } from '../policy/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { type Format, type Printed, plainRow } from './policy-report.ts'
import { terminal } from './terminal.ts'

export interface Explained {
  /** Case file, or example with its place. */
  readonly name: string
  readonly explanation: Explanation
  /** Null where nothing was expected. */
  readonly expected: { readonly answer: string; readonly differences: readonly string[] } | null
  readonly assumed: readonly string[]
}

export function explainReport(explained: Explained, format: Format): Printed {
  const { name, explanation, expected, assumed } = explained
  if (format === 'json') {
    return { out: `${inert(JSON.stringify({ case: name, expected, assumed, explanation }))}\n`, err: '' }
  }
  if (format === 'plain') return { out: plainRows(explained).map(plainRow).join(''), err: '' }
  const lines = [
    ...assumed.map((one) => `assumed      ${inert(one)}`),
    ...(expected === null ? [] : [`expected     ${expectation(expected)}`]),
  ]
  const tail = lines.length === 0 ? '' : `${lines.join('\n')}\n`
  return { out: `${inert(name)}\n\n${explanationText(explanation, terminal())}${tail}`, err: '' }
}

function expectation({ answer, differences }: NonNullable<Explained['expected']>): string {
  return differences.length === 0 ? `${inert(answer)}, and so it is` : `NOT MET: ${differences.map(inert).join('; ')}`
}

type Row = readonly (string | number)[]

function plainRows({ name, explanation, expected, assumed }: Explained): readonly Row[] {
  const { effect, basis, reason, answer, decidedFor, policy, resources, obligations, validity, told } = explanation
  return [
    ['case', name],
    ['effect', effect],
    ['basis', basis],
    ['reason', reason],
    ['answer', answer],
    ['decided-for', decidedFor],
    ['policy', policy?.digest ?? '', policy?.serial ?? ''],
    ...resources.flatMap((node) => nodeRows(node, 0)),
    ...obligations.flatMap((node) => nodeRows(node, 0)),
    ['valid-until', validity.until ?? '', validity.says],
    ['told', told.code ?? '', told.says],
    ...explanation.corrections.map((one): Row => ['correction', one.directive, one.at]),
    ...assumed.map((one): Row => ['assumed', one]),
    ...(expected === null ? [] : [['expected', expected.answer, expected.differences.join('; ')]]),
  ]
}

interface Node {
  readonly kind: string
  readonly id: string
  readonly state: string
  readonly says: string
  readonly under: readonly Node[]
}

/** Kind, depth, id, state, sentence. */
const nodeRows = ({ kind, id, state, says, under }: Node, depth: number): readonly Row[] => [
  [kind, depth, id, state, says],
  ...under.flatMap((one) => nodeRows(one, depth + 1)),
]
