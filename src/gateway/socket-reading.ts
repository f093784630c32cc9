// What the events of a model API on a WebSocket say of themselves: which models run, tokens, what is made. Read beside the relay, by the
// same strict reader as everything else: an event that cannot be read this way passes unchanged.
import { isJsonObject, type JsonObject, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { SocketWords } from '../request/index.ts'

export interface EventRead {
  /** Models that it names. */
  readonly models: readonly string[]
  /** Null: it was not worth reading, or could not be read. */
  readonly value: JsonObject | null
}

export interface SocketReading {
  /** @param binds what is made must be bound to its maker */
  read(event: Buffer, binds: boolean): EventRead
  /** The last that was named; null: none. */
  served(): string | null
  /** Sum over the answers that ended so far; null: none was counted. */
  outputTokens(): number | null
}

/** What no model is called: where a key stands twice, two readers could find two models. */
const namedTwice = '(named twice)'
const nothing: EventRead = { models: [], value: null }
/** An event is bounded by its bytes. */
const eventBudget = { nodes: limits.socketMessageBytes, newKeys: limits.socketMessageBytes }

export function createSocketReading({ servedModels, outputTokens }: SocketWords): SocketReading {
  let served: string | null = null
  let tokens: number | null = null

  function note(names: readonly string[]): readonly string[] {
    served = names.at(-1) ?? served
    return names
  }

  return {
    read(event, binds) {
      // Sound and text come in small pieces that say nothing of the kind.
      const says = (text: string): boolean => event.includes(text)
      if (!says('odel') && !says('sage') && !says('\\u00') && !(binds && says('"id"'))) return nothing
      const reading = readJson(event, eventBudget)
      if (reading.kind === 'fault') {
        return reading.reason === 'request_ambiguous' ? { models: note([namedTwice]), value: null } : nothing
      }
      const { value } = reading
      if (!isJsonObject(value)) return nothing
      const counted = outputTokens(value)
      if (counted !== null) tokens = (tokens ?? 0) + counted
      return { models: note(servedModels(value)), value }
    },
    served: () => served,
    outputTokens: () => tokens,
  }
}
