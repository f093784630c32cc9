// What the tests use of Vercel's `ai` and its providers. Their declarations do not compile under `exactOptionalPropertyTypes`, so the
// packages are loaded without them and typed here as far as they are used.

import { createRequire } from 'node:module'

export interface Model {
  readonly modelId: string
}

interface Asked {
  readonly model: Model
  readonly prompt: string
  readonly tools?: object
  readonly maxOutputTokens?: number
  readonly maxRetries?: number
  readonly onError?: (event: { readonly error: unknown }) => void
}

interface Ai {
  generateText(asked: Asked): Promise<{ readonly text: string }>
  streamText(asked: Asked): {
    readonly textStream: AsyncIterable<string>
    consumeStream(): Promise<void>
  }
  embed(asked: { readonly model: Model; readonly value: string }): Promise<{ readonly embedding: readonly number[] }>
  embedMany(asked: {
    readonly model: Model
    readonly values: readonly string[]
  }): Promise<{ readonly embeddings: readonly (readonly number[])[] }>
  tool(described: object): object
  jsonSchema(schema: object): object
  readonly APICallError: { isInstance(error: unknown): boolean }
}

interface Options {
  readonly baseURL: string
  readonly apiKey: string
}

type Provider = ((modelId: string) => Model) & {
  chat(modelId: string): Model
  embedding(modelId: string): Model
}

interface Packages {
  readonly ai: Ai
  readonly openai: { createOpenAI(options: Options): Provider }
  readonly anthropic: { createAnthropic(options: Options): Provider }
  readonly bedrock: { createAmazonBedrock(options: Options & { readonly region: string }): Provider }
  readonly google: { createGoogle(options: Options): Provider }
}

// Its warnings are about models that it does not know, as none of the catalogue's.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
const require = createRequire(import.meta.url)

export const packages: Packages = {
  ai: require('ai'),
  openai: require('@ai-sdk/openai'),
  anthropic: require('@ai-sdk/anthropic'),
  bedrock: require('@ai-sdk/amazon-bedrock'),
  google: require('@ai-sdk/google'),
}
