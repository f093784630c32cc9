// What an answer says of itself: the models that served it, the tokens it cost, the last sequence number. Read beside the relay:
// an answer that cannot be read this way passes unchanged, and the record says that it named no model.
import type { JsonObject } from '../json/index.ts'
import { type Dialect, dialects } from '../request/index.ts'

export interface AnswerReading {
  /** @param events whole events */
  readEvents(events: Buffer): void
  readWhole(answer: Buffer): void
  /** Every model that it named so far, as the model API spells it; empty while it said nothing. */
  readonly served: ReadonlySet<string>
  outputTokens(): number | null
  /** `sequence_number` for one more event after those that were read (OpenAI responses). */
  nextSequence(): number
}

const sequencePattern = /"sequence_number":\s*(\d+)/g
const lineEnd = /\r\n|\n|\r/

export function createAnswerReading(dialect: Dialect): AnswerReading {
  const { servedModel, outputTokens, streamType, says } = dialects[dialect]
  /** A model named in an event, with a spelling that needs no unescaping. */
  const modelPattern = new RegExp(`"${says.model}"\\s*:\\s*("[^"\\\\]*")?`, 'g')
  const tokensKey = `"${says.tokens}"`
  const served = new Set<string>()
  let tokens: number | null = null
  let sequence = -1

  function take(text: string): void {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return
    }
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== 'object' || one === null) continue
      const name = servedModel(one as JsonObject)
      if (name !== null) served.add(name)
      tokens = outputTokens(one as JsonObject) ?? tokens
    }
  }

  /** Worth parsing: what counts tokens, names a model otherwise than known so far, or might with an escape. */
  function isNews(text: string): boolean {
    if (text.includes(tokensKey) || text.includes('\\u00') || served.size === 0) return true
    return [...text.matchAll(modelPattern)].some(([, spelled]) => !served.has(spelled?.slice(1, -1) ?? ''))
  }

  return {
    readEvents(events) {
      const text = events.toString('utf8')
      for (const [, number] of text.matchAll(sequencePattern)) sequence = Math.max(sequence, Number(number))
      if (!isNews(text)) return
      if (streamType === 'application/x-ndjson') {
        for (const line of text.split('\n')) take(line)
        return
      }
      // An event's data may stand on several lines (WHATWG HTML §9.2.6): a blank line ends it.
      let data = ''
      for (const line of text.replace(/^\uFEFF/, '').split(lineEnd)) {
        if (line.startsWith('data:')) data += `${line.slice(5)}\n`
        else if (line === '' && data !== '') {
          take(data)
          data = ''
        }
      }
      if (data !== '') take(data)
    },
    readWhole: (answer) => take(answer.toString('utf8').replace(/^\uFEFF/, '')),
    served,
    outputTokens: () => tokens,
    nextSequence: () => sequence + 1,
  }
}
