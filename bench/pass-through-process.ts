// The bare pass-through: node:http in front, undici's dispatch behind, no check in between. The floor under every gateway in Node.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Dispatcher, Pool } from 'undici'
import { beChild } from './processes.ts'

await beChild(async (argument) => {
  const { upstream } = argument as { readonly upstream: string }
  const pool = new Pool(upstream, { connections: 1_024, pipelining: 1, allowH2: false })
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' }
      const body = Buffer.concat(chunks)
      pool.dispatch({ path: request.url ?? '/', method: 'POST', headers, body }, answerTo(response))
    })
  })
  server.keepAliveTimeout = 72_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { ready: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
})

function answerTo(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {},
    onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders) {
      const { 'content-type': type, 'content-length': length } = headers
      response.writeHead(status, {
        'content-type': type,
        ...(length === undefined ? {} : { 'content-length': length }),
      })
    },
    onResponseData(_controller: unknown, chunk: Buffer) {
      response.write(chunk)
    },
    onResponseEnd() {
      response.end()
    },
    onResponseError(_controller: unknown, error: Error) {
      response.destroy(error)
    },
  }
}
