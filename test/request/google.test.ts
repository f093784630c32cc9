// Bodies of the Gemini API and of Vertex AI: what their clients send every day passes, and what hides a model, a mode, a store or a
// host does not.

import { Buffer } from 'node:buffer'
import t from 'tap'
import { applyEdits, findRoute, type RouteMatch, readOperation } from '../../src/request/index.ts'
import { json, matchOf, outcome } from './asking.ts'

const contents = [{ role: 'user', parts: [{ text: 'hello' }] }]
const targets = {
  generate: '/v1beta/models/fable-5:generateContent',
  stream: '/v1beta/models/fable-5:streamGenerateContent?alt=sse',
  count: '/v1beta/models/fable-5:countTokens',
  embed: '/v1beta/models/fable-5:embedContent',
  batch: '/v1/models/fable-5:batchEmbedContents',
  predict: '/v1beta/models/fable-5:predict',
  openai: '/v1beta/openai/chat/completions',
  vertex: '/v1/projects/p/locations/us-central1/publishers/google/models/fable-5:generateContent',
  claude: '/v1/projects/p/locations/us-central1/publishers/anthropic/models/fable-5:rawPredict',
} as const
type Target = keyof typeof targets

const openaiBody = (extra_body: object): object => ({ model: 'fable-5', messages: [], extra_body })

const read = (target: Target, body: object) =>
  readOperation(matchOf({ target: targets[target] }), Buffer.from(JSON.stringify(body)))
const said = (part: object): object => ({ contents: [{ role: 'user', parts: [part] }] })

