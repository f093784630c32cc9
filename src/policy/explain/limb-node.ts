// Limb node: one limb of one directive, with its predicates, the grants that were considered, its flags, and what the bundle says of it.

import type { LimbFinding } from '../../vocabulary/decision.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import type { Directive, EvaluationWindow, Limb, Test } from '../bundle/bundle.ts'
import { definitions } from '../definitions/index.ts'
import type { Account } from './account.ts'
import { evidenceNode } from './evidence-words.ts'
import type { GrantNode, LimbNode, PredicateNode, QuotationNode } from './explanation.ts'
import { coversNobody, flagNode, grantNode } from './limb-words.ts'
import { oneLine, partyText, quoted } from './phrase.ts'
import { labelOf, limbSays, predicateSays, testsBehind } from './predicate-words.ts'
import type { Source } from './source.ts'

export interface Site {
  readonly directive: string
  readonly version: number
  readonly source: Source
  readonly account: Account
}

export function limbNode(finding: LimbFinding, site: Site): LimbNode {
  const limb = site.source.limb(site.directive, site.version, finding.limb)
  return {
    kind: 'limb',
    id: finding.limb,
    state: finding.value,
    says: saysOf(finding, limb, site),
    under: [
      ...predicateNodes(finding, site),
      ...grantNodes(finding, site),
      ...finding.flags.map(flagNode),
      ...(limb === undefined ? [] : quotationsOf(finding, limb)),
    ],
  }
}

export function predicateNodes({ predicates, limb: id }: LimbFinding, site: Site): readonly PredicateNode[] {
  const { source, account } = site
  const limb = source.limb(site.directive, site.version, id)
  const tests = testsBehind(predicates, limb)
  return predicates.map(({ predicate, value, evidence }, index) => {
    const { party, name } = labelOf(predicate)
    const says = predicateSays(predicate, value, tests[index] ?? unitedStates(name, limb), source)
    const under = evidence.map((used) => evidenceNode(used, party, account))
    return { kind: 'predicate', id: predicate, state: value, says, under }
  })
}

/** A definition that admits whoever is in the United States asks for the place itself (doj-202.256). */
function unitedStates(name: string, limb: Limb | undefined): Test | undefined {
  if (name !== 'place' || limb === undefined) return undefined
  return { test: 'place', outside: true, places: { lists: [], codes: ['the United States'] } }
}

/** Grants were looked at only where something was in the way: where nothing was, none is told. */
export function grantNodes(finding: LimbFinding, { directive, version, source }: Site): readonly GrantNode[] {
  const told = finding.grants.map((grant) => grantNode(grant, source))
  if (finding.value === 'false' && told.length === 0) return []
  const others = source
    .grantsNaming(directive, version, finding.limb)
    .filter(({ id }) => !finding.grants.some(({ grant }) => grant === id))
  return [...told, ...others.map(coversNobody)]
}

function saysOf(finding: LimbFinding, limb: Limb | undefined, site: Site): string {
  const special = withoutLimb(finding, site)
  if (special !== null) return special
  const words = limb === undefined ? '' : ` (${limbSays(limb, site.source)})`
  const name = `limb \`${finding.limb}\`${words}`
  if (finding.value === 'true') return `${name} matches: ${finding.reason ?? 'no reason recorded'}`
  if (finding.value === 'unknown')
    return `whether ${name} matches is not known: ${finding.reason ?? 'no reason recorded'}`
  const discharged = finding.grants.filter(({ result }) => result === 'discharged')
  if (discharged.length > 0) {
    const by = discharged.map(({ grant, party }) => `${grant} for ${partyText(party)}`)
    return `${name} would match, and is discharged by ${[...new Set(by)].join(', ')}`
  }
  const isAccepted = finding.flags.some((flag) => flag.startsWith('accepted_risk'))
  return isAccepted
    ? `${name} cannot be tested in full, and does not count: an accepted risk`
    : `${name} does not match`
}

/** Findings that stand for no limb of a file: windows, programs that have not begun, release states, suspensions. */
export function withoutLimb(
  { limb, value, reason, flags }: LimbFinding,
  { directive, version, source }: Site,
): string | null {
  if (limb === 'suspension') return 'an officer has suspended it, for everyone'
  if (limb === 'freshness') return 'it shuts what it covers while the gate cannot confirm that its policy is the newest'
  if (limb === 'release-state') return 'it is unreleased, and no evaluation window covers it'
  if (limb !== 'admission') return null
  const found = source.directive(directive, version)
  if (reason === 'evaluation_closed') return `the evaluation window names the caller and is not open${interval(found)}`
  if (reason === 'model_unreleased') return `the evaluation window${interval(found)} does not admit the caller`
  if (reason === 'membership_absent') return `the program has not begun${begins(found)}: it admits nobody yet`
  if (value !== 'false') return null
  return flags.some((flag) => flag.startsWith('opened_by:'))
    ? 'the evaluation window does not admit the caller, and need not'
    : `the evaluation window${interval(found)} admits the caller`
}

const isWindow = (found: Directive | undefined): found is EvaluationWindow => found?.kind === 'evaluation-window'

const interval = (found: Directive | undefined): string =>
  isWindow(found)
    ? ` (open from ${instantText(found.admission.from)} to before ${instantText(found.admission.to)})`
    : ''

const begins = (found: Directive | undefined): string =>
  found === undefined || isWindow(found) ? '' : ` (it begins ${instantText(found.effective)})`

function quotationsOf(finding: LimbFinding, limb: Limb): readonly QuotationNode[] {
  const risk = limb.whenUnknown
  const accepted = finding.flags.some((flag) => flag.startsWith('accepted_risk'))
  return [
    ...(finding.value === 'false' ? [] : definitionsIn(limb.is).map(definitionNode)),
    ...(risk !== null && accepted
      ? [
          quotation(
            'accepted-risk',
            limb.id,
            `accepted because ${quoted(risk.reason)}, to be reviewed by ${instantText(risk.reviewBy)}`,
          ),
        ]
      : []),
  ]
}

function definitionsIn(condition: Limb['is']): readonly Extract<Test, { test: 'foreign-person' }>['definition'][] {
  if ('of' in condition) return [...new Set(condition.of.flatMap(definitionsIn))]
  return condition.test === 'foreign-person' ? [condition.definition] : []
}

function definitionNode(id: keyof typeof definitions): QuotationNode {
  const { title, citations } = definitions[id]
  return quotation('definition', id, `${id}: ${title}; ${citations.join(', ')}`)
}

export const quotation = (state: QuotationNode['state'], id: string, says: string): QuotationNode => ({
  kind: 'quotation',
  id,
  state,
  says: oneLine(says),
  under: [],
})
