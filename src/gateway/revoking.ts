// Revocations in this gate: the journal beside the log, every act on record, and what is revoked in force at once: for the next request
// by identity, for what is on its way by the policy in force being another object, for what is open by the live registry.
//
// What is in force is a set, whoever made it: this gate's own register here, or whoever speaks for a fleet.
import { join } from 'node:path'
import type { Logger } from 'pino'
import { v7 as newId } from 'uuid'
import type { DecisionLog } from '../decision-log/index.ts'
import {
  noRevocations,
  openRevocations,
  type Revocation,
  type RevocationSet,
  type Revocations,
  revocationSet,
  type SuspendedSource,
} from '../directives/index.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import { type EventKind, type Events, eventRecord, type RevokedOnRecord } from '../vocabulary/event.ts'

export interface RevokingOptions {
  /** Folder of the decision log. */
  readonly folder: string
  readonly log: DecisionLog
  readonly logger: Logger
  readonly clock: Clock
  /** The policy in force over which it is laid; undefined: nothing is served yet. */
  readonly policies: () => SuspendedSource | undefined
  /** Answers that are open now. */
  readonly openAnswers: () => number
  /** Decides again what is open and concerned by the set. @returns how many sockets were closed that were no open answers yet */
  readonly cut: (revoked: RevocationSet) => number
}

export interface Revoking {
  readonly revocations: Revocations
  /** What is in force now. */
  now(): RevocationSet
  close(): Promise<void>
}

/** @throws Error where the journal is damaged */
export async function openRevoking(options: RevokingOptions): Promise<Revoking> {
  const { folder, log, logger, clock, policies, openAnswers, cut } = options
  const onFault = (error: unknown): void => logger.error({ err: error }, 'what is revoked could not be written down')
  const record = <Kind extends EventKind>(k: Kind, about: Events[Kind]): Promise<void> => {
    const said: object = about
    logger.warn(said, k)
    return log.append(eventRecord(k, timestamp(clock.now()), about))
  }

  let inForce = noRevocations
  const revocations = await openRevocations({
    path: join(folder, 'revocations.ndjson'),
    clock,
    newId,
    onFault,
    apply: (standing) => {
      const [before, next, open] = [inForce, revocationSet(standing), openAnswers()]
      let idle = 0
      inForce = next
      try {
        policies()?.revoke(next)
      } catch (error) {
        inForce = before
        throw error
      }
      // In force by now, so that whatever could not be cut releases nothing more and is no reason to take it back.
      try {
        idle = cut(next)
      } catch (error) {
        logger.error({ err: error }, 'what is open could not be cut')
      }
      return open - openAnswers() + idle
    },
    record: ({ kind, standing, by, why, cut: answers }) => {
      const act = {
        ...onRecord(standing, log),
        why,
        issuer: by.issuer,
        subject: log.pseudonym('subject', by.subject, by.issuer),
        revocations: inForce.digest,
      }
      return kind === 'lift-asked'
        ? record('revocation.lift_asked', act)
        : record(`revocation.${kind}`, { ...act, cut: answers })
    },
    onForgotten: (one) => {
      record('revocation.forgotten', { ...onRecord(one, log), revocations: inForce.digest }).catch(onFault)
    },
  })
  inForce = revocationSet(revocations.standing())
  if (inForce.size > 0) {
    const about = { count: inForce.size, epoch: revocations.epoch(), revocations: inForce.digest }
    record('revocation.loaded', about).catch(onFault)
  }
  return { revocations, now: () => inForce, close: () => revocations.close() }
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
