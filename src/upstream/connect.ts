// How a model API is connected to: TCP, or TLS whose certificate is verified; HTTP/1.1 alone.
import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, createSecureContext, type TLSSocket } from 'node:tls'

/** Gives a socket that is connecting, and that will read by these means. */
export type Connect = (onread: OnReadOpts) => Socket | TLSSocket

/** @param url of which scheme, host and port are looked at */
export function connectTo({ protocol, hostname, port }: URL): Connect {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol !== 'https:') return (onread) => connectTcp({ host, port: Number(port || 80), onread })
  const secureContext = createSecureContext()
  // Of the connection before: the next one need not prove all of it again.
  let session: Buffer | undefined
  return (onread) => {
    const options: ConnectionOptions & { readonly onread: OnReadOpts } = {
      host,
      port: Number(port || 443),
      onread,
      ALPNProtocols: ['http/1.1'],
      secureContext,
      rejectUnauthorized: true,
      ...(session && { session }),
    }
    const socket = connectTls(options)
    socket.on('session', (given: Buffer) => {
      // With it the other side's name is not looked at again.
      if (socket.authorized) session = given
    })
    return socket
  }
}
