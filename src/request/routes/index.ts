// The route table: what stands here can be asked for, what does not is refused. docs/operations.md is printed from it.

import type { Provider, Route } from '../route.ts'
import { anthropicRoutes } from './anthropic.ts'
import { azureRoutes } from './azure.ts'
import { bedrockRoutes } from './bedrock.ts'
import { googleOpenaiRoutes, googleRoutes } from './google.ts'
import { ollamaRoutes } from './ollama.ts'
import { openaiRoutes } from './openai.ts'
import { vertexAnthropicRoutes, vertexRoutes } from './vertex.ts'

/** The one list of providers, in the order of the page. */
export const providers: readonly Provider[] = [
  openaiRoutes,
  anthropicRoutes,
  azureRoutes,
  bedrockRoutes,
  googleRoutes,
  googleOpenaiRoutes,
  vertexRoutes,
  vertexAnthropicRoutes,
  ollamaRoutes,
]

export const routes: readonly Route[] = providers.flatMap((provider) => provider.routes)

/** Every escape that some segment accepts; a path with any other is refused before it is looked up. */
export const pathEscapes: ReadonlySet<string> = new Set(
  routes.flatMap(({ segments }) => Object.values(segments).flatMap(({ escapes = {} }) => Object.keys(escapes))),
)
