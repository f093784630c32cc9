// What a page says of a reason beyond the table of src/vocabulary/reason.ts: when it is given, and what an officer does about it.
import type { Basis, Reason } from '../src/vocabulary/reason.ts'

export interface ReasonWords {
  /** When it is given. */
  readonly means: string
  readonly officer: string
  /** Whether the caller can mend it, where that is otherwise than for others of its basis. */
  readonly mend?: string
}

export const mendable: Readonly<Record<Basis, string>> = {
  permit: 'There is nothing to mend.',
  prohibited: 'No. If the facts behind it are wrong, the refusal says where to correct them.',
  not_entitled: 'No. Somebody else has to let them in.',
  grant: 'No. The authorization would have to be another one.',
  review: 'No. They wait.',
  evidence: 'No, not by logging in again: what is wrong lies with the source of the evidence.',
  session: 'Yes: by a valid credential.',
  request: 'Yes: by another request.',
  system: 'No. The same request may be repeated later.',
}

const fresh =
  'Yes, where every gap is about the caller themselves, each directive says `on-unknown: step-up`, and the issuer can be asked: the status is 401 with a challenge, and logging in again brings better evidence. Otherwise it is 403 and somebody else has to act (an organization, an attestation, a database).'
const placeAgain = 'Often: by asking from an address whose place is known, without an anonymizer.'
const repair = 'Nothing about directives. Whoever runs the gateway looks at `/readyz` and the alarms.'
const callersMatter = 'Nothing. The caller or their developer corrects the request.'

const revokedHow = 'Look it up with `portcullis revoke list`. A mistake is lifted by two officers.'

