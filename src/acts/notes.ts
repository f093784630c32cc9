// Notes: how a process says what has happened: to whoever reads its operational messages, and to its decision log, in the same words.
import type { Logger } from 'pino'
import type { DecisionLog } from '../decision-log/index.ts'
import type { Officer } from '../directives/index.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import { type EventKind, type Events, eventRecord } from '../vocabulary/event.ts'

export interface Notes {
  /** Resolves when it is on record; rejects with LogUnavailable. */
  record<Kind extends EventKind>(k: Kind, about: Events[Kind]): Promise<void>
  /** The same where nobody waits for it. */
  note<Kind extends EventKind>(k: Kind, about: Events[Kind]): void
  /** Persons stand by their pseudonyms, as everywhere in the log. */
  readonly pseudonym: DecisionLog['pseudonym']
  /** Who acted, the same way. */
  officer(by: Officer): OfficerOnRecord
}

export interface OfficerOnRecord {
  readonly issuer: string
  readonly subject: string
}

export interface NotesOptions {
  readonly log: Pick<DecisionLog, 'append' | 'pseudonym'>
  readonly logger: Logger
  readonly clock: Clock
}

export function createNotes({ log, logger, clock }: NotesOptions): Notes {
  const record: Notes['record'] = (k, about) => {
    const said: object = about
    logger[levelOf(k)](said, k)
    return log.append(eventRecord(k, timestamp(clock.now()), about))
  }
  return {
    record,
    note: (k, about) => {
      record(k, about).catch((error: unknown) => logger.error({ err: error }, `${k} could not be recorded`))
    },
    pseudonym: log.pseudonym,
    officer: ({ issuer, subject }) => ({ issuer, subject: log.pseudonym('subject', subject, issuer) }),
  }
}

function levelOf(k: EventKind): 'info' | 'warn' | 'error' {
  if (k.endsWith('.rejected') || k.endsWith('.alarm') || k === 'clock.step') return 'error'
  return k.startsWith('suspension.') || k.startsWith('revocation.') ? 'warn' : 'info'
}
