// nginx with `auth_request`: what many put before a model API. One worker of nginx asks a Node service about each request, which verifies
// the token with jose every time, and nginx forwards it. It decides nothing and records nothing.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { beChild } from './processes.ts'

/** Microseconds of one tick of `/proc/<pid>/stat` (USER_HZ is 100 on every Linux that Node runs on). */
const tickMicros = 10_000

await beChild(async (argument) => {
  const { upstream, token } = argument as { readonly upstream: string; readonly token: string }
  const verifier = await startVerifier(token)
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-nginx-'))
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration({ port, upstream: new URL(upstream).host, verifier, folder }))
  const nginx = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', file], { stdio: 'inherit' })
  const url = `http://127.0.0.1:${port}`
  await answering(url)
  return {
    ready: url,
    alsoCpuMicros: () => {
      // After the name, which stands in parentheses and may hold anything: utime and stime are the 12th and 13th.
      const [user = '', system = ''] = (readFileSync(`/proc/${nginx.pid}/stat`, 'utf8').split(') ')[1] ?? '')
        .split(' ')
        .slice(11, 13)
      return (Number(user) + Number(system)) * tickMicros
    },
    stop: async () => {
      const gone = once(nginx, 'exit')
      nginx.kill('SIGTERM')
      await gone
      rmSync(folder, { recursive: true })
    },
  }
})

/** @returns host and port */
async function startVerifier(token: string): Promise<string> {
  const { iss = '', aud = '', iat = 0 } = decodeJwt(token)
  const discovery = await fetch(`${iss}/.well-known/openid-configuration`)
  const { jwks_uri: keys } = (await discovery.json()) as { readonly jwks_uri: string }
  const keySet = createRemoteJWKSet(new URL(keys), { cacheMaxAge: Number.POSITIVE_INFINITY })
  // The provider of the bench lives in June 2026.
  const expected = { issuer: iss, audience: aud, currentDate: new Date((iat + 1) * 1_000) }
  const server = createServer((request, response) => {
    const given = (request.headers.authorization ?? '').slice('Bearer '.length)
    jwtVerify(given, keySet, expected).then(
      () => response.writeHead(204).end(),
      () => response.writeHead(401).end(),
    )
  })
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answering(url: string): Promise<void> {
  for (let tries = 100; ; tries -= 1) {
    try {
      await (await fetch(url)).text()
      return
    } catch (error) {
      if (tries === 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

interface Places {
  readonly port: number
  /** Host and port, as `verifier`. */
  readonly upstream: string
  readonly verifier: string
  readonly folder: string
}

function configuration(of: Places): string {
  return `daemon off;
master_process off;
pid ${of.folder}/pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${of.folder}/bodies;
  proxy_temp_path ${of.folder}/answers;
  fastcgi_temp_path ${of.folder}/f;
  uwsgi_temp_path ${of.folder}/u;
  scgi_temp_path ${of.folder}/s;
  keepalive_requests 10000000;
  client_body_buffer_size 64k;
  upstream model { server ${of.upstream}; keepalive 1024; keepalive_requests 10000000; }
  upstream verifier { server ${of.verifier}; keepalive 1024; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${of.port} backlog=1024;
    location / {
      auth_request /verified;
      proxy_pass http://model;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
    location = /verified {
      internal;
      proxy_pass http://verifier;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }
  }
}
`
}
