// Connections of a listener: no more than its bound, and never all of them with people who ask nothing. When the last place is taken,
// the one on which nothing is asked for the longest time gives way: first those that never asked, then those that were answered.
// What is being answered is never closed for another one; while all are busy, the next is closed unread (`node.maxConnections`).
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Member, Roll } from '../vocabulary/roll.ts'

/** What became of a connection for want of room: an idle one `gave_way`, or one more was `turned_away`. */
export type Crowded = 'gave_way' | 'turned_away'

export interface Connections {
  /** To be called before the server listens, after whatever else hears of its connections. */
  bound(server: Server): void
  /** A request has come; its connection is not idle before the response has ended. */
  asked(request: IncomingMessage, response: ServerResponse): void
  /** The connection is none of HTTP any more, and not idle before it ends. */
  upgraded(request: IncomingMessage): void
}

interface Connection {
  readonly socket: Socket
  readonly peer: string
  underWay: number
  /** Its place among the idle ones; null: it is none of them. */
  idle: { readonly among: Roll<Connection>; readonly as: Member<Connection> } | null
}

/** @param most open at once @param onCrowded called for each that was closed */
export function createConnections(most: number, onCrowded: (what: Crowded) => void): Connections {
  // By their peer: over TLS, and with HTTP/2, requests come on other sockets than those that were accepted.
  const open = new Map<string, Connection>()
  // Invariant: the idle ones, each in one of both, in the order in which they became so.
  const silent = new Roll<Connection>()
  const answered = new Roll<Connection>()

  function rest(connection: Connection, among: Roll<Connection>): void {
    connection.idle = { among, as: among.enter(connection) }
  }

  function wake(connection: Connection): void {
    connection.idle?.among.leave(connection.idle.as)
    connection.idle = null
  }

  function forget(connection: Connection): void {
    if (open.get(connection.peer) === connection) open.delete(connection.peer)
    wake(connection)
  }

  function accept(socket: Socket): void {
    if (open.size >= most - 1) giveWay()
    const connection: Connection = { socket, peer: peerOf(socket), underWay: 0, idle: null }
    open.set(connection.peer, connection)
    rest(connection, silent)
    socket.once('close', () => forget(connection))
  }

  function giveWay(): void {
    const longest = silent.first ?? answered.first
    if (longest === undefined) return
    // Node counts it no more from now on; that it is closed it tells later.
    forget(longest)
    longest.socket.destroy()
    onCrowded('gave_way')
  }

  function begin({ socket }: IncomingMessage): Connection | undefined {
    const connection = open.get(peerOf(socket))
    if (connection === undefined) return undefined
    connection.underWay += 1
    wake(connection)
    return connection
  }

  return {
    bound(server) {
      server.maxConnections = most
      // In a worker: one too many is closed, as without workers, and not sent round to others that may be full too.
      Object.assign(server, { dropMaxConnection: true })
      server.on('drop', () => onCrowded('turned_away'))
      server.prependListener('connection', accept)
    },
    asked(request, response) {
      const connection = begin(request)
      if (connection === undefined) return
      response.once('close', () => {
        connection.underWay -= 1
        if (connection.underWay === 0 && !connection.socket.destroyed) rest(connection, answered)
      })
    },
    upgraded: (request) => void begin(request),
  }
}

const peerOf = ({ remotePort, remoteAddress }: Socket): string => `${remotePort} ${remoteAddress}`
