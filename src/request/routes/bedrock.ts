// Amazon Bedrock Runtime. The model stands in the path, where its SDK escapes `:` and `/`; it is a name of the catalogue, so that an
// ARN or an inference profile is served if the catalogue has it, character for character. Guardrails, asynchronous invocations and
// streams in both directions are not here, nor is Bedrock's control plane.

import type { BodyShape, ModeRow } from '../body-shape.ts'
import type { Provider, Route, RouteBody, SegmentRow } from '../route.ts'
import { anthropicMessages } from '../shapes/anthropic-messages.ts'
import { bedrockConverse, bedrockConverseStream, bedrockCountTokens, converseMode } from '../shapes/bedrock-converse.ts'
import { bedrockInvoke, bedrockInvokeStream } from '../shapes/bedrock-invoke.ts'
import { bedrockVendors } from '../shapes/bedrock-vendors.ts'
import { infer, modeOf } from './rows.ts'

const dialect = 'bedrock'
const model: SegmentRow = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}$/,
  example: 'fable-5',
  escapes: { '%3A': ':', '%2F': '/' },
}

interface Asked extends RouteBody {
  readonly json: BodyShape
  readonly mode: ModeRow | null
}

function ofModel(id: string, path: string, { mode, ...body }: Asked): Route {
  return {
    ...infer,
    id: `bedrock.${id}`,
    dialect,
    path: `/model/{model}/${path}`,
    segments: { model },
    models: [{ at: 'path:model', required: 'always', mode }],
    body,
  }
}

const converse = converseMode([])
const messages = modeOf(anthropicMessages)

/** An answer in a stream; embeddings are none. */
const streamed = bedrockVendors.map(({ tells, shape }) => ({ tells, shape: { ...shape, stream: 'always' as const } }))

const routes: readonly Route[] = [
  ofModel('converse', 'converse', { json: bedrockConverse, mode: converse }),
  ofModel('converseStream', 'converse-stream', { json: bedrockConverseStream, mode: converse }),
  ofModel('invokeModel', 'invoke', { json: bedrockInvoke, vendors: bedrockVendors, octets: true, mode: messages }),
  ofModel('invokeModelWithResponseStream', 'invoke-with-response-stream', {
    json: bedrockInvokeStream,
    vendors: streamed,
    octets: true,
    mode: messages,
  }),
  {
    ...ofModel('countTokens', 'count-tokens', { json: bedrockCountTokens, mode: converseMode(['input', 'converse']) }),
    action: 'count-tokens',
  },
]

const note =
  'A body of InvokeModel is Anthropic’s, with `anthropic_version`, or one of Nova, Titan, Llama, Mistral (a prompt) and Cohere, each a ' +
  'closed list without a mode; where a mode must be fixed, or a limit kept that only Converse has, ask by Converse. ' +
  'An answer of Converse names no model: what served it is held to the decision where a prompt router says which model it chose, and ' +
  'is otherwise not known. Answers of InvokeModel name it as the vendor does, which the catalogue must have under `served-as`. ' +
  'AWS’s clients speak HTTP/1.1 but for the JavaScript one of this service: for it set `listen.http2: true`, or make it with ' +
  '`new BedrockRuntimeClient({ endpoint, requestHandler: new NodeHttpHandler() })`, from `@smithy/node-http-handler`; without either it ' +
  'is told `HTTP_1_1_REQUIRED`. `@ai-sdk/amazon-bedrock` needs nothing. AWS’s clients try 502 and 503 again by themselves, each time ' +
  'decided anew; `maxAttempts: 1` ends that.'

export const bedrockRoutes: Provider = {
  title: 'Amazon Bedrock',
  dialect,
  prefixes: ['/model/'],
  note,
  routes,
}
