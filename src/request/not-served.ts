// What the official SDKs can ask for and the gate refuses, with the reason. Closed: each row says how many operations stand under its
// path, so that one which a new version of an SDK adds is noticed by a test, and classified by somebody who has read what it does.

export interface NotServed {
  /** The path, and all that stands below it. */
  readonly under: string
  /** Operations of the SDK there that the route table lacks. */
  readonly operations: number
  readonly why: string
}

const stored =
  'nobody answers here for what is stored: all callers share one credential, and a list holds what every one of them made'
const agents = 'an agent runs at the provider, with models, tools and a memory that no request names'
const account = 'the provider’s account is administered where its keys are, never with a caller’s token'
const secrets = 'makes or keeps credentials that lead around the gate'
const tuned = 'a new model is a question for the catalogue: it would be served under a name that no directive knows'
const runs = 'runs models that stand in files or definitions which can be changed at the provider'
const programs = 'runs programs at the provider'
const ended = 'ended by the provider; responses and conversations take its place'
const calls = 'the media of a call do not pass through the gate'
const spoken = 'a voice that is made is stored, and nobody is asked for it again'
const hooks = 'the provider would call addresses that a caller chooses'

/** By the package of the SDK. */
export const notServed: Readonly<Record<string, readonly NotServed[]>> = {
  openai: [
    { under: '/v1/agents', operations: 47, why: agents },
    { under: '/v1/assistants', operations: 5, why: ended },
    { under: '/v1/audio', operations: 7, why: spoken },
    { under: '/v1/batches', operations: 1, why: runs },
    { under: '/v1/chat', operations: 1, why: stored },
    { under: '/v1/chatkit', operations: 6, why: agents },
    { under: '/v1/containers', operations: 9, why: programs },
    { under: '/v1/content_provenance_checks', operations: 1, why: 'no model of a catalogue is named for it' },
    { under: '/v1/decisions', operations: 1, why: 'no model of a catalogue is named for it' },
    { under: '/v1/evals', operations: 12, why: runs },
    { under: '/v1/files', operations: 1, why: stored },
    { under: '/v1/fine_tuning', operations: 12, why: tuned },
    { under: '/v1/live', operations: 7, why: calls },
    { under: '/v1/models', operations: 1, why: 'deletes a model for everybody' },
    { under: '/v1/organization', operations: 130, why: account },
    { under: '/v1/projects', operations: 13, why: account },
    { under: '/v1/realtime', operations: 9, why: secrets },
    { under: '/v1/responses', operations: 2, why: stored },
    { under: '/v1/safety', operations: 2, why: account },
    { under: '/v1/skills', operations: 11, why: programs },
    { under: '/v1/threads', operations: 18, why: ended },
    { under: '/v1/uploads', operations: 4, why: 'what is put together at the provider was not read as a whole here' },
    { under: '/v1/vaults', operations: 10, why: secrets },
    { under: '/v1/vector_stores', operations: 16, why: 'a search in one is a tool that runs at the provider' },
    { under: '/v1/videos', operations: 10, why: stored },
    { under: '/v1/webhook_endpoints', operations: 7, why: hooks },
    { under: '/v1/webhook_event_types', operations: 1, why: hooks },
  ],
  '@anthropic-ai/sdk': [
    { under: '/v1/agents', operations: 6, why: agents },
    { under: '/v1/deployment_runs', operations: 2, why: agents },
    { under: '/v1/deployments', operations: 8, why: agents },
    { under: '/v1/dreams', operations: 5, why: agents },
    { under: '/v1/environments', operations: 14, why: agents },
    { under: '/v1/files', operations: 1, why: stored },
    { under: '/v1/memory_stores', operations: 14, why: stored },
    { under: '/v1/messages', operations: 1, why: stored },
    { under: '/v1/organizations', operations: 149, why: account },
    { under: '/v1/sessions', operations: 19, why: agents },
    { under: '/v1/skills', operations: 9, why: programs },
    { under: '/v1/tunnels', operations: 10, why: secrets },
    { under: '/v1/user_profiles', operations: 7, why: account },
    { under: '/v1/vaults', operations: 13, why: secrets },
  ],
  '@aws-sdk/client-bedrock-runtime': [
    { under: '/async-invoke', operations: 3, why: 'the answer would be written to a store that the caller names' },
    { under: '/guardrail', operations: 1, why: 'no model of a catalogue is named for it' },
    { under: '/guardrail-checks', operations: 1, why: 'no model of a catalogue is named for it' },
    { under: '/model', operations: 1, why: 'HTTP/2 in both directions at once is not spoken here' },
  ],
  ollama: [
    { under: '/api/copy', operations: 1, why: tuned },
    { under: '/api/create', operations: 1, why: tuned },
    { under: '/api/delete', operations: 1, why: 'deletes a model for everybody' },
    { under: '/api/ps', operations: 1, why: 'tells what others run' },
    { under: '/api/pull', operations: 1, why: 'fetches a model that nobody has put into the catalogue' },
    { under: '/api/push', operations: 1, why: 'sends a model elsewhere' },
    { under: '/api/version', operations: 1, why: 'says nothing that a caller needs' },
    { under: '/api/web_fetch', operations: 1, why: 'fetches what a caller names' },
    { under: '/api/web_search', operations: 1, why: 'fetches what a caller names' },
  ],
  '@google/genai': [
    { under: 'auth_tokens', operations: 1, why: secrets },
    { under: 'batchPredictionJobs', operations: 3, why: runs },
    { under: 'batches', operations: 3, why: runs },
    { under: 'cachedContents', operations: 1, why: stored },
    { under: 'fileSearchStores', operations: 1, why: stored },
    { under: 'files', operations: 2, why: stored },
    { under: 'files:register', operations: 1, why: stored },
    { under: 'tunedModels', operations: 1, why: tuned },
    { under: 'tuningJobs', operations: 1, why: tuned },
    { under: 'upload', operations: 2, why: stored },
    { under: '{}', operations: 3, why: 'of what is asked for by its name, models alone are served' },
    { under: '{}:asyncBatchEmbedContent', operations: 1, why: runs },
    { under: '{}:batchGenerateContent', operations: 1, why: runs },
    { under: '{}:cancel', operations: 1, why: stored },
    { under: '{}:computeTokens', operations: 1, why: 'tells how a model reads text; ask `countTokens`' },
    { under: '{}:fetchPredictOperation', operations: 1, why: stored },
    { under: '{}:importFile', operations: 1, why: stored },
    { under: '{}:predictLongRunning', operations: 1, why: 'the answer would be fetched later, by whoever asks' },
  ],
}
