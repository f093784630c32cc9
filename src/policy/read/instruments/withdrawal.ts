// Withdrawals: what takes a directive out of force.
import type { Withdrawal } from '../../bundle/bundle.ts'
import { type Context, faultOf, siteOf, type Written } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { type AboutKeys, aboutShape, compileAbout } from '../fields/about.ts'
import { examplesAtField, examplesField, type RawExamples, readExamples } from '../fields/examples.ts'
import { readShape } from '../fields/read-shape.ts'
import { choice, count, identifier, instant } from '../fields/scalars.ts'
import { closed, type Field, key, named, optional, type Shape, someOf } from '../fields/shape.ts'
import { below, positionOf, refer } from '../written.ts'
import { checkHead } from './head.ts'

interface WithdrawnKeys {
  readonly directive: string
  readonly versions: readonly number[]
}

interface WithdrawalKeys extends AboutKeys {
  readonly kind: string
  readonly id: string
  readonly withdraws: WithdrawnKeys
  readonly effective: number
  readonly 'examples-at': number | undefined
  readonly examples: RawExamples | undefined
}

export const withdrawalShape: Field<WithdrawalKeys> = named(
  closed<Shape<WithdrawalKeys>>({
    kind: key(choice('withdrawal') as Field<string>, 'What the file is.', 'withdrawal'),
    id: key(identifier, 'Its name for good: records cite it.', 'us-bis-2026-06-30-withdrawal'),
    ...aboutShape,
    withdraws: key(
      closed<Shape<WithdrawnKeys>>({
        directive: key(identifier, 'The directive.', 'us-bis-2026-06-12'),
        versions: key(someOf(count, 'versions'), 'Its versions.', [1]),
      }),
      'What it takes out of force, and nothing else.',
      { directive: 'us-bis-2026-06-12', versions: [1] },
    ),
    effective: key(instant, 'From which instant on the directive is no longer in force.', '2026-06-30T23:00:00Z'),
    'examples-at': optional(examplesAtField),
    examples: optional(examplesField),
  }).meta({ anyOf: [{ required: ['authority'] }, { required: ['decided-by'] }] }),
  'withdrawal',
  'Takes named versions of a directive out of force. Cites what it rests on; for our own, says who decided.',
)

export function readWithdrawal(file: PolicyFile, context: Context): Written<Withdrawal> | undefined {
  const site = siteOf(file, context)
  const fault = faultOf(context)
  checkHead(site, fault)
  const examples = readExamples(file, context.issuers, context.report)
  const keys = readShape(withdrawalShape, file, context.report)
  if (keys === undefined) return undefined
  if (keys.authority === undefined && keys['decided-by'] === undefined) {
    fault(site, 'missing', '`authority` is missing: cite what withdraws it, or for our own say `decided-by`')
  }
  const noun: Withdrawal = {
    id: keys.id,
    title: keys.title,
    about: compileAbout(keys),
    directive: refer(below(site, 'withdraws', 'directive'), 'directive', keys.withdraws.directive),
    versions: keys.withdraws.versions,
    effective: keys.effective,
    position: positionOf(site),
  }
  return { noun, file, examples }
}
