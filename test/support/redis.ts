// A real Redis for tests: the one of REDIS_URL, or a redis-server of our own on a free loopback port.
// It promises a server or an error that says what to install; it never lets a test pass without one.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { RedisSettings } from '../../src/vocabulary/settings.ts'
import { type Shim, startShim } from './tcp-shim.ts'

/** What the gateway writes begins with this; nothing else is deleted from a Redis that is not ours. */
const prefix = 'portcullis:'

export interface TestRedis {
  readonly url: string
  /** A client for planting and looking; the same server, past any fault of the shim. */
  readonly client: Redis
  /** The server dies at once, or, where it is not ours, cannot be reached any more. */
  kill(): Promise<void>
  /** It is there again, at the same URL. */
  revive(): Promise<void>
  stop(): Promise<void>
}

/** Settings of one server, with time enough for a busy machine. */
export const redisSettings = (url: string, key: Uint8Array): RedisSettings => ({
  servers: { kind: 'server', url },
  tls: null,
  key,
  previousKey: null,
  commandTimeoutMs: 2_000,
})

export interface RedisOptions {
  /** Further arguments of redis-server; refused with REDIS_URL. */
  readonly args?: readonly string[]
}

export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const url = process.env['REDIS_URL']
  return url === undefined || url === '' ? startOwn(options) : useGiven(url, options)
}

async function startOwn({ args = [] }: RedisOptions): Promise<TestRedis> {
  const binary = await redisServer()
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-redis-'))
  const url = `redis://127.0.0.1:${port}`
  let server = await launch(binary, port, directory, args)
  const client = await clientOf(url)
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGKILL')
    await gone
  }
  return {
    url,
    client,
    kill,
    async revive() {
      server = await launch(binary, port, directory, args)
      await client.connect().catch(() => {})
    },
    async stop() {
      client.disconnect()
      await kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Somebody else's server is reached through a shim, so that a test can take it away. */
async function useGiven(url: string, { args = [] }: RedisOptions): Promise<TestRedis> {
  if (args.length > 0)
    throw new Error('this test starts redis-server with arguments of its own: run it without REDIS_URL')
  const target = new URL(url)
  if (target.protocol !== 'redis:') throw new Error('REDIS_URL must begin with redis:// for the tests')
  const client = await clientOf(url)
  const shim: Shim = await startShim({ host: target.hostname, port: Number(target.port || 6379) })
  // Other test processes use the same server: only what this one planted is deleted. What gates write ends by itself.
  const planted = new Set<string>()
  const send = client.sendCommand.bind(client)
  client.sendCommand = (command, stream) => {
    for (const key of command.getKeys()) if (String(key).startsWith(prefix)) planted.add(String(key))
    return send(command, stream)
  }
  const flush = async (): Promise<unknown> => planted.size > 0 && client.del(...planted)
  const proxied = new URL(url)
  proxied.hostname = '127.0.0.1'
  proxied.port = String(shim.port)
  return {
    url: proxied.href.replace(/\/$/, ''),
    client,
    kill: () => shim.close(),
    revive: () => shim.open(),
    async stop() {
      await flush()
      client.disconnect()
      await shim.close()
    },
  }
}

async function clientOf(url: string): Promise<Redis> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  client.on('error', () => {}) // a killed server is what some tests are about
  await client.connect()
  return client
}

/** @param file of a configuration that the server may write, which Sentinel needs */
export async function launch(
  binary: string,
  port: number,
  directory: string,
  args: readonly string[],
  file?: string,
): Promise<ChildProcess> {
  const server = spawn(
    binary,
    [
      ...(file === undefined ? [] : [file]),
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--save',
      '',
      '--appendonly',
      'no',
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  // Not for the server to outlive a test that died.
  const reap = (): unknown => server.kill('SIGKILL')
  process.once('exit', reap)
  server.once('exit', () => process.removeListener('exit', reap))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}: ${said}`)))
    server.stdout?.on('data', (chunk: Buffer) => {
      said += chunk
      if (/Ready to accept connections|Sentinel ID is/.test(said)) resolve()
    })
  })
  server.stdout?.removeAllListeners('data').resume()
  return server
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Path of redis-server: what is there, or on Debian as root what apt-get brings. */
export async function redisServer(): Promise<string> {
  const present = onPath('redis-server')
  if (present !== undefined) return present
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0 || onPath('apt-get') === undefined) {
    throw new Error(
      'the tests need a real Redis: install redis-server (Debian: `apt-get install redis-server`, macOS: `brew install redis`) or set REDIS_URL',
    )
  }
  await alone(join(tmpdir(), 'portcullis-redis-install.lock'), () => {
    if (onPath('redis-server') !== undefined) return // another test process was first
    process.stderr.write('# installing redis-server with apt-get, once\n')
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const run = (...args: string[]): unknown =>
      execFileSync('apt-get', args, { env: environment, stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 })
    run('update', '-q')
    run('install', '-q', '-y', '--no-install-recommends', 'redis-server')
  })
  const installed = onPath('redis-server')
  if (installed === undefined) throw new Error('apt-get installed redis-server, but it is not on the PATH')
  return installed
}

function onPath(name: string): string | undefined {
  for (const directory of `${process.env['PATH'] ?? ''}:/usr/bin:/usr/local/bin`.split(':')) {
    const path = join(directory || '.', name)
    if (existsSync(path)) return path
  }
  return undefined
}

/** Runs the work in one process at a time: making a directory succeeds for one of them only. */
async function alone(lock: string, work: () => void): Promise<void> {
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      // A process that died in here must not keep the others out for ever.
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
      if (since !== undefined && Date.now() - since > 600_000) rmSync(lock, { recursive: true, force: true })
      await sleep(250)
    }
  }
  try {
    work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}
