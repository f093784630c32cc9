// GET /v1/realtime, upgraded: the client events of `RealtimeClientEvent` in the official SDK. The model stands in the query and stays
// what it is: an event that names another one is refused. What a session writes down of spoken input is written by a model of its own.

import {
  type BodyShape,
  type ClosedRow,
  type ModeRow,
  type RefusedRow,
  saysHosted,
  saysStored,
  type TypesRow,
} from '../body-shape.ts'
import { realtimeWords } from './openai-events.ts'
import { frame, plainFrame, type SocketShape } from './socket-shape.ts'

function effortIn(holder: string): ModeRow {
  return {
    field: 'reasoning-effort',
    from: 'body',
    path: [holder, 'reasoning', 'effort'],
    required: false,
    forced: 'value',
    forceable: null,
  }
}

/** Where that stands: the model whose mode it chooses is in the query, not in this frame. */
const effortAt = (holder: string): readonly string[] => [`/${holder}/reasoning`, `/${holder}/reasoning/effort`]

function functionsAt(at: string): TypesRow {
  return { at, accepted: ['function'], untyped: { with: 'name' }, says: saysHosted }
}

const itemTypes: Omit<TypesRow, 'at'> = {
  accepted: ['message', 'function_call', 'function_call_output'],
  untyped: { with: 'role' },
  says: saysStored,
}
const contentTypes: Omit<TypesRow, 'at'> = {
  accepted: ['input_text', 'input_audio', 'input_image', 'output_text', 'output_audio', 'text', 'audio'],
  untyped: 'accepted',
  says: 'content of this type is not served here',
}

/** Whoever keeps it at the provider can change what it is. */
function storedAt(at: string): RefusedRow {
  return { at, reason: 'reference_unknown', says: saysStored }
}

/** Closed lists: what the API documents, and what its preview did, which Azure still speaks. */
function only(at: string, ...members: readonly string[]): ClosedRow {
  return { at, members, says: 'only the fields that this API documents are served here' }
}

function eventOf(...members: readonly string[]): ClosedRow {
  return only('', 'type', 'event_id', ...members)
}

/** What a session and a single answer may both say. */
const spoken = [
  'audio',
  'instructions',
  'max_output_tokens',
  'max_response_output_tokens',
  'modalities',
  'model',
  'output_audio_format',
  'output_modalities',
  'parallel_tool_calls',
  'prompt',
  'reasoning',
  'temperature',
  'tool_choice',
  'tools',
  'voice',
]

const base: BodyShape = {
  ...plainFrame,
  references: ['file_id', 'server_url', 'connector_id', 'tunnel_id', 'approval_request_id', 'mcp_servers'],
  urls: [{ parent: null, key: 'image_url' }],
}

/** Events that hold sound, or say what is to become of what was said on this socket. */
const plain: BodyShape = {
  ...base,
  closed: [eventOf('audio', 'audio_end_ms', 'content_index', 'item_id', 'response_id')],
}

const session: BodyShape = {
  ...base,
  known: effortAt('session'),
  models: [
    { at: '/session/model', required: 'never', mode: null },
    // Which one must be said, since the provider's default is nobody's decision.
    { at: '/session/audio/input/transcription/model', required: 'with-its-object', mode: null },
    { at: '/session/input_audio_transcription/model', required: 'with-its-object', mode: null },
  ],
  closed: [
    eventOf('session'),
    only(
      '/session',
      ...spoken,
      'include',
      'input_audio_format',
      'input_audio_noise_reduction',
      'input_audio_transcription',
      'speed',
      'tracing',
      'truncation',
      'turn_detection',
      'type',
    ),
    only('/session/reasoning', 'effort'),
  ],
  data: ['/session/tools/*/parameters', '/session/tracing'],
  types: [
    {
      at: '/session',
      accepted: ['realtime', 'transcription'],
      untyped: 'accepted',
      says: 'sessions of this type are not served here',
    },
    functionsAt('/session/tools/*'),
  ],
  refused: [storedAt('/session/prompt'), storedAt('/session/voice/id'), storedAt('/session/audio/output/voice/id')],
}

const response: BodyShape = {
  ...base,
  known: effortAt('response'),
  models: [{ at: '/response/model', required: 'never', mode: null }],
  closed: [
    eventOf('response'),
    only('/response', ...spoken, 'conversation', 'input', 'metadata'),
    only('/response/reasoning', 'effort'),
  ],
  data: ['/response/tools/*/parameters', '/response/metadata'],
  content: ['/response/input'],
  types: [
    functionsAt('/response/tools/*'),
    // An item of this very conversation may be referred to: it was read when it was made.
    { ...itemTypes, at: '/response/input/*', accepted: [...itemTypes.accepted, 'item_reference'] },
    { ...contentTypes, at: '/response/input/*/content/*' },
  ],
  refused: [storedAt('/response/prompt'), storedAt('/response/voice/id'), storedAt('/response/audio/output/voice/id')],
  // Of this session, or of none: another one is somebody's.
  values: [{ at: '/response/conversation', accepted: ['auto', 'none'], says: 'it must be `auto` or `none`' }],
}

const item: BodyShape = {
  ...base,
  closed: [eventOf('item', 'previous_item_id')],
  content: ['/item'],
  types: [
    { ...itemTypes, at: '/item' },
    { ...contentTypes, at: '/item/content/*' },
  ],
}

export const openaiRealtime: SocketShape = {
  told: 'type',
  binary: false,
  frames: [
    frame('session.update', session, { mode: effortIn('session'), agree: ['/session/model'] }),
    frame('response.create', response, { mode: effortIn('response'), agree: ['/response/model'] }),
    frame('response.cancel', plain),
    frame('conversation.item.create', item),
    frame('conversation.item.delete', plain),
    frame('conversation.item.retrieve', plain),
    frame('conversation.item.truncate', plain),
    frame('input_audio_buffer.append', plain),
    frame('input_audio_buffer.clear', plain),
    frame('input_audio_buffer.commit', plain),
    frame('output_audio_buffer.clear', plain),
  ],
  protocols: ['realtime'],
  credentialPlaces: ['sec-websocket-protocol'],
  words: realtimeWords,
}
