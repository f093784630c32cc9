// BidiGenerateContent of the Gemini API (Live), upgraded: the client's messages of `@google/genai`. Each has one member, which says what
// it is; `setup` is the first, names the model, and stands nowhere else. All may come as text or as bytes.

import { isJsonObject, type JsonObject } from '../../json/index.ts'
import { type BodyShape, type ClosedRow, type ModeRow, saysStored } from '../body-shape.ts'
import { google } from '../dialects/google.ts'
import { generateRows, partRows, references, thinking } from '../shapes/google-contents.ts'
import { frame, plainFrame, type SocketShape, type SocketWords } from './socket-shape.ts'

const says = 'only what this API documents for a conversation is served here'

function besideModel(row: ModeRow): ModeRow {
  return { ...row, from: 'beside-the-model', ...(row.or === undefined ? {} : { or: besideModel(row.or) }) }
}

const rows = generateRows('/setup')

const setup: BodyShape = {
  ...plainFrame,
  ...rows,
  references,
  models: [{ at: '/setup/model', required: 'always', prefix: 'models/', mode: besideModel(thinking) }],
  closed: [
    ...rows.closed,
    {
      at: '/setup',
      members: [
        'model',
        'generationConfig',
        'systemInstruction',
        'tools',
        'realtimeInputConfig',
        'sessionResumption',
        'contextWindowCompression',
        'inputAudioTranscription',
        'outputAudioTranscription',
        'proactivity',
        'historyConfig',
        'explicitVadSignal',
        'safetySettings',
        'labels',
      ],
      says,
    },
  ],
  refused: [
    ...rows.refused,
    // A handle goes on with what somebody said before, whoever that was.
    { at: '/setup/sessionResumption/handle', reason: 'reference_unknown', says: saysStored },
  ],
  output: { limits: ['/setup/generationConfig/maxOutputTokens'], answers: null, overrides: null },
}

const turns = partRows('/clientContent/turns/*/parts/*')

const clientContent: BodyShape = {
  ...plainFrame,
  references,
  data: turns.data,
  content: ['/clientContent/turns'],
  closed: [...turns.closed, { at: '/clientContent', members: ['turns', 'turnComplete'], says }],
}

function blobAt(at: string): ClosedRow {
  return { at: `/realtimeInput/${at}`, members: ['mimeType', 'data', 'displayName'], says }
}

const realtimeInput: BodyShape = {
  ...plainFrame,
  references,
  closed: [
    {
      at: '/realtimeInput',
      members: ['mediaChunks', 'audio', 'audioStreamEnd', 'video', 'text', 'activityStart', 'activityEnd'],
      says,
    },
    blobAt('mediaChunks/*'),
    blobAt('audio'),
    blobAt('video'),
  ],
}

const toolResponse: BodyShape = {
  ...plainFrame,
  references,
  data: ['/toolResponse/functionResponses/*/response'],
  closed: [
    { at: '/toolResponse', members: ['functionResponses'], says },
    { at: '/toolResponse/functionResponses/*/parts/*', members: ['inlineData'], says },
  ],
}

/** What a message says of a model, if anything: the documents know of no place, so that these are the dialect's own. */
function servedModels(event: JsonObject): readonly string[] {
  const { setupComplete = null, serverContent = null } = event
  const told = [
    event['modelVersion'],
    ...(isJsonObject(setupComplete) ? [setupComplete['model']] : []),
    ...(isJsonObject(serverContent) ? [serverContent['modelVersion']] : []),
  ]
  return told.flatMap((name) => (typeof name === 'string' ? [name.replace(/^models\//, '')] : []))
}

const words: SocketWords = {
  // Its clients read nothing but what the conversation says; the close code and its reason tell the rest.
  errorEvent: () => null,
  servedModels,
  outputTokens: (event) => {
    const { usageMetadata = null } = event
    const counted = isJsonObject(usageMetadata) ? usageMetadata['responseTokenCount'] : null
    const isCount = typeof counted === 'number' && Number.isInteger(counted) && counted >= 0
    return isCount ? counted : google.outputTokens(event)
  },
}

export const googleLive: SocketShape = {
  told: 'sole-member',
  binary: true,
  frames: [
    frame('setup', setup, { turn: 'first' }),
    frame('clientContent', clientContent, { turn: 'later' }),
    frame('realtimeInput', realtimeInput, { turn: 'later' }),
    frame('toolResponse', toolResponse, { turn: 'later' }),
  ],
  protocols: [],
  credentialPlaces: ['query:key'],
  words,
}
