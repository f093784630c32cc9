// Limb words: what grants did for a limb, and the flags that a limb carries. One table for each.

import type { GrantFinding, GrantResult } from '../../vocabulary/decision.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import type { Grant } from '../bundle/bundle.ts'
import type { FlagNode, GrantNode } from './explanation.ts'
import { oneLine, partyText, quoted } from './phrase.ts'
import type { Source } from './source.ts'

const at = (ms: number | null | undefined, words: string): string =>
  ms === null || ms === undefined ? '' : ` (${words} ${instantText(ms)})`

/** What follows "the grant … covers the subject". */
const results: Readonly<Record<GrantResult, (grant: Grant | undefined) => string>> = {
  discharged: () => ' and discharges the limb',
  'not-begun': (grant) => `, but has not begun${at(grant?.from, 'it begins')}`,
  expired: (grant) => `, but has ended${at(grant?.to, 'at')}`,
  exhausted: () => ', but its quantity is used up',
  revoked: (grant) => `, but was revoked${at(grant?.revokedFrom, 'from')}`,
  'out-of-scope': () => ', but not this model, mode, operation or phase',
  elsewhere: () => ', but not at this place',
  unknown: () => ', but whether it reaches this place is not known',
}

export function grantNode({ grant, party, result }: GrantFinding, source: Source): GrantNode {
  const found = source.grant(grant)
  const says = `the grant ${named(grant, found)} covers ${partyText(party)}${results[result](found)}`
  return { kind: 'grant', id: grant, state: result, says, under: [] }
}

/** Grants of the bundle that name the limb and are in no finding. */
export const coversNobody = (grant: Grant): GrantNode => ({
  kind: 'grant',
  id: grant.id,
  state: 'covers-nobody',
  says: `the grant ${named(grant.id, grant)} names this limb and covers nobody here`,
  under: [],
})

function named(id: string, grant: Grant | undefined): string {
  if (grant === undefined) return id
  const { authority } = grant.about
  return `${id} (${[quoted(grant.title), ...authority.map(oneLine)].join(', ')})`
}

/** What each flag means; `rest` stands behind its colon. */
const flags: Readonly<Record<string, (rest: string) => string>> = {
  adverse_assertion: () =>
    'rests on a statement against the party’s own interest, which counts however weak or old it is',
  over_included: () =>
    'matches by over-inclusion only: the source does not tell the regions of the country apart, so no prohibition is proved',
  prior_actor: () =>
    'a known fact about an earlier actor counts against the request; earlier actors never help to permit',
  accepted_risk: (rest) => `what is not known here does not count: an accepted risk of the limb \`${rest}\``,
  would_deny: () => 'report-only: recorded, and denies nothing yet',
  opened_by: (rest) => `another evaluation window, ${rest}, opens the model here`,
  mode: (rest) => `asked for the mode \`${rest}\``,
  withdrawn_country_code: () => 'a country code that was withdrawn stands in the evidence: have it reviewed',
}

export const flagNames: readonly string[] = Object.keys(flags)

export const flagName = (flag: string): string => flag.split(':')[0] ?? flag

export const flagRest = (flag: string): string => flag.slice(flagName(flag).length + 1)

export function flagNode(flag: string): FlagNode {
  const state = flagName(flag)
  const words = Object.hasOwn(flags, state) ? flags[state] : undefined
  return {
    kind: 'flag',
    id: flag,
    state,
    says: words === undefined ? `flag \`${flag}\`` : words(flagRest(flag)),
    under: [],
  }
}
