// Record words: of every kind of record, when it is written and what each of its fields says. docs/records.md is printed from here.
// Closed over the types by the compiler, both ways: a field without its words does not compile, nor do words without a field.

import type { EventKind } from './event.ts'
import { eventWords } from './event-words.ts'
import type { FieldWords } from './field-paths.ts'
import type { DecisionRecord, Ending, LogRecord, OutcomeRecord, RefusalsRecord } from './record.ts'

interface RecordWords<Record> {
  /** When it is written. */
  readonly when: string
  readonly fields: FieldWords<Omit<Record, 'k'>>
}

const decision: RecordWords<DecisionRecord> = {
  when: 'Before anything of the request leaves the gate, and before any answer: permitted, denied and failed alike. One for each request, except counted refusals.',
  fields: {
    id: ['UUIDv7', 'The header `Portcullis-Decision` of the answer. Its outcome has the same.'],
    at: ['instant', 'When it was decided; also the instant that was decided for, unless `decidedFor` says another.'],
    decidedFor: ['instant or null', 'The instant of a what-if over AuthZEN; null: `at` itself.'],
    askedBy: [
      'map or null',
      'Who asked for a decision about others, over AuthZEN; null: the subject itself, by a request.',
    ],
    'askedBy.issuer': ['text', 'Issuer of the asker’s token.'],
    'askedBy.subject': ['pseudonym', 'Of the asker.'],
    'askedBy.roles': ['list of words', 'Roles that the token has here.'],
    request: ['map', 'What was asked for. Never the target, a query, a prompt.'],
    'request.method': ['word', 'Of HTTP.'],
    'request.operation': ['id', 'Of [the operations](operations.md), or `unknown`.'],
    'request.phase': ['`admit`, `start`, `continue`, `deliver`', 'Which step of the work was decided.'],
    'request.stream': ['true or false', 'The answer was asked for as a stream.'],
    'request.length': ['bytes', 'Of the body as read.'],
    'request.socket': ['UUIDv7 or null', 'Of a frame on a WebSocket: the decision id of the upgrade. null: a request.'],
    'request.via': [
      '`data`, `authzen`, `what-if`',
      '`data`: a request to the data listener. `authzen`: an enforcement point asked. `what-if`: the asker stated another time.',
    ],
    subject: ['map or null', 'Who asked, as the token says; null: no credential was verified.'],
    'subject.issuer': ['text', 'Issuer of the token.'],
    'subject.subject': ['pseudonym', 'Of `sub`, together with its issuer.'],
    'subject.kind': ['`person`, `service`', 'As the issuer’s settings tell them apart.'],
    'subject.actor': ['pseudonym or null', 'Who acts for the subject (`act` of RFC 8693).'],
    'subject.organization': ['id or null', 'As in the register of organizations.'],
    'subject.token': [
      'pseudonym or null',
      'Of the digest of what is signed of the token; null: the facts were stated over AuthZEN.',
    ],
    'subject.session': ['pseudonym or null', 'Of `sid`, together with its issuer.'],
    place: ['map or null', 'Where the address probably is; null: it was not looked up.'],
    'place.state': [
      '`located`, `not-found`, `address-unknown`, `unavailable`',
      'Whether a country is known, and if not, why: no database names one, there is no usable address, no database answered.',
    ],
    'place.address': ['pseudonym or null', 'Of the client address.'],
    'place.country': ['ISO 3166-1 alpha-2 or null', 'What the look-up said.'],
    'place.region': ['ISO 3166-2 or null', 'What the look-up said; null also where the database knows no regions.'],
    'place.anonymizer': [
      '`none`, `vpn`, `tor`, `public-proxy`, `residential-proxy`, or null',
      'null: there is no anonymizer database, so nothing is known.',
    ],
    'place.source': [
      '`database`, `operator`, `stated`',
      '`operator`: a range of the settings. `stated`: the word of an enforcement point.',
    ],
    'place.database': ['digest or null', 'Of the file of the country database; `geo.loaded` tells more of it.'],
    models: ['list of maps', 'Every model that the request names.'],
    'models[].pointer': [
      'JSON pointer',
      'Where in the body the name stands, `path:<name>`, or `stored:` and where it is referred to.',
    ],
    'models[].name': ['text', 'As asked.'],
    'models[].model': [
      'id or null',
      'What the catalogue says that it is; null: it knows no such name, or was not asked.',
    ],
    'models[].variant': ['word or null', 'Of the model.'],
    'models[].modes': ['list of words', 'Every mode that the request could reach.'],
    references: ['list of maps', '[What is stored](stored-objects.md) that the request refers to.'],
    'references[].pointer': ['JSON pointer', 'Where in the body it is named, or `path:<name>`.'],
    'references[].kind': ['word', 'What it is: `response`, `file`, `batch`, …'],
    'references[].id': ['text', 'The provider’s id of it.'],
    'references[].decision': [
      'id or null',
      'The decision under which it was made; null: this caller made no such object.',
    ],
    effect: ['`permit`, `deny`', 'The answer.'],
    basis: ['word', 'Of what kind the reason is ([reasons](reasons.md), by basis).'],
    reason: ['word', 'The first of all that stand in the way ([reasons](reasons.md)).'],
    told: ['word or null', 'The code that the caller was sent: the reason, or less; null with a permit.'],
    detail: ['text or null', 'One internal sentence more than the reason says. Never shown to the caller.'],
    determinations: [
      'list of maps',
      'What each directive in force says whose scope covers the request; empty where none was asked.',
    ],
    'determinations[].directive': [
      'id',
      'Of the directive, or `catalogue:<model>`, `suspension:<id>` for what is unreleased or suspended.',
    ],
    'determinations[].version': ['number', 'Of the directive.'],
    'determinations[].resource': ['JSON pointer', 'For which of `models`.'],
    'determinations[].result': [
      '`violated`, `indeterminate`, `satisfied`',
      '[What the directive says](semantics.md#what-a-directive-says).',
    ],
    'determinations[].limbs': ['list of maps', 'Each limb of the directive.'],
    'determinations[].limbs[].limb': ['id', 'Its name in the directive.'],
    'determinations[].limbs[].value': [
      '`true`, `false`, `unknown`',
      'Whether it matches after grants: `true` prohibits, `unknown` is a gap of evidence.',
    ],
    'determinations[].limbs[].reason': ['word or null', 'Why it is true or unknown.'],
    'determinations[].limbs[].grants': ['list of maps', 'Grants that name the limb and cover a party in the way.'],
    'determinations[].limbs[].grants[].grant': ['id', 'Of the grant.'],
    'determinations[].limbs[].grants[].party': [
      '`subject`, `actor`, `prior-actor`, `organization`, `end-user`',
      'Whom it covers.',
    ],
    'determinations[].limbs[].grants[].result': [
      'word',
      '`discharged`, or why it did not: `not-begun`, `expired`, `exhausted`, `revoked`, `out-of-scope`, `elsewhere`, `unknown`.',
    ],
    'determinations[].limbs[].flags': ['list of flags', '[Below](#flags).'],
    'determinations[].limbs[].predicates': ['list of maps', 'Results of the tests, never what was tested.'],
    'determinations[].limbs[].predicates[].predicate': [
      'name(party)',
      'As `foreign-person(subject)` ([predicates](predicates/README.md)).',
    ],
    'determinations[].limbs[].predicates[].value': ['`true`, `false`, `unknown`', 'Its result.'],
    'determinations[].limbs[].predicates[].evidence': ['list of maps', 'What it rests on.'],
    'determinations[].limbs[].predicates[].evidence[].name': ['word', '`us-person`, `nationalities`, `place`, …'],
    'determinations[].limbs[].predicates[].evidence[].state': [
      'word',
      '[What it is worth](semantics.md#what-evidence-is-worth) under this directive.',
    ],
    'determinations[].limbs[].predicates[].evidence[].source': [
      'text',
      '`token:<issuer>`, `register:<id>`, `database`, …',
    ],
    'determinations[].limbs[].predicates[].evidence[].verifiedAt': [
      'milliseconds since the epoch, or null',
      'When it was verified; of a place, when its database was built.',
    ],
    obligations: ['list of maps', 'What the gate had to do with a permit.'],
    'obligations[].kind': [
      'word',
      '`force-mode`, `cap-output-tokens`, `no-store`, `log-full`, `terminate-at`, `recheck-every`.',
    ],
    'obligations[].pointer': ['JSON pointer', '`force-mode`: which model.'],
    'obligations[].mode': ['word', '`force-mode`: the mode.'],
    'obligations[].max': ['tokens', '`cap-output-tokens`: the most that may be generated.'],
    'obligations[].at': ['milliseconds since the epoch', '`terminate-at`: when the answer ends.'],
    'obligations[].seconds': ['seconds', '`recheck-every`: an open answer is decided again at least so often.'],
    validUntil: ['instant or null', 'The first instant at which the answer could change by time alone; null: never.'],
    policy: ['map or null', 'What decided; null: no policy was loaded.'],
    'policy.digest': ['digest', 'Of the policy in force; `policy.loaded` has the same.'],
    'policy.serial': ['number', 'Of the policy.'],
    'policy.unsigned': ['true or false', 'No approvals were asked for.'],
    'policy.suspensions': [
      'digest or null',
      'Of what was suspended beside it, as `suspension.*` name it; null: nothing.',
    ],
    'policy.revocations': [
      'digest or null',
      'Of what was revoked beside it, as `revocation.*` name it; null: nothing.',
    ],
    settings: ['digest', 'Of the settings without their secrets; `config.loaded` has the same.'],
    cache: ['map', 'Where the decision came from.'],
    'cache.state': ['`computed`, `memory`, `redis`, `none`', '`none`: the policy was not asked.'],
    'cache.of': ['UUIDv7 or null', 'The decision that was computed first; null: this one, or none.'],
    software: ['text', 'Name and version of the gateway.'],
  },
}

