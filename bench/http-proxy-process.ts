// Bare @fastify/http-proxy: what a Fastify reverse proxy costs before anything is checked.
import httpProxy from '@fastify/http-proxy'
import fastify from 'fastify'
import { beChild } from './processes.ts'

await beChild(async (argument) => {
  const { upstream } = argument as { readonly upstream: string }
  const app = fastify()
  await app.register(httpProxy, { upstream, undici: { connections: 1_024, pipelining: 1 } })
  return { ready: await app.listen({ host: '127.0.0.1', port: 0 }) }
})
