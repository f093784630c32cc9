// The stand-in model API of a bench: the least that answers a chat completion, and an exact count of what reached it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beChild } from './processes.ts'

await beChild(async (argument) => {
  const { answer } = argument as { readonly answer: string }
  let requests = 0
  const body = Buffer.from(answer)
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  const server = createServer((request, response) => {
    requests += 1
    request.on('end', () => response.writeHead(200, headers).end(body)).resume()
  })
  server.keepAliveTimeout = 0 // a connection that closes between rounds is a failure of the bench, not of what it measures
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ready: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: async () => requests,
  }
})