const outcome: RecordWords<OutcomeRecord> = {
  when: 'When the answer has ended; where the process ended first, at its next start.',
  fields: {
    id: ['UUIDv7', 'Of the decision.'],
    at: ['instant', 'When it was written.'],
    ending: ['word', 'How it ended ([below](#endings)).'],
    reason: ['word or null', 'Why it was cut or refused.'],
    upstreamStatus: ['HTTP status or null', 'Of the model API; null: nothing was forwarded, or no answer came.'],
    status: ['HTTP status or null', 'That the caller was sent; null: none.'],
    bytes: ['bytes', 'Of the answer’s body, as released to the caller.'],
    outputTokens: ['tokens or null', 'As the model API counts them; null: it did not say.'],
    servedModel: ['text or null', 'The model that it says it served, as it says it.'],
    lastByteAt: ['instant or null', 'When the last byte was released.'],
  },
}

const refusals: RecordWords<RefusalsRecord> = {
  when: 'Instead of many decisions: refusals of basis `session` or `request`, before a token was verified, or as `overloaded` share one from the twenty-first on that has the same reason and address within ten seconds. The first twenty have records of their own.',
  fields: {
    id: ['UUIDv7', 'The header `Portcullis-Decision` of every answer that it counts. It has no outcome.'],
    at: ['instant', 'When it was written; the answers were held until then.'],
    reason: ['word', 'Of all of them.'],
    count: ['number', 'How many.'],
    first: ['instant', 'Of the first of them.'],
    last: ['instant', 'Of the last.'],
    address: ['pseudonym or null', 'Of the client address; null: unknown, or of too many addresses to count apart.'],
  },
}

