// Azure OpenAI: OpenAI's bodies under paths of its own, as `AzureOpenAI` of the official SDK sends them. A deployment is asked for by
// its name, which is a name of the catalogue here; its SDK repeats the name in the body, and the two must agree.

import type { BodyShape } from '../body-shape.ts'
import type { Provider, Route } from '../route.ts'
import { openaiChat } from '../shapes/openai-chat.ts'
import { openaiCompletions } from '../shapes/openai-completions.ts'
import { openaiEmbeddings } from '../shapes/openai-embeddings.ts'
import { responseRoutes } from './openai-responses.ts'
import { infer, list, modelInPath, modelSegment, modeOf, retrieve } from './rows.ts'

const dialect = 'azure'
const dated = { 'api-version': /^20\d\d-\d\d-\d\d(?:-preview)?$/ }
const unversioned = { 'api-version': /^(?:v1|preview|latest)$/ }

/** An operation of one deployment. */
function ofDeployment(id: string, path: string, shape: BodyShape): Route {
  return {
    ...infer,
    id: `azure.deployments.${id}`,
    dialect,
    path: `/openai/deployments/{deployment}${path}`,
    segments: { deployment: modelSegment },
    query: dated,
    models: [{ at: 'path:deployment', required: 'always', mode: modeOf(shape) }],
    agree: ['path:deployment', '/model'],
    body: { json: modelInPath(shape) },
  }
}

const routes: readonly Route[] = [
  ofDeployment('chat.completions.create', '/chat/completions', openaiChat),
  ofDeployment('completions.create', '/completions', openaiCompletions),
  ofDeployment('embeddings.create', '/embeddings', openaiEmbeddings),
  ...responseRoutes(dialect, { id: 'azure', path: '/openai' }, dated),
  { ...list, id: 'azure.models.list', dialect, path: '/openai/models', query: dated },
  { ...retrieve, id: 'azure.models.retrieve', dialect, path: '/openai/models/{model}', query: dated },
  {
    ...infer,
    id: 'azure.v1.chat.completions.create',
    dialect,
    path: '/openai/v1/chat/completions',
    query: unversioned,
    body: { json: openaiChat },
  },
  ...responseRoutes(dialect, { id: 'azure.v1', path: '/openai/v1' }, unversioned),
  {
    ...infer,
    id: 'azure.v1.embeddings.create',
    dialect,
    path: '/openai/v1/embeddings',
    query: unversioned,
    body: { json: openaiEmbeddings },
  },
  { ...list, id: 'azure.v1.models.list', dialect, path: '/openai/v1/models', query: unversioned },
  { ...retrieve, id: 'azure.v1.models.retrieve', dialect, path: '/openai/v1/models/{model}', query: unversioned },
]

export const azureRoutes: Provider = { title: 'Azure OpenAI', dialect, prefixes: ['/openai/'], routes }
