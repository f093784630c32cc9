// What Google's bodies hold, as the types of `@google/genai` declare it: contents, tools, and how to generate. Rows of objects that
// stand at different places of different bodies.
//
// Google's servers read every field by two names, `systemInstruction` and `system_instruction`. Its clients send the first; the
// second is refused as a look-alike wherever a row stands, so that one body has one reading.

import { type BodyShape, type ClosedRow, type ModeRow, saysHosted, saysStored } from '../body-shape.ts'

/** Thinking by a number of tokens (0: none, -1: as many as the model likes) or, for newer models, by a level. */
export const thinking: ModeRow = {
  field: 'thinking-budget',
  from: 'body',
  path: ['generationConfig', 'thinkingConfig', 'thinkingBudget'],
  required: false,
  holds: 'number',
  open: ['-1'],
  forced: 'value',
  forceable: null,
  or: {
    field: 'thinking-level',
    from: 'body',
    path: ['generationConfig', 'thinkingConfig', 'thinkingLevel'],
    required: false,
    holds: 'any-case',
    open: ['thinking_level_unspecified'],
    forced: 'value',
    forceable: null,
  },
}

const saysParts =
  'only content that is sent with the request is served here: text, inline data, calls and their results'

type PartRows = Pick<BodyShape, 'data'> & { readonly closed: readonly ClosedRow[] }

/** Parts of the contents at this pointer. */
export function partRows(at: string): PartRows {
  return {
    data: [
      `${at}/functionCall/args`,
      `${at}/functionCall/partialArgs`,
      `${at}/functionResponse/response`,
      `${at}/partMetadata`,
    ],
    closed: [
      {
        at,
        members: [
          'text',
          'inlineData',
          'functionCall',
          'functionResponse',
          'thought',
          'thoughtSignature',
          'videoMetadata',
          'mediaResolution',
          'partMetadata',
        ],
        says: saysParts,
      },
      { at: `${at}/inlineData`, members: ['mimeType', 'data', 'displayName'], says: saysParts },
      { at: `${at}/functionResponse/parts/*`, members: ['inlineData'], says: saysParts },
    ],
  }
}

type GenerateRows = PartRows & Pick<BodyShape, 'known' | 'content' | 'refused'>

/** What a request to generate holds, in the object at this pointer; `''`: the body itself. */
export function generateRows(at: '' | '/generateContentRequest' | '/setup'): GenerateRows {
  const contents = partRows(`${at}/contents/*/parts/*`)
  const system = partRows(`${at}/systemInstruction/parts/*`)
  const config = `${at}/generationConfig`
  const declared = `${at}/tools/*/functionDeclarations/*`
  const voice = (holder: string): string => `${config}/speechConfig/${holder}/voice`
  return {
    known: [
      config,
      `${config}/thinkingConfig`,
      ...['Budget', 'Level'].map((end) => `${config}/thinkingConfig/thinking${end}`),
    ],
    data: [
      ...contents.data,
      ...system.data,
      `${at}/labels`,
      `${declared}/parameters`,
      `${declared}/parametersJsonSchema`,
      `${declared}/response`,
      `${declared}/responseJsonSchema`,
      `${config}/responseSchema`,
      `${config}/responseJsonSchema`,
      `${config}/responseFormat`,
    ],
    content: [`${at}/contents`, `${at}/systemInstruction`],
    closed: [
      ...contents.closed,
      ...system.closed,
      { at: `${at}/tools/*`, members: ['functionDeclarations'], says: saysHosted },
    ],
    refused: [
      { at: `${at}/cachedContent`, reason: 'reference_unknown', says: saysStored },
      { at: `${at}/continuationToken`, reason: 'reference_unknown', says: saysStored },
      { at: `${at}/modelArmorConfig`, reason: 'reference_unknown', says: saysStored },
      { at: voice('voiceConfig'), reason: 'reference_unknown', says: saysStored },
      {
        at: voice('multiSpeakerVoiceConfig/speakerVoiceConfigs/*/voiceConfig'),
        reason: 'reference_unknown',
        says: saysStored,
      },
      {
        at: `${at}/outputConfig`,
        reason: 'reference_unknown',
        says: 'the answer goes to the caller alone: leave this out',
      },
      { at: `${config}/routingConfig`, reason: 'request_ambiguous', says: saysNamed },
      { at: `${config}/modelSelectionConfig`, reason: 'request_ambiguous', says: saysNamed },
      { at: `${config}/modelConfig`, reason: 'request_ambiguous', says: saysNamed },
    ],
  }
}

const saysNamed = 'a model is chosen by its name alone: leave this out'

/** Keys that refer to content which stands elsewhere, wherever they stand themselves. */
export const references: readonly string[] = ['fileData', 'fileUri', 'gcsUri', 'storageUri', 'fileSearchStoreNames']