const commit: RecordWords<{ readonly n: number }> = {
  when: 'As the last line of every group that was written together: what stands before it is complete. It has no `at`.',
  fields: { n: ['number', 'Lines in the log with this one.'] },
}

export const endings: Readonly<Record<Ending, string>> = {
  completed: 'The model API’s answer was released whole.',
  refused: 'The gate answered the refusal itself.',
  answered: 'Over AuthZEN: the decision was handed out. What became of it is for the enforcement point to record.',
  client_abort: 'The caller left before the end.',
  cut: 'It was open when something changed, and was ended; `reason` says why.',
  upstream_failed: 'The model API could not be reached, or broke off.',
  model_mismatch: 'The model API named another model than was decided; nothing, or nothing more, was released.',
  shutdown: 'The gate was told to stop, and it did not end in time.',
  unknown_crash: 'The process ended first. Something may have been released.',
}

type Described = LogRecord['k'] | 'commit'

export const recordWords: Readonly<
  Record<
    Described,
    { readonly when: string; readonly fields: Readonly<Record<string, readonly [is: string, says: string]>> }
  >
> = { decision, outcome, refusals, ...eventWords, commit }

/** Every kind that a log can be asked for. */
export const recordKinds: readonly LogRecord['k'][] = [
  'decision',
  'outcome',
  'refusals',
  ...(Object.keys(eventWords) as EventKind[]),
]
