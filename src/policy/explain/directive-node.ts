// Directive node: one determination, in words, with its limbs; and what the instrument itself says where a bundle is at hand.

import type { Determination } from '../../vocabulary/decision.ts'
import { flagRest } from '../../vocabulary/flags.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import type { Directive } from '../bundle/bundle.ts'
import type { Account } from './account.ts'
import type { DirectiveNode, QuotationNode } from './explanation.ts'
import { limbNode, quotation } from './limb-node.ts'
import { listed, oneLine, quoted } from './phrase.ts'
import type { Source } from './source.ts'

export function directiveNode(determination: Determination, account: Account, source: Source): DirectiveNode {
  const { directive, version, result, limbs } = determination
  const found = source.directive(directive, version)
  const reliedOn = limbs.some(({ grants, flags }) => grants.length > 0 || flags.length > 0)
  const quotes = found !== undefined && (result !== 'satisfied' || reliedOn) ? quotationsOf(found) : []
  return {
    kind: 'directive',
    id: `${directive}@${version}`,
    state: result,
    says: saysOf(determination, account, found),
    under: [...quotes, ...limbs.map((limb) => limbNode(limb, { directive, version, source, account }))],
  }
}

/** `us-bis-2026-06-12 version 1 (“License required …”, 15 CFR 744.22(b))`. */
export function instrumentText(directive: string, version: number, found: Directive | undefined): string {
  const [, kind, id] = /^(catalogue|suspension|lease):(.*)$/s.exec(directive) ?? []
  if (kind === 'catalogue') return `the catalogue’s entry of ${id}`
  if (kind === 'suspension') return `the suspension ${id}`
  if (kind === 'lease') return `${id} version ${version}`
  const name = `${directive} version ${version}`
  if (found === undefined) return name
  const authority = found.about.authority.map(oneLine)
  return `${name} (${[quoted(found.title), ...authority].join(', ')})`
}

/** Recorded, but not in the way: report-only, or of a mode that the gate keeps from being reached. */
export type Aside = 'report-only' | 'avoided' | null

export function asideOf({ result, limbs }: Determination, { effect }: Pick<Account, 'effect'>): Aside {
  if (result !== 'violated' && result !== 'indeterminate') return null
  if (limbs.some(({ flags }) => flags.includes('would_deny'))) return 'report-only'
  return effect === 'permit' ? 'avoided' : null
}

function saysOf(determination: Determination, account: Account, found: Directive | undefined): string {
  const { directive, version, result, limbs } = determination
  const name = instrumentText(directive, version, found)
  const modes = [
    ...new Set(limbs.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('mode:')).map(flagRest))),
  ]
  const inMode = modes.length === 0 ? '' : ` in the mode ${listed(modes, 'or')}`
  const aside = asideOf(determination, account)
  const suffix =
    aside === 'report-only'
      ? ', and is report-only: it is recorded and denies nothing'
      : aside === 'avoided'
        ? ', which the gate keeps from being reached'
        : ''
  switch (result) {
    case 'violated':
      return `${name} prohibits this${inMode}${suffix}`
    case 'indeterminate':
      return `whether ${name} prohibits this${inMode} is not known${suffix}`
    case 'satisfied':
      return `${name} does not prohibit this${inMode}`
    case 'not-applicable':
      return `${name} does not concern this`
  }
}

function quotationsOf({ id, about }: Directive): readonly QuotationNode[] {
  const { issuer, decidedBy, theLetterSays, rationale, ourReading, document } = about
  const received =
    document === null
      ? ''
      : `; received ${instantText(document.received)}, ${document.confidential ? 'confidential, ' : ''}${document.digest}`
  return [
    quotation('issued', id, `issued by ${issuer}${decidedBy === null ? '' : `, decided by ${decidedBy}`}${received}`),
    ...(theLetterSays === null ? [] : [quotation('letter', id, `the letter says: ${quoted(theLetterSays)}`)]),
    ...(rationale === null ? [] : [quotation('rationale', id, `because ${quoted(rationale)}`)]),
    ...ourReading.map(({ choice, status, decidedBy: by, on }) =>
      quotation(
        'our-reading',
        id,
        `we read it so: ${quoted(choice)} (${status}, ${by}, ${instantText(on).slice(0, 10)})`,
      ),
    ),
  ]
}
