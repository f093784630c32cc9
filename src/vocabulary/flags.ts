// Flags: what the finding of a limb says beside its value. A closed table: what does not stand here cannot be set, and every reader
// (records, explanations, cases, docs/records.md) has the same sentence for it. A flag decides nothing; it says on what a finding rests.

type PlainFlag = 'adverse_assertion' | 'over_included' | 'prior_actor' | 'withdrawn_country_code' | 'would_deny'
/** Behind their colon: the id of a limb, the id of a window, a mode. */
type NamingFlag = 'accepted_risk' | 'opened_by' | 'mode'

export type FlagName = PlainFlag | NamingFlag
export type Flag = PlainFlag | `${NamingFlag}:${string}`

/** By name, the sentence; `rest` is what stands behind the colon. */
const sentences: Readonly<Record<FlagName, (rest: string) => string>> = {
  adverse_assertion: () =>
    'rests on a statement against the party’s own interest, which counts however weak or old it is',
  over_included: () =>
    'matches by over-inclusion only: the source does not tell the regions of the country apart, so no prohibition is proved',
  prior_actor: () =>
    'a known fact about an earlier actor counts against the request; earlier actors never help to permit',
  withdrawn_country_code: () => 'a country code that was withdrawn stands in the evidence: have it reviewed',
  would_deny: () => 'report-only: recorded, and denies nothing yet',
  accepted_risk: (limb) => `what is not known here does not count: an accepted risk of the limb \`${limb}\``,
  opened_by: (window) => `another evaluation window, ${window}, opens the model here`,
  mode: (mode) => `asked for the mode \`${mode}\``,
}

export const flagNames: readonly FlagName[] = Object.keys(sentences) as FlagName[]

/** Total over what a record of any version may say, as are the next two. */
export const flagName = (flag: string): string => flag.split(':')[0] ?? flag

export const flagRest = (flag: string): string => flag.slice(flagName(flag).length + 1)

export const isFlag = (value: unknown): value is Flag => typeof value === 'string' && flagSays(value) !== undefined

/** Undefined: this version knows no flag of that name. */
export function flagSays(flag: string): string | undefined {
  const name = flagName(flag)
  return Object.hasOwn(sentences, name) ? sentences[name as FlagName](flagRest(flag)) : undefined
}
