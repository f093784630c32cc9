// Limb words: what grants did for a limb, and the flags that a limb carries (vocabulary/flags.ts has their sentences).
import type { GrantFinding, GrantResult } from '../../vocabulary/decision.ts'
import { flagName, flagSays } from '../../vocabulary/flags.ts'
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

export function flagNode(flag: string): FlagNode {
  const says = flagSays(flag) ?? `flag \`${flag}\``
  return { kind: 'flag', id: flag, state: flagName(flag), says, under: [] }
}
