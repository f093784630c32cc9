// Decisive: of everything that stood in the way, the limb that the answer's reason speaks of, with what made it match and what grants
// did about it.

import type { Determination, LimbFinding } from '../../vocabulary/decision.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import type { Account } from './account.ts'
import { asideOf, instrumentText } from './directive-node.ts'
import type { Decisive, Explanation, GrantNode, PredicateNode } from './explanation.ts'
import { grantNodes, predicateNodes, type Site, withoutLimb } from './limb-node.ts'
import { listed, partyText } from './phrase.ts'
import { labelOf } from './predicate-words.ts'
import type { Source } from './source.ts'

interface Candidate {
  readonly determination: Determination
  readonly limb: LimbFinding
}

/** Null where nothing stood in the way and no grant was needed, or no directive was asked. */
export function decisiveOf(account: Account, source: Source): Decisive | null {
  const found = account.effect === 'permit' ? dischargedBy(account) : inTheWay(account)
  if (found === undefined) return null
  const { determination, limb } = found
  const { directive, version, resource } = determination
  const site = { directive, version, source, account }
  const because = predicatesOf(limb, predicateNodes(limb, site))
  const grants = grantNodes(limb, site)
  const instrument = source.directive(directive, version)
  return {
    directive,
    version,
    title: instrument?.title ?? null,
    resource,
    limb: limb.limb,
    reason: limb.reason ?? account.reason,
    because,
    grants,
    says: [
      `under ${instrumentText(directive, version, instrument)}${matchText(limb, because, site)}`,
      ...clauses(limb, because, grants),
    ].join('; '),
  }
}

/** In the order of what a reader should see first. */
function inTheWay(account: Account): Candidate | undefined {
  const all = account.determinations
    .filter((one) => (one.result === 'violated' || one.result === 'indeterminate') && asideOf(one, account) === null)
    .flatMap((determination) => determination.limbs.map((limb): Candidate => ({ determination, limb })))
    .filter(({ limb }) => limb.value !== 'false')
  const matching = all.filter(({ limb }) => limb.value === 'true')
  const first = (some: readonly Candidate[]): Candidate | undefined =>
    some.find(({ limb }) => limb.reason === account.reason)
  return first(matching) ?? first(all) ?? matching[0] ?? all[0]
}

function dischargedBy({ determinations }: Account): Candidate | undefined {
  return determinations
    .flatMap((determination) => determination.limbs.map((limb): Candidate => ({ determination, limb })))
    .find(({ limb }) => limb.value === 'false' && limb.grants.some(({ result }) => result === 'discharged'))
}

/** Those that made the limb what it is: of parties whom no grant freed, as far as they can be told apart. */
function predicatesOf({ value, grants }: LimbFinding, nodes: readonly PredicateNode[]): readonly PredicateNode[] {
  const told = nodes.filter(({ state }) => (value === 'false' ? state !== 'false' : state === value))
  // A limb can be unknown by what is known, where a grant is what nobody can say.
  const because = told.length > 0 ? told : nodes.filter(({ state }) => state !== 'false')
  const freed = new Set(grants.flatMap(({ party, result }) => (result === 'discharged' ? [party] : [])))
  const bound = value === 'false' ? because : because.filter(({ id }) => !freed.has(labelOf(id).party))
  return bound.length > 0 ? bound : because
}

/** What follows the name of the instrument, up to what made it so. */
function matchText(finding: LimbFinding, because: readonly PredicateNode[], site: Site): string {
  const special = withoutLimb(finding, site)
  if (special !== null) return `: ${special}`
  const { limb, value } = finding
  const verb = { true: 'matches', unknown: 'stays open', false: 'would match' }[value]
  const why = because.length === 0 ? '' : `: ${listed(because.map(({ says }) => says))}`
  return ` the limb \`${limb}\` ${verb}${why}`
}

function clauses(
  limb: LimbFinding,
  because: readonly PredicateNode[],
  grants: readonly GrantNode[],
): readonly string[] {
  if (because.length === 0) return []
  const evidence = [...new Set(because.flatMap(({ under }) => under.map(({ says }) => says)))]
  return [
    `evidence: ${evidence.length === 0 ? 'none' : evidence.join(' and ')}`,
    ...grantClauses(limb, because, grants),
  ]
}

/** What the grants that cover a party did, and of whom no grant speaks. */
function grantClauses(
  { grants: found, value }: LimbFinding,
  because: readonly PredicateNode[],
  grants: readonly GrantNode[],
): readonly string[] {
  const told = grants.filter(({ state }) => state !== 'covers-nobody').map(({ says }) => says)
  if (value === 'false') return told
  const covered = new Set(found.map(({ party }) => party))
  const parties = [...new Set(because.map(({ id }) => labelOf(id).party))].filter((party) => !covered.has(party))
  if (parties.length === 0) return told
  const idle = grants.filter(({ state }) => state === 'covers-nobody').map(({ id }) => id)
  const besides = idle.length === 0 ? '' : ` (${listed(idle)} ${idle.length === 1 ? 'names' : 'name'} this limb)`
  return [...told, `no grant covers ${listed(parties.map(partyText), 'or')}${besides}`]
}

/** One line: the answer with its instant, and for a permit what each limb rested on. For reports of examples that fail. */
export function decisive({ answer, effect, decidedFor, resources }: Explanation): string {
  const at = `decided for ${instantText(Date.parse(decidedFor))}`
  const head = `${answer.replace(/\.$/, '')} (${at})`
  if (effect === 'deny') return head
  const limbs = resources.flatMap(({ under: directives }) =>
    directives.flatMap(({ id, under }) =>
      under.flatMap((limb) => {
        if (limb.kind !== 'limb') return []
        const predicates = limb.under.flatMap((one) => (one.kind === 'predicate' ? [one.says] : []))
        return predicates.length === 0 ? [] : [`limb \`${limb.id}\` of ${id}: ${listed(predicates)}`]
      }),
    ),
  )
  return [head, ...limbs].join('; ')
}
