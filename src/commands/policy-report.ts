// What `policy check`, `test` and `build` print of a folder: people's text, tab-separated lines, or one JSON document.
import type { CompileOutcome, ExampleResult, ShownFault } from '../directives/index.ts'
import { inert, inertLines } from '../vocabulary/inert.ts'
import { counted } from './counted.ts'
import { exitCodes } from './exit-codes.ts'

export type Format = 'human' | 'plain' | 'json'

export interface Printed {
  readonly out: string
  readonly err: string
}

type Found = Extract<CompileOutcome, { kind: 'bundle' }>
type Faulty = Extract<CompileOutcome, { kind: 'faults' }>

export function exitCodeOf(outcome: CompileOutcome): number {
  if (outcome.kind === 'bundle') return exitCodes.done
  const errors = outcome.faults.filter(({ severity }) => severity === 'error')
  if (errors.some(({ file, code }) => file === '.' && (code === 'unreadable' || code === 'no-folder')))
    return exitCodes.fault
  return errors.every(({ code }) => code === 'example-failed') ? exitCodes.no : exitCodes.policyFaulty
}

export function faultsReport({ faults, examples }: Faulty, format: Format): Printed {
  if (format === 'json')
    return { out: document({ ok: false, digest: null, faults: faults.map(asJson), examples }), err: '' }
  if (format === 'plain') return { out: '', err: faults.map(plainFault).join('') }
  return { out: '', err: `${faults.map(humanFault).join('\n')}\n${summary(faults)}; ${examplesIn(examples)}\n` }
}

export function foundReport(
  folder: string,
  { text, digest, warnings, examples }: Found,
  format: Format,
  built?: { readonly json: object; readonly plain: string; readonly human: string },
): Printed {
  const err = format === 'plain' ? warnings.map(plainFault).join('') : warnings.map(humanFault).join('\n')
  if (format === 'json') {
    return { out: document({ ok: true, digest, ...built?.json, faults: warnings.map(asJson), examples }), err: '' }
  }
  if (format === 'plain') {
    const rows = [['ok', 'true'], ...(built ? [] : [['digest', digest]]), ['examples', examples.length]]
    return { out: `${rows.map((row) => `${row.join('\t')}\n`).join('')}${built?.plain ?? ''}`, err }
  }
  const bundle = JSON.parse(text) as Record<'directives' | 'grants' | 'withdrawals' | 'sources', readonly unknown[]>
  const counts = [
    counted(bundle.sources.length, 'file'),
    counted(bundle.directives.length, 'directive'),
    counted(bundle.grants.length, 'grant'),
    counted(bundle.withdrawals.length, 'withdrawal'),
  ].join(', ')
  const lines = [`${folder}: no fault`, `${counts}; ${holding(examples.length)}`, built?.human ?? digest]
  return { out: `${lines.join('\n')}\n`, err: err === '' ? '' : `${err}\n` }
}

export function testReport(outcome: CompileOutcome, format: Format): Printed {
  const { examples } = outcome
  const other =
    outcome.kind === 'faults' ? outcome.faults.filter(({ code }) => code !== 'example-failed') : outcome.warnings
  const passed = examples.filter((one) => one.passed).length
  if (format === 'json') {
    const ok = outcome.kind === 'bundle'
    return {
      out: document({ ok, passed, failed: examples.length - passed, examples, faults: other.map(asJson) }),
      err: '',
    }
  }
  if (format === 'plain') return { out: examples.map(plainExample).join(''), err: other.map(plainFault).join('') }
  const err = other.length === 0 ? '' : `${other.map(humanFault).join('\n')}\n${summary(other)}\n`
  if (examples.length === 0) return { out: '', err: `${err}${examplesIn(examples)}\n` }
  return {
    out: `${byFile(examples)}\n${passed} of ${counted(examples.length, 'example')} ${passed === 1 ? 'holds' : 'hold'}\n`,
    err,
  }
}

/** How far the examples came: none of them is asked of files that cannot be read. */
function examplesIn(examples: readonly ExampleResult[]): string {
  if (examples.length === 0) return 'no example was run, since the files must compile first'
  const failed = examples.filter(({ passed }) => !passed).length
  if (failed > 0) return `${failed} of ${counted(examples.length, 'example')} ${failed === 1 ? 'fails' : 'fail'}`
  return examples.length === 1 ? 'the one example holds' : `all ${examples.length} examples hold`
}

const holding = (examples: number): string => `${counted(examples, 'example')} ${examples === 1 ? 'holds' : 'hold'}`

/** What stands in a policy file may be anybody's: no cell moves a cursor or begins another. */
export const plainRow = (row: readonly (string | number)[]): string =>
  `${row.map((cell) => inert(String(cell))).join('\t')}\n`

function byFile(examples: readonly ExampleResult[]): string {
  const files = Map.groupBy(examples, ({ file }) => file)
  return [...files].map(([file, rows]) => [inert(file), ...rows.map(humanExample)].join('\n')).join('\n')
}

const humanExample = ({ passed, sentence, answer, differences, line }: ExampleResult): string =>
  inert(passed ? `  holds  ${sentence} (${answer})` : `  FAILS  ${sentence} (line ${line}: ${differences.join('; ')})`)

const plainExample = ({ passed, file, line, sentence, answer, differences }: ExampleResult): string =>
  plainRow([passed ? 'holds' : 'fails', file, line, sentence, answer, differences.join('; ')])

const humanFault = ({ shown, severity }: ShownFault): string =>
  inertLines(severity === 'warning' ? `warning: ${shown}` : shown)

const plainFault = ({ file, line, column, severity, code, message }: ShownFault): string =>
  plainRow([file, line, column, severity, code, message])

const asJson = ({ shown: _, ...fault }: ShownFault): Omit<ShownFault, 'shown'> => fault

const document = (value: unknown): string => `${inert(JSON.stringify(value))}\n`

function summary(faults: readonly ShownFault[]): string {
  const errors = faults.filter(({ severity }) => severity === 'error')
  const files = new Set(errors.map(({ file }) => file)).size
  if (errors.length === 0) return counted(faults.length, 'warning')
  return `${counted(errors.length, 'fault')} in ${counted(files, 'file')}`
}
