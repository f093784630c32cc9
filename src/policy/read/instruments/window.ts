// Evaluation windows: what is unreleased stays closed, but for those whom a window admits while it is open.
import type { EvaluationWindow } from '../../bundle/bundle.ts'
import { type Context, faultOf, siteOf, type Written } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { type ChoiceKeys, choicesShape } from '../fields/choices.ts'
import { readExamples } from '../fields/examples.ts'
import { type RegisterKeys, registerField } from '../fields/limb.ts'
import { readShape } from '../fields/read-shape.ts'
import { instant } from '../fields/scalars.ts'
import { closed, type Field, key, named, type Shape } from '../fields/shape.ts'
import { below } from '../written.ts'
import { caller, checkHead, checkSupersedes, compileHead, type HeadKeys, head } from './head.ts'
import { registerTests } from './limbs.ts'

type WindowChoices = Pick<ChoiceKeys, 'tell-the-caller' | 'caller-text' | 'when-freshness-is-unknown'>

interface WindowKeys extends HeadKeys {
  readonly opens: number
  readonly closes: number
  readonly admits: RegisterKeys
  readonly 'we-chose': WindowChoices
}

export const windowShape: Field<WindowKeys> = named(
  closed<Shape<WindowKeys>>({
    ...head('evaluation-window'),
    opens: key(instant, 'The first instant at which it is open.', '2026-09-01T00:00:00Z'),
    closes: key(instant, 'The first instant at which it is closed again.', '2026-10-01T00:00:00Z'),
    admits: key(registerField, 'Whom it admits while it is open.', { 'evaluator-of': ['next-1-review'] }),
    'we-chose': key(
      closed<Shape<WindowChoices>>({
        'tell-the-caller': choicesShape['tell-the-caller'],
        'caller-text': choicesShape['caller-text'],
        'when-freshness-is-unknown': choicesShape['when-freshness-is-unknown'],
      }),
      'What the caller is told, and what holds where a gateway may not have the latest policy.',
      { 'tell-the-caller': 'reason' },
    ),
  }),
  'evaluation-window',
  'Closes what it covers at all times, and opens it for an interval to those it admits.',
)

export function readWindow(file: PolicyFile, context: Context): Written<EvaluationWindow> | undefined {
  const site = siteOf(file, context)
  const fault = faultOf(context)
  checkHead(site, fault)
  const examples = readExamples(file, context.issuers, context.report)
  const keys = readShape(windowShape, file, context.report)
  if (keys === undefined) return undefined
  checkSupersedes(keys, site, fault)
  if (keys.closes <= keys.opens) fault(below(site, 'closes'), 'interval-empty', '`closes` must be later than `opens`')
  const noun: EvaluationWindow = {
    ...compileHead(keys, site),
    kind: 'evaluation-window',
    admission: { from: keys.opens, to: keys.closes },
    admits: registerTests(keys.admits, true, below(site, 'admits')),
    ...caller(keys['we-chose'], site, fault),
    whenFreshnessIsUnknown: keys['we-chose']['when-freshness-is-unknown'] ?? 'refuse',
  }
  return { noun, file, examples }
}
