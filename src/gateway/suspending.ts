// Suspensions in this gate: the journal beside the log, every act and every reminder on record, and the policy in force with what is
// suspended laid over it.
import { join } from 'node:path'
import type { Logger } from 'pino'
import { v7 as newId } from 'uuid'
import type { DecisionLog } from '../decision-log/index.ts'
import {
  openSuspensions,
  type PolicySource,
  type RevocationSet,
  type Standing,
  type SuspendedSource,
  type Suspensions,
  startReminders,
  suspendable,
} from '../directives/index.ts'
import type { LiveAnswers } from '../enforcement/index.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import { type EventKind, type Events, eventRecord } from '../vocabulary/event.ts'

export interface SuspendingOptions {
  /** Folder of the decision log. */
  readonly folder: string
  readonly log: DecisionLog
  readonly logger: Logger
  readonly clock: Clock
  readonly live: Pick<LiveAnswers, 'denied' | 'reviewed'>
}

export interface Suspending {
  readonly suspensions: Suspensions
  /** Lays what stands, and what is revoked, over the policy; to be called once, as soon as there is a source. */
  over(source: PolicySource, revoked: RevocationSet): SuspendedSource
  close(): Promise<void>
}

/** Models named in one record; of more, `more` says how many. */
const modelsOnRecord = 100

/** @throws Error where the journal is damaged */
export async function openSuspending(options: SuspendingOptions): Promise<Suspending> {
  const { folder, log, logger, clock, live } = options
  let laid: SuspendedSource | undefined

  const onFault = (error: unknown): void => logger.error({ err: error }, 'what is suspended could not be written down')
  const record = <Kind extends EventKind>(k: Kind, about: Events[Kind]): Promise<void> => {
    const said: object = about
    logger.warn(said, k)
    return log.append(eventRecord(k, timestamp(clock.now()), about))
  }
  const aboutOf = ({ id, name, models, since }: Standing) => ({
    id,
    of: name,
    models: models.slice(0, modelsOnRecord).map((model) => model.id),
    more: Math.max(0, models.length - modelsOnRecord),
    since: timestamp(since),
  })
  const suspensions = await openSuspensions({
    path: join(folder, 'suspensions.ndjson'),
    clock,
    newId,
    onFault,
    apply: (standing) => {
      const denied = live.denied()
      laid?.suspend(standing)
      return live.reviewed().then(() => live.denied() - denied)
    },
    record: ({ kind, standing, by, why, cut }) => {
      const act = {
        ...aboutOf(standing),
        why,
        issuer: by.issuer,
        subject: log.pseudonym('subject', by.subject, by.issuer),
        // What the decisions from here on rest on beside the policy; null: nothing is suspended any more.
        suspensions: laid?.current()?.suspensions ?? null,
      }
      return kind === 'lift-asked'
        ? record('suspension.lift_asked', act)
        : record(`suspension.${kind}`, { ...act, cut })
    },
  })
  const reminders = startReminders({
    suspensions,
    clock,
    onFault,
    remind: (standing, ageMs) => {
      const about = { ...aboutOf(standing), why: standing.why, ageS: Math.floor(ageMs / 1_000) }
      record('suspension.reminded', about).catch(onFault)
    },
  })
  return {
    suspensions,
    over: (source, revoked) => {
      laid = suspendable({
        source,
        standing: suspensions.standing(),
        revoked,
        onReached: (id, models) => suspensions.reach(id, models),
        onListenerFault: (error) => logger.error({ err: error }, 'what follows a change of policy failed'),
      })
      return laid
    },
    close: async () => {
      reminders.close()
      await suspensions.close()
    },
  }
}
