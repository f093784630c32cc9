// The closed list of reasons. Every answer, record, page and command takes the word, its basis and its status from here;
// a reason that does not stand in this table cannot be given (docs/reasons.md is checked against it).

export type Basis =
  | 'permit'
  | 'prohibited'
  | 'not_entitled'
  | 'grant'
  | 'review'
  | 'evidence'
  | 'session'
  | 'request'
  | 'system'

interface ReasonRow {
  readonly basis: Basis
  /** HTTP status of the refusal; `evidence` becomes 401 where a step-up can mend it. */
  readonly status: number
  /** One sentence that may be shown to the caller. It names no nationality, list or confidential instrument. */
  readonly says: string
}

const prohibited = (says: string): ReasonRow => ({ basis: 'prohibited', status: 403, says })
const notEntitled = (says: string): ReasonRow => ({ basis: 'not_entitled', status: 403, says })
const grant = (says: string): ReasonRow => ({ basis: 'grant', status: 403, says })
const evidence = (says: string): ReasonRow => ({ basis: 'evidence', status: 403, says })
const session = (says: string): ReasonRow => ({ basis: 'session', status: 401, says })
const request = (status: number, says: string): ReasonRow => ({ basis: 'request', status, says })
const system = (status: number, says: string): ReasonRow => ({ basis: 'system', status, says })
const permit = (says: string): ReasonRow => ({ basis: 'permit', status: 200, says })

export type Reason =
  | 'embargoed_location'
  | 'embargoed_resident'
  | 'person_restricted'
  | 'destination_restricted'
  | 'mode_restricted'
  | 'tier_restricted'
  | 'model_suspended'
  | 'obligation_unenforceable'
  | 'membership_absent'
  | 'membership_ended'
  | 'evaluation_closed'
  | 'model_unreleased'
  | 'grant_expired'
  | 'grant_exhausted'
  | 'grant_revoked'
  | 'grant_scope_mismatch'
  | 'pending_review'
  | 'evidence_conflict'
  | 'evidence_invalid'
  | 'evidence_revoked'
  | 'anonymizer'
  | 'location_unknown'
  | 'evidence_stale'
  | 'evidence_insufficient'
  | 'evidence_missing'
  | 'token_absent'
  | 'token_invalid'
  | 'token_revoked'
  | 'session_revoked'
  | 'revoked'
  | 'request_unreadable'
  | 'request_ambiguous'
  | 'route_unknown'
  | 'method_not_allowed'
  | 'media_type'
  | 'model_unknown'
  | 'model_absent'
  | 'reference_unknown'
  | 'too_large'
  | 'timeout'
  | 'policy_unavailable'
  | 'policy_stale'
  | 'geo_unavailable'
  | 'identity_unavailable'
  | 'clock_unsynchronized'
  | 'log_unavailable'
  | 'overloaded'
  | 'evaluation_failed'
  | 'upstream_unavailable'
  | 'model_mismatch'
  | 'permitted'
  | 'permitted_under_grant'
  | 'no_directive_applies'

export const reasons: Readonly<Record<Reason, ReasonRow>> = {
  embargoed_location: prohibited('This service is not available at the place the request comes from.'),
  embargoed_resident: prohibited('This service is not available to residents of the stated place.'),
  person_restricted: prohibited('This model may not be released to you under a directive in force.'),
  destination_restricted: prohibited('This model may not be released to the place the request comes from.'),
  mode_restricted: prohibited('This mode of the model is restricted.'),
  tier_restricted: prohibited('This risk tier of the model is restricted.'),
  model_suspended: prohibited('This model is suspended for everyone at the moment.'),
  obligation_unenforceable: prohibited('A condition of the permit cannot be enforced on this request.'),
  membership_absent: notEntitled('This model is open to members of a program only.'),
  membership_ended: notEntitled('Your membership of the program that opens this model has ended.'),
  evaluation_closed: notEntitled('The evaluation window for this model is not open.'),
  model_unreleased: notEntitled('This model has not been released.'),
  grant_expired: grant('The authorization that covered this request has expired or has not begun.'),
  grant_exhausted: grant('The quantity of the authorization that covers this request is used up.'),
  grant_revoked: grant('The authorization that covered this request was revoked.'),
  grant_scope_mismatch: grant('The authorization does not cover this request.'),
  pending_review: { basis: 'review', status: 403, says: 'This request waits for a review.' },
  evidence_conflict: evidence('What is known about you contradicts itself.'),
  evidence_invalid: evidence('What is known about you cannot be read.'),
  evidence_revoked: evidence('The evidence about you was revoked.'),
  anonymizer: evidence('The request comes through an anonymizer, so that its place is not known.'),
  location_unknown: evidence('The place that the request comes from is not known.'),
  evidence_stale: evidence('The evidence needed for this model is too old.'),
  evidence_insufficient: evidence('The evidence needed for this model is not verified, or not complete.'),
  evidence_missing: evidence('The evidence needed for this model is missing.'),
  token_absent: session('No credential was sent.'),
  token_invalid: session('The credential is not valid.'),
  token_revoked: session('The credential was revoked.'),
  session_revoked: session('The session was revoked.'),
  revoked: session('Access was revoked.'),
  request_unreadable: request(400, 'The request cannot be read.'),
  request_ambiguous: request(400, 'The request can be read in more than one way.'),
  route_unknown: request(404, 'There is no such operation here.'),
  method_not_allowed: request(405, 'This method is not allowed on this operation.'),
  media_type: request(415, 'The media type or coding of the body is not accepted on this operation.'),
  model_unknown: request(404, 'The model does not exist or is not offered here.'),
  model_absent: request(400, 'The request must name its model.'),
  reference_unknown: request(404, 'The request refers to an object that is not known here.'),
  too_large: request(413, 'The request is too large.'),
  timeout: request(408, 'The request did not arrive in time.'),
  policy_unavailable: system(503, 'No policy is loaded.'),
  policy_stale: system(503, 'The policy cannot be confirmed to be current.'),
  geo_unavailable: system(503, 'The place database is not available.'),
  identity_unavailable: system(503, 'The identity provider is not available.'),
  clock_unsynchronized: system(503, 'The clock cannot be trusted.'),
  log_unavailable: system(503, 'The decision cannot be recorded.'),
  overloaded: system(503, 'The gateway is overloaded.'),
  evaluation_failed: system(503, 'The decision could not be made.'),
  upstream_unavailable: system(502, 'The model API is not available.'),
  model_mismatch: system(502, 'The model API served another model than was decided.'),
  permitted: permit('Every directive in force permits this request.'),
  permitted_under_grant: permit('A grant discharges what would have prohibited this request.'),
  no_directive_applies: permit('No directive in force concerns this request.'),
}

/** What a caller sees where the directive does not say `tell-the-caller: reason` (semantics.md §9 of the design: answers only). */
export type AnswerCode = Reason | 'access_restricted'
