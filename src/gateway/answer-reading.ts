// What an answer says of itself: the model that served it, the tokens it cost, the last sequence number. Read beside the relay:
// an answer that cannot be read this way passes unchanged, and the record says that it named no model.
import type { JsonObject } from '../json/index.ts'
import { type Dialect, dialects } from '../request/index.ts'

export interface AnswerReading {
  readEvents(events: Buffer): void
  readWhole(answer: Buffer): void
  /** As the model API spells it; null while it said nothing. */
  servedModel(): string | null
  outputTokens(): number | null
  /** `sequence_number` for one more event after those that were read (OpenAI responses). */
  nextSequence(): number
}

/** A model named in an event, with a spelling that needs no unescaping. */
const modelPattern = /"model"\s*:\s*("[^"\\]*")?/g
const sequencePattern = /"sequence_number":\s*(\d+)/g

export function createAnswerReading(dialect: Dialect): AnswerReading {
  const { servedModel, outputTokens } = dialects[dialect]
  let served: string | null = null
  let tokens: number | null = null
  let sequence = -1

  function take(text: string): void {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    // The last word counts: a stream that goes on under another model is found at the event that says so.
    served = servedModel(value as JsonObject) ?? served
    tokens = outputTokens(value as JsonObject) ?? tokens
  }

  return {
    readEvents(events) {
      const text = events.toString('utf8')
      for (const [, number] of text.matchAll(sequencePattern)) sequence = Math.max(sequence, Number(number))
      // Worth parsing: events that count tokens, and those that name a model otherwise than the one that is known.
      const known = JSON.stringify(served)
      const namesOther = [...text.matchAll(modelPattern)].some(([, spelled]) => spelled !== known)
      if (!namesOther && !text.includes('"usage"')) return
      for (const line of text.split(/\r\n|\n|\r/)) if (line.startsWith('data:')) take(line.slice(5))
    },
    readWhole: (answer) => take(answer.toString('utf8')),
    servedModel: () => served,
    outputTokens: () => tokens,
    nextSequence: () => sequence + 1,
  }
}
