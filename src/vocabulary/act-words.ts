// Act words: what records say of what officers and operators do: publish, suspend, revoke, and take it back. As event-words.ts.
import type { EventKind, Events } from './event.ts'
import type { EventWords } from './field-paths.ts'

const suspended = {
  id: ['UUIDv7', 'Of the suspension.'],
  of: ['text', 'What is closed: `all`, `family:…` or `model:…`.'],
  models: ['list of ids', 'Models that it closed when it began, a hundred at most.'],
  more: ['number', 'Models beyond those.'],
  since: ['instant', 'When it began.'],
  why: ['text', 'In the officer’s words.'],
} as const

const act = {
  ...suspended,
  issuer: ['text', 'Issuer of the officer’s token.'],
  subject: ['pseudonym', 'Of the officer, by the key of this folder of logs.'],
  suspensions: ['digest or null', 'Of all that is suspended from here on, as decisions name it; null: nothing.'],
} as const

const revoked = {
  id: ['UUIDv7', 'Of the revocation.'],
  kind: ['word', '`token`, `token-content`, `session`, `subject`, `organization`, `grant`.'],
  of: [
    'text',
    'Of a token (its `jti`, or what is signed of it), a session or a subject the pseudonym, as decisions in this folder of logs name it; id of an organization or grant.',
  ],
  ofIssuer: [
    'text or null',
    'Whose token, session, subject or organization; null: of a grant, or a token by what is signed of it.',
  ],
  issuedUntil: ['instant or null', 'Tokens that were issued later are not reached; null: all are.'],
  since: ['instant', 'When it began.'],
} as const

const revocations = [
  'digest or null',
  'Of all that is revoked from here on, as decisions name it; null: nothing.',
] as const

const revocationAct = {
  ...revoked,
  why: ['text', 'In the words of who asked.'],
  issuer: ['text', 'Issuer of their token.'],
  subject: ['pseudonym', 'Of who asked, by the key of this folder of logs.'],
  revocations,
} as const

const cut = [
  'number or null',
  'Open answers that the act cut; null: it was said at a fleet’s control, which does not know. Printed as `not known`.',
] as const

type ActKind = Extract<EventKind, 'policy.published' | `suspension.${string}` | `revocation.${string}`>

export const actWords: { readonly [Kind in ActKind]: EventWords<Events[Kind]> } = {
  'policy.published': {
    when: 'When an officer has sent bundles to a fleet’s control, whatever came of them, before the officer is answered.',
    fields: {
      issuer: ['text', 'Issuer of the officer’s token.'],
      subject: ['pseudonym', 'Of the officer, by the key of this folder of logs.'],
      policy_serial: [
        'number or null',
        'Of the policy bundle that was sent, as it says; null: none was that can be read.',
      ],
      policy_digest: ['digest or null', 'Of its content, as it says.'],
      registers_serial: ['number or null', 'The same of the registers bundle.'],
      registers_digest: ['digest or null', 'Of its content, as it says.'],
      ended: [
        '`in_force`, `approved`, `unchanged`, `refused`',
        'It is in force; it was, and approvals have come; it was, and nothing is new; nothing came of it.',
      ],
      codes: [
        'list of words',
        '[Why](bundles.md#what-is-refused-and-why) it, or a part of it, was refused, at length in `policy.rejected` before; or `clock_unsynchronized`.',
      ],
      serial: ['number or null', 'Of the policy that is in force then; null: none is.'],
      digest: ['digest or null', 'Of the same.'],
    },
  },
  'suspension.begun': { when: 'When an officer closes something.', fields: { ...act, cut } },
  'suspension.lift_asked': { when: 'When an officer asks to open it again; the second one opens it.', fields: act },
  'suspension.lifted': { when: 'When the second officer has asked: it is open again.', fields: { ...act, cut } },
  'suspension.reminded': {
    when: 'Now and then while it stands: nothing lapses by itself.',
    fields: { ...suspended, ageS: ['seconds', 'How long it has stood.'] },
  },
  'revocation.begun': {
    when: 'When an officer or an operator revokes something.',
    fields: { ...revocationAct, cut },
  },
  'revocation.lift_asked': {
    when: 'When an officer asks to lift a revocation; the second one lifts it.',
    fields: revocationAct,
  },
  'revocation.lifted': {
    when: 'When the second officer has asked: it shuts out nobody any more.',
    fields: { ...revocationAct, cut },
  },
  'revocation.forgotten': {
    when: 'When every token that it reached has expired long since.',
    fields: { ...revoked, revocations },
  },
  'revocation.loaded': {
    when: 'At a start that finds something revoked.',
    fields: {
      count: ['number', 'Revocations in force.'],
      epoch: ['number', 'Acts so far: it never goes back.'],
      revocations,
    },
  },
}
