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
  ]
}

function row(id: string, { frames, protocols, binary }: SocketShape): string {
  const types = frames.map(({ type, turn }) => `\`${type}\`${turn === 'first' ? ' (the first, and only it)' : ''}`)
  const names = protocols.map((name) => `\`${name}\``).join(', ')
  return `| \`${id}\` | ${types.join(', ')} | ${names || 'none'} | ${binary ? 'read as JSON' : 'refused'} |`
}
