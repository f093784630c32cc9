// With issuers: a case in which short ids of issuers stand, with the issuers that they stand for. What is no short id stays as it is.

import type { Case, CaseCaller, CaseParty } from './case.ts'

export function withIssuers(one: Case, issuers: ReadonlyMap<string, string>): Case {
  const issuer = ({ issuer: id }: CaseParty): string => issuers.get(id) ?? id
  const named = (party: CaseParty): CaseParty => ({ ...party, issuer: issuer(party) })
  const { who } = one
  const caller: CaseCaller = { ...who, issuer: issuer(who), prior_actors: who.prior_actors.map(named) }
  return { ...one, who: who.actor === undefined ? caller : { ...caller, actor: named(who.actor) } }
}
