// Evidence words: what a predicate rested on: which statement, how good, since when, from where; its value only where somebody typed it
// in, and never a nationality.

import type { Facts, PredicateFinding } from '../../vocabulary/decision.ts'
import type { Evidence } from '../../vocabulary/evidence.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import type { Subject } from '../../vocabulary/party.ts'
import type { Account } from './account.ts'
import type { EvidenceNode } from './explanation.ts'

type Used = PredicateFinding['evidence'][number]

const names: Readonly<Record<string, string>> = {
  'us-person': 'statement on being a US person',
  'immigration-status': 'immigration status',
  nationalities: 'list of nationalities',
  residence: 'residence',
  place: 'place of the client address',
  organization: 'entry of the organization',
  attestation: "attestation of the service's organization",
  member: 'membership',
  evaluator: 'register of evaluators',
  staff: 'register of staff',
  tier: 'tier',
}

/** Of evidence, of places and of registers. */
const states: Readonly<Record<string, string>> = {
  verified: 'verified',
  asserted: 'self-asserted',
  inferred: 'inferred',
  missing: 'missing',
  insufficient: 'less assured than the directive demands',
  stale: 'older than the directive accepts',
  conflicting: 'contradicting another statement',
  invalid: 'not readable',
  revoked: 'revoked',
  unavailable: 'not to be had: its source does not answer',
  located: 'located',
  geo_unavailable: 'not known: the place database does not answer',
  location_unknown: 'not known',
  anonymizer: 'not known: behind an anonymizer',
  evidence_stale: 'from a database older than the directive accepts',
  holds: 'an entry holds now',
  ended: 'an entry has ended',
  ahead: 'an entry has not begun',
  absent: 'no entry',
}

const sources: readonly (readonly [prefix: string, words: (rest: string) => string])[] = [
  ['token:', (rest) => `a token of ${rest}`],
  ['introspection:', (rest) => `introspection at ${rest}`],
  ['register:', (rest) => `our register entry ${rest}`],
  ['register', () => 'our registers'],
  ['database', () => 'the place database'],
  ['operator', () => "the operator's own list of places"],
  ['stated', () => 'as it was stated to us'],
  ['case', () => 'the case'],
]

export const evidenceStates: readonly string[] = Object.keys(states)

export function evidenceNode(used: Used, party: string, account: Account): EvidenceNode {
  const name = names[used.name] ?? used.name
  const value = valueOf(used, party, account)
  const state = states[used.state] ?? used.state
  const since = used.verifiedAt === null ? timeless(used) : [dated(used, used.verifiedAt)]
  const parts = [`${name}${value === '' ? '' : ` ${value}`}: ${state}`, ...since, `source: ${sourceText(used.source)}`]
  return { kind: 'evidence', id: used.name, state: used.state, says: parts.join(', '), under: [] }
}

const dated = ({ name }: Used, at: number): string =>
  name === 'place' ? `database built ${instantText(at)}` : `as of ${instantText(at)}`

/** Of registers no time is recorded: they are ours, and closed. */
const timeless = ({ source, name }: Used): readonly string[] =>
  source.startsWith('register') || name === 'place' ? [] : ['at no known time']

function sourceText(source: string): string {
  const [prefix, words] = sources.find(([start]) => source.startsWith(start)) ?? []
  return prefix === undefined || words === undefined ? source : words(source.slice(prefix.length))
}

function valueOf(used: Used, party: string, { place, facts }: Account): string {
  if (used.name === 'place') {
    const where = place === null ? [] : [place.region ?? place.country, behind(place.anonymizer)]
    const known = where.filter((part) => part !== null)
    return known.length === 0 ? '' : `(${known.join(', ')})`
  }
  const evidence = facts === null ? [] : partiesOf(facts, party).flatMap((one) => one.evidence)
  const meant = evidence.filter(
    ({ name, source, verifiedAt }) => name === used.name && source === used.source && verifiedAt === used.verifiedAt,
  )
  return meant.length === 1 && meant[0] !== undefined ? shown(meant[0]) : ''
}

const behind = (anonymizer: string | null): string | null =>
  anonymizer === null || anonymizer === 'none' ? null : anonymizer

function partiesOf({ caller }: Facts, party: string): readonly Subject[] {
  if (party === 'actor') return caller.actor === null ? [] : [caller.actor]
  if (party === 'prior-actor') return caller.priorActors
  return party === 'subject' ? [caller.subject] : []
}

function shown(evidence: Evidence): string {
  switch (evidence.name) {
    case 'us-person': {
      const { value, basis } = evidence.value
      return basis === null ? `\`${value}\`` : `\`${value}\` (${basis})`
    }
    case 'immigration-status':
      return `\`${evidence.value}\``
    case 'nationalities':
      return `with ${evidence.value.length} ${evidence.value.length === 1 ? 'entry' : 'entries'}, ${evidence.complete ? 'said' : 'not said'} to be complete`
    case 'residence':
      return `(${evidence.value.region ?? evidence.value.country})`
  }
}
