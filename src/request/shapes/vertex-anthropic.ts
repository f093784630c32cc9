// Anthropic's messages on Vertex AI: the path names the model and says whether the answer is a stream.

import type { BodyShape } from '../body-shape.ts'
import { modelInPath } from '../routes/rows.ts'
import { anthropicCountTokens, anthropicMessages } from './anthropic-messages.ts'

/** Flags open features of the API; those that may be opened stand in the header, where they are read. */
function withoutFlags(shape: BodyShape): BodyShape {
  return {
    ...shape,
    refused: [
      ...shape.refused,
      {
        at: '/anthropic_beta',
        reason: 'request_unreadable',
        says: 'features are named in the header `anthropic-beta`: leave this out',
      },
    ],
  }
}

export const vertexMessages: BodyShape = withoutFlags({ ...modelInPath(anthropicMessages), stream: 'never' })
export const vertexMessagesStream: BodyShape = withoutFlags({ ...modelInPath(anthropicMessages), stream: 'always' })
export const vertexMessagesCount: BodyShape = withoutFlags(anthropicCountTokens)
