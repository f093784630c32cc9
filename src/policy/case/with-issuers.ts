// With issuers: a case in which short ids of issuers stand, with the issuers that they stand for. What is no short id stays as it is.

import type { Case, CaseParty } from './case.ts'

export function withIssuers(one: Case, issuers: Readonly<Record<string, string>>): Case {
  const named = <Party extends CaseParty>(party: Party): Party => ({
    ...party,
    issuer: (Object.hasOwn(issuers, party.issuer) ? issuers[party.issuer] : undefined) ?? party.issuer,
  })
  const { actor, prior_actors, ...who } = named(one.who)
  const parties = { ...(actor === undefined ? {} : { actor: named(actor) }), prior_actors: prior_actors.map(named) }
  return { ...one, who: { ...who, ...parties } }
}
