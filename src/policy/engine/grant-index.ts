// Grant index: which of a limb's grants might cover a party. Thousands of licenses may name one limb, each for a holder of its own; a
// look-up by the party's organizations and by the subject finds theirs, however many the others are.
// Invariant: what is left out covers no such party at any instant.

import { both, none } from './finding.ts'
import type { Party } from './parties.ts'
import type { CompiledGrant } from './policy.ts'

export interface GrantIndex {
  /** In order of id. */
  readonly all: readonly CompiledGrant[]
  /** Those that cover by a register of members, evaluators, staff or a tier: they might cover anybody. */
  readonly anybody: readonly CompiledGrant[]
  readonly byOrganization: ReadonlyMap<string, readonly CompiledGrant[]>
  /** By issuer, then by subject. */
  readonly bySubject: ReadonlyMap<string, ReadonlyMap<string, readonly CompiledGrant[]>>
}

/** @param grants in order of id, which look-ups keep */
export function indexGrants(grants: readonly CompiledGrant[]): GrantIndex {
  const anybody = new Set<CompiledGrant>()
  const byOrganization = new Map<string, CompiledGrant[]>()
  const bySubject = new Map<string, Map<string, CompiledGrant[]>>()
  for (const grant of grants) {
    for (const cover of grant.covers) {
      if (cover.cover === 'organization' || cover.cover === 'employees-of')
        put(byOrganization, cover.organization, grant)
      else if (cover.cover === 'subject') {
        const { issuer, subject } = cover.subject
        const ofIssuer = bySubject.get(issuer) ?? new Map<string, CompiledGrant[]>()
        bySubject.set(issuer, ofIssuer)
        put(ofIssuer, subject, grant)
      } else anybody.add(grant)
    }
  }
  return { all: grants, anybody: [...anybody], byOrganization, bySubject }
}

function put(index: Map<string, CompiledGrant[]>, key: string, grant: CompiledGrant): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [grant])
  else if (known.at(-1) !== grant) known.push(grant)
}

/** In order of id, each once; whether one covers the party now is for covers.ts to say. */
export function mightCover({ anybody, byOrganization, bySubject }: GrantIndex, party: Party): readonly CompiledGrant[] {
  let found = anybody
  if (byOrganization.size > 0) {
    for (const id of organizationsOf(party)) found = both(found, byOrganization.get(id) ?? none)
  }
  if (bySubject.size > 0 && (party.kind === 'person' || party.kind === 'service')) {
    const { issuer, subject } = party.subject.id
    found = both(found, bySubject.get(issuer)?.get(subject) ?? none)
  }
  return found.length < 2 ? found : [...new Set(found)].sort((a, b) => (a.source.id < b.source.id ? -1 : 1))
}

/** Every organization through which a grant may cover the party: itself, who runs it, whose employee it is or was or will be. */
function organizationsOf(party: Party): readonly string[] {
  switch (party.kind) {
    case 'organization':
      return party.id === null ? none : [party.id]
    case 'service':
      return party.runBy
    case 'person':
      return party.entries?.employers ?? none
    case 'end-users':
      return party.attestations.map(({ organization }) => organization)
  }
}
