// POST /model/{model}/converse and /converse-stream, as the official SDK's ConverseRequest declares it. The model stands in the path.
//
// Objects of this API are told apart by their one member. `additionalModelRequestFields` is free-form to Bedrock, which hands it to
// the model as it is: here it is a closed list, since it could set a limit or choose a mode in the words of any vendor.

import type { BodyShape, ClosedRow, ModeRow } from '../body-shape.ts'
import { saysHosted, saysStored } from '../body-shape.ts'
import { anthropicBetas } from '../forwarded-headers.ts'
import { anthropicToolTypes } from './anthropic-messages.ts'

const extra = 'additionalModelRequestFields'
const saysExtra = 'send only the documented fields of the model’s vendor; what Converse has a field for goes there'
const saysContent = 'content of this kind is not served here'
const saysSource = 'send the bytes themselves: what is stored elsewhere is not fetched from here'

/**
 * Each vendor has a field of its own for it, and ignores or refuses those of the others; `under` is the way to what Converse calls the
 * body.
 */
export function converseMode(under: readonly string[]): ModeRow {
  const at = (...path: readonly string[]): readonly string[] => [...under, extra, ...path]
  const thinking = { field: 'thinking', from: 'body', required: true, forced: 'object-of-type' } as const
  const effort = { field: 'reasoning-effort', from: 'body', required: false, forced: 'value', forceable: null } as const
  return {
    ...thinking,
    path: at('thinking', 'type'),
    forceable: ['disabled', 'adaptive'],
    beside: {
      ...thinking,
      field: 'reasoning-config',
      path: at('reasoningConfig', 'type'),
      forceable: ['disabled'],
      beside: {
        ...effort,
        path: at('reasoning_effort'),
        beside: { ...effort, field: 'reasoning-object', path: at('reasoning', 'effort') },
      },
    },
  }
}

const extraFields = [
  'anthropic_beta',
  'frequency_penalty',
  'inferenceConfig',
  'output_config',
  'presence_penalty',
  'reasoning',
  'reasoning_effort',
  'reasoningConfig',
  'seed',
  'thinking',
  'tool_choice',
  'tools',
  'topK',
  'top_k',
] as const

const contentKinds = ['text', 'image', 'document', 'video', 'searchResult'] as const

/** Content of a message or of a tool's result, and where each kind of it may come from. */
function contentAt(at: string, kinds: readonly string[]): readonly ClosedRow[] {
  const sources = kinds.filter((kind) => /^(?:image|document|video|audio)$/.test(kind))
  return [
    { at, members: kinds, says: saysContent },
    ...sources.map((kind) => ({
      at: `${at}/${kind}/source`,
      members: kind === 'document' ? ['bytes', 'text', 'content'] : ['bytes'],
      says: saysSource,
    })),
  ]
}

/** @param under where the request stands in the body: empty, or a pointer */
function converse(under: string): BodyShape {
  const message = `${under}/messages/*/content/*`
  const fields = `${under}/${extra}`
  return {
    models: [],
    // The fields of `converseMode`; how hard a model works is no mode of the catalogue.
    known: [
      fields,
      `${under}/additionalModelResponseFieldPaths`,
      `${fields}/thinking`,
      `${fields}/reasoning`,
      `${fields}/reasoning_effort`,
      `${fields}/reasoningConfig`,
      `${under}/outputConfig/effort`,
      `${under}/toolConfig/toolChoice`,
      `${fields}/output_config/effort`,
      `${fields}/reasoning/effort`,
      `${fields}/reasoningConfig/maxReasoningEffort`,
    ],
    data: [
      `${under}/requestMetadata`,
      `${under}/toolConfig/tools/*/toolSpec/inputSchema`,
      `${message}/toolUse/input`,
      `${message}/toolResult/content/*/json`,
      `${fields}/tools/*/input_schema`,
      `${fields}/output_config/format/schema`,
    ],
    content: [`${under}/messages`, `${under}/system`],
    types: [{ at: `${fields}/tools/*`, accepted: anthropicToolTypes, untyped: 'accepted', says: saysHosted }],
    closed: [
      ...contentAt(message, [
        ...contentKinds,
        'audio',
        'toolUse',
        'toolResult',
        'guardContent',
        'cachePoint',
        'reasoningContent',
        'citationsContent',
      ]),
      ...contentAt(`${message}/toolResult/content/*`, [...contentKinds, 'json']),
      { at: `${under}/system/*`, members: ['text', 'guardContent', 'cachePoint'], says: saysContent },
      { at: `${under}/toolConfig/tools/*`, members: ['toolSpec', 'cachePoint'], says: saysHosted },
      { at: fields, members: extraFields, says: saysExtra },
      // What Nova takes here beside Converse's own.
      { at: `${fields}/inferenceConfig`, members: ['topK'], says: saysExtra },
    ],
    values: [
      {
        at: `${fields}/anthropic_beta/*`,
        accepted: [...anthropicBetas],
        says: 'a feature of this name is not served here',
      },
    ],
    carried: [],
    refused: [
      {
        at: `${under}/promptVariables`,
        reason: 'reference_unknown',
        says: 'prompts that are stored at the provider are not served here: send the messages',
      },
      { at: `${under}/guardrailConfig`, reason: 'reference_unknown', says: saysStored },
    ],
    references: ['s3Location', 'guardrailIdentifier', 'systemTool'],
    urls: [],
    output: { limits: [`${under}/inferenceConfig/maxTokens`], answers: null, overrides: null },
    store: false,
    stream: 'never',
  }
}

export const bedrockConverse: BodyShape = converse('')
export const bedrockConverseStream: BodyShape = { ...bedrockConverse, stream: 'always' }

/** A request of Converse whose tokens are counted. The other kind, a body of InvokeModel in base64, is not read. */
const counted = converse('/input/converse')
export const bedrockCountTokens: BodyShape = {
  ...counted,
  closed: [
    ...(counted.closed ?? []),
    { at: '', members: ['input'], says: 'only `input` belongs there' },
    {
      at: '/input',
      members: ['converse'],
      says: 'tokens are counted of `converse`: write a body of `invokeModel` that way',
    },
  ],
  output: null,
}
