// What events of OpenAI's sockets say of themselves, as `openai` (realtime, resources/responses/ws) reads them.

import { isJsonObject, type JsonObject, type JsonValue } from '../../json/index.ts'
import { openai } from '../dialects/openai.ts'
import type { SocketWords } from './socket-shape.ts'

/** What stands at the end of a way through objects; undefined: nothing. */
function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let held = value
  for (const step of path) held = isJsonObject(held) ? held[step] : undefined
  return held
}

/** Sessions say which models they run: the one that answers, and the one that writes down what was said. */
const places = [
  ['session', 'model'],
  ['session', 'audio', 'input', 'transcription', 'model'],
  ['session', 'input_audio_transcription', 'model'],
  ['response', 'model'],
]

function servedModels(event: JsonObject): readonly string[] {
  return places.map((path) => at(event, ...path)).filter((name) => typeof name === 'string')
}

/** The event of either API has these members; a number of its own is the model API's to give, and this one follows on none. */
function errorEvent(refusal: Parameters<SocketWords['errorEvent']>[0]): string {
  const { error } = openai.refusalBody(refusal)
  return JSON.stringify({
    type: 'error',
    event_id: `event_${refusal.decisionId ?? 'none'}`,
    status: refusal.status,
    error,
  })
}

function tokensAt(...ends: readonly string[]): SocketWords['outputTokens'] {
  return (event) => {
    const tokens = at(event, 'response', 'usage', 'output_tokens')
    const { type = null } = event
    const isEnd = typeof type === 'string' && ends.includes(type)
    return isEnd && typeof tokens === 'number' && Number.isInteger(tokens) && tokens >= 0 ? tokens : null
  }
}

export const realtimeWords: SocketWords = { errorEvent, servedModels, outputTokens: tokensAt('response.done') }

export const responsesWords: SocketWords = {
  errorEvent,
  servedModels,
  outputTokens: tokensAt('response.completed', 'response.incomplete', 'response.failed'),
}
