// Obligations that could never be kept, or never come to anything.
import type { Directive, DirectiveObligation, Grant } from '../../bundle/bundle.ts'
import type { Context, Written } from '../context.ts'
import { type Known, namedBy } from './known.ts'

export function checkObligations(
  { noun, file }: Written<Directive> | Written<Grant>,
  known: Known,
  { report }: Context,
): void {
  const [from, to] = intervalOf(noun)
  const reached = namedBy(noun.scope, known)
  const seen = new Map<DirectiveObligation['kind'], number>()
  for (const [index, obligation] of noun.obligations.entries()) {
    const fault = (code: string, message: string): void => report.error(file, ['obligations', index], code, message)
    const { kind } = obligation
    if (seen.has(kind)) fault('obligation-twice', `\`${kind}\` stands twice here: keep one`)
    seen.set(kind, index)
    if (kind === 'force-mode' && reached.length > 0 && !reached.some(({ modes }) => modes.includes(obligation.mode))) {
      fault(
        'matches-nothing',
        `none of these models has the mode \`${obligation.mode}\`, so that every request would be refused`,
      )
    }
    if (kind !== 'terminate-at') continue
    if (obligation.at <= from)
      fault('interval-empty', '`terminate-at` must be later than the instant from which this holds')
    if (to !== null && obligation.at > to)
      fault('interval-empty', '`terminate-at` comes after this has ended, and would never be kept')
  }
}

function intervalOf(noun: Directive | Grant): readonly [from: number, to: number | null] {
  if (!('scope' in noun && 'version' in noun)) return [noun.from, noun.to]
  return noun.kind === 'evaluation-window' ? [noun.admission.from, noun.admission.to] : [noun.effective, noun.ends]
}
