// POST /v1/audio/speech, /transcriptions and /translations, as the official SDK's Audio declares them.

import { limits } from '../../limits.ts'
import { type BodyShape, saysStored } from '../body-shape.ts'
import type { MultipartShape, PartRow } from '../route.ts'
import { elsewhere } from './openai-elsewhere.ts'

export const openaiSpeech: BodyShape = {
  models: [{ at: '/model', required: 'always', mode: null }],
  known: [],
  data: [],
  content: ['/input', '/instructions'],
  types: [],
  carried: [],
  // A voice that somebody made.
  refused: [...elsewhere, { at: '/voice/id', reason: 'reference_unknown', says: saysStored }],
  references: [],
  urls: [],
  output: null,
  store: false,
  stream: 'asked-as-events',
}

const text = (name: string): PartRow => ({ name, holds: 'text', required: false, repeated: false })
const list = (name: string): PartRow => ({ ...text(name), repeated: true })
const model: PartRow = { name: 'model', holds: 'model', required: true, repeated: false }
const recording: PartRow = { name: 'file', holds: 'file', required: true, repeated: false }

export const openaiTranscriptionParts: MultipartShape = {
  bodyBytes: limits.audioBodyBytes,
  parts: [
    model,
    recording,
    text('chunking_strategy'),
    text('chunking_strategy[type]'),
    text('chunking_strategy[prefix_padding_ms]'),
    text('chunking_strategy[silence_duration_ms]'),
    text('chunking_strategy[threshold]'),
    list('include'),
    list('keywords'),
    list('known_speaker_names'),
    // Recordings themselves, never where one is to be fetched.
    { ...list('known_speaker_references'), accepts: /^data:[A-Za-z0-9+/=;,.-]*$/ },
    text('language'),
    list('languages'),
    text('prompt'),
    text('response_format'),
    { name: 'stream', holds: 'stream', required: false, repeated: false },
    text('temperature'),
    list('timestamp_granularities'),
  ],
}

export const openaiTranslationParts: MultipartShape = {
  bodyBytes: limits.audioBodyBytes,
  parts: [model, recording, text('prompt'), text('response_format'), text('temperature')],
}

/** What a voice is given as, in every format that can be asked for. */
export const spoken: readonly string[] = [
  'audio/aac',
  'audio/flac',
  'audio/mpeg',
  'audio/ogg',
  'audio/opus',
  'audio/pcm',
  'audio/wav',
  'audio/x-wav',
  'application/octet-stream',
]
/** What is heard, beside JSON: plain text, or subtitles. */
export const heard: readonly string[] = ['application/json', 'text/plain', 'text/vtt', 'application/x-subrip']
