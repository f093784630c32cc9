// The one list of dialects.

import type { Dialect } from '../../vocabulary/operation.ts'
import { anthropic } from './anthropic.ts'
import { azure } from './azure.ts'
import { bedrock } from './bedrock.ts'
import type { DialectWords } from './dialect.ts'
import { google } from './google.ts'
import { googleOpenai } from './google-openai.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { vertex, vertexAnthropic } from './vertex.ts'

export const dialects: Readonly<Record<Dialect, DialectWords>> = {
  openai,
  anthropic,
  azure,
  google,
  'google-openai': googleOpenai,
  vertex,
  'vertex-anthropic': vertexAnthropic,
  ollama,
  bedrock,
}
