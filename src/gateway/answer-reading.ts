// What an answer says of itself: the models that served it, the tokens it cost, the last sequence number. Read beside the relay:
// an answer that cannot be read this way passes unchanged, and the record says that it named no model.

import type { Forwarding } from '../enforcement/index.ts'
import { isJsonObject, type JsonValue, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import { type Dialect, dialects } from '../request/index.ts'
import type { Binding } from './binding.ts'
import { payloadsOf } from './event-frames.ts'

export interface AnswerReading {
  /** @param events whole events */
  readEvents(events: Buffer): void
  /** @param type its media type: lines of JSON are read one by one */
  readWhole(answer: Buffer, type: string): void
  /** Every model that it named so far, as the model API spells it; empty while it said nothing. */
  readonly served: ReadonlySet<string>
  lastServed(): string | null
  outputTokens(): number | null
  /** `sequence_number` for one more event after those that were read (OpenAI responses). */
  nextSequence(): number
}

const sequencePattern = /"sequence_number":\s*(\d+)/g
/** A byte order mark, which strict JSON has none of and some servers send. */
const hasMark = (text: Buffer): boolean => text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf
const lineEnd = /\r\n|\n|\r/

/** One JSON value on each line: the results of a batch. */
const lines = /^application\/(?:x-)?(?:jsonl|ndjson)\b/

function* linesOf(text: Buffer): Generator<Buffer> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf(0x0a, start)
    const end = found < 0 ? text.length : found
    yield text.subarray(start, end)
    start = end + 1
  }
}

/** What no model is called: where a key stands twice, two readers could find two models. */
const namedTwice = '(named twice)'
/** An answer is bounded by its bytes; a list of embeddings is millions of numbers. */
const answerBudget = { nodes: limits.answerBytes, newKeys: limits.answerBytes }

/** A model named in an event, with a spelling that needs no unescaping. */
const modelPatterns = new Map<string, RegExp>()
function modelPatternOf(key: string): RegExp {
  const known = modelPatterns.get(key)
  if (known !== undefined) return known
  const made = new RegExp(`"${key}"\\s*:\\s*("[^"\\\\]*")?`, 'g')
  modelPatterns.set(key, made)
  return made
}

export function createAnswerReading(
  dialect: Dialect,
  binding: Pick<Binding, 'read' | 'concerns'>,
  tells: Forwarding['tells'] = 'itself',
): AnswerReading {
  const { servedModel, outputTokens, answerInLine, streamType, says } = dialects[dialect]
  const modelPattern = modelPatternOf(says.model)
  const tokensKey = `"${says.tokens}"`
  const served = new Set<string>()
  let last: string | null = null
  let tokens: number | null = null
  let sequence = -1

  function name(model: string | null): void {
    if (model === null || served.has(model)) return
    served.add(model)
    last = model
  }

  /** @param isLine of the results of a batch: what its answers cost was counted where they were made */
  function take(bytes: Buffer, isLine = false): void {
    const reading = readJson(bytes, answerBudget)
    if (reading.kind === 'fault') {
      if (reading.reason === 'request_ambiguous') name(namedTwice)
      return
    }
    const { value } = reading
    if (isLine) {
      const answer = isJsonObject(value) ? answerInLine?.(value) : undefined
      if (isJsonObject(answer)) name(servedModel(answer))
      return
    }
    const several: readonly JsonValue[] = Array.isArray(value) ? value : [value]
    for (const one of several) {
      if (!isJsonObject(one)) continue
      binding.read(one)
      name(servedModel(one))
      tokens = outputTokens(one) ?? tokens
    }
  }

  /** Worth parsing: what counts tokens, names a model otherwise than known so far, or might with an escape. */
  function isNews(text: string): boolean {
    if (binding.concerns(text)) return true
    return text.includes(tokensKey) || mayName(text)
  }

  function mayName(text: string): boolean {
    if (text.includes('\\u00') || served.size === 0) return true
    return [...text.matchAll(modelPattern)].some(([, spelled]) => !served.has(spelled?.slice(1, -1) ?? ''))
  }

  return {
    readEvents(events) {
      if (streamType === 'application/vnd.amazon.eventstream') {
        for (const payload of payloadsOf(events)) if (isNews(payload.toString())) take(payload)
        return
      }
      const text = events.toString('utf8')
      for (const [, number] of text.matchAll(sequencePattern)) sequence = Math.max(sequence, Number(number))
      if (!isNews(text)) return
      if (streamType === 'application/x-ndjson') {
        for (const line of text.split('\n')) take(Buffer.from(line))
        return
      }
      // An event's data may stand on several lines (WHATWG HTML §9.2.6): a blank line ends it.
      let data = ''
      for (const line of text.replace(/^\uFEFF/, '').split(lineEnd)) {
        if (line.startsWith('data:')) data += `${line.slice(5)}\n`
        else if (line === '' && data !== '') {
          take(Buffer.from(data))
          data = ''
        }
      }
      if (data !== '') take(Buffer.from(data))
    },
    readWhole(answer, type) {
      if (tells === 'nothing') return
      const whole = hasMark(answer) ? answer.subarray(3) : answer
      if (tells === 'each-line') {
        for (const line of linesOf(whole)) if (mayName(line.toString())) take(line, true)
      } else if (lines.test(type)) for (const line of linesOf(whole)) take(line)
      else take(whole)
    },
    served,
    lastServed: () => last,
    outputTokens: () => tokens,
    nextSequence: () => sequence + 1,
  }
}
