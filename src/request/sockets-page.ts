// The part of docs/operations.md about WebSockets.

import { providers } from './routes/index.ts'
import type { SocketShape } from './sockets/socket-shape.ts'

export function socketSections(): readonly string[] {
  const rows = providers.flatMap(({ routes }) =>
    routes.flatMap(({ id, socket }) => (socket === null ? [] : [row(id, socket)])),
  )
  return [
    '## WebSockets',
    '',
    'These operations are asked for by an upgrade (RFC 6455, version 13). No extension is agreed on: a compressed frame ends the',
    'connection, as does a masked or reserved bit out of place. A message is read whole, as strictly as a body, before it goes on as it was',
    'read. One that names a model, chooses a mode or has to do with what is stored is one more request: decided and recorded for itself,',
    'with the decision id of the upgrade in `request.socket`. One of another type than these, or one that is refused, closes the socket.',
    '',
    '| operation | frames of the client | subprotocols that are answered | binary frames |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'Where the gate refuses or cuts, the close reason is the code that a refusal in HTTP has, and an error event of OpenAI’s or Azure’s API comes',
    'before (Gemini Live has none). Only who is behind in taking what was sent is cut off without a word (1006).',
    '',
    '| closed with | when |',
    '| --- | --- |',
    ...closes.map(([code, when]) => `| ${code} | ${when} |`),
    '| *another* | The model API closed: with its code, or with one of these that stands for it. |',
    '',
  ]
}

/** `test/gateway/close-codes.test.ts` holds it to what is sent. */
const closes = [
  [1001, 'Nothing was said for too long.'],
  [1002, 'A frame broke RFC 6455.'],
  [1007, 'A frame could not be read.'],
  [
    1008,
    'A frame was refused, a directive or the token permits it no longer, or the model API named another model than was decided.',
  ],
  [1009, 'A frame was too long, or too much was named on one socket.'],
  [1011, 'The gate or the model API failed.'],
  [1012, 'The gate ends: connect again.'],
  [1013, 'There is no room: later.'],
] as const

function row(id: string, { frames, protocols, binary }: SocketShape): string {
  const types = frames.map(({ type, turn }) => `\`${type}\`${turn === 'first' ? ' (the first, and only it)' : ''}`)
  const names = protocols.map((name) => `\`${name}\``).join(', ')
  return `| \`${id}\` | ${types.join(', ')} | ${names || 'none'} | ${binary ? 'read as JSON' : 'refused'} |`
}
