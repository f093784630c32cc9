// Revocations by officers and operators: the journal, every act on record. What a revocation does is for whoever opens this to say.
import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import { openRevocations, type Revocation, type Revocations } from '../directives/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import type { RevokedOnRecord } from '../vocabulary/event.ts'
import { type ActingOptions, recordedAct } from './acting.ts'
import type { Notes } from './notes.ts'

/** What the journal holds is in force, and on record, when it resolves. @throws Error where the journal is damaged */
export async function openRevoking(options: ActingOptions<Revocation>): Promise<Revocations> {
  const { folder, notes, logger, clock, apply, digest } = options
  const { pseudonym } = notes
  const revocations = await openRevocations({
    path: join(folder, 'revocations.ndjson'),
    clock,
    newId,
    onFault: (error) => logger.error({ err: error }, 'what is revoked could not be written down'),
    apply,
    alsoKept: options.ofFleet?.kept,
    record: recordedAct(options, ({ kind, standing, said, cut }) => {
      const act = { ...onRecord(standing, pseudonym), ...said, revocations: digest() }
      return kind === 'lift-asked'
        ? notes.record('revocation.lift_asked', act)
        : notes.record(`revocation.${kind}`, { ...act, cut })
    }),
    onForgotten: (one) => notes.note('revocation.forgotten', { ...onRecord(one, pseudonym), revocations: digest() }),
  })
  const found = revocations.standing()
  void apply(found)
  if (found.length > 0)
    notes.note('revocation.loaded', { count: found.length, epoch: revocations.epoch(), revocations: digest() })
  return revocations
}

function onRecord({ id, of, since }: Revocation, pseudonym: Notes['pseudonym']): RevokedOnRecord {
  const about = { id, kind: of.kind, since: timestamp(since) }
  const issued = 'issuedUntil' in of && of.issuedUntil !== null ? timestamp(of.issuedUntil) : null
  switch (of.kind) {
    case 'token':
      return { ...about, of: pseudonym('jti', of.jti, of.issuer), ofIssuer: of.issuer, issuedUntil: null }
    case 'token-content':
      return { ...about, of: pseudonym('token', of.digest), ofIssuer: null, issuedUntil: null }
    case 'session':
      return { ...about, of: pseudonym('session', of.session, of.issuer), ofIssuer: of.issuer, issuedUntil: issued }
    case 'subject':
      return { ...about, of: pseudonym('subject', of.subject, of.issuer), ofIssuer: of.issuer, issuedUntil: issued }
    case 'organization':
      return { ...about, of: of.organization, ofIssuer: of.issuer, issuedUntil: issued }
    case 'grant':
      return { ...about, of: of.grant, ofIssuer: null, issuedUntil: null }
  }
}