export const reasonWords: Readonly<Record<Reason, ReasonWords>> = {
  embargoed_location: {
    means: 'A place limb of an embargo matches: the address lies where nobody is served.',
    officer:
      'If the caller says that they are elsewhere, look at the record’s address and at the date of the place database; a wrong entry is the database’s to correct.',
  },
  embargoed_resident: {
    means: 'A residence limb of an embargo matches: some evidence, however weak, says that the party resides there.',
    officer: 'Ask where the statement comes from. A wrong one is corrected at its source, not in the directive.',
  },
  person_restricted: {
    means:
      'A limb about persons matches: the party is a foreign person under the definition of that directive, or holds a listed nationality, and no grant covers them.',
    officer:
      'Read `log show`: which directive, whose definition, which evidence. A license, or better facts, change it; nothing else.',
  },
  destination_restricted: {
    means:
      'A place limb of a directive that is no embargo matches: the address, or an attested place, lies where a license is required.',
    officer: 'Status is no defence here. Look whether the place is right; otherwise a license is needed.',
  },
  mode_restricted: {
    means: 'Every mode that the request can reach, or the one that it names, is prohibited to the party.',
    officer: 'See whether the party belongs into the tier or list that opens the mode.',
  },
  tier_restricted: {
    means: 'A limb asks for a tier, and the register does not have the party in it.',
    officer: 'If they were verified for the tier, enter them; the register decides, never a token.',
  },
  model_suspended: {
    means: 'An officer has closed the model, its family or everything, for everyone.',
    officer: '`portcullis resume` lists what is closed and why. Two officers open it.',
    mend: 'No. It is open again when two officers have said so.',
  },
  obligation_unenforceable: {
    means:
      'All else permits, but conditions of the permit cannot hold together, cannot be kept on this request, or say that nothing may flow any more.',
    officer:
      'Look at the `obligations` of the directives and grants that the record names: two of them contradict each other, or one has ended.',
  },
  membership_absent: {
    means:
      'The model is open to members of a program, and no register entry makes the party one. A token’s word counts for nothing.',
    officer: 'If they are a member, enter them or their organization in the register.',
  },
  membership_ended: {
    means: 'There was an entry, of the party or of their employment, and it has ended.',
    officer: 'If the end is wrong, correct the register entry; the record keeps both.',
  },
  evaluation_closed: {
    means: 'A window names the party, and it is not open now.',
    officer: 'A longer window is a new version of it, which two approve.',
  },
  model_unreleased: {
    means: 'The model or variant has not been released, and no window names the party.',
    officer: 'Nothing, unless the party should be an evaluator: then the register, and the window’s own list.',
  },
  grant_expired: {
    means: 'A grant names the limb and covers every party in the way, but it has not begun or is over.',
    officer: 'Ask for a renewal; a renewed authorization is a new grant.',
  },
  grant_exhausted: {
    means:
      'A grant covers the request and nothing of its quantity is left, or the gate is one of a fleet, where nobody hands it out.',
    officer: 'Compare what was used with the authorization; ask for more.',
  },
  grant_revoked: {
    means:
      'A grant that covered the request has `revoked-from`, and that instant is past; or an officer revoked it on this gate ([revocation](../revocation.md)).',
    officer: 'Nothing: it was revoked. Tell the holder.',
  },
  grant_scope_mismatch: {
    means: 'A grant names the limb and covers the party, but another model, operation, phase or place.',
    officer: 'Compare the grant’s `applies-to` and `only-at` with the document. If the document is wider, write it so.',
  },
  pending_review: {
    means: 'Something is unknown, and the directive says `on-unknown: review`.',
    officer: 'Find the missing fact, put it where it belongs (register, issuer), and let the caller ask again.',
  },
  evidence_conflict: {
    means:
      'Two statements about the party cannot both be true, and neither newer nor better wins unless the directive says so.',
    officer: 'Find out which source is wrong, and have it corrected there.',
  },
  evidence_invalid: {
    means:
      'A statement cannot be read (a country code that is none, a value that contradicts itself), or a database claims to be built in the future.',
    officer: 'Tell whoever runs the issuer, or the database.',
  },
  evidence_revoked: {
    means: 'The source took back what it had said.',
    officer: 'Ask the source why. Until it says something new, nothing is known.',
  },
  anonymizer: {
    means: 'The directive needs a favourable place, and the address belongs to a VPN, Tor or a proxy.',
    officer: 'Nothing, if the directive is right to distrust them.',
    mend: placeAgain,
  },
  location_unknown: {
    means: 'The directive needs a place, and the lookup names none, or none exactly enough (a region).',
    officer: 'If it happens often, look at the database and at `trusted-proxies`; for ranges that you know, `places`.',
    mend: placeAgain,
  },
  evidence_stale: {
    means: 'What would settle it is older than the directive accepts: a status of the party, or the place database.',
    officer: 'For a status, nothing: logging in again mends it. For places, have the database renewed.',
    mend: fresh,
  },
  evidence_insufficient: {
    means:
      'Something is said, but not well enough: self-asserted where verified is asked for, a list of nationalities that does not say that it is complete, a statement under another definition.',
    officer: 'Nothing, if the caller can prove it. See that the issuer marks what it has verified.',
    mend: fresh,
  },
  evidence_missing: {
    means: 'Nothing is said of a fact that decides: a status, an organization, the people behind a service.',
    officer: 'For a service, ask its organization for an attestation. For a person, nothing.',
    mend: fresh,
  },
  token_absent: { means: 'The request carries no credential.', officer: 'Nothing.' },
  token_invalid: {
    means:
      'The credential is not accepted: signature, issuer, audience, age or type. The answer says no more; the record says which.',
    officer: 'Nothing, unless many at once: then somebody is trying.',
  },
  token_revoked: {
    means:
      'An officer or an operator revoked this very token ([revocation](../revocation.md)). The record names the revocation.',
    officer: revokedHow,
  },
  session_revoked: {
    means: 'The session was revoked ([revocation](../revocation.md)), and the token was issued before.',
    officer: revokedHow,
  },
  revoked: {
    means:
      'The subject, somebody who acts in it, or the organization was revoked ([revocation](../revocation.md)), for good or for tokens as old as this one.',
    officer: revokedHow,
    mend: 'By signing in again, unless it was for good.',
  },
  request_unreadable: { means: 'The request is no well-formed request of its operation.', officer: callersMatter },
  request_ambiguous: {
    means: 'Two readers could read the request differently (a key twice, two lengths), so nobody may pass it on.',
    officer: 'Nothing, unless many: it is a way to smuggle one model behind another.',
  },
  route_unknown: { means: 'No operation stands at this path.', officer: callersMatter },
  method_not_allowed: { means: 'The operation exists, but not with this method.', officer: callersMatter },
  media_type: { means: 'The body is of a kind that the operation does not take.', officer: callersMatter },
  model_unknown: {
    means:
      'No model of the catalogue has this name, or it is hidden from this caller. An unknown name is refused, never passed on.',
    officer: 'If the model exists, its name is missing from the catalogue.',
  },
  model_absent: { means: 'The request names no model.', officer: callersMatter },
  reference_unknown: {
    means: 'The request refers to a stored object that this caller did not make here.',
    officer: callersMatter,
  },
  too_large: { means: 'A part of the request is above its limit.', officer: callersMatter },
  timeout: { means: 'The request did not arrive in full within its time.', officer: callersMatter },
  policy_unavailable: {
    means: 'No policy is in force, so nothing is decided and nothing passes.',
    officer: 'See why in `/readyz`: usually approvals are missing ([bundles](../bundles.md)).',
  },
  policy_stale: {
    means:
      'The gate follows a fleet’s control and cannot confirm within its lease that the policy in force is the newest, and a directive that covers the request says `when-freshness-is-unknown: refuse`. It passes by itself when control is heard again.',
    officer: 'See the check `fleet` in `/readyz`.',
  },
  geo_unavailable: { means: 'The place decides, and no place database answers.', officer: repair },
  identity_unavailable: { means: 'A fact about the caller decides, and its source does not answer.', officer: repair },
  clock_unsynchronized: {
    means: 'The clock is uncertain by more than a second, so that no instant can be told.',
    officer: repair,
  },
  log_unavailable: { means: 'The decision cannot be recorded. No record, no passage.', officer: repair },
  overloaded: { means: 'More is under way than the gateway has room for.', officer: repair },
  evaluation_failed: {
    means: 'Something went wrong inside. An error is a denial.',
    officer: 'Report it, with the id of the decision: it is a fault of this software.',
  },
  upstream_unavailable: {
    means: 'The decision was to permit, and the model API gives no answer that can be passed on.',
    officer: repair,
  },
  model_mismatch: {
    means: 'The model API says that it served another model than was decided; the answer was stopped.',
    officer:
      'Take it seriously: something was nearly released that nobody decided. Read the record, and ask the operator of the model API.',
  },
  permitted: { means: 'Directives concern the request, and each of them is satisfied.', officer: 'Nothing.' },
  permitted_under_grant: {
    means: 'A limb matches, and a grant discharges it for every party that makes it match.',
    officer: 'Know that the permit ends with the grant; the record names it.',
  },
  no_directive_applies: {
    means: 'No directive in force covers the model, operation and phase.',
    officer: 'If one should, its `applies-to` is too narrow.',
  },
}
