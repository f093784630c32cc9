// Every definition of "foreign person" that a directive may name. There is no built-in meaning of "foreign".

import type { DefinitionId } from '../bundle/bundle.ts'
import { cfius } from './cfius-800.ts'
import type { Definition } from './definition.ts'
import { doj } from './doj-202.256.ts'
import { ear } from './ear-772.1-foreign-person.ts'
import { itar } from './itar-120.62.ts'
import { nispom } from './nispom-117.ts'
import { ofac } from './ofac-589.317-a.ts'

export const definitions: Readonly<Record<DefinitionId, Definition>> = {
  'ear-772.1-foreign-person': ear,
  'itar-120.62': itar,
  'cfius-800': cfius,
  'nispom-117': nispom,
  'doj-202.256': doj,
  'ofac-589.317-a': ofac,
}

const byClaimName = new Map<string, Definition>(
  Object.values(definitions).flatMap((definition) => definition.claimNames.map((name) => [name, definition])),
)

/** The definition that a claim says it was made under; undefined: none that we know. */
export function definitionOfClaim(name: string): Definition | undefined {
  return byClaimName.get(name.trim().toLowerCase())
}
