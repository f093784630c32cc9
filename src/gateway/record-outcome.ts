// Step 9, outcome: the second record of a decision. One that cannot be made is told to the operators; what was answered stays answered.
import { timestamp } from '../vocabulary/clock.ts'
import type { OutcomeRecord } from '../vocabulary/record.ts'
import type { Parts } from './parts.ts'

/** How a request ended, as its outcome record says it; `id` is its decision's. */
export type Answered = Omit<OutcomeRecord, 'k' | 'at' | 'lastByteAt'> & { readonly lastByteAt: number | null }

export async function recordOutcome(
  { gate, logger }: Pick<Parts, 'gate' | 'logger'>,
  { id, lastByteAt, ...answered }: Answered,
): Promise<void> {
  try {
    const at = timestamp(gate.clock.now())
    const lastByte = lastByteAt === null ? null : timestamp(lastByteAt)
    await gate.log.append({ k: 'outcome', id, at, ...answered, lastByteAt: lastByte })
  } catch (error) {
    logger.error({ err: error, decision: id }, 'an outcome could not be recorded')
  }
}
