// Evidence: a value with source, assurance, time and completeness. What it proves is for src/policy to say.

/** How well a value is backed as it was *received*. `verified` > `asserted` > `inferred`; the rest carry no usable value. */
export const assurances = ['verified', 'asserted', 'inferred'] as const
export type Assurance = (typeof assurances)[number]
export type Unusable = 'invalid' | 'revoked' | 'unavailable'

/** What evaluation makes of evidence under one directive's demands. All but `verified`, `asserted`, `inferred` evaluate to unknown. */
export type EvidenceState = Assurance | Unusable | 'missing' | 'insufficient' | 'stale' | 'conflicting'

interface EvidenceOf<Name extends string, Value> {
  readonly name: Name
  readonly value: Value
  readonly state: Assurance | Unusable
  /** Where it came from: `token:<issuer>`, `introspection:<issuer>`, `stated` (AuthZEN), `register:<id>`. */
  readonly source: string
  /** When it was verified, milliseconds since the epoch; null when unknown (then stale wherever a limit is set). */
  readonly verifiedAt: number | null
}

/** Why somebody counts as a US person. A basis narrows which definitions the statement can serve. */
export const usPersonBases = ['citizen-or-national', 'permanent-resident', 'protected', 'entity', 'none'] as const
export type UsPersonBasis = (typeof usPersonBases)[number]

export interface UsPersonValue {
  readonly value: boolean
  readonly definition: string | null
  readonly basis: UsPersonBasis | null
}

export interface ResidenceValue {
  /** As received: alpha-2, alpha-3 or a name; normalised where it is compared. */
  readonly country: string
  readonly region: string | null
}

export type UsPersonEvidence = EvidenceOf<'us-person', UsPersonValue>
/** `h-1b`, `f-1`, `tps`, …: lower-case kebab, as received. */
export type ImmigrationStatusEvidence = EvidenceOf<'immigration-status', string>
/** Country codes as received, never filtered; `complete` only where the evidence itself says that the list is. */
export type NationalitiesEvidence = EvidenceOf<'nationalities', readonly string[]> & { readonly complete: boolean }
export type ResidenceEvidence = EvidenceOf<'residence', ResidenceValue>

export type Evidence = UsPersonEvidence | ImmigrationStatusEvidence | NationalitiesEvidence | ResidenceEvidence
export type EvidenceName = Evidence['name']
