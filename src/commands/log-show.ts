// One decision for people: why it came out so, from the one explanation that all of Portcullis gives, and every fact of its record.
// Total: a record of a shape that nobody of ours writes is shown by its facts and its line.
import type { ShownRecord } from '../decision-log/index.ts'
import { type Bundle, type Explanation, explain, explanationText, recordedAccount } from '../policy/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { decisionRows, outcomeText, positionText, type Row, refusalRows, text } from './log-facts.ts'
import type { Terminal } from './terminal.ts'

/** @param bundle of the policy that decided it, for its titles and texts */
export function explanationOf({ decision, outcomes }: ShownRecord, bundle?: Bundle): Explanation | undefined {
  const status = outcomes[0]?.record['status']
  const account = recordedAccount(decision.record, typeof status === 'number' ? status : null)
  return account && explain(account, bundle)
}

export function shownAsText(shown: ShownRecord, explanation: Explanation | undefined, terminal: Terminal): string {
  try {
    return textOf(shown, explanation, terminal)
  } catch {
    return [shown.decision, ...shown.outcomes].map(({ line }) => inert(line)).join('\n')
  }
}

/** One document; where a record cannot be written as JSON, its lines as text. */
export function shownAsJson({ decision, outcomes }: ShownRecord, explanation: Explanation | undefined): string {
  const { origin, covered, record, line } = decision
  const became = outcomes.map((each) => each.record)
  try {
    return inert(
      JSON.stringify({ origin, covered, decision: record, outcomes: became, explanation: explanation ?? null }),
    )
  } catch {
    return inert(JSON.stringify({ origin, covered, lines: [line, ...outcomes.map((each) => each.line)] }))
  }
}

function textOf({ decision, outcomes }: ShownRecord, explanation: Explanation | undefined, terminal: Terminal): string {
  const { record } = decision
  const isDecision = record.k === 'decision'
  const head = isDecision
    ? `${text(record['effect'])}: ${text(record['reason'])} (${text(record['basis'])})`
    : `${text(record.k)}: ${text(record['reason'])}`
  const rows: readonly Row[] = [
    ...(isDecision ? decisionRows(record) : refusalRows(record)),
    ...(outcomes.length > 0
      ? outcomes.map((outcome): Row => ['outcome', outcomeText(outcome.record)])
      : [['outcome', 'none yet'] as const]),
    ['record', positionText(decision)],
  ]
  const why =
    explanation === undefined
      ? isDecision
        ? [unexplained, inert(decision.line)]
        : []
      : [explanationText(explanation, terminal)]
  return [`${text(record['id'])}  ${text(record['at'])}`, head, '', ...why, ...rows.map(rowText)].join('\n')
}

const unexplained =
  'This record is not of the shape that this version writes, or is cut, so that it is shown as it stands:'

const rowText = ([name, said]: Row): string => `${name.padEnd(12)} ${said}`
