// GET /v1/responses, upgraded: each `response.create` carries a whole body of POST /v1/responses beside its type, with a model of its
// own, and is decided like one. `response.steer` goes on with a response under way, by its id alone, and is not served.

import { responseMade } from '../routes/openai-responses.ts'
import { openaiResponses as body } from '../shapes/openai-responses.ts'
import { responsesWords } from './openai-events.ts'
import { frame, type SocketShape } from './socket-shape.ts'

/** An answer that is not stored is remembered all the same, until the socket closes: `previous_response_id` may name it. */
const makes = responseMade.map((row) => ({ ...row, when: 'told' as const }))

export const openaiResponsesSocket: SocketShape = {
  told: 'type',
  binary: false,
  frames: [
    frame(
      'response.create',
      { ...body, stream: 'always' },
      { stored: { path: {}, makes, widens: ['conversation'], forgets: null } },
    ),
  ],
  protocols: [],
  credentialPlaces: [],
  words: responsesWords,
}