const accepted: readonly [string, Target, object][] = [
  [
    'a request with everyday settings',
    'generate',
    {
      contents,
      systemInstruction: { parts: [{ text: 'be brief' }] },
      generationConfig: {
        temperature: 1,
        topP: 1,
        candidateCount: 2,
        maxOutputTokens: 9,
        responseMimeType: 'application/json',
        responseSchema: { properties: { model: {}, Model: {}, thinking_budget: {} } },
        responseJsonSchema: { $defs: { 'odd key': {} } },
        speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
        thinkingConfig: { includeThoughts: true },
      },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      tools: [{ functionDeclarations: [{ name: 'f', parameters: { properties: { model: {} } } }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
    },
  ],
  [
    'a conversation with calls, thoughts and inline data',
    'stream',
    {
      contents: [
        { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] },
        {
          role: 'model',
          parts: [
            { text: 't', thought: true, thoughtSignature: 'AA==' },
            { functionCall: { id: '1', name: 'f', args: { model: 'x', fileUri: 'https://x', 'odd key': 1 } } },
          ],
        },
        { role: 'user', parts: [{ functionResponse: { id: '1', name: 'f', response: { fileUri: 'gs://x' } } }] },
      ],
    },
  ],
  ['a model that the body repeats', 'generate', { model: 'models/fable-5', contents }],
  ['a count of a whole request', 'count', { generateContentRequest: { model: 'models/fable-5', contents } }],
  ['an embedding', 'embed', { model: 'models/fable-5', content: { parts: [{ text: 'x' }] }, taskType: 'CLUSTERING' }],
  [
    'images',
    'predict',
    { instances: [{ prompt: 'a cat' }], parameters: { sampleCount: 1, includeRaiReason: true, enhancePrompt: true } },
  ],
  [
    'a message of Anthropic’s on Vertex AI',
    'claude',
    { anthropic_version: 'vertex-2023-10-16', max_tokens: 9, messages: [] },
  ],
]
for (const [name, target, body] of accepted) {
  t.test(`${name} is an operation`, async (t) => {
    const reading = read(target, body)
    t.equal(reading.kind, 'operation', reading.kind === 'refused' ? reading.message : '')
  })
}

const refused: readonly [string, Target, object, string][] = [
  ['B10 another model in the body', 'generate', { model: 'models/open-1', contents }, 'request_ambiguous'],
  [
    'B10 another model in a request to count',
    'count',
    { generateContentRequest: { model: 'models/x' } },
    'request_ambiguous',
  ],
  [
    'B10 another model in one of many',
    'batch',
    { requests: [{ model: 'models/fable-5' }, { model: 'models/x' }] },
    'request_ambiguous',
  ],
  ['B3 one of many without its model', 'batch', { requests: [{ model: 'models/fable-5' }, {}] }, 'model_absent'],
  ['B2 a model without its resource', 'batch', { requests: [{ model: 'fable-5' }] }, 'request_unreadable'],
  ['B2 a tuned model', 'batch', { requests: [{ model: 'tunedModels/fable-5' }] }, 'request_unreadable'],
  [
    'B10 a model in a body of Vertex AI',
    'vertex',
    { model: 'publishers/google/models/x', contents },
    'request_ambiguous',
  ],
  ['A23 a router of models', 'vertex', { contents, generationConfig: { routingConfig: {} } }, 'request_ambiguous'],
  ['A23 a preference among models', 'vertex', { contents, generationConfig: { modelConfig: {} } }, 'request_ambiguous'],
  ['B4 a cache', 'generate', { contents, cachedContent: 'cachedContents/1' }, 'reference_unknown'],
  ['B4 an answer to go on with', 'generate', { contents, continuationToken: 'AA==' }, 'reference_unknown'],
  ['B4 templates in somebody’s project', 'vertex', { contents, modelArmorConfig: {} }, 'reference_unknown'],
  [
    'B20 an answer written elsewhere',
    'vertex',
    { contents, outputConfig: { outputUriPrefix: 'gs://x' } },
    'reference_unknown',
  ],
  ['P10 a file by its address', 'generate', said({ fileData: { fileUri: 'https://x' } }), 'reference_unknown'],
  [
    'P10 a file in a result',
    'generate',
    said({ functionResponse: { parts: [{ fileData: {} }] } }),
    'reference_unknown',
  ],
  ['P10 an image in a bucket', 'predict', { instances: [{ image: { gcsUri: 'gs://x' } }] }, 'reference_unknown'],
  [
    'P10 a bucket for the images',
    'predict',
    { instances: [], parameters: { storageUri: 'gs://x' } },
    'reference_unknown',
  ],
  ...[
    'googleSearch',
    'codeExecution',
    'urlContext',
    'fileSearch',
    'computerUse',
    'mcpServers',
    'retrieval',
    'toBeMade',
  ].map((tool): [string, Target, object, string] => [
    `B14 ${tool}`,
    'generate',
    { contents, tools: [{ functionDeclarations: [] }, { [tool]: {} }] },
    'reference_unknown',
  ]),
  ['B4 a cache, by OpenAI’s path', 'openai', openaiBody({ google: { cached_content: 'x' } }), 'request_ambiguous'],
  [
    'B14 a tool of Google’s within one of OpenAI’s',
    'openai',
    { model: 'fable-5', messages: [], tools: [{ type: 'function', function: { name: 'f' }, google_search: {} }] },
    'reference_unknown',
  ],
  [
    'A15 a message where an array should stand, by OpenAI’s path',
    'openai',
    { model: 'fable-5', messages: { role: 'user', content: 'x' } },
    'request_unreadable',
  ],
  [
    'A15 content where an array should stand, by OpenAI’s path',
    'openai',
    { model: 'fable-5', messages: [{ role: 'user', content: { type: 'file', file: {} } }] },
    'request_unreadable',
  ],
  [
    'B14 a tool where an array should stand',
    'generate',
    { contents, tools: { googleSearch: {} } },
    'request_unreadable',
  ],
  [
    'A15 parts where an array should stand',
    'generate',
    { contents: [{ parts: { fileData: {} } }] },
    'request_unreadable',
  ],
  [
    'A15 an array of settings',
    'generate',
    { contents, generationConfig: [{ routingConfig: {} }] },
    'request_unreadable',
  ],
  ['A3 the other name of a field', 'generate', { contents, cached_content: 'x' }, 'request_ambiguous'],
  ['A3 the other name of the settings', 'generate', { contents, generation_config: {} }, 'request_ambiguous'],
  [
    'A3 the other name of a budget',
    'generate',
    { contents, generationConfig: { thinkingConfig: { thinking_budget: 0 } } },
    'request_ambiguous',
  ],
  ['A3 the other name of a file', 'generate', said({ file_data: {} }), 'reference_unknown'],
  [
    'A19 a limit that is a text',
    'generate',
    { contents, generationConfig: { maxOutputTokens: '9' } },
    'request_unreadable',
  ],
  [
    'B13 flags of Anthropic’s in the body',
    'claude',
    { max_tokens: 9, messages: [], anthropic_beta: ['x'] },
    'request_unreadable',
  ],
  ['a stream where none is asked', 'claude', { max_tokens: 9, messages: [], stream: true }, 'request_unreadable'],
]
for (const [name, target, body, reason] of refused) {
  t.test(`${name} is refused`, async (t) => t.equal(outcome(read(target, body)), reason))
}

const config = (thinkingConfig: object): object => ({ contents, generationConfig: { thinkingConfig } })
const modes: readonly [string, object, object | string][] = [
  ['nothing', { contents }, { field: 'thinking-budget', value: null }],
  ['a budget of none', config({ thinkingBudget: 0 }), { field: 'thinking-budget', value: '0' }],
  ['a budget', config({ thinkingBudget: 1024 }), { field: 'thinking-budget', value: '1024' }],
  ['a budget left to the model', config({ thinkingBudget: -1 }), { field: 'thinking-budget', value: null }],
  ['a level', config({ thinkingLevel: 'LOW' }), { field: 'thinking-level', value: 'low' }],
  ['the same level', config({ thinkingLevel: 'low' }), { field: 'thinking-level', value: 'low' }],
  ['no level', config({ thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED' }), { field: 'thinking-level', value: null }],
  ['both', config({ thinkingLevel: 'LOW', thinkingBudget: 0 }), 'request_ambiguous'],
  [
    'a budget left to the model, and a level',
    config({ thinkingLevel: 'LOW', thinkingBudget: -1 }),
    'request_ambiguous',
  ],
  ['a budget that is a text', config({ thinkingBudget: '0' }), 'request_unreadable'],
  ['a broken budget', config({ thinkingBudget: 0.5 }), 'request_unreadable'],
  ['a level that is a number', config({ thinkingLevel: 1 }), 'request_unreadable'],
]
for (const [name, body, expected] of modes) {
  t.test(`what a request chooses that says ${name}`, async (t) => {
    const reading = read('generate', body)
    if (reading.kind === 'refused') t.equal(reading.reason, expected)
    else t.strictSame(reading.operation.models[0]?.mode, expected)
  })
}

t.test('the limit counts every candidate, and a stream needs no word in the body', async (t) => {
  const generationConfig = { maxOutputTokens: 10, candidateCount: 3 }
  t.match(read('stream', { contents, generationConfig }), { operation: { stream: true, maxOutputTokens: 30 } })
  t.match(read('generate', { contents }), { operation: { stream: false, maxOutputTokens: null } })
})

t.test('edits stand where Google reads them, and are read again', async (t) => {
  const edited = (body: object, over: object): string => {
    const edits = { model: [], forceMode: [], capOutputTokens: null, noStore: false, ...over }
    const match: RouteMatch = matchOf({ target: targets.generate })
    const { body: bytes, unmade } = applyEdits(match, Buffer.from(JSON.stringify(body)), edits)
    return unmade.length > 0 ? unmade.join() : Buffer.from(bytes).toString()
  }
  const force = (field: string, value: string): object => ({ forceMode: [{ pointer: 'path:model', field, value }] })
  t.equal(
    edited({ contents: [] }, force('thinking-budget', '0')),
    '{"generationConfig":{"thinkingConfig":{"thinkingBudget":0}},"contents":[]}',
  )
  t.match(edited(config({ thinkingLevel: 'high' }), force('thinking-level', 'minimal')), '"thinkingLevel":"MINIMAL"')
  t.equal(edited({}, force('thinking-budget', 'none')), 'path:model', 'a word is no budget')
  t.match(edited({ generationConfig: { candidateCount: 2 } }, { capOutputTokens: 10 }), '"maxOutputTokens":5')
  t.match(edited({ contents: [] }, { noStore: true }), '"store":false')
  t.match(edited({ model: 'models/a' }, { model: [{ pointer: '/model', name: 'b' }] }), '{"model":"models/b"}')
})

t.test('a list of models belongs to the dialect whose client asks', async (t) => {
  const dialectOf = (...headers: readonly string[]): string => {
    const route = findRoute({ method: 'GET', target: '/v1/models', rawHeaders: ['Host', 'x', ...headers] })
    return route.kind === 'route' ? route.route.id : route.reason
  }
  t.equal(dialectOf('authorization', 'Bearer t'), 'openai.models.list')
  t.equal(dialectOf('x-goog-api-key', 't'), 'google.v1.models.list')
  t.equal(dialectOf('anthropic-version', '2023-06-01'), 'anthropic.models.list')
  t.equal(dialectOf('anthropic-version', '2023-06-01', 'x-goog-api-key', 't'), 'route_unknown')
})

t.test('a key in the URL is refused, and every other parameter of Google’s', async (t) => {
  for (const query of [
    'key=t',
    'access_token=t',
    'alt=media',
    '$alt=sse',
    'fields=*',
    'uploadType=media',
    'alt=sse&alt=sse',
  ]) {
    const target = `/v1beta/models/fable-5:streamGenerateContent?${query}`
    t.equal(findRoute({ method: 'POST', target, rawHeaders: json }).kind, 'refused', query)
  }
})
