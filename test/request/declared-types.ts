// What the official SDKs declare that a request may hold, by the operation of the route table that takes it. Types alone: a test
// walks them. Operations of other providers that take the same body are held to the same shape.

import type Anthropic from '@anthropic-ai/sdk'
import type * as Aws from '@aws-sdk/client-bedrock-runtime'
import type * as Google from '@google/genai'
import type * as Ollama from 'ollama'
import type OpenAI from 'openai'
import type { ItemCreateParams } from 'openai/resources/conversations/items'

/** Of what `@google/genai` takes as one `config`, what it sends beside `generationConfig`; the rest stands within. */
export type SentBeside =
  | 'cachedContent'
  | 'continuationToken'
  | 'labels'
  | 'modelArmorConfig'
  | 'safetySettings'
  | 'serviceTier'
  | 'store'
  | 'toolConfig'
/** What it sends elsewhere, or keeps for itself. */
type SentOtherwise =
  | 'abortSignal'
  | 'automaticFunctionCalling'
  | 'httpOptions'
  | 'modelSelectionConfig'
  | 'shouldReturnHttpResponse'
  | 'systemInstruction'
  | 'tools'
interface GoogleGenerate extends Pick<Google.GenerateContentConfig, SentBeside> {
  readonly contents: readonly Google.Content[]
  readonly systemInstruction: Google.Content
  readonly tools: readonly Google.Tool[]
  readonly generationConfig: Omit<Google.GenerateContentConfig, SentBeside | SentOtherwise> & {
    readonly routingConfig: Google.GenerationConfigRoutingConfig
    readonly modelConfig: object
  }
}
type Embedding = Omit<Google.EmbedContentConfig, 'abortSignal' | 'httpOptions'>
interface GoogleEmbed extends Embedding {
  readonly content: Google.Content
}
interface VertexEmbed {
  readonly content: Google.Content
  readonly embedContentConfig: Embedding
}
type Drawing = Google.GenerateImagesConfig & Google.EditImageConfig & Google.UpscaleImageConfig
interface GooglePredict {
  readonly instances: readonly { readonly prompt: string; readonly referenceImages: readonly object[] }[]
  readonly parameters: Omit<Drawing, 'abortSignal' | 'httpOptions' | 'outputGcsUri'> & { readonly storageUri: string }
}

/** Sent as a header, which has rows of its own. */
type WithoutHeaders<Params> = Omit<Params, 'betas'>
type Counted<Input> = Input extends { readonly converse: infer Converse } ? Converse : never

export interface DeclaredBodies {
  'openai.chat.completions.create': OpenAI.ChatCompletionCreateParams
  'openai.chat.completions.update': OpenAI.Chat.ChatCompletionUpdateParams
  'openai.responses.create': OpenAI.Responses.ResponseCreateParams
  'openai.completions.create': OpenAI.CompletionCreateParams
  'openai.embeddings.create': OpenAI.EmbeddingCreateParams
  'openai.images.generate': OpenAI.ImageGenerateParams
  'openai.images.edit': OpenAI.ImageEditParams
  'openai.images.createVariation': OpenAI.ImageCreateVariationParams
  'openai.audio.speech.create': OpenAI.Audio.SpeechCreateParams
  'openai.audio.transcriptions.create': OpenAI.Audio.TranscriptionCreateParams
  'openai.audio.translations.create': OpenAI.Audio.TranslationCreateParams
  'openai.moderations.create': OpenAI.ModerationCreateParams
  'openai.files.create': OpenAI.FileCreateParams
  'openai.batches.create': OpenAI.BatchCreateParams
  'openai.conversations.create': OpenAI.Conversations.ConversationCreateParams
  'openai.conversations.update': OpenAI.Conversations.ConversationUpdateParams
  'openai.conversations.items.create': ItemCreateParams
  'anthropic.messages.create': Anthropic.MessageCreateParams | WithoutHeaders<Anthropic.Beta.MessageCreateParams>
  'anthropic.messages.countTokens':
    | Anthropic.MessageCountTokensParams
    | WithoutHeaders<Anthropic.Beta.MessageCountTokensParams>
  'anthropic.messages.batches.create':
    | Omit<Anthropic.Messages.BatchCreateParams, 'user_profile_id' | 'workspace_id'>
    | Omit<Anthropic.Beta.Messages.BatchCreateParams, 'betas' | 'user_profile_id' | 'workspace_id'>
  'anthropic.files.upload': Omit<Anthropic.Beta.FileUploadParams, 'betas' | 'workspace_id'>
  'bedrock.converse': Omit<Aws.ConverseRequest, 'modelId'>
  'bedrock.converseStream': Omit<Aws.ConverseStreamRequest, 'modelId'>
  'bedrock.countTokens': { readonly input: { readonly converse: Counted<Aws.CountTokensInput> } }
  'google.models.generateContent': GoogleGenerate
  'google.models.generateContentStream': GoogleGenerate
  'google.models.countTokens': { readonly contents: readonly Google.Content[] }
  'google.models.embedContent': GoogleEmbed
  'google.models.batchEmbedContents': { readonly requests: readonly GoogleEmbed[] }
  'google.models.predict': GooglePredict
  'vertex.models.generateContent': GoogleGenerate
  'vertex.models.countTokens': GoogleGenerate
  'vertex.models.embedContent': VertexEmbed
  'vertex.models.predict': GooglePredict
  'ollama.chat': Ollama.ChatRequest
  'ollama.generate': Ollama.GenerateRequest
  'ollama.embed': Ollama.EmbedRequest
  'ollama.embeddings': Ollama.EmbeddingsRequest
  'ollama.show': Ollama.ShowRequest
}
