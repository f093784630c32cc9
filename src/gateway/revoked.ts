// What is revoked in this gate, whoever said so: its own officers, or those of its fleet. A set is in force at once: for the next request
// by identity, for what is on its way by the policy in force being another object, for what is open by the live registry.
import type { Logger } from 'pino'
import { noRevocations, type RevocationSet, type SuspendedSource } from '../directives/index.ts'
import type { LiveAnswers } from '../enforcement/index.ts'

export interface RevokedOptions {
  readonly logger: Logger
  /** Decides again what is open and concerned by the set. @returns how many sockets were closed that were no open answers yet */
  readonly cut: (revoked: RevocationSet) => number
  readonly live: Pick<LiveAnswers, 'denied' | 'reviewed'>
}

export interface Revoked {
  now(): RevocationSet
  /** The policy in force over which every set is laid from now on; before it nothing is served. To be called once. */
  over(policies: Pick<SuspendedSource, 'revoke'>): void
  /** In force when it returns. Throws where it cannot be laid over the policy: nothing changed then. @returns open answers that it cuts */
  put(next: RevocationSet): Promise<number>
}

export function createRevoked({ logger, live, cut }: RevokedOptions): Revoked {
  let inForce = noRevocations
  let laid: Pick<SuspendedSource, 'revoke'> | undefined
  return {
    now: () => inForce,
    over: (policies) => {
      laid = policies
    },
    put: (next) => {
      const [before, denied] = [inForce, live.denied()]
      let idle = 0
      inForce = next
      try {
        laid?.revoke(next)
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
      return live.reviewed().then(() => live.denied() - denied + idle)
    },
  }
}
