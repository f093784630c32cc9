// Suspensions by officers: the journal, every act and every reminder on record. What a suspension does is for whoever opens this to say.
import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import {
  openSuspensions,
  type Standing,
  type Suspensions,
  startReminders,
  suspensionDigest,
} from '../directives/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import { type ActingOptions, recordedAct } from './acting.ts'

/** Models named in one record; of more, `more` says how many. */
const modelsOnRecord = 100

/** @throws Error where the journal is damaged */
export async function openSuspending(options: ActingOptions<Standing>): Promise<Suspensions> {
  const { folder, notes, logger, clock, apply } = options
  const onFault = (error: unknown): void => logger.error({ err: error }, 'what is suspended could not be written down')
  const suspensions = await openSuspensions({
    path: join(folder, 'suspensions.ndjson'),
    clock,
    newId,
    onFault,
    apply,
    alsoKept: options.ofFleet?.kept,
    record: recordedAct(options, ({ kind, standing, said, cut }) => {
      // What the decisions from here on rest on beside the policy, also before there is one; null: nothing is suspended any more.
      const act = {
        ...aboutOf(standing),
        ...said,
        suspensions: options.digest() ?? suspensionDigest(suspensions.standing()),
      }
      return kind === 'lift-asked'
        ? notes.record('suspension.lift_asked', act)
        : notes.record(`suspension.${kind}`, { ...act, cut })
    }),
  })
  const reminders = startReminders({
    suspensions,
    clock,
    onFault,
    remind: (standing, ageMs) => {
      const about = { ...aboutOf(standing), why: standing.why, ageS: Math.floor(ageMs / 1_000) }
      notes.note('suspension.reminded', about)
    },
  })
  return {
    ...suspensions,
    close: async () => {
      reminders.close()
      await suspensions.close()
    },
  }
}

const aboutOf = ({ id, name, models, since }: Standing) => ({
  id,
  of: name,
  models: models.slice(0, modelsOnRecord).map((model) => model.id),
  more: Math.max(0, models.length - modelsOnRecord),
  since: timestamp(since),
})
