// What a definition of "foreign person" consists of. Nothing in the engine knows a definition by its name.

import type { DefinitionId, Organization } from '../bundle/bundle.ts'
import type { Standings } from './standing.ts'

export interface Definition {
  readonly id: DefinitionId
  readonly title: string
  readonly citations: readonly string[]
  /** Standings of persons who are not foreign. */
  readonly admits: Standings
  /** Any person who is in the United States is not foreign either. */
  readonly admitsPresence: boolean
  /** Whether an organization is not foreign. */
  readonly admitsOrganization: (organization: Organization, head: Organization | undefined) => boolean
  /** Words by which a claim may name this definition. */
  readonly claimNames: readonly string[]
}
