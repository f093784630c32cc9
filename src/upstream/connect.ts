// How a model API is connected to: TCP, or TLS whose certificate is verified; HTTP/1.1 alone.
import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, createSecureContext, type TLSSocket } from 'node:tls'
import { upstreamLimits } from '../upstream-limits.ts'

/** Gives a socket that is connecting, and that will read by these means. */
export type Connect = (onread: OnReadOpts) => Socket | TLSSocket

/** @param url of which scheme, host and port are looked at */
export function connectTo({ protocol, hostname, port }: URL): Connect {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol !== 'https:') return (onread) => connectTcp({ host, port: Number(port || 80), onread })
  const secureContext = createSecureContext()
  // Of the connection before: the next one need not prove all of it again.
  let kept: { readonly session: Buffer; readonly at: number } | undefined
  return (onread) => {
    const isFresh = kept !== undefined && performance.now() - kept.at < upstreamLimits.sessionMs
    const options: ConnectionOptions & { readonly onread: OnReadOpts } = {
      host,
      port: Number(port || 443),
      onread,
      ALPNProtocols: ['http/1.1'],
      secureContext,
      rejectUnauthorized: true,
      ...(isFresh && { session: kept?.session }),
    }
    const socket = connectTls(options)
    socket.on('session', (given: Buffer) => {
      // With it the other side's certificate is not looked at again: for no longer than this, and never from one such to the next.
      if (socket.authorized && !socket.isSessionReused()) kept = { session: given, at: performance.now() }
    })
    return socket
  }
}
