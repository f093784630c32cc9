// Revocations by officers and operators of this gate: the journal beside the log, every act on record, and each in force at once.
import { join } from 'node:path'
import type { Logger } from 'pino'
import { v7 as newId } from 'uuid'
import type { DecisionLog } from '../decision-log/index.ts'
import { openRevocations, type Revocation, type Revocations, revocationSet } from '../directives/index.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import { type EventKind, type Events, eventRecord, type RevokedOnRecord } from '../vocabulary/event.ts'
import type { Revoked } from './revoked.ts'

export interface RevokingOptions {
  /** Folder of the decision log. */
  readonly folder: string
  readonly log: DecisionLog
  readonly logger: Logger
  readonly clock: Clock
  readonly revoked: Revoked
}

/** @throws Error where the journal is damaged */
export async function openRevoking(options: RevokingOptions): Promise<Revocations> {
  const { folder, log, logger, clock, revoked } = options
  const onFault = (error: unknown): void => logger.error({ err: error }, 'what is revoked could not be written down')
  const record = <Kind extends EventKind>(k: Kind, about: Events[Kind]): Promise<void> => {
    const said: object = about
    logger.warn(said, k)
    return log.append(eventRecord(k, timestamp(clock.now()), about))
  }

  const revocations = await openRevocations({
    path: join(folder, 'revocations.ndjson'),
    clock,
    newId,
    onFault,
    apply: (standing) => revoked.put(revocationSet(standing)),
    record: ({ kind, standing, by, why, cut: answers }) => {
      const act = {
        ...onRecord(standing, log),
        why,
        issuer: by.issuer,
        subject: log.pseudonym('subject', by.subject, by.issuer),
        revocations: revoked.now().digest,
      }
      return kind === 'lift-asked'
        ? record('revocation.lift_asked', act)
        : record(`revocation.${kind}`, { ...act, cut: answers })
    },
    onForgotten: (one) => {
      record('revocation.forgotten', { ...onRecord(one, log), revocations: revoked.now().digest }).catch(onFault)
    },
  })
  const found = revocations.standing()
  void revoked.put(revocationSet(found))
  if (found.length > 0) {
    const about = { count: found.length, epoch: revocations.epoch(), revocations: revoked.now().digest }
    record('revocation.loaded', about).catch(onFault)
  }
  return revocations
}

/** Persons by their pseudonyms, as everywhere in the log. */
function onRecord({ id, of, since }: Revocation, log: DecisionLog): RevokedOnRecord {
  const about = { id, kind: of.kind, since: timestamp(since) }
  const issued = 'issuedUntil' in of && of.issuedUntil !== null ? timestamp(of.issuedUntil) : null
  switch (of.kind) {
    case 'token':
      return { ...about, of: log.pseudonym('jti', of.jti, of.issuer), ofIssuer: of.issuer, issuedUntil: null }
    case 'token-content':
      return { ...about, of: log.pseudonym('token', of.digest), ofIssuer: null, issuedUntil: null }
    case 'session':
      return { ...about, of: log.pseudonym('session', of.session, of.issuer), ofIssuer: of.issuer, issuedUntil: issued }
    case 'subject':
      return { ...about, of: log.pseudonym('subject', of.subject, of.issuer), ofIssuer: of.issuer, issuedUntil: issued }
    case 'organization':
      return { ...about, of: of.organization, ofIssuer: of.issuer, issuedUntil: issued }
    case 'grant':
      return { ...about, of: of.grant, ofIssuer: null, issuedUntil: null }
  }
}
