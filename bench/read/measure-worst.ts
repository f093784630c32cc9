// What the dearest texts and requests cost: for each, the longest that it keeps everybody else waiting.
import { type JsonReading, readJson } from '../../src/json/index.ts'
import { applyingEdits, findRoute, readingOperation, rebuildParts, type Steps } from '../../src/request/index.ts'
import { collect, threadMs } from '../measuring.ts'
import { type Spread, spread } from '../rounds.ts'
import { worstTexts } from './worst.ts'
import { type WorstRequest, worstRequests } from './worst-requests.ts'

export interface Worst {
  readonly name: string
  readonly bytes: number
  readonly outcome: string
  /** Turns of the event loop that it takes. */
  readonly steps: number
  /** Processor time of this thread, milliseconds: of the dearest step, and of all together. */
  readonly stepMs: Spread
  readonly allMs: Spread
  /** Of JSON.parse; null: no text of JSON. */
  readonly parseMs: Spread | null
}

const times = 5
export const worstNames: readonly string[] = [...Object.keys(worstTexts), ...Object.keys(worstRequests)]

export function measureWorst(name: string): Worst {
  const text = worstTexts[name]?.()
  const request = worstRequests[name]?.()
  const bytes = text ?? request?.body
  if (bytes === undefined) throw new Error(`there is no worst case \`${name}\``)
  const run = (): Run => (request === undefined ? readText(bytes) : readRequest(request))
  run()
  const runs = Array.from({ length: times }, () => {
    collect()
    return run()
  })
  const isText = text !== undefined
  return {
    name,
    bytes: bytes.length,
    outcome: runs[0]?.outcome ?? '',
    steps: runs[0]?.ms.length ?? 0,
    stepMs: spread(runs.map(({ ms }) => Math.max(...ms))),
    allMs: spread(runs.map(({ ms }) => ms.reduce((sum, one) => sum + one, 0))),
    parseMs: isText ? spread(Array.from({ length: times }, () => threadMs(() => parseIfItCan(bytes)))) : null,
  }
}

interface Run {
  readonly ms: readonly number[]
  readonly outcome: string
}

function readText(bytes: Buffer): Run {
  let reading: JsonReading | undefined
  const ms = threadMs(() => (reading = readJson(bytes)))
  return { ms: [ms], outcome: outcomeOf(reading) }
}

/** As the gate does: the whole way from the bytes to what goes upstream, with edits that nothing needs. */
function readRequest({ target, type, body }: WorstRequest): Run {
  const client = target === '/v1/messages' ? ['anthropic-version', '2023-06-01'] : []
  const match = findRoute({ method: 'POST', target, rawHeaders: ['content-type', type, ...client] })
  if (match.kind === 'refused') throw new Error(match.message)
  return stepsOf(
    (function* () {
      const reading = yield* readingOperation(match, body, {})
      if (reading.kind === 'refused') return reading
      const model = reading.operation.models.map(({ pointer }) => ({ pointer, name: 'another' }))
      const edits = { model, forceMode: [], capOutputTokens: 100, noStore: true }
      yield
      if (match.media === 'multipart') yield* rebuildParts(match, reading.parts, edits, 'portcullis-0')
      else yield* applyingEdits(match, body, edits)
      return reading
    })(),
  )
}

function stepsOf(steps: Steps<{ readonly kind: string; readonly message?: string }>): Run {
  const ms: number[] = []
  for (;;) {
    let step: ReturnType<typeof steps.next> | undefined
    ms.push(threadMs(() => (step = steps.next())))
    if (step?.done !== true) continue
    return { ms, outcome: outcomeOf(step.value) }
  }
}

function outcomeOf(reading: object | undefined): string {
  const { message = 'read' } = (reading ?? {}) as { readonly message?: string }
  return message.replace(/ at byte \d+$/, '')
}

function parseIfItCan(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return null // it may refuse the text, too
  }
}
