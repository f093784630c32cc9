// GET /v1/realtime, upgraded: the client events of `RealtimeClientEvent` in the official SDK. The model stands in the query and stays
// what it is: an event that names another one is refused. What a session writes down of spoken input is written by a model of its own.

import { type BodyShape, type ModeRow, type RefusedRow, saysHosted, saysStored, type TypesRow } from '../body-shape.ts'
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

const base: BodyShape = {
  ...plainFrame,
  references: ['file_id', 'server_url', 'connector_id', 'tunnel_id', 'approval_request_id', 'mcp_servers'],
  urls: [{ parent: null, key: 'image_url' }],
}

const session: BodyShape = {
  ...base,
  models: [
    { at: '/session/model', required: 'never', mode: null },
    // Which one must be said, since the provider's default is nobody's decision.
    { at: '/session/audio/input/transcription/model', required: 'with-its-object', mode: null },
    { at: '/session/input_audio_transcription/model', required: 'with-its-object', mode: null },
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
  models: [{ at: '/response/model', required: 'never', mode: null }],
  data: ['/response/tools/*/parameters', '/response/metadata'],
  content: ['/response/input'],
  types: [
    functionsAt('/response/tools/*'),
    // An item of this very conversation may be referred to: it was read when it was made.
    { ...itemTypes, at: '/response/input/*', accepted: [...itemTypes.accepted, 'item_reference'] },
    { ...contentTypes, at: '/response/input/*/content/*' },
  ],
  refused: [storedAt('/response/prompt'), storedAt('/response/audio/output/voice/id')],
  // Of this session, or of none: another one is somebody's.
  values: [{ at: '/response/conversation', accepted: ['auto', 'none'], says: 'it must be `auto` or `none`' }],
}

const item: BodyShape = {
  ...base,
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
    frame('response.cancel'),
    frame('conversation.item.create', item),
    frame('conversation.item.delete'),
    frame('conversation.item.retrieve'),
    frame('conversation.item.truncate'),
    frame('input_audio_buffer.append'),
    frame('input_audio_buffer.clear'),
    frame('input_audio_buffer.commit'),
    frame('output_audio_buffer.clear'),
  ],
  protocols: ['realtime'],
  credentialPlaces: ['sec-websocket-protocol'],
  words: realtimeWords,
}
