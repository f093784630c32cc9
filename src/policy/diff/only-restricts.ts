// Only restricts: whether a policy is another one and some directives more that can only deny. No request need be compared then: adding
// such a directive never turns a denial into a permit, whatever else a policy says, and never takes an obligation away.

import { canonicalJson, type JsonValue } from '../../json/index.ts'
import type { Bundle } from '../bundle/bundle.ts'

export function onlyRestricts(before: Bundle, after: Bundle): boolean {
  const known = new Set(before.directives.map(written))
  const added = after.directives.filter((one) => !known.has(written(one)))
  const lists = new Map(after.lists.map((list) => [list.id, written(list)]))
  return (
    after.directives.length - added.length === before.directives.length &&
    added.every((one) => one.kind !== 'evaluation-window' && one.supersedes.length === 0) &&
    before.lists.every((list) => lists.get(list.id) === written(list)) &&
    (['catalogue', 'grants', 'withdrawals', 'registers'] as const).every(
      (part) => written(before[part]) === written(after[part]),
    )
  )
}

/** Where it stands in a file says nothing. In another order it counts as changed, and is compared. */
function written(part: object): string {
  const said = JSON.stringify(part, (key, value: unknown) => (key === 'position' ? undefined : value))
  return canonicalJson(JSON.parse(said) as JsonValue)
}
