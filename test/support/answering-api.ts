// A model API that answers what a test tells it to, with any media type, and keeps what it was sent: for operations that the stand-in
// of the demo does not play.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Said {
  readonly type: string
  readonly body: string | Buffer
  readonly status?: number
}

export interface AnsweringApi {
  readonly url: string
  readonly seen: readonly Seen[]
  close(): Promise<void>
}

/** @param answer to a request as it arrived, whole */
export async function startAnsweringApi(answer: (seen: Seen) => Said): Promise<AnsweringApi> {
  const all: Seen[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { method = '', url: path = '', headers } = request
      const seen: Seen = { method, path, headers, body: Buffer.concat(chunks) }
      all.push(seen)
      const { type, body, status = 200 } = answer(seen)
      response.writeHead(status, { 'content-type': type })
      response.end(body)
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: all,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The section `upstreams` for a gate in front of it, in these dialects, with these models of the demo's catalogue. */
export function upstreamsAt(
  url: string,
  dialects: readonly string[],
  models: readonly string[] = ['open-1', 'fable-5'],
): string {
  return dialects
    .map(
      (dialect) =>
        `\n  - name: ${dialect}\n    dialect: ${dialect}\n    url: ${url}\n    models: [${models.join(', ')}]`,
    )
    .join('')
}
